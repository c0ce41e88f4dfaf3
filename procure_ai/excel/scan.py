"""What a reader of values does not tell: which cells hold a formula or an error, what is hidden or merged.

Works on sheet parts that came through the guard. A byte search does when the sheet is written the way
Excel and LibreOffice write it; every other way goes through a real XML parser.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.parsers import expat

Position = tuple[int, int]
Area = tuple[int, int, int, int]  # first row, first column, last row, last column

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_FORMULA = re.compile(rb'<c r="([A-Z]{1,3}[0-9]{1,7})"(?: [a-z]+="[^"<>]*")*><f(?:>| [^<>]*>|/>)')
_ERROR = re.compile(
    rb'<c r="([A-Z]{1,3}[0-9]{1,7})"(?: [a-z]+="[^"<>]*")* t="e"[^<>]*>(?:<f[^<>]*>(?:[^<>]*</f>)?)?<v>([^<>]*)</v>'
)
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


@dataclass(slots=True)
class Marks:
    """Findings in one sheet, rows and columns from zero."""

    formulas: set[Position] = field(default_factory=set)
    arrays: list[Area] = field(default_factory=list)  # results of one formula spread over these cells
    errors: dict[Position, str] = field(default_factory=dict)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[Area] = field(default_factory=list)


def sheet_parts(parts: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """The sheets in the order of the workbook: name and part. Raises ValueError when they do not fit."""
    relations = {
        item.get("Id", ""): posixpath.normpath(posixpath.join("xl", item.get("Target", ""))).lstrip("/")
        for item in ElementTree.fromstring(parts["xl/_rels/workbook.xml.rels"])  # noqa: S314 - behind the guard
    }
    found = []
    for element in ElementTree.fromstring(parts["xl/workbook.xml"]).iter():  # noqa: S314 - behind the guard
        if element.tag.rpartition("}")[2] == "sheet":
            key = element.get(_RELATION) or element.get(_STRICT_RELATION) or ""
            found.append((element.get("name", ""), relations[key]))
    return found


def quick_marks(content: bytes) -> Marks:
    """Formulas and errors only, as fast as can be."""
    begin, finish = content.find(b"<sheetData"), content.rfind(b"</sheetData>")
    data = content[begin:finish]
    if begin < 0 or b":f" in data or b":c" in data:
        return all_marks(content)
    marks = Marks()
    if b"<f" in data:
        found = _FORMULA.findall(data)
        # An array formula or data table fills more cells than its own; both name their range.
        if len(found) != data.count(b"<f") or b" ref=" in data or b"='" in data:
            return all_marks(content)
        marks.formulas.update(position(name.decode("ascii")) for name in found)
    if b't="e"' in data:
        marks.errors = {
            position(name.decode("ascii")): text.decode("utf-8", "replace") for name, text in _ERROR.findall(data)
        }
    return marks


def all_marks(content: bytes) -> Marks:
    """Everything about one sheet, by a real parser. Raises ValueError for broken XML."""
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from None
    return reader.marks


class _Reader:
    """The state while a sheet goes by."""

    def __init__(self) -> None:
        self.marks = Marks()
        self.row = -1
        self.column = -1
        self.error: list[str] | None = None
        self.in_value = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition(":")[2]
        if local == "c":
            self._cell(attributes)
        elif local == "row":
            self.row = int(attributes["r"]) - 1 if attributes.get("r", "").isdigit() else self.row + 1
            self.column = -1
            if attributes.get("hidden") in ("1", "true"):
                self.marks.hidden_rows.append(self.row)
        elif local == "f":
            self.marks.formulas.add((self.row, self.column))
            if attributes.get("t") in ("array", "dataTable") and "ref" in attributes:
                self.marks.arrays.append(area(attributes["ref"]))
        elif local == "v":
            self.in_value = True
        elif local == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
            self.marks.hidden_columns.append((first - 1, last - 1))
        elif local == "mergeCell":
            self.marks.merged.append(area(attributes.get("ref", "A1")))

    def _cell(self, attributes: dict[str, str]) -> None:
        if "r" in attributes:
            self.row, self.column = position(attributes["r"])
        else:
            self.column += 1
        self.error = [] if attributes.get("t") == "e" else None

    def end(self, tag: str) -> None:
        local = tag.rpartition(":")[2]
        if local == "v":
            self.in_value = False
        elif local == "c" and self.error is not None:
            self.marks.errors[self.row, self.column] = "".join(self.error)

    def text(self, text: str) -> None:
        if self.in_value and self.error is not None:
            self.error.append(text)


def position(name: str) -> Position:
    """`C14` as (13, 2). Raises ValueError for anything else."""
    match = _REFERENCE.fullmatch(name.strip())
    if match is None:
        raise ValueError(f"no cell: {name[:20]}")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def area(reference: str) -> Area:
    """`A1:C3` as its corners."""
    first, _, last = reference.partition(":")
    top, left = position(first)
    bottom, right = position(last or first)
    return top, left, bottom, right
