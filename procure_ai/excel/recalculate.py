"""Does another program compute what we stored? Only then may people trust the figures in a workbook."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from procure_ai.documents.tables import CellValue, ReadCell, Workbook, cell_name, cells_of
from procure_ai.excel.common import number, number_text, same_value, short
from procure_ai.excel.read import read
from procure_ai.findings import Finding, Place

_REMEDY = "Gebruik deze werkmap niet en meld dit verschil; de uitkomst van het programma zelf is leidend."


def differences(sent: Workbook, recalculated: bytes, decimals: int) -> tuple[Finding, ...]:
    """Every formula of which the stored result differs from the recalculated copy.

    Numbers are compared after rounding both half up to `decimals`. Raises `Refused` when the copy
    cannot be read.
    """
    returned = read(recalculated, "herberekende kopie")
    found = []
    for sheet in sent.sheets:
        back = returned.sheet(sheet.name)
        for row, column, cell in cells_of(sheet):
            if not cell.formula:
                continue
            now = back.cells.get((row, column)) if back else None
            if not _equal(cell.value, now, decimals):
                stored, other = _shown(cell.value), _shown(now.value if now else None)
                place = Place(sheet=sheet.name, cell=cell_name(row, column), key=cell.name)
                message = f"Herberekend is dit {other}, maar opgeslagen is {stored}."
                found.append(Finding(place, "A201", message, _REMEDY))
    return tuple(sorted(found))


def _equal(stored: CellValue, now: ReadCell | None, decimals: int) -> bool:
    value = now.value if now else None
    if isinstance(stored, Decimal | int) and not isinstance(stored, bool) and isinstance(value, Decimal):
        return _rounded(number(stored), decimals) == _rounded(value, decimals)
    return same_value(stored, value)


def _rounded(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _shown(value: object) -> str:
    if value is None or value == "":
        return "niets"
    return number_text(value) if isinstance(value, Decimal) else f"'{short(value)}'"
