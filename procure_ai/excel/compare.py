"""Is this the workbook that we sent, apart from what people were asked to fill in?

The quick check compares cell by cell and is all that an honest form needs. Only where it fails does
`explain` find out what happened.
"""

from __future__ import annotations

from procure_ai.documents.tables import ReadSheet, ReadWorkbook, Sheet, Workbook, cell_name, column_name
from procure_ai.excel.common import clean_text, is_blank, same_value, short
from procure_ai.findings import Finding, Place, Severity

_MOST = 25  # findings of one sort for one sheet; more than this helps nobody
_ASK = "Vraag de afzender het formulier opnieuw in te vullen in het bestand zoals het is verstuurd."
_LOOK = "Kijk dit zelf na in het bestand; het programma leest alleen de gele vakken."
_WHICH = "Kijk of dit het juiste bestand is, van de juiste afzender en de laatste versie."


def compare(sent: Workbook, returned: ReadWorkbook, data: bytes = b"") -> tuple[Finding, ...]:
    """Every difference outside the cells to be filled in; nothing when all is as sent.

    With the bytes of the returned file (`data`) hidden rows and merged cells are named as well, when
    something differs. A workbook with errors here must not be given to `inputs`: cells may have moved.
    """
    found = _identity(sent, returned)
    if found and not returned.identity:
        return tuple(found)
    expected = [sheet.name for sheet in sent.sheets]
    for sheet in sent.sheets:
        back = returned.sheet(sheet.name)
        if back is None:
            place = Place(file=returned.file, sheet=sheet.name)
            found.append(Finding(place, "A103", f"Het blad '{sheet.name}' ontbreekt.", _ASK))
            continue
        shifted = False
        if differs(sheet, back):
            from procure_ai.excel.explain import explain

            explained, shifted = explain(sheet, back)
            found += [_finding(sheet.name, *item) for item in explained]
        if not shifted:
            found += _outside(sheet, back)
    for extra in returned.sheets:
        if extra.name not in expected:
            message = f"Het blad '{extra.name}' hoort niet bij het formulier."
            found.append(_finding(extra.name, "A104", message, "", warning=True))
    if found and data:
        found += _hidden(expected, returned.file, data)
    return tuple(sorted(item.in_file(returned.file) for item in found))


def differs(sheet: Sheet, back: ReadSheet) -> bool:
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
                if not is_blank(cell.value):
                    return True
            elif found.formula or (found.value != cell.value and not same_value(cell.value, found.value)):
                return True
    return False


def _finding(sheet: str, code: str, message: str, cell: str, *, warning: bool = False) -> Finding:
    severity = Severity.WARNING if warning else Severity.ERROR
    return Finding(Place(sheet=sheet, cell=cell), code, message, _LOOK if warning else _ASK, severity)


def _identity(sent: Workbook, returned: ReadWorkbook) -> list[Finding]:
    """Whether this is our form at all, and the one for this case, version and person."""
    expected = {clean_text(key): clean_text(value) for key, value in sent.identity}
    if expected == returned.identity:
        return []
    if not returned.identity:
        message = "Dit is niet het formulier dat is verstuurd, of de inhoud is in een ander bestand geplakt."
        return [Finding(Place(file=returned.file), "A101", message, _ASK)]
    found = []
    for key in sorted(expected.keys() | returned.identity.keys()):
        want, got = expected.get(key, ""), returned.identity.get(key, "")
        if want != got:
            message = f"Dit formulier is een ander: '{key}' is '{short(got)}', verwacht was '{short(want)}'."
            found.append(Finding(Place(file=returned.file, key=key), "A102", message, _WHICH))
    return found


def _outside(sheet: Sheet, back: ReadSheet) -> list[Finding]:
    """What stands where we sent nothing: the program does not read it, so somebody must be told."""
    rows = sheet.rows
    extra = [
        (row, column)
        for row, column in back.cells
        if row >= len(rows) or column >= len(rows[row].cells) or rows[row].cells[column] is None
    ]
    found = []
    for place in sorted(extra)[:_MOST]:
        message = f"Buiten de vakken van het formulier staat '{short(back.cells[place].value)}'."
        found.append(_finding(sheet.name, "A109", message, cell_name(*place), warning=True))
    return found


def _hidden(names: list[str], file: str, data: bytes) -> list[Finding]:
    """Hidden rows and columns and merged cells, for a file that differs anyway."""
    from procure_ai.excel.scan import all_marks, sheet_parts
    from procure_ai.files.archive import open_archive

    parts = open_archive(data, file, kind="xlsx")
    found = []
    for name, part in sheet_parts(parts):
        if name not in names:
            continue
        marks = all_marks(parts[part])
        for row in marks.hidden_rows[:_MOST]:
            message = f"Rij {row + 1} is verborgen."
            found.append(_finding(name, "A110", message, cell_name(row, 0), warning=True))
        for first, last in marks.hidden_columns[:_MOST]:
            message = f"Kolom {column_name(first)} tot en met {column_name(last)} is verborgen."
            found.append(_finding(name, "A110", message, cell_name(0, first), warning=True))
        for top, left, bottom, right in marks.merged[:_MOST]:
            first_cell = cell_name(top, left)
            message = f"De cellen {first_cell} tot en met {cell_name(bottom, right)} zijn samengevoegd."
            found.append(_finding(name, "A111", message, first_cell))
    return found
