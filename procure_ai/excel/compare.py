"""Is this the workbook that we sent, apart from what people were asked to fill in?

The quick check compares cell by cell and is all that an honest form needs. Only where it fails does
`explain` find out what happened.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import islice
from xml.parsers import expat

from procure_ai.documents.tables import ReadSheet, ReadWorkbook, Sheet, Workbook, cell_name, cells_of, column_name
from procure_ai.excel.common import clean_text, plain, same_value, short
from procure_ai.excel.worker import sheet_parts
from procure_ai.files.archive import open_archive
from procure_ai.findings import Finding, Place, Severity

_MOST = 25  # findings of one sort for one sheet; more than this helps nobody
_ASK = "Vraag de afzender het formulier opnieuw in te vullen in het bestand zoals het is verstuurd."
_LOOK = "Kijk dit zelf na in het bestand; het programma leest alleen de gele vakken."
_WHICH = "Kijk of dit het juiste bestand is, van de juiste afzender en de laatste versie."

_TARGET = re.compile(rb'\sTarget\s*=\s*["\']([^"\']*)')
_COMMENT = re.compile(rb'<(?:[A-Za-z0-9]{1,9}:)?comment\s[^<>]*?ref="([A-Z]{1,3}[0-9]{1,7})"')
_NAMES = {
    "form": "het soort formulier",
    "procedure": "het kenmerk",
    "version": "de versie",
    "subject": "de persoon",
    "fingerprint": "de vingerafdruk",
    "record": "de vastlegging",
}


def compare(sent: Workbook, returned: ReadWorkbook, data: bytes = b"") -> tuple[Finding, ...]:
    """Every difference outside the cells to be filled in; nothing when all is as sent.

    With the bytes of the returned file (`data`) also what people see differently: hidden rows and columns,
    merged cells, remarks. A workbook with errors here must not be given to `inputs`: cells may have moved.
    """
    found = list(_identity(sent, returned))
    if found and not returned.identity:
        return tuple(found)
    for sheet in sent.sheets:
        back = returned.sheet(sheet.name)
        if back is None:
            found.append(_finding("A103", f"Het blad '{sheet.name}' ontbreekt.", sheet.name))
            continue
        shifted = False
        if _differs(sheet, back):
            from procure_ai.excel.explain import explain

            explained, shifted = explain(sheet, back)
            found += [_finding(code, message, sheet.name, cell) for code, message, cell in explained]
        if not shifted:
            found += _outside(sheet, back)
    expected = {sheet.name: sheet for sheet in sent.sheets}
    for name in [short(extra.name) for extra in returned.sheets if extra.name not in expected][:_MOST]:
        found.append(_finding("A104", f"Het blad '{name}' hoort niet bij het formulier.", name))
    if data:
        parts = open_archive(data, returned.file, kind="xlsx")
        for name, part, state in sheet_parts(parts):
            if name in expected and part in parts:
                if state != "visible":
                    found.append(_finding("A110", f"Het blad '{name}' is verborgen.", name))
                found += [*_hidden(name, parts[part]), *_remarks(expected[name], part, parts)]
    return tuple(sorted(item.in_file(returned.file) for item in found))


def _finding(code: str, message: str, sheet: str, cell: str = "") -> Finding:
    place = Place(sheet=sheet, cell=cell)
    if code in ("A104", "A109", "A110", "A111"):
        return Finding(place, code, message, _LOOK, Severity.WARNING)
    return Finding(place, code, message, _ASK)


def _identity(sent: Workbook, returned: ReadWorkbook) -> Iterator[Finding]:
    """Whether this is our form at all, and the one for this case, version and person."""
    expected = {clean_text(key): clean_text(value) for key, value in sent.identity}
    if expected and not returned.identity:
        message = "Dit is niet het formulier dat is verstuurd, of de inhoud is in een ander bestand geplakt."
        yield Finding(Place(file=returned.file), "A101", message, _ASK)
        return
    for key in [*sorted(expected), *sorted(returned.identity.keys() - expected.keys())[:_MOST]]:
        want, got = expected.get(key, ""), returned.identity.get(key, "")
        if want != got:
            name = _NAMES.get(key, short(key))
            message = f"Dit formulier is een ander: {name} is '{short(got)}', verwacht was '{short(want)}'."
            yield Finding(Place(file=returned.file, key=short(key)), "A102", message, _WHICH)


def _differs(sheet: Sheet, back: ReadSheet) -> bool:
    """Whether any locked cell does not hold what was sent. This is the quick check."""
    cells = back.cells
    for row_number, row in enumerate(sheet.rows):
        for column, cell in enumerate(row.cells):
            if cell is None or cell.style.is_input:
                continue
            found = cells.get((row_number, column))
            if cell.formula:
                if found is None or not found.formula:
                    return True
            elif found is None:
                if plain(cell.value) != "":
                    return True
            elif found.formula or (found.value != cell.value and not same_value(cell.value, found.value)):
                return True
    return False


def _outside(sheet: Sheet, back: ReadSheet) -> list[Finding]:
    """What stands where we sent nothing: the program does not read it, so somebody must be told."""
    extra = sorted(back.cells.keys() - {(row, column) for row, column, _ in cells_of(sheet)})
    return [
        _finding(
            "A109",
            f"Buiten de vakken van het formulier staat '{short(back.cells[place].value)}'.",
            sheet.name,
            cell_name(*place),
        )
        for place in extra[:_MOST]
    ]


def _hidden(name: str, content: bytes) -> list[Finding]:
    """Hidden rows and columns and merged cells; the sheet may be far larger than the form."""
    found: dict[str, list[Finding]] = defaultdict(list)
    row = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal row
        kind = tag.rpartition(":")[2]
        hidden = attributes.get("hidden") in ("1", "true")
        if kind == "row":
            row = _number(attributes.get("r"), row + 1)
        if len(found[kind]) == _MOST:
            return
        if kind == "row" and hidden:
            found[kind].append(_finding("A110", f"Rij {row} is verborgen.", name, f"A{row}"))
        elif kind == "col" and hidden:
            first, last = (column_name(_number(attributes.get(end), 1) - 1) for end in ("min", "max"))
            columns = f"Kolom {first} is" if first == last else f"De kolommen {first} tot en met {last} zijn"
            found[kind].append(_finding("A110", f"{columns} verborgen.", name, f"{first}1"))
        elif kind == "mergeCell":
            first, _, last = short(attributes.get("ref", "A1")).partition(":")
            message = f"De cellen {first} tot en met {last or first} zijn samengevoegd."
            found[kind].append(_finding("A111", message, name, first))

    parser = expat.ParserCreate()
    if b"hidden" in content or b"mergeCell" in content:  # without one of these only see that it is whole
        parser.StartElementHandler = start
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        return [_finding("A013", "Dit blad is beschadigd.", name)]
    return [item for items in found.values() for item in items]


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else otherwise


def _remarks(sheet: Sheet, part: str, parts: Mapping[str, bytes]) -> list[Finding]:
    """Remarks at cells, and drawings and text boxes (unless we drew there): words that stand in no cell."""
    folder, _, base = part.rpartition("/")
    found: list[Finding] = []
    for target in _TARGET.findall(parts.get(f"{folder}/_rels/{base}.rels", b""))[:_MOST]:
        path = posixpath.normpath(posixpath.join(folder, target.decode("utf-8"))).lstrip("/")
        for cell in islice(_COMMENT.finditer(parts.get(path, b"")), _MOST):
            found.append(_finding("A109", "Bij deze cel staat een opmerking.", sheet.name, cell[1].decode("ascii")))
        drawn = b"Anchor" in parts.get(path, b"") and path.endswith(".xml")  # a filter leaves an empty drawing
        if drawn and "/drawings/" in path and not sheet.charts:
            found.append(_finding("A109", "Op dit blad staat een afbeelding, tekening of tekstvak.", sheet.name))
    return found
