"""The words of a Word file that came back, behind the guard.

Names of elements are compared without their namespace: Word has two dialects of them. Text that is
struck counts no longer, text that is inserted does; both leave a mark on their line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from procure_ai.documents.lines import ReadLine, ReadText, one_line, row_line
from procure_ai.files.archive import open_archive
from procure_ai.findings import Place, Refused, refuse
from procure_ai.word.xml import parse_part

_ASIDE = {"hdr", "ftr", "comments"}
_NOTES = {"footnotes", "endnotes"}
_STRUCK = {"del", "moveFrom"}
_CHANGES = _STRUCK | {"ins", "moveTo", "cellIns", "cellDel", "cellMerge", "rPrChange", "pPrChange", "tblPrChange"}
_COMMENTS = {"commentRangeStart", "commentReference"}
_PICTURES = {"drawing", "pict", "object", "altChunk"}
_SPACES = {"tab", "br", "cr", "ptab"}
_SKIPPED = {"Fallback", "instrText", "delText", "delInstrText"}  # a fallback repeats what stands before it


def read(data: bytes, file: str) -> ReadText:
    """The lines of a Word file. Raises `Refused`: A001 to A012 from the guard, A344 when it is no letter."""
    parts = open_archive(data, file, kind="docx")
    stories = {name: part for name, part in parts.items() if re.fullmatch(r"word/[^/]*\.xml", name, re.IGNORECASE)}
    try:
        roots = {name: parse_part(content) for name, content in stories.items()}
    except etree.XMLSyntaxError:
        raise _unreadable(file) from None
    main = [root for root in roots.values() if _name(root) == "document"]
    if len(main) != 1 or not len(main[0]):
        raise _unreadable(file)
    notes = _Story(dict(_notes(roots.values())))
    aside = [line.text for root in roots.values() if _name(root) in _ASIDE for line in _Story({}).lines(root)]
    return ReadText(file, tuple(notes.lines(main[0])), " ".join(aside))


def _unreadable(file: str) -> Refused:
    remedy = "Open het bestand in Word, sla het op als gewoon .docx-bestand en probeer het opnieuw."
    return refuse("A344", "Het bestand is niet als brief te lezen.", remedy, place=Place(file))


def _name(element: Any) -> str:
    """The name of an element without its namespace; empty for a comment or instruction."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _value(element: Any, name: str) -> str:
    return next((text for key, text in element.attrib.items() if etree.QName(key).localname == name), "")


def _notes(roots: Any) -> Iterator[tuple[tuple[str, str], str]]:
    """The words of each footnote and endnote, by kind and number."""
    for root in roots:
        if _name(root) in _NOTES:
            for note in root:
                yield (_name(note), _value(note, "id")), " ".join(line.text for line in _Story({}).lines(note))


@dataclass(slots=True)
class _Line:
    """A line while its pieces are collected."""

    pieces: list[str] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)


class _Story:
    """Reads the paragraphs and table rows of one story; notes stand where they are referred to."""

    def __init__(self, notes: Mapping[tuple[str, str], str]) -> None:
        self.notes = notes

    def lines(self, root: Any) -> Iterator[ReadLine]:
        """The lines in reading order; controls and other wrappers are opened."""
        for element in root:
            name = _name(element)
            if name == "p":
                yield from self._line(element)
            elif name == "tr":
                yield from self._row(element)
            elif name in _PICTURES:
                yield ReadLine("", frozenset({"picture"}))
            elif name not in _SKIPPED:
                yield from self.lines(element)

    def _line(self, element: Any) -> Iterator[ReadLine]:
        line = _Line()
        self._collect(element, line)
        text = one_line("".join(line.pieces))
        if text or line.marks:
            yield ReadLine(text, frozenset(line.marks))

    def _row(self, row: Any) -> Iterator[ReadLine]:
        line, texts = _Line(), []
        for part in row:
            cells = [part] if _name(part) == "tc" else [item for item in part.iter() if _name(item) == "tc"]
            for cell in cells or [part]:  # what is no cell (properties of the row) has marks only
                line.pieces = []
                self._collect(cell, line)
                texts += ["".join(line.pieces)] if cells else []
        text = row_line(iter(texts))
        if text or line.marks:
            yield ReadLine(text, frozenset(line.marks))

    def _collect(self, element: Any, line: _Line) -> None:
        name = _name(element)
        if name in _SKIPPED or not name:
            return
        if name in _CHANGES:
            line.marks.add("changed")
        if name in _COMMENTS:
            line.marks.add("comment")
        if name in _PICTURES:
            line.marks.add("picture")
        if name == "vanish" and _value(element, "val") not in {"0", "false", "off"}:
            line.marks.add("hidden")
        if name in _STRUCK:
            return
        if name == "t":
            line.pieces.append(element.text or "")
        elif name in _SPACES:
            line.pieces.append(" ")
        elif name == "noBreakHyphen":
            line.pieces.append("-")
        elif name in {"footnoteReference", "endnoteReference"}:
            line.pieces.append(f" {self.notes.get((name.removesuffix('Reference'), _value(element, 'id')), '')} ")
        elif name in {"p", "tc"} and line.pieces:
            line.pieces.append(" ")
        for child in element:
            self._collect(child, line)
