"""A document tree as text for a terminal: tables in columns, changes as [-struck-] and {+added+}."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from procure_ai.documents.tree import (
    Annex,
    Article,
    Block,
    Blocks,
    Deleted,
    Document,
    Heading,
    Inlines,
    Inserted,
    ListBlock,
    Member,
    Paragraph,
    Table,
    as_cell,
    plain,
)

WIDTH = 100
_WORD = 24
_RULES = {1: "=", 2: "-"}


def to_text(document: Document, width: int = WIDTH) -> str:
    """The document as lines of at most `width` characters (a longer word stays whole)."""
    return "\n".join(lines_of(document.blocks, width)).strip("\n") + "\n"


def marked(inlines: Inlines) -> str:
    """The words with the changes marked in plain characters."""
    parts: list[str] = []
    for inline in inlines:
        match inline:
            case Inserted():
                parts.append(f"{{+{inline.text}+}}")
            case Deleted():
                parts.append(f"[-{inline.text}-]")
            case _:
                parts.append(plain((inline,)))
    return "".join(parts)


def lines_of(blocks: Blocks, width: int = WIDTH) -> Iterator[str]:
    """The lines of these blocks, with an empty line after each."""
    for block in blocks:
        yield from _block(block, width)
        yield ""


def _block(block: Block, width: int) -> Iterator[str]:
    match block:
        case Heading():
            text = marked(block.inlines)
            yield text
            if block.level in _RULES:
                yield _RULES[block.level] * len(text)
        case Paragraph():
            yield from _folded(marked(block.inlines), width)
        case ListBlock():
            for number, item in enumerate(block.items, start=1):
                mark = f"{number}." if block.ordered else "-"
                inner = [line for inner in item for line in _block(inner, width - len(mark) - 1)]
                yield from (f"{mark if not at else ' ' * len(mark)} {line}" for at, line in enumerate(inner))
        case Table():
            yield from _table(block, width)
        case Article():
            yield f"Artikel {block.number} {block.title}"
            for member in block.members:
                yield from _member(member, width)
        case Annex():
            yield f"Bijlage {block.number} {block.title}"
            yield from lines_of(block.blocks, width)
        case _:
            return


def _member(member: Member, width: int) -> Iterator[str]:
    yield from _folded(f"{member.number} {marked(member.inlines)}".strip(), width)
    for item in member.items:
        yield from (f"   {line}" for line in _member(item, width - 3))


def _folded(text: str, width: int, *, cut: bool = False) -> list[str]:
    """The text in lines; `cut` breaks a word that is longer than a line."""
    return [
        line
        for part in text.split("\n")
        for line in wrap(part, max(width, 8), break_long_words=cut, break_on_hyphens=False) or [""]
    ]


def _table(table: Table, width: int) -> Iterator[str]:
    """Columns as wide as their text, the widest ones narrowed until the row fits."""
    rows = [[marked(as_cell(cell)) for cell in row] for row in (table.header, *table.rows)]
    columns = list(zip(*rows, strict=False))
    sizes = [min(max(map(len, column)), width) for column in columns]
    words = [max((len(word) for cell in column for word in cell.split()), default=0) for column in columns]
    for least in ([min(size, _WORD) for size in words], [8] * len(words)):  # whole words while there is room
        while sum(sizes) + 2 * (len(sizes) - 1) > width:
            room, widest = max(((size - low, at) for at, (size, low) in enumerate(zip(sizes, least, strict=True))))
            if room <= 0:
                break
            sizes[widest] -= 1
    for number, row in enumerate(rows):
        cells_lines = [_folded(cell, size, cut=True) for cell, size in zip(row, sizes, strict=False)]
        for at in range(max(map(len, cells_lines), default=0)):
            cells = (lines[at] if at < len(lines) else "" for lines in cells_lines)
            yield "  ".join(cell.ljust(size) for cell, size in zip(cells, sizes, strict=True)).rstrip()
        if not number:
            yield "  ".join("-" * size for size in sizes)
