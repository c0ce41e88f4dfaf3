"""The table of contents: filled in when written, so that no program has to ask to update it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from procure_ai.documents.tree import Contents
from procure_ai.word.names import Identifiers
from procure_ai.word.xml import FIELD_END, field, field_start, link, paragraph, run

_FIELD_START = field_start(r'TOC \o "1-2" \h \z \u')
_INDENT = 227  # articles stand a little below their chapter
_TEXT = 1474  # where titles begin: room for *Artikel 27*


class Entry(NamedTuple):
    """One line of the contents: level 1 or 2, the printed number, the title and its bookmark."""

    level: int
    label: str
    title: str
    bookmark: str


def write_contents(
    block: Contents,
    entries: Sequence[Entry],
    styles: Mapping[str, str],
    identifiers: Identifiers,
    width: int,
    pages: Mapping[str, str],
) -> str:
    """The title and the entries as one field, each entry a link, with page numbers where known."""
    title = paragraph(styles["toc-title"], run(block.title)) if block.title else ""
    if not entries:
        return title
    runs = [_entry(entry, pages.get(entry.bookmark, "")) for entry in entries]
    # The field opens in the first line and closes in the last: no empty line remains.
    runs[0] = _FIELD_START + runs[0]
    runs[-1] += FIELD_END
    lines = "".join(
        paragraph(styles[f"toc-{entry.level}"], line, _layout(entry, width))
        for entry, line in zip(entries, runs, strict=True)
    )
    return (
        f'<w:sdt><w:sdtPr><w:id w:val="{identifiers.control("contents")}"/><w:docPartObj>'
        '<w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent>{title}{lines}</w:sdtContent></w:sdt>"
    )


def _entry(entry: Entry, page: str) -> str:
    runs = run(f"{entry.label}\t{entry.title}" if entry.label else entry.title)
    if page:
        runs += run("\t") + field(rf"PAGEREF {entry.bookmark} \h", page)
    return link(entry.bookmark, runs)


def _layout(entry: Entry, width: int) -> str:
    """Tabs at the line itself: a title without a number must not stop at the tab of the numbers.

    No right indent: LibreOffice then pushes the page number off the page.
    """
    start = _INDENT if entry.level == 2 else 0
    text = _TEXT if entry.label else start
    number = f'<w:tab w:val="left" w:pos="{text}"/>' if entry.label else ""
    page = f'<w:tab w:val="right" w:leader="dot" w:pos="{width}"/>'
    return f'<w:tabs>{number}{page}</w:tabs><w:ind w:left="{text}" w:hanging="{text - start}"/>'
