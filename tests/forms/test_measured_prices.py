"""A measured price line: the tenderer fills in a price and a count, and the sheet makes the unit price."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from forms_case import LINES, PRICES, context, page, recalculated

from procure_ai.documents.tables import Cell, Sheet, cells_of, input_cells
from procure_ai.evaluation import Refusal
from procure_ai.excel.compare import compare
from procure_ai.excel.inputs import inputs
from procure_ai.excel.read import read
from procure_ai.excel.recalculate import differences
from procure_ai.excel.write import write
from procure_ai.forms import price_sheet
from procure_ai.forms.context import CellInput, Context, cell_key, prefilled
from procure_ai.forms.reading import located
from procure_ai.forms.worked_example import example
from procure_ai.procedure.price_sheet import PriceSheet

RULE = {
    "reference": "Referentieset 1.0", "questions": "200", "counts": "tokens in de uitvoer", "price_per": "1000000",
    "per": "1000",
}  # fmt: skip
LINE: dict[str, Any] = {
    "id": "model-out", "title": "Antwoorden", "unit": "per 1.000 referentievragen", "kind": "recurring",
    "quantities": {"a": "60", "b": "150"}, "max": "2", "measured": RULE,
}  # fmt: skip
GIVEN = {**PRICES, "model-out": Decimal(8)}
COUNTS = {"model-out": Decimal(31000)}


def measured() -> Context:
    """The procedure of the forms with a measured line between the others."""
    found = context()
    content = {**found.model.price_sheet.model_dump(mode="python"), "lines": (LINES[0], LINE, *LINES[1:])}
    sheet = PriceSheet.model_validate(content)
    return replace(found, model=found.model.model_copy(update={"price_sheet": sheet}))


CONTEXT = measured()
SENT = price_sheet.build(CONTEXT, page("price-sheet"))
FILLED = price_sheet.filled(CONTEXT, page("price-sheet"), GIVEN, "Parlando", COUNTS)


def row_of(start: str) -> list[Cell | None]:
    """The first row of the sheet *Prijzen* whose first cell starts so."""
    sheet: Sheet = SENT.sheets[1]
    first = next(row for row, column, cell in cells_of(sheet) if column == 0 and str(cell.value).startswith(start))
    return list(sheet.rows[first].cells)


def values(**changes: CellInput) -> dict[str, CellInput]:
    """What a tenderer fills in, with `price` and `count` of the measured line changed."""
    filled: dict[str, CellInput] = {cell_key("price", line): price for line, price in GIVEN.items()}
    filled |= {cell_key("count", "model-out"): Decimal(31000), cell_key("tenderer", "name"): "Parlando"}
    return filled | {cell_key(part, "model-out"): value for part, value in changes.items()}


def test_the_sheet_says_how_the_unit_price_is_made() -> None:
    names = [cell.name for *_, cell in input_cells(SENT)]
    assert names.index(cell_key("price", "model-out")) == names.index(cell_key("count", "model-out")) - 1
    price, count = row_of("Antwoorden: uw prijs voor 1.000.000 tokens"), row_of("Antwoorden: aantal tokens")
    assert price[5] and count[5] and count[8]
    assert [price[5].name, count[5].name] == [cell_key("price", "model-out"), cell_key("count", "model-out")]
    assert str(count[8].value) == "Tel met: Referentieset 1.0."
    unit = SENT.sheets[1].rows[12].cells
    assert unit[0] and unit[5] and unit[8]
    assert unit[0].value == "Antwoorden"
    assert unit[5].formula == "=F11*F12*1000/(1000000*200)"
    assert str(unit[8].value).endswith("Prijs per eenheid = uw prijs × uw aantal × 1.000 / 200.000.000.")


def test_the_stored_results_are_exact() -> None:
    # 31000 / 200 = 155 tokens per question, 155000 per 1000; 8 * 0.155 = 1.24 per 1000 questions
    stored = {cell.formula: cell.value for _, _, cell in cells_of(FILLED.sheets[1]) if cell.formula}
    assert stored["=F11*F12*1000/(1000000*200)"] == Decimal("1.24")
    # without this line 11577.06 (see test_answer_form); 1.24 * 4 * (60% * 60 + 40% * 150) = 476.16 more
    assert Decimal("12053.22") in stored.values()
    assert FILLED.identity == SENT.identity


def test_it_comes_back_through_a_file() -> None:
    back = read(write(prefilled(SENT, values().items())), "p.xlsx")
    assert compare(SENT, back) == ()
    given, problems = inputs(SENT, back)
    assert problems == ()
    found, findings = price_sheet.read(CONTEXT, "parlando", given, "p.xlsx")
    assert findings == ()
    assert found is not None
    assert dict(found.unit_prices) == {**PRICES, "model-out": Decimal("1.24")}


@pytest.mark.office
def test_another_program_computes_what_we_stored() -> None:
    books = {"empty": SENT, "filled": FILLED}
    for name, data in recalculated(books).items():
        assert differences(books[name], data, 10) == (), name


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"count": ""}, [("A360", "count")]),
        ({"count": "veel"}, [("A360", "count")]),
        ({"count": True}, [("A360", "count")]),
        ({"count": Decimal(0)}, [("A360", "count")]),
        ({"count": Decimal(-5)}, [("A360", "count")]),
        ({"count": Decimal("31000.5")}, [("A360", "count")]),
        ({"price": Decimal("8.0000001")}, [("A361", "price")]),
        ({"price": ""}, [("A320", "price")]),
        ({"price": "", "count": ""}, [("A320", "price"), ("A360", "count")]),
        ({"price": "acht"}, [("A321", "price")]),
        ({"price": Decimal(-8)}, [("A322", "price")]),
        ({"price": Decimal(0)}, [("A323", "price")]),
        ({"price": Decimal(13)}, [("A325", "price")]),  # 13 * 0.155 = 2.015, over the cap of 2
    ],
)
def test_what_cannot_be_used_is_found_at_its_cell(
    changes: dict[str, CellInput], expected: list[tuple[str, str]]
) -> None:
    found, findings = price_sheet.read(CONTEXT, "parlando", values(**changes), "p.xlsx")
    assert found is None
    assert sorted((item.code, item.place.key) for item in findings) == [
        (code, cell_key(part, "model-out")) for code, part in expected
    ]
    assert all(item.place.sheet == "Prijzen" and item.place.cell for item in located(findings, SENT))


def test_a_price_below_the_cap_that_looks_above_it_is_fine() -> None:
    """The cap of 2 is for 1.000 questions, not for the price of a million tokens."""
    found, findings = price_sheet.read(CONTEXT, "parlando", values(price=Decimal("12.90")), "p.xlsx")
    assert findings == ()
    assert found is not None
    assert found.unit_prices["model-out"] == Decimal("1.9995")


def test_filled_needs_the_count() -> None:
    with pytest.raises(Refusal, match="count_not_usable:model-out"):
        price_sheet.filled(CONTEXT, page("price-sheet"), GIVEN, "Parlando")


def test_the_worked_example_takes_a_measured_line() -> None:
    assert example(CONTEXT.model.price_sheet, CONTEXT.model.method)
