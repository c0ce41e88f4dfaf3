"""Small makers of document blocks: page Markdown as announced, and people's words as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from procure_ai.documents.dialect import read_page
from procure_ai.documents.fill import Filling
from procure_ai.documents.page import Page, fill_page
from procure_ai.documents.tree import (
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
from procure_ai.forms.context import Cover


def cell(text: str, *, bold: bool = False) -> Inlines:
    """One table cell of plain text."""
    return (Text(text, bold),) if text else ()


def table(
    header: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int] = (), description: str = ""
) -> Table:
    """A table of plain texts; `widths` are shares, `description` is the alternative text."""
    body = tuple(tuple(cell(text) for text in row) for row in rows)
    return Table(tuple(cell(text) for text in header), body, tuple(widths), description)


def with_total(found: Table) -> Table:
    """The table with its last row in bold."""
    *rows, last = found.rows
    return replace(found, rows=(*rows, tuple(map(_bold, last))))


def _bold(inlines: Inlines) -> Inlines:
    return tuple(replace(item, bold=True) if isinstance(item, Text) else item for item in inlines)


def listed_in(
    header: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int], description: str, none: str
) -> Blocks:
    """A table, or a sentence that says that there is nothing."""
    return (table(header, rows, widths, description) if rows else paragraph(none),)


def heading(level: int, text: str) -> Heading:
    """A heading that is not numbered."""
    return Heading(level, (Text(text),))


def paragraph(text: str, style: str = "body") -> Paragraph:
    """A paragraph of plain text."""
    return Paragraph((Text(text),), style)


def labelled(label: str, text: str) -> Paragraph:
    """A paragraph that opens with a label in bold: *Sterk: …*."""
    return Paragraph(under_label(label, spoken(text)))


def under_label(label: str, inlines: Inlines) -> Inlines:
    """The inlines after a label in bold."""
    return (Text(f"{label}:", bold=True), Text(" "), *inlines)


def labelled_lines(parts: Iterable[tuple[str, str]]) -> Inlines:
    """Labelled texts, each on a line of its own; those without text are left out."""
    return on_lines(under_label(label, spoken(text)) for label, text in parts if text.strip())


def bullets(items: Iterable[str]) -> ListBlock:
    """A list with bullets."""
    return ListBlock(tuple((Paragraph(spoken(item)),) for item in items), ordered=False)


def on_lines(lines: Iterable[Inlines]) -> Inlines:
    """Each of these on a line of its own."""
    result: list[Inline] = []
    for line in lines:
        result.extend((Break(), *line) if result else line)
    return tuple(result)


def spoken(text: str) -> Inlines:
    """What a person wrote, never read as Markdown; line ends become line breaks."""
    return on_lines((Text(line),) for part in text.strip().splitlines() if (line := part.strip()))


def announced(markdown: str) -> Blocks:
    """A text of the frozen award model as blocks; headings inside it become bold lines."""
    blocks, _ = read_page(markdown, "award-model.json")
    return tuple(Paragraph(_bold(block.inlines)) if isinstance(block, Heading) else block for block in blocks)


def announced_line(markdown: str) -> Inlines:
    """A one-line text of the frozen award model, for a table cell."""
    first = next(iter(announced(markdown)), None)
    return first.inlines if isinstance(first, Paragraph) else (Text(markdown),)


def document(context: Cover, page: Page, values: Mapping[str, Filling]) -> Document:
    """A page text filled into a document; a paragraph that stays empty is left out. Raises `Refused` (D121)."""
    title = page.header["title"]
    common: dict[str, Filling] = {
        "title": title,
        "buyer": context.buyer.name,
        "contact": context.buyer.contact,
        "procedure": context.procedure.name,
        "number": context.procedure.number,
        "version": context.version,
        "caption": context.caption,
        "record": context.head[:12] or "nog geen",
    }
    blocks = fill_page(page, {**common, **values})
    mark = f" · logboek {context.head[:12]}" if context.head else ""
    return Document(
        title=f"{title} {context.procedure.name}",
        subject=page.header.get("subject", title),
        blocks=tuple(block for block in blocks if not (isinstance(block, Paragraph) and not block.inlines)),
        header=f"{title} · {context.procedure.name}",
        footer=f"{context.buyer.name} · kenmerk {context.procedure.number} · versie {context.version}{mark}",
        date=context.date,
    )
