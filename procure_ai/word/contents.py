"""The table of contents: filled in when written, so that no program has to ask to update it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from procure_ai.documents.tree import Contents
from procure_ai.word.names import Identifiers
from procure_ai.word.xml import field, link, paragraph, run

_CODE = r'TOC \o "1-2" \h \z \u'
_INDENT = 227  # articles stand a little below their chapter
_TEXT = 1474  # where titles begin: room for *Artikel 27*


@dataclass(frozen=True, slots=True)
class Entry:
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
    pages: Mapping[str, str] | None,
) -> str:
    """The title and the entries as one field, each entry a link, with page numbers where known."""
    title = paragraph(styles["toc-title"], run(block.title)) if block.title else ""
    if not entries:
        return title
    lines: list[str] = []
    for index, entry in enumerate(entries):
        # The field opens in the first line and closes in the last: no empty line remains.
        opening = _OPEN if index == 0 else ""
        closing = _CLOSE if index == len(entries) - 1 else ""
        runs = opening + _entry(entry, pages) + closing
        lines.append(paragraph(styles[f"toc-{entry.level}"], runs, _layout(entry, width)))
    number = identifiers.control("contents")
    return (
        f'<w:sdt><w:sdtPr><w:id w:val="{number}"/><w:docPartObj>'
        '<w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent>{title}{''.join(lines)}</w:sdtContent></w:sdt>"
    )


_OPEN = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    f'<w:r><w:instrText xml:space="preserve"> {_CODE} </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
)
_CLOSE = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def _entry(entry: Entry, pages: Mapping[str, str] | None) -> str:
    runs = run(f"{entry.label}\t{entry.title}" if entry.label else entry.title)
    page = pages.get(entry.bookmark, "") if pages else ""
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
