"""What happened to a sheet that is not as we sent it: rows removed, moved, added; cells changed.

Rows are recognised by their locked texts and numbers. The largest set of rows that kept their order is
taken as standing still, so one removed row does not make every row below it a difference.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from decimal import Decimal

from procure_ai.documents.tables import Cell, CellValue, ReadSheet, Sheet, cell_name
from procure_ai.excel.common import clean_text, is_blank, number, same_value, short

Difference = tuple[str, str, str]  # code, sentence, cell
Key = tuple[tuple[int, str | Decimal | bool], ...]

_MOST = 25


def explain(sheet: Sheet, back: ReadSheet) -> tuple[list[Difference], bool]:
    """The differences of one sheet, and whether rows no longer stand where they stood."""
    keys = [_key(sheet, row) for row in range(len(sheet.rows))]
    went = _where_rows_went(keys, back)
    kept = _in_order(went)
    found: list[Difference] = []
    standing: dict[int, int] = {}
    shift = 0
    for row, key in enumerate(keys):
        here = kept.get(row, row + shift)
        shift = here - row if row in kept else shift
        taken = here in went.values() if key and row not in went else False
        if row in kept or not key:
            standing[row] = here
        elif row in went:
            message = f"Rij {row + 1}{_subject(key)} staat nu op rij {went[row] + 1}."
            found.append(("A106", message, cell_name(went[row], 0)))
        elif taken or not _resembles(key, back, here):
            message = f"Rij {row + 1}{_subject(key)} is verwijderd."
            found.append(("A105", message, cell_name(row, 0)))
        else:
            standing[row] = here
    known = {*standing.values(), *went.values()}
    last = max(known, default=0)
    for row in sorted({row for row, _ in back.cells if row < last} - known):
        found.append(("A112", f"Rij {row + 1} is toegevoegd.", cell_name(row, 0)))
    for row, here in standing.items():
        for column, cell in enumerate(sheet.rows[row].cells):
            if cell is not None and not cell.style.is_input:
                found += _changed(cell, back, here, column)
    if len(found) > _MOST:
        rest = len(found) - _MOST
        found = [*found[:_MOST], ("A107", f"Op dit blad zijn nog {rest} andere verschillen.", "")]
    return found, any(here != row for row, here in went.items())


def _key(sheet: Sheet, row: int) -> Key:
    """What makes a row of the form recognisable: its locked texts and numbers."""
    return tuple(
        (column, _plain(cell.value))
        for column, cell in enumerate(sheet.rows[row].cells)
        if cell and not cell.style.is_input and not cell.formula and not is_blank(cell.value)
    )


def _plain(value: CellValue) -> str | Decimal | bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | Decimal):
        return number(value)
    return clean_text(value or "").rstrip()


def _where_rows_went(keys: list[Key], back: ReadSheet) -> dict[int, int]:
    """For every recognisable row of the form the row where it stands now; missing rows are left out."""
    places: dict[tuple[int, object], list[int]] = defaultdict(list)
    for (row, column), cell in back.cells.items():
        places[column, _plain(cell.value)].append(row)
    went: dict[int, int] = {}
    used: set[int] = set()
    shift = 0
    for row, key in enumerate(keys):
        if not key:
            continue
        fitting = set.intersection(*(set(places.get(item, ())) for item in key)) - used
        if fitting:
            place = min(fitting, key=lambda place: (abs(place - row - shift), place))
            went[row] = place
            used.add(place)
            shift = place - row
    return went


def _in_order(went: dict[int, int]) -> dict[int, int]:
    """The longest series of rows that kept their order; what is not in it was moved."""
    ends: list[int] = []  # the lowest place at which a series of each length ends
    tails: list[int] = []
    before: dict[int, int | None] = {}
    for row in sorted(went):
        at = bisect_left(ends, went[row])
        before[row] = tails[at - 1] if at else None
        ends[at : at + 1] = [went[row]]
        tails[at : at + 1] = [row]
    kept: dict[int, int] = {}
    row_now: int | None = tails[-1] if tails else None
    while row_now is not None:
        kept[row_now] = went[row_now]
        row_now = before[row_now]
    return kept


def _resembles(key: Key, back: ReadSheet, here: int) -> bool:
    """Whether the row found there has one of the locked cells of this row, or something in each."""
    cells = [(value, back.cells.get((here, column))) for column, value in key]
    same = any(cell is not None and same_value(value, cell.value) for value, cell in cells)
    return same or all(cell is not None for _, cell in cells)


def _changed(cell: Cell, back: ReadSheet, row: int, column: int) -> list[Difference]:
    now = back.cells.get((row, column))
    value = now.value if now else ""
    name = cell_name(row, column)
    if cell.formula:
        if now is None or not now.formula:
            return [("A108", f"De berekening in deze cel is vervangen door '{short(value)}'.", name)]
    elif now is not None and now.formula:
        return [("A107", "In deze vaste cel staat nu een formule.", name)]
    elif not same_value(cell.value, value):
        old = short("" if cell.value is None else cell.value)
        if value == "":
            return [("A107", f"De vaste tekst '{old}' is weg.", name)]
        return [("A107", f"De vaste tekst '{old}' is gewijzigd in '{short(value)}'.", name)]
    return []


def _subject(key: Key) -> str:
    texts = " ".join(value for _, value in key if isinstance(value, str))
    return f" ({short(texts, 50)})" if texts else ""
