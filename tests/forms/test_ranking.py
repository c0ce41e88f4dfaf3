"""The ranking workbook: our figures in every cell, and formulas that give the same elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from award_case import GRADES, TENDERERS, UNIT_PRICES, context, method, model, outcome, tenders
from forms_case import recalculated

from procure_ai.documents.tables import Cell, Sheet, Style, Workbook, cells_of
from procure_ai.evaluation import evaluate
from procure_ai.evaluation.model import AwardModel
from procure_ai.findings import Refused
from procure_ai.forms import ranking

MEAN = {
    name: {item: {"individual": [grade, "7", "4"]} for item, grade in found.items()} for name, found in GRADES.items()
}
ROUNDED = {"stage": "total", "decimals": "1", "mode": "half_up"}
VARIANTS: dict[str, dict[str, Any]] = {
    "bandwidth": {},
    "below floor": {"price": {"formula": "bandwidth", "floor": "2400", "ceiling": "4000", "clamp": "zero_to_max"}},
    "power": {
        "price": {"formula": "power_bandwidth", "floor": "1000", "ceiling": "4000", "exponent": "1.5", "clamp": "zero"}
    },
    "ratio, unrounded": {"price": {"formula": "lowest_ratio"}, "rounding": None},
    "linear, total": {"price": {"formula": "linear_from_lowest", "zero_at": "3", "clamp": "zero"}, "rounding": ROUNDED},
    "min-max": {"price": {"formula": "min_max"}},
    "logarithm": {"price": {"formula": "log_lowest", "zero_at": "4", "clamp": "zero"}},
    "to even": {"rounding": {"stage": "criterion", "decimals": "1", "mode": "half_even"}},
    "mean": {"panel": {"rule": "mean"}, "rounding": None},
}


def made(changes: Mapping[str, Any] | None = None, **more: Any) -> tuple[Workbook, AwardModel]:
    found = model(method(**(changes or {})))
    given = tenders(found, **more)
    return ranking.build(context(found), TENDERERS, given, UNIT_PRICES, evaluate(found.method, given)), found


def sheet(workbook: Workbook, name: str) -> Sheet:
    return next(item for item in workbook.sheets if item.name == name)


def column(found: Sheet, title: str) -> list[Cell]:
    """The cells below the header with this text."""
    row, place = next((row, column) for row, column, cell in cells_of(found) if cell.value == title)
    return [cell for number, column, cell in cells_of(found) if number > row and column == place]


def test_the_ranking_holds_the_figures_of_the_outcome() -> None:
    workbook, _ = made()
    found = sheet(workbook, "Rangorde")
    expected = outcome()
    assert [cell.value for cell in column(found, "Inschrijver")] == ["Beta U.A.", "Alfa B.V.", "Gamma N.V."]
    assert [cell.value for cell in column(found, "Rang")] == [1, 2, "geen"]
    for cell, name in zip(column(found, "Totaal"), expected.order, strict=False):
        total = expected.tender(name).total
        assert total is not None
        assert Fraction(Decimal(str(cell.value))) == total.exact
        assert cell.formula.startswith("=ROUND(")
    assert column(found, "Totaal")[2].value == "–"
    assert "minimum van 24 punten" in str(column(found, "Bijzonderheden")[2].value)
    assert column(found, "Uitslag")[0] == Cell("Voorgenomen winnaar", Style.GOOD)


def test_every_formula_has_a_result() -> None:
    for changes in VARIANTS.values():
        workbook, _ = made(changes, grades=MEAN if "panel" in changes else GRADES)
        for found in workbook.sheets:
            for _, _, cell in cells_of(found):
                assert not cell.formula or cell.value is not None


def test_a_knocked_out_tender_has_no_figures_and_its_prices_may_stay_closed() -> None:
    found = model()
    closed = {name: prices for name, prices in UNIT_PRICES.items() if name != "alfa"}
    given = tenders(found, verdicts={"alfa": "fail"}, prices=closed)
    workbook = ranking.build(context(found), TENDERERS, given, closed, evaluate(found.method, given))
    assert "niet geopend" in [cell.value for cell in column(sheet(workbook, "Prijs"), "Alfa B.V.")]
    lines = [str(cell.value) for cell in column(sheet(workbook, "Uitleg"), "Hoe de uitkomst tot stand kwam")]
    assert "De inschrijving voldoet niet aan de minimumeis “De AI kan uit”." in lines


def test_a_flag_stands_beside_the_tender_in_words() -> None:
    cheap = {**UNIT_PRICES, "beta": {"setup": Decimal(1), "use": Decimal(1), "voice": Decimal(1)}}
    found = model()
    given = tenders(found, prices=cheap)
    workbook = ranking.build(context(found), TENDERERS, given, cheap, evaluate(found.method, given))
    texts = " ".join(str(cell.value) for cell in column(sheet(workbook, "Rangorde"), "Bijzonderheden"))
    assert "abnormaal laag" in texts
    assert "bodem van de bandbreedte" in texts


def test_a_tie_that_needs_lots_names_no_winner() -> None:
    same = {name: {"dutch": "7", "help": "7", "open": "7"} for name in GRADES}
    equal = dict.fromkeys(GRADES, UNIT_PRICES["alfa"])
    found = model()
    given = tenders(found, grades=same, prices=equal)
    workbook = ranking.build(context(found), TENDERERS, given, equal, evaluate(found.method, given))
    first = sheet(workbook, "Rangorde")
    assert [cell.value for cell in column(first, "Rang")] == [1, 1, 1]
    assert any("worden geloot" in str(cell.value) for _, _, cell in cells_of(first))


def test_the_chart_says_what_it_shows() -> None:
    workbook, _ = made()
    (chart,) = sheet(workbook, "Rangorde").charts
    assert "Beta U.A.: kwaliteit 49,50" in chart.description


def test_prices_of_another_dossier_are_refused() -> None:
    other = {**UNIT_PRICES, "beta": {**UNIT_PRICES["beta"], "setup": Decimal(1)}}
    with pytest.raises(Refused) as refused:
        ranking.build(context(), TENDERERS, tenders(), other, outcome())
    assert [item.code for item in refused.value.findings] == ["E311"]


def test_a_model_that_is_no_sum_of_points_is_refused() -> None:
    quality = {"criteria": [{"id": "dutch", "max_points": "60"}], "normalise": "highest_gets_max"}
    found = model(method(quality=quality, knock_outs=[]))
    with pytest.raises(Refused) as refused:
        ranking.build(context(found), TENDERERS, tenders(), UNIT_PRICES, outcome())
    assert [item.code for item in refused.value.findings] == ["E310"]


@pytest.mark.office
def test_another_program_computes_the_same() -> None:
    from procure_ai.excel import differences

    books = {name: made(VARIANTS[name], grades=MEAN if name == "mean" else GRADES)[0] for name in VARIANTS}
    for name, data in recalculated(books).items():
        assert differences(books[name], data, 4) == (), name
        places = [(row, column) for row, column, cell in cells_of(books[name].sheets[0]) if cell.formula]
        assert differences(_planted(books[name], places[-1]), data, 4), name


def _planted(workbook: Workbook, place: tuple[int, int]) -> Workbook:
    """The workbook with one wrong stored result."""
    first, *others = workbook.sheets
    rows = list(first.rows)
    cells = list(rows[place[0]].cells)
    cell = cells[place[1]]
    assert cell is not None
    cells[place[1]] = replace(cell, value=Decimal("98.76"))
    rows[place[0]] = replace(rows[place[0]], cells=tuple(cells))
    return replace(workbook, sheets=(replace(first, rows=tuple(rows)), *others))
