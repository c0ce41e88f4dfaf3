"""Is this the workbook that we sent, apart from what people were asked to fill in?

The quick check compares cell by cell and is all that an honest form needs. Only where it fails does
`explain` find out what happened.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator
from xml.etree import ElementTree

from procure_ai.documents.tables import ReadSheet, ReadWorkbook, Sheet, Workbook, cell_name, cells_of, column_name
from procure_ai.excel.common import clean_text, plain, same_value, short
from procure_ai.excel.worker import sheet_parts
from procure_ai.files.archive import open_archive
from procure_ai.findings import Finding, Place, Severity

_MOST = 25  # findings of one sort for one sheet; more than this helps nobody
_ASK = "Vraag de afzender het formulier opnieuw in te vullen in het bestand zoals het is verstuurd."
_LOOK = "Kijk dit zelf na in het bestand; het programma leest alleen de gele vakken."
_WHICH = "Kijk of dit het juiste bestand is, van de juiste afzender en de laatste versie."


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

    With the bytes of the returned file (`data`) hidden rows and merged cells are named as well, when
    something differs. A workbook with errors here must not be given to `inputs`: cells may have moved.
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
    expected = {sheet.name for sheet in sent.sheets}
    for extra in returned.sheets:
        if extra.name not in expected:
            found.append(_finding("A104", f"Het blad '{extra.name}' hoort niet bij het formulier.", extra.name))
    if found and data:
        parts = open_archive(data, returned.file, kind="xlsx")
        for name, part in sheet_parts(parts):
            if name in expected:
                found += _hidden(name, parts[part])
    return tuple(sorted(item.in_file(returned.file) for item in found))


def _finding(code: str, message: str, sheet: str, cell: str = "") -> Finding:
    place = Place(sheet=sheet, cell=cell)
    if code in ("A104", "A109", "A110"):
        return Finding(place, code, message, _LOOK, Severity.WARNING)
    return Finding(place, code, message, _ASK)


def _identity(sent: Workbook, returned: ReadWorkbook) -> Iterator[Finding]:
    """Whether this is our form at all, and the one for this case, version and person."""
    expected = {clean_text(key): clean_text(value) for key, value in sent.identity}
    if expected and not returned.identity:
        message = "Dit is niet het formulier dat is verstuurd, of de inhoud is in een ander bestand geplakt."
        yield Finding(Place(file=returned.file), "A101", message, _ASK)
        return
    for key in sorted(expected.keys() | returned.identity.keys()):
        want, got = expected.get(key, ""), returned.identity.get(key, "")
        if want != got:
            name = _NAMES.get(key, key)
            message = f"Dit formulier is een ander: {name} is '{short(got)}', verwacht was '{short(want)}'."
            yield Finding(Place(file=returned.file, key=key), "A102", message, _WHICH)


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
    """Hidden rows and columns and merged cells, for a file that differs anyway."""
    found: dict[str, list[Finding]] = defaultdict(list)
    row = 0
    for _, element in ElementTree.iterparse(io.BytesIO(content)):  # noqa: S314 - behind the guard
        kind = element.tag.rpartition("}")[2]
        hidden = element.get("hidden") in ("1", "true")
        if kind == "row":
            row = int(element.get("r") or row + 1)
            if hidden:
                found[kind].append(_finding("A110", f"Rij {row} is verborgen.", name, f"A{row}"))
        elif kind == "col" and hidden:
            first, last = (column_name(int(element.get(end) or 1) - 1) for end in ("min", "max"))
            message = f"Kolom {first} tot en met {last} is verborgen."
            found[kind].append(_finding("A110", message, name, f"{first}1"))
        elif kind == "mergeCell":
            first, _, last = short(element.get("ref", "A1")).partition(":")
            message = f"De cellen {first} tot en met {last or first} zijn samengevoegd."
            found[kind].append(_finding("A111", message, name, first))
        element.clear()
    return [item for items in found.values() for item in items[:_MOST]]
