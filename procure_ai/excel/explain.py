"""What happened to a sheet that is not as we sent it: rows removed, moved, added; cells changed.

Rows are recognised by their locked texts and numbers. The largest set of rows that kept their order is
taken as standing still, so one removed row does not make every row below it a difference.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from itertools import takewhile

from procure_ai.documents.tables import Cell, ReadSheet, Row, Sheet, cell_name
from procure_ai.excel.common import plain, same_value, short

Difference = tuple[str, str, str]  # code, sentence, cell
_Key = tuple[tuple[int, str | Decimal | bool], ...]

_MOST, _CONTEXT = 25, 20


def explain(sheet: Sheet, back: ReadSheet) -> tuple[list[Difference], bool]:
    """The differences of one sheet, and whether rows no longer stand where they stood."""
    keys = [_key(row) for row in sheet.rows]
    went = _where_rows_went(keys, back)
    kept = _in_order(went)
    found: list[Difference] = []
    standing: dict[int, int] = {}
    shift = 0
    for row, key in enumerate(keys):
        here = went[row] if row in kept else row + shift
        shift = here - row
        texts = " ".join(value for _, value in key if isinstance(value, str))
        subject = f"Rij {row + 1} ({short(texts, 50)})" if texts else f"Rij {row + 1}"
        if row in kept or not key:
            standing[row] = here
        elif row in went:
            found.append(("A106", f"{subject} staat nu op rij {went[row] + 1}.", cell_name(went[row], 0)))
        elif here in went.values() or not _resembles(key, back, here):
            found.append(("A105", f"{subject} is verwijderd.", cell_name(row, 0)))
        else:
            standing[row] = here
    known = {*standing.values(), *went.values()}
    last = max(known, default=0)
    for row in sorted({row for row, _ in back.cells if row < last} - known):
        found.append(("A112", f"Rij {row + 1} is toegevoegd.", cell_name(row, 0)))
    shifted = any(here != row for row, here in went.items())
    if shifted and not found:  # an empty row: without this the answers below would be read one row off
        gap = min(set(range(last)) - known, default=last)
        found.append(("A112", f"Rij {gap + 1} is toegevoegd.", cell_name(gap, 0)))
    for row, here in standing.items():
        for column, cell in enumerate(sheet.rows[row].cells):
            if cell is not None and not cell.style.is_input:
                found += _changed(cell, back, here, column)
    if len(found) > _MOST:
        rest = len(found) - _MOST
        found = [*found[:_MOST], ("A107", f"Op dit blad zijn nog {rest} andere verschillen.", "")]
    return found, shifted


def _key(row: Row) -> _Key:
    """What makes a row of the form recognisable: its locked texts and numbers."""
    return tuple(
        (column, value)
        for column, cell in enumerate(row.cells)
        if cell and not cell.style.is_input and not cell.formula and (value := plain(cell.value)) != ""
    )


def _where_rows_went(keys: list[_Key], back: ReadSheet) -> dict[int, int]:
    """For every recognisable row of the form the row where it stands now; missing rows are left out."""
    places: dict[tuple[int, object], set[int]] = defaultdict(set)
    for (row, column), cell in back.cells.items():
        places[column, plain(cell.value)].add(row)
    went: dict[int, int] = {}
    shift = 0
    for row, key in enumerate(keys):
        fitting = set.intersection(*(places[item] for item in key)).difference(went.values()) if key else ()
        if fitting:
            went[row] = min(fitting, key=lambda place: (abs(place - row - shift), place))
            shift = went[row] - row
    return went


def _in_order(went: dict[int, int]) -> set[int]:
    """The longest series of rows that kept their order; what is not in it was moved."""
    ends: list[int] = []  # for a series of each length the lowest place where it ends
    series: list[tuple[int, ...]] = []  # and its rows
    for row in sorted(went):
        at = bisect_left(ends, went[row])
        ends[at : at + 1] = [went[row]]
        series[at : at + 1] = [(*(series[at - 1] if at else ()), row)]
    return set(series[-1]) if series else set()


def _resembles(key: _Key, back: ReadSheet, here: int) -> bool:
    """Whether the row found there has one of the locked cells of this row, or something in each."""
    cells = [(value, back.cells.get((here, column))) for column, value in key]
    same = any(cell is not None and same_value(value, cell.value) for value, cell in cells)
    return same or all(cell is not None for _, cell in cells)


def _changed(cell: Cell, back: ReadSheet, row: int, column: int) -> Iterator[Difference]:
    now = back.cells.get((row, column))
    value = now.value if now else ""
    name = cell_name(row, column)
    if cell.formula:
        if now is None or not now.formula:
            yield "A108", f"De berekening in deze cel is vervangen door '{short(value)}'.", name
    elif now is not None and now.formula:
        yield "A107", "In deze vaste cel staat nu een formule.", name
    elif not same_value(cell.value, value):
        old, new = _apart("" if cell.value is None else cell.value, value)
        change = "weg" if value == "" else f"gewijzigd in '{new}'" if old != new else "gewijzigd in spaties of tekens"
        yield "A107", f"De vaste tekst '{old}' is {change}.", name


def _apart(old: object, new: object) -> tuple[str, str]:
    """Two values for in a message; long texts from a little before the place where they part."""
    if isinstance(old, str) and isinstance(new, str) and new:
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
        if same > _CONTEXT:
            old, new = (f"…{text[same - _CONTEXT :]}" for text in (old, new))
    return short(old), short(new)
