"""Workbooks out and in: written, read back against what was sent, findings placed at sheet and cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from procure_ai.documents.tables import Workbook, cell_name, input_cells
from procure_ai.findings import Finding, raise_errors
from procure_ai.forms.context import CellInput


def write_book(workbook: Workbook) -> bytes:
    """The bytes of a workbook."""
    from procure_ai import excel

    return excel.write(workbook)


def read_book(sent: Workbook, content: bytes, name: str) -> tuple[Mapping[str, CellInput], tuple[Finding, ...]]:
    """The filled-in values of a returned workbook. Raises `Refused` when it is not the one that was sent."""
    from procure_ai import excel

    returned = excel.read(content, name)
    changed = raise_errors(excel.compare(sent, returned, content))
    values, wrong = excel.inputs(sent, returned)
    return values, (*changed, *raise_errors(wrong))


def located(findings: Iterable[Finding], sent: Workbook) -> tuple[Finding, ...]:
    """Findings that name an input cell get its sheet and cell, as the user sees them."""
    places = {cell.name: (sheet.name, cell_name(row, column)) for sheet, row, column, cell in input_cells(sent)}
    result: list[Finding] = []
    for item in findings:
        if item.place.key in places:
            sheet, cell = places[item.place.key]
            result.append(replace(item, place=replace(item.place, sheet=sheet, cell=cell, key="")))
        else:
            result.append(item)
    return tuple(result)
