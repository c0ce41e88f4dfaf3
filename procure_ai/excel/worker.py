"""The child process that reads workbooks from outside: values, and which cells hold a formula or an error.

It runs the fast reader, so that a fault there (a crash, a hang, too much memory) ends this process and
not the program. It gets parts that came through the guard. Requests and answers are pickled; the child
stops when its input closes. It is started as a file on its own: import nothing of ours here, for that would
take longer than reading a form.
"""

from __future__ import annotations

import gc
import io
import pickle
import posixpath
import re
import sys
import zipfile
from collections.abc import Sequence
from xml.etree import ElementTree

Position = tuple[int, int]
Area = tuple[int, int, int, int]  # first row, first column, last row, last column
# Formula cells, error cells, numbers shown as a percentage. What the reader of values does not tell.
Marks = tuple[set[Position], dict[Position, str], set[Position]]
RawSheet = tuple[str, Sequence[Sequence[object]], Marks]  # name, rows of values, marks
Answer = list[RawSheet]
UNREADABLE: Answer = []  # every readable workbook has a sheet

MEMORY = 2_000_000_000
_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_ROOT, _STYLES, _TEXTS = "_rels/.rels", "xl/styles.xml", "xl/sharedstrings.xml"
_OTHER_PARTS = ("[content_types].xml", _ROOT, _WORKBOOK, _RELATIONS, _STYLES, _TEXTS)
# The reader of values finds these by name, other programs by their relation: that must be the same part.
_BY_NAME = {"officeDocument": _WORKBOOK, "sharedStrings": _TEXTS, "styles": _STYLES}
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_FORMULA = re.compile(rb'<c r="([A-Z]{1,3}[0-9]{1,7})"(?: [a-z]+="[^"<>]*")*><f(?:>| [^<>]*>|/>)')
_ERROR = re.compile(
    rb'<c r="([A-Z]{1,3}[0-9]{1,7})"(?: [a-z]+="[^"<>]*")* t="e"[^<>]*>(?:<f[^<>]*>(?:[^<>]*</f>)?)?<v>([^<>]*)</v>'
)
_QUOTED = re.compile(r'"[^"]*"|\\.')
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


def needed(parts: dict[str, bytes]) -> dict[str, bytes]:
    """The parts that matter for the values: what decides about dates, texts and cells."""
    return {
        name: content
        for name, content in parts.items()
        if name.lower() in _OTHER_PARTS or (b"sheetData" in content and name.endswith(".xml"))
    }


def read_parts(parts: dict[str, bytes]) -> Answer:
    """The values and marks of every sheet, or `UNREADABLE`."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        sheets = sheet_parts(parts)
        # A part that the guard measured once may not come in as more sheets; nor a name for two of them.
        if min(len({part for _, part, _ in sheets}), len({title.casefold() for title, *_ in sheets})) < len(sheets):
            return UNREADABLE
        workbook = CalamineWorkbook.from_filelike(_stored(parts))
        if [title for title, *_ in sheets] != workbook.sheet_names:
            return UNREADABLE
        percents = _percents(parts.get(_STYLES, b""))
        answer: Answer = []
        for index, (title, part, _) in enumerate(sheets):
            if part in parts:  # a sheet with only a chart is not
                rows = workbook.get_sheet_by_index(index).to_python(skip_empty_area=False)
                answer.append((title, rows, _marks(parts[part], rows, percents)))
        return answer
    except (CalamineError, ValueError, KeyError, SyntaxError, OSError):
        return UNREADABLE


def _stored(parts: dict[str, bytes]) -> io.BytesIO:
    """A plain zip without compression: the reader sees exactly the bytes that the guard saw."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    buffer.seek(0)
    return buffer


def sheet_parts(parts: dict[str, bytes]) -> list[tuple[str, str, str]]:
    """The sheets in the order of the workbook: name, part and state (`visible` or hidden in some way).

    Raises ValueError or KeyError when they do not fit.
    """
    _targets(parts[_ROOT], "")
    relations = _targets(parts[_RELATIONS], "xl")
    parser: ElementTree.XMLPullParser[ElementTree.Element] = ElementTree.XMLPullParser(["start"])
    # What follows the list of sheets is long and says nothing about it: a name for every cell to fill in.
    parser.feed(parts[_WORKBOOK].partition(b"<definedNames")[0])
    return [
        (
            element.get("name", ""),
            relations[element.get(_RELATION) or element.get(_STRICT_RELATION) or ""],
            element.get("state", "visible"),
        )
        for element in (event[-1] for event in parser.read_events())
        if isinstance(element, ElementTree.Element) and element.tag.rpartition("}")[2] == "sheet"
    ]


def _targets(content: bytes, folder: str) -> dict[str, str]:
    """The parts that a part refers to, by id. Raises ValueError when another program would read another part."""
    found: dict[str, str] = {}
    for item in ElementTree.fromstring(content):  # noqa: S314 - behind the guard
        target = posixpath.normpath(posixpath.join(folder, item.get("Target", ""))).lstrip("/")
        if _BY_NAME.get(item.get("Type", "").rpartition("/")[2], target.lower()) != target.lower():
            raise ValueError(f"not where the reader looks: {target[:60]}")
        found[item.get("Id", "")] = target
    return found


def _percents(styles: bytes) -> frozenset[str]:
    """The numbers of the cell formats that show a number as a percentage."""
    if b"%" not in styles and b'numFmtId="9"' not in styles and b'numFmtId="10"' not in styles:
        return frozenset()
    root = ElementTree.fromstring(styles)  # noqa: S314 - behind the guard
    shown = {item.get("numFmtId") for item in root.iter() if "%" in _QUOTED.sub("", item.get("formatCode", ""))}
    formats = next((item for item in root if item.tag.rpartition("}")[2] == "cellXfs"), ())
    return frozenset(str(index) for index, item in enumerate(formats) if item.get("numFmtId") in {*shown, "9", "10"})


def _marks(content: bytes, rows: Sequence[Sequence[object]], percents: frozenset[str]) -> Marks:
    """The marks of one sheet, by byte searches when it is written as Excel and LibreOffice write it."""
    begin, finish = content.find(b"<sheetData"), content.rfind(b"</sheetData>")
    data = content[begin:finish]
    if begin < 0 or percents or b":f" in data or b":c" in data or b"='" in data:
        return _parsed_marks(content, rows, percents)
    found = _FORMULA.findall(data) if b"<f" in data else []
    errors = _ERROR.findall(data) if b't="e"' in data else ()
    # An array formula or data table fills more cells than its own; both name their range.
    if len(found) != data.count(b"<f") or len(errors) != data.count(b't="e"') or (found and b" ref=" in data):
        return _parsed_marks(content, rows, percents)
    return (
        {_position(name.decode("ascii")) for name in found},
        {_position(name.decode("ascii")): text.decode("utf-8", "replace") for name, text in errors},
        set(),
    )


def _parsed_marks(content: bytes, rows: Sequence[Sequence[object]], percents: frozenset[str]) -> Marks:
    """The same by a real parser, for every other way of writing. Raises SyntaxError for broken XML."""
    formulas: set[Position] = set()
    arrays: list[Area] = []
    errors: dict[Position, str] = {}
    shown: set[Position] = set()
    row = column = -1
    for event, element in ElementTree.iterparse(io.BytesIO(content), ("start", "end")):  # noqa: S314
        local = element.tag.rpartition("}")[2]
        place = element.get("r", "")
        if event == "end":
            if local == "c" and element.get("t") == "e":
                values = (child.text or "" for child in element if child.tag.rpartition("}")[2] == "v")
                errors[row, column] = "".join(values)
            if local != "v":
                element.clear()
        elif local == "row":
            row, column = int(place) - 1 if place.isdigit() else row + 1, -1
        elif local == "c":
            row, column = _position(place) if place else (row, column + 1)
            if element.get("s") in percents:
                shown.add((row, column))
        elif local == "f":
            formulas.add((row, column))
            if element.get("t") in ("array", "dataTable") and "ref" in element.attrib:
                first, _, last = element.attrib["ref"].partition(":")
                arrays.append((*_position(first), *_position(last or first)))
    # Here and not by who asked: a file may hold many large areas, and this process is stopped in time.
    for top, left, bottom, right in arrays:
        for row, line in enumerate(rows[top : bottom + 1], top):
            for column, value in enumerate(line[left : right + 1], left):
                if value != "" or (row, column) in errors:
                    formulas.add((row, column))
    return formulas, errors, shown


def _position(name: str) -> Position:
    """`C14` as (13, 2). Raises ValueError for anything else."""
    match = _REFERENCE.fullmatch(name.strip())
    if match is None:
        raise ValueError(f"no cell: {name[:20]}")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def main() -> None:
    """Answer requests until the input closes."""
    gc.disable()  # what is built here has no cycles, and looking for them costs a third of the time
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    while True:
        try:
            parts = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent
        except EOFError:
            return
        pickle.dump(read_parts(parts), sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
        sys.stdout.buffer.flush()
