"""Does another program compute what we stored? Only then may people trust the figures in a workbook."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from procure_ai.documents.tables import CellValue, Workbook, cell_name, cells_of
from procure_ai.excel.common import number_text, plain, same_value, short
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
            found_cell = back.cells.get((row, column)) if back else None
            now = found_cell.value if found_cell else None
            if cell.formula and not same_value(_rounded(cell.value, decimals), _rounded(now, decimals)):
                place = Place(sheet=sheet.name, cell=cell_name(row, column), key=cell.name)
                message = f"Herberekend is dit {_shown(now)}, maar opgeslagen is {_shown(cell.value)}."
                found.append(Finding(place, "A201", message, _REMEDY))
    return tuple(sorted(found))


def _rounded(value: CellValue, decimals: int) -> CellValue:
    kept = plain(value)
    return kept.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) if isinstance(kept, Decimal) else kept


def _shown(value: CellValue) -> str:
    if value is None or value == "":
        return "niets"
    return number_text(value) if isinstance(value, Decimal) else f"'{short(value)}'"
