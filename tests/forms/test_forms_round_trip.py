"""The forms through a real file: written, returned, read, and recalculated by another program."""

from __future__ import annotations

from decimal import Decimal

import pytest
from forms_case import ASSESSORS, FIELDS, PRICES, TENDERERS, TENDERS, TITLES, context, page, recalculated, scores

from procure_ai.documents.tables import Choice, Style, Workbook, cell_name, cells_of, input_cells
from procure_ai.excel.compare import compare
from procure_ai.excel.inputs import inputs
from procure_ai.excel.read import read
from procure_ai.excel.recalculate import differences
from procure_ai.excel.write import write
from procure_ai.forms import answer_form, consensus, declaration, price_sheet, requirements, scorecard
from procure_ai.forms.context import CellInput, prefilled

FORMS = {
    "answer-form": answer_form.build(context(), page("answer-form"), FIELDS, TITLES),
    "price-sheet": price_sheet.build(context(), page("price-sheet")),
    "requirements": requirements.build(context(), page("requirements-form"), TENDERS),
    "declaration": declaration.build(context(), page("declaration"), ASSESSORS[0], TENDERERS),
    "scorecard": scorecard.build(context(), page("scorecard"), ASSESSORS[0], TENDERS),
    "consensus": consensus.build(context(), page("consensus"), ASSESSORS, TENDERS, scores()),
    "consensus-mean": consensus.build(context("mean"), page("consensus"), ASSESSORS, TENDERS, scores()),
}


def everything(book: Workbook) -> dict[str, CellInput]:
    """Something sensible in every input cell."""
    values: dict[str, CellInput] = {}
    for _, _, _, cell in input_cells(book):
        if isinstance(cell.check, Choice):
            values[cell.name] = cell.check.options[0]
        elif cell.style is Style.INPUT_MONEY:
            values[cell.name] = Decimal("100.25")
        elif cell.style is Style.INPUT_DATE:
            values[cell.name] = "2027-01-20"
        else:
            values[cell.name] = f"tekst bij {cell.name}"
    return values


@pytest.mark.parametrize("name", FORMS)
def test_what_people_fill_in_comes_back(name: str) -> None:
    sent = FORMS[name]
    values = everything(sent)
    back = read(write(prefilled(sent, values.items())), f"{name}.xlsx")
    assert compare(sent, back) == ()
    assert inputs(sent, back) == (values, ())


def test_a_returned_scorecard_becomes_scores() -> None:
    sent = FORMS["scorecard"]
    back = read(write(prefilled(sent, everything(sent).items())), "s.xlsx")
    found, findings = scorecard.read(context(), ASSESSORS[0], TENDERERS, inputs(sent, back)[0], "s.xlsx")
    assert findings == ()
    assert len(found) == 9


@pytest.mark.office
def test_another_program_computes_what_we_stored() -> None:
    books = FORMS | {"price-filled": price_sheet.filled(context(), page("price-sheet"), PRICES, "Parlando")}
    for name, data in recalculated(books).items():
        assert differences(books[name], data, 10) == (), name


@pytest.mark.office
def test_the_counts_live() -> None:
    expected = {
        "answer-form": ("Lees mij", ["klaar"] * 5),
        "requirements": ("Overzicht", ["klaar"] * 3),
        "scorecard": ("Overzicht", ["klaar om te versturen"]),
        "consensus": ("Overzicht", [Decimal(0)] * 3),
    }
    filled = recalculated({name: prefilled(FORMS[name], everything(FORMS[name]).items()) for name in expected})
    for name, (sheet_name, wanted) in expected.items():
        sent = FORMS[name]
        back = read(filled[name], name).sheet(sheet_name)
        assert back is not None
        sheet = next(found for found in sent.sheets if found.name == sheet_name)
        live = [
            back.cells[row, column].value
            for row, column, cell in cells_of(sheet)
            if cell.formula and (str(cell.value).startswith("nog niet klaar") or "-(COUNTA" in cell.formula)
        ]
        assert live == wanted, (name, cell_name(0, 0))
