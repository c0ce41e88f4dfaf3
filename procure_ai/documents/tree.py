"""The document tree: what a document says, apart from how Word or HTML shows it.

Every document we write is such a tree. It knows headings, articles with members and items,
paragraphs, lists, tables, references, open fields and inserted or deleted text; it knows nothing of
styles or files. Numbers are filled in by `numbering`, once, for all formats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, TypeVar

OPEN_CELL = "in te vullen"  # what an open field in a table shows instead of its label


class FilledBy(StrEnum):
    """Who fills a field: the buyer before publication, the tenderer in its answer, or the award."""

    BUYER = "buyer"
    TENDERER = "tenderer"
    AWARD = "award"


# --- inlines -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """Plain text with optional emphasis. Never parsed again."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """A hole in the prose, `{{name}}`; replaced by text, a field or blocks when a document is filled."""

    name: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Reference:
    """A live reference to the element with id `target`; `text` is its printed form once numbered.

    Targets are element ids: `retention` (an article or annex) or `retention#live` (a member or item).
    """

    target: str
    text: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Field:
    """An open or filled fill-in field. Open while `value` is empty; then shown marked, with `label`.

    `hint` is what else says what is asked: the fixed cells of its row in an annex.
    """

    key: str
    label: str
    filled_by: FilledBy
    value: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Break:
    """A line break inside a paragraph."""


@dataclass(frozen=True, slots=True)
class Inserted:
    """Text added since an earlier version (a redline)."""

    text: str


@dataclass(frozen=True, slots=True)
class Deleted:
    """Text struck since an earlier version (a redline)."""

    text: str


Inline = Text | Value | Reference | Field | Break | Inserted | Deleted
Inlines = tuple[Inline, ...]


# --- blocks ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 (chapter) to 3, not numbered. An `id` makes it a target."""

    level: int
    inlines: Inlines
    id: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph. `style` is one of: body, title, subtitle, note, small, warning, caption."""

    inlines: Inlines
    style: str = "body"


@dataclass(frozen=True, slots=True)
class ListBlock:
    """A plain list of the page profile (not numbered articles); each item is a run of blocks."""

    items: tuple[tuple[Block, ...], ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with one header row. `widths` are shares of the text width; `description` is its
    alternative text. Cells are inlines."""

    header: tuple[Inlines, ...]
    rows: tuple[tuple[Inlines, ...], ...]
    widths: tuple[int, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """The table of contents: the numbered articles and headings that follow it."""

    title: str = "Inhoud"


@dataclass(frozen=True, slots=True)
class PageBreak:
    """Start a new page."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member (lid), or an item below it. `label` makes it a target `<article>#<label>`.

    `number` (`7.2`, `b`, `2°`) and `full` (`artikel 7.2, onder b`) are filled in by numbering.
    """

    inlines: Inlines
    items: tuple[Member, ...] = ()
    label: str = ""
    line: int = 0
    number: str = ""
    full: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """One article: a clause in this contract. `fingerprint` names the library text it came from."""

    id: str
    title: str
    members: tuple[Member, ...]
    fingerprint: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Annex:
    """One numbered annex (bijlage) with free content."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    fingerprint: str = ""
    number: str = ""


Block = Heading | Paragraph | ListBlock | Table | Contents | PageBreak | Article | Annex
Blocks = tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document. `header` and `footer` are one line each; `draft` asks for the CONCEPT mark;
    `date` (ISO) dates the file's properties, never the clock."""

    title: str
    blocks: Blocks
    subject: str = ""
    header: str = ""
    footer: str = ""
    draft: bool = False
    date: str = "2026-01-01"
    language: str = "nl-NL"
    keywords: tuple[str, ...] = field(default=())


Node = TypeVar("Node", bound=Block | Member)


def changed(node: Node, **parts: Any) -> Node:
    """The node with these parts; the node itself when it has them already, as most do."""
    return node if all(getattr(node, name) == part for name, part in parts.items()) else replace(node, **parts)


def map_member(member: Member, change: Callable[[Inlines], Inlines]) -> Member:
    """The member and its items with each run of inlines passed through `change`."""
    inlines = change(member.inlines)
    return changed(member, inlines=inlines, items=tuple(map_member(item, change) for item in member.items))


def map_runs(blocks: Blocks, change: Callable[[Inlines], Inlines]) -> Blocks:
    """The same blocks with each run of inlines passed through `change`."""

    def one(block: Block) -> Block:
        match block:
            case Heading() | Paragraph():
                return changed(block, inlines=change(block.inlines))
            case ListBlock():
                return changed(block, items=tuple(map_runs(item, change) for item in block.items))
            case Table():
                header, *rows = (tuple(map(change, row)) for row in (block.header, *block.rows))
                return changed(block, header=header, rows=tuple(rows))
            case Article():
                return changed(block, members=tuple(map_member(member, change) for member in block.members))
            case Annex():
                return changed(block, blocks=map_runs(block.blocks, change))
            case _:
                return block

    return tuple(map(one, blocks))


# --- walking -----------------------------------------------------------------------------------


def walk_blocks(blocks: Blocks) -> Iterator[Block]:
    """Every block, annex contents and list items included, in reading order."""
    for block in blocks:
        yield block
        if isinstance(block, Annex):
            yield from walk_blocks(block.blocks)
        elif isinstance(block, ListBlock):
            for item in block.items:
                yield from walk_blocks(item)


def walk_members(members: tuple[Member, ...]) -> Iterator[Member]:
    """Every member and item, in reading order."""
    for member in members:
        yield member
        yield from walk_members(member.items)


def inlines_of(block: Block) -> Iterator[Inline]:
    """The inlines that stand directly in this block (not those of blocks inside it)."""
    match block:
        case Heading() | Paragraph():
            yield from block.inlines
        case Table():
            for row in (block.header, *block.rows):
                for cell in row:
                    yield from cell
        case Article():
            for member in walk_members(block.members):
                yield from member.inlines
        case _:
            return


def walk_inlines(blocks: Blocks) -> Iterator[Inline]:
    """Every inline of the document in reading order."""
    for block in walk_blocks(blocks):
        yield from inlines_of(block)


def plain(inlines: Inlines) -> str:
    """The words of a run of inlines as a reader sees them; deleted text is left out."""
    parts: list[str] = []
    for inline in inlines:
        match inline:
            case Text() | Inserted():
                parts.append(inline.text)
            case Reference():
                parts.append(inline.text or f"[[{inline.target}]]")
            case Field():
                parts.append(inline.value or f"[{inline.label}]")
            case Value():
                parts.append(f"{{{{{inline.name}}}}}")
            case Break():
                parts.append("\n")
            case Deleted():
                pass
    return "".join(parts)


def as_cell(inlines: Inlines) -> Inlines:
    """The inlines as a table shows them: its row and column already say what an open field asks."""
    return tuple(
        replace(item, label=OPEN_CELL) if isinstance(item, Field) and not item.value else item for item in inlines
    )


def open_fields(blocks: Blocks) -> tuple[Field, ...]:
    """The open fields in these blocks, each key once, in reading order."""
    found: dict[str, Field] = {}
    for inline in walk_inlines(blocks):
        if isinstance(inline, Field) and not inline.value:
            found.setdefault(inline.key, inline)
    return tuple(found.values())
