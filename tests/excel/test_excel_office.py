"""LibreOffice computes what we stored; the validators find nothing in what we write."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from excel_support import form, single

from procure_ai.documents.tables import Cell, Row, Sheet, Style, Workbook
from procure_ai.excel import compare, differences, inputs, read, write
from procure_ai.files.office import convert


def planted(workbook: Workbook, wrong: Decimal) -> Workbook:
    """The same workbook with a wrong result stored beside the last formula."""
    sheet = workbook.sheets[-1]
    cells = list(sheet.rows[-1].cells)
    last = cells[-1]
    assert last is not None
    cells[-1] = replace(last, value=wrong)
    rows = (*sheet.rows[:-1], Row(tuple(cells)))
    return replace(workbook, sheets=(*workbook.sheets[:-1], replace(sheet, rows=rows)))


@pytest.mark.office
def test_a_wrong_stored_result_is_caught_and_a_right_one_is_not() -> None:
    right = form()
    copy = convert(write(right), ".xlsx", "xlsx", recalculate=True)
    assert differences(right, copy, 2) == ()
    returned = read(copy, "bod.xlsx")
    assert compare(right, returned, copy) == ()
    assert inputs(right, returned)[0] == {"price-0": Decimal("100.25"), "price-1": Decimal(250)}

    wrong = planted(right, Decimal("1050.76"))
    copy = convert(write(wrong), ".xlsx", "xlsx", recalculate=True)
    (finding,) = differences(wrong, copy, 2)
    assert (finding.code, finding.place.sheet, finding.place.cell) == ("A201", "Prijzen & co's", "D4")
    assert finding.message == "Herberekend is dit 1050,75, maar opgeslagen is 1050,76."
    assert differences(wrong, copy, 1) == ()


@pytest.mark.office
def test_errors_texts_and_truths_are_compared_too() -> None:
    cells = (
        Cell("ja", formula='IF(1<2,"ja","nee")'),
        Cell(True, formula="1<2"),
        Cell("", formula='""'),
        Cell(Decimal(1), Style.NUMBER, formula="ONBEKEND(1)"),
        Cell("", formula="1/0"),
    )
    workbook = single(*cells)
    copy = convert(write(workbook), ".xlsx", "xlsx", recalculate=True)
    assert [item.place.cell for item in differences(workbook, copy, 2)] == ["D1", "E1"]


def samples() -> dict[str, Workbook]:
    text = single(
        Cell("<r>ruw</r>"), Cell("=1"), Cell("a & b <c> \"d\" 'e'\n\nf"), Cell(Decimal("1E+20"), Style.NUMBER)
    )
    every = Sheet("Alles", tuple(Row((Cell("tekst" if s.is_input else "x", s),)) for s in Style), (30,))
    return {"form": form(), "text": text, "styles": Workbook("Alle stijlen", (every,)), "empty": Workbook("Leeg", ())}


@pytest.mark.validators
@pytest.mark.parametrize("name", ["form", "text", "styles", "empty"])
def test_validators_find_nothing(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.xlsx"
    path.write_bytes(write(samples()[name]))
    for command in (["ooxml-validator", str(path)], ["openxml-audit", str(path)]):
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stdout + result.stderr
        assert '"ok": true' in result.stdout or "Errors: 0" in result.stdout, result.stdout
