"""Small makers of document blocks: page Markdown as announced, and people's words as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from procure_ai.documents.dialect import read_page
from procure_ai.documents.fill import Filling
from procure_ai.documents.page import Page, fill_page
from procure_ai.documents.tree import (
    Block,
    Blocks,
    Break,
    Document,
    Heading,
    Inline,
    Inlines,
    ListBlock,
    Paragraph,
    Table,
    Text,
)
from procure_ai.forms.context import Context


def cell(text: str, *, bold: bool = False) -> Inlines:
    """One table cell of plain text."""
    return (Text(text, bold),) if text else ()


def table(header: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int], description: str) -> Table:
    """A table of plain texts; `widths` are shares, `description` is the alternative text."""
    body = tuple(tuple(cell(text) for text in row) for row in rows)
    return Table(tuple(cell(text) for text in header), body, tuple(widths), description)


def with_total(found: Table) -> Table:
    """The table with its last row in bold."""
    *rows, last = found.rows
    bold = tuple(tuple(replace(item, bold=True) if isinstance(item, Text) else item for item in one) for one in last)
    return replace(found, rows=(*rows, bold))


def heading(level: int, text: str) -> Heading:
    """A heading that is not numbered."""
    return Heading(level, (Text(text),))


def paragraph(text: str, style: str = "body") -> Paragraph:
    """A paragraph of plain text."""
    return Paragraph((Text(text),), style)


def labelled(label: str, text: str) -> Paragraph:
    """A paragraph that opens with a label in bold: *Sterk: …*."""
    return Paragraph((Text(f"{label}:", bold=True), Text(" "), *spoken(text)))


def bullets(items: Iterable[str | Inlines]) -> ListBlock:
    """A list with bullets."""
    return ListBlock(
        tuple((Paragraph(spoken(item) if isinstance(item, str) else item),) for item in items), ordered=False
    )


def spoken(text: str) -> Inlines:
    """What a person wrote, never read as Markdown; line ends become line breaks."""
    result: list[Inline] = []
    for line in (part.strip() for part in text.strip().splitlines()):
        if line:
            result.extend((Break(), Text(line)) if result else (Text(line),))
    return tuple(result)


def announced(markdown: str) -> Blocks:
    """A text of the frozen award model as blocks; headings inside it become bold lines."""
    blocks, _ = read_page(markdown, "award-model.json")
    return tuple(_flat(block) for block in blocks)


def _flat(block: Block) -> Block:
    if not isinstance(block, Heading):
        return block
    return Paragraph(tuple(replace(item, bold=True) if isinstance(item, Text) else item for item in block.inlines))


def announced_line(markdown: str) -> Inlines:
    """A one-line text of the frozen award model, for a table cell."""
    first = next(iter(announced(markdown)), None)
    return first.inlines if isinstance(first, Paragraph) else (Text(markdown),)


def filled(page: Page, values: Mapping[str, Filling]) -> Blocks:
    """The page with its values; a paragraph whose value turned out empty is left out."""
    known = {**{name: text for name, text in page.header.items() if name == "title"}, **values}
    return tuple(block for block in fill_page(page, known) if not (isinstance(block, Paragraph) and not block.inlines))


def document(context: Context, page: Page, values: Mapping[str, Filling], *, draft: bool = False) -> Document:
    """A page text filled into a document of this procedure. Raises `Refused` (D121) for an unknown hole."""
    common: dict[str, Filling] = {
        "buyer": context.buyer.name,
        "contact": context.buyer.contact,
        "procedure": context.procedure.title,
        "number": context.procedure.number,
        "version": context.version,
        "caption": context.caption,
        "record": context.head[:12] or "nog geen",
    }
    blocks = filled(page, {**common, **values})
    title = page.header["title"]
    return Document(
        title=f"{title} {context.procedure.title}",
        subject=page.header.get("subject", title),
        blocks=blocks,
        header=f"{title} · {context.procedure.title}",
        footer=f"{context.buyer.name} · kenmerk {context.procedure.number} · versie {context.version}",
        draft=draft,
        date=context.date,
    )
