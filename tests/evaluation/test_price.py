"""The price sheet, on figures worked out by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from procure_ai.casefile.simulation import simulate
from procure_ai.evaluation import Refusal, comparison_price, price_problems
from procure_ai.evaluation.price import measured_price
from procure_ai.files.strict_yaml import parse, raw
from procure_ai.procedure.price_sheet import BuyerCost, Measured, PriceSheet, Scenario, SheetLine

SHEET: dict[str, Any] = {
    "years": "5",
    "vat": "excluded",
    "decimals": "2",
    "scenarios": [
        {"id": "low", "title": "Weinig gebruik", "weight": "25"},
        {"id": "mid", "title": "Verwacht gebruik", "weight": "50"},
        {"id": "high", "title": "Veel gebruik", "weight": "25"},
    ],
    "lines": [
        {
            "id": "setup",
            "title": "Inrichting",
            "unit": "eenmalig",
            "kind": "one-off",
            "quantities": {"low": "1", "mid": "1", "high": "1"},
            "max": "20000",
        },
        {
            "id": "seat",
            "title": "Gebruiker",
            "unit": "gebruiker per jaar",
            "kind": "recurring",
            "quantities": {"low": "100", "mid": "250", "high": "1000"},
        },
        {
            "id": "tokens",
            "title": "Tokens",
            "unit": "miljoen tokens",
            "kind": "recurring",
            "quantities": {"low": "400", "mid": "1500.5", "high": "9000"},
            "min": "0.50",
        },
        {
            "id": "licence",
            "title": "Licentie model",
            "unit": "per jaar",
            "kind": "recurring",
            "quantities": {"low": "1", "mid": "1", "high": "1"},
            "zero_allowed": "yes",
        },
    ],
    "buyer_costs": [{"id": "hosting", "title": "Eigen rekencentrum", "amount": "7500"}],
}
PRICES = {
    name: Decimal(text) for name, text in {"setup": "12000", "seat": "96.40", "tokens": "2.335", "licence": "0"}.items()
}


def sheet(**changes: Any) -> PriceSheet:
    return PriceSheet.model_validate({**SHEET, **changes})


def code(prices: dict[str, Any], of: PriceSheet | None = None) -> str:
    with pytest.raises(Refusal) as caught:
        comparison_price(of or sheet(), prices)
    return caught.value.code


def test_three_scenarios_over_five_years_with_a_licence_at_zero() -> None:
    result = comparison_price(sheet(), PRICES)
    # seat:   96.40 * 100 * 5  =  48200    96.40 * 250 * 5    = 120500       96.40 * 1000 * 5 = 482000
    # tokens: 2.335 * 400 * 5  =   4670    2.335 * 1500.5 * 5 =  17518.3375  2.335 * 9000 * 5 = 105075
    # setup 12000 once, licence 0, own hosting 7500
    assert {name: str(value.shown) for name, value in result.amounts["tokens"].items()} == {
        "low": "4670.0000",
        "mid": "17518.3375",
        "high": "105075.0000",
    }
    assert str(result.amounts["setup"]["high"].shown) == "12000.0000"
    assert str(result.amounts["licence"]["mid"].shown) == "0.0000"
    assert {name: str(value.shown) for name, value in result.totals.items()} == {
        "low": "72370.0000",  # 48200 + 4670 + 12000 + 7500
        "mid": "157518.3375",  # 120500 + 17518.3375 + 12000 + 7500
        "high": "606575.0000",  # 482000 + 105075 + 12000 + 7500
    }
    # 0.25 * 72370 + 0.5 * 157518.3375 + 0.25 * 606575 = 18092.50 + 78759.16875 + 151643.75
    assert str(result.weighted.rounded(5)) == "248495.41875"
    assert str(result.comparison_price) == "248495.42"


def test_rounded_once_and_half_up() -> None:
    one = {"id": "a", "title": "", "unit": "stuk", "kind": "one-off", "quantities": {"all": "0.5"}}
    small = sheet(
        scenarios=[{"id": "all", "title": "", "weight": "100"}], lines=[one, {**one, "id": "b"}], buyer_costs=[]
    )
    # 0.5 * 0.01 + 0.5 * 0.02 = 0.015 -> 0.02 (half even would agree; 0.025 -> 0.03 tells them apart)
    # 0.5 * 0.01 + 0.5 * 0.01 = 0.01, where rounding each line first would give 0.02
    for a, b, expected in (("0.01", "0.02", "0.02"), ("0.01", "0.04", "0.03"), ("0.01", "0.01", "0.01")):
        result = comparison_price(small, {"a": Decimal(a), "b": Decimal(b)})
        assert str(result.comparison_price) == expected


def test_an_optional_line_counts_only_where_announced() -> None:
    option = {**SHEET["lines"][0], "id": "option", "optional": "yes"}
    counted = sheet(lines=[*SHEET["lines"], option])
    shown = sheet(lines=[*SHEET["lines"], {**option, "counted": "no"}])
    prices = {**PRICES, "option": Decimal("1000")}
    assert str(comparison_price(counted, prices).comparison_price) == "249495.42"
    result = comparison_price(shown, prices)
    assert str(result.comparison_price) == "248495.42"
    assert str(result.amounts["option"]["low"].shown) == "1000.0000"
    assert code(PRICES, shown) == "missing_price:option"


@pytest.mark.parametrize(
    ("line", "value", "expected"),
    [
        ("seat", None, "missing_price:seat"),
        ("seat", Decimal("-0.01"), "negative_price:seat"),
        ("seat", Decimal("0.00"), "zero_price_not_allowed:seat"),
        ("tokens", Decimal("0.49"), "price_below_minimum:tokens"),
        ("setup", Decimal("20000.01"), "price_above_maximum:setup"),
        ("seat", Decimal("NaN"), "not_a_number:seat"),
        ("seat", 96.4, "not_a_number:seat"),
        ("extra", Decimal("1"), "unknown_line:extra"),
    ],
)
def test_a_price_that_cannot_count_is_refused(line: str, value: Any, expected: str) -> None:
    assert code({**PRICES, line: value}) == expected


def test_bounds_are_included() -> None:
    edges = {**PRICES, "setup": Decimal("20000"), "tokens": Decimal("0.50")}
    assert price_problems(sheet(), edges) == ()


def test_every_problem_is_listed() -> None:
    assert price_problems(sheet(), {"setup": Decimal("30000"), "x": Decimal(1), "seat": Decimal(-1)}) == (
        "price_above_maximum:setup",
        "negative_price:seat",
        "missing_price:tokens",
        "missing_price:licence",
        "unknown_line:x",
    )


def test_built_in_code_with_decimals() -> None:
    built = PriceSheet(
        years=2,
        vat="included",
        decimals=0,
        scenarios=(Scenario(id="s", title="Enig", weight=Decimal(100)),),
        lines=(SheetLine(id="l", title="Uur", unit="uur", kind="recurring", quantities={"s": Decimal("1.5")}),),
        buyer_costs=(BuyerCost(id="c", title="Beheer", amount=Decimal("0.5")),),
    )
    # 3 * 1.5 * 2 + 0.5 = 9.5 -> 10
    assert comparison_price(built, {"l": Decimal(3)}).comparison_price == 10
    assert PriceSheet.model_validate_json(built.model_dump_json()) == built


LINE = SHEET["lines"][0]
RULE = {"reference": "R", "questions": "200", "counts": "tokens", "price_per": "1000000", "per": "1000"}


@pytest.mark.parametrize(
    "changes",
    [
        {"years": "0"},
        {"vat": "unknown"},
        {"scenarios": SHEET["scenarios"][:2]},
        {"scenarios": [{"id": "low", "title": "", "weight": "50"}] * 2},
        {"lines": []},
        {"lines": [LINE, LINE]},
        {"lines": [{**LINE, "quantities": {"low": "1", "mid": "1"}}]},
        {"lines": [{**LINE, "quantities": {"low": "1", "mid": "1", "high": "-1"}}]},
        {"lines": [{**LINE, "min": "20001"}]},
        {"lines": [{**LINE, "counted": "no"}]},
        {"lines": [{**LINE, "zero_allowed": "yes", "min": "1"}]},
        {"lines": [{**LINE, "min": "0"}]},
        {"lines": [{**LINE, "max": "0"}]},
        {"lines": [{**LINE, "quantities": {"low": "0", "mid": "0", "high": "0"}}]},
        {"lines": [{**LINE, "measured": {**RULE, "questions": "300"}}]},
        {"lines": [{**LINE, "measured": {**RULE, "questions": "0"}}]},
        {"lines": [{**LINE, "measured": {**RULE, "price_per": "10"}}]},
        {"lines": [{**LINE, "measured": {**RULE, "reference": ""}}]},
        {"buyer_costs": [{"id": "c", "title": "", "amount": "-1"}]},
    ],
)
def test_a_sheet_that_contradicts_itself_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        sheet(**changes)


# --- the vectors ------------------------------------------------------------------------------------

FILE = Path(__file__).parent / "price-vectors.yaml"
VECTORS: Any = raw(parse(FILE.read_text(encoding="utf-8"), FILE.name, flow=True))
CASES = {case["id"]: case for case in VECTORS["cases"]}


def offered(of: PriceSheet, offer: Mapping[str, Any]) -> dict[str, Decimal]:
    """The unit prices of an offer, those of the measured lines made."""
    prices = {line: Decimal(price) for line, price in offer["prices"].items()}
    counts = {line: Decimal(count) for line, count in offer.get("counts", {}).items()}
    made = {line.id: measured_price(line, prices[line.id], counts.get(line.id)) for line in of.lines if line.measured}
    return {**prices, **made}


@pytest.mark.parametrize("name", CASES)
def test_vector(name: str) -> None:
    case = CASES[name]
    of = PriceSheet.model_validate(case["sheet"])
    assert case["offers"].keys() == case["expected"].keys()
    for tender, offer in case["offers"].items():
        result = comparison_price(of, offered(of, offer))
        assert {
            "totals": {scenario: str(total.shown) for scenario, total in result.totals.items()},
            "weighted": str(result.weighted.shown),
            "comparison_price": str(result.comparison_price),
        } == case["expected"][tender]


@pytest.mark.parametrize("number", range(len(VECTORS["refused"])))
def test_refused_vector(number: int) -> None:
    case = VECTORS["refused"][number]
    of = PriceSheet.model_validate(CASES[case["of"]]["sheet"])
    try:
        prices = offered(of, case)
    except Refusal as refusal:
        assert [refusal.code] == list(case["codes"])
        return
    assert price_problems(of, prices) == tuple(case["codes"])
    assert code(prices, of) == case["codes"][0]


def test_simulate_gives_the_same_price_for_every_vector(tmp_path: Path) -> None:
    asked = [{key: case[key] for key in ("id", "method", "tenders")} for case in CASES.values()]
    path = tmp_path / "cases.json"
    path.write_text(json.dumps({"cases": asked}), "utf-8")
    found = simulate(path)
    assert found.keys() == CASES.keys()
    for name, case in CASES.items():
        got = {tender: shown["assessed_price"] for tender, shown in found[name]["tenders"].items()}
        assert got == {tender: expected["weighted"] for tender, expected in case["expected"].items()}


def test_a_unit_price_of_many_decimals_is_still_exact() -> None:
    rule = Measured(reference="R", questions=8192, counts="tokens", price_per=1_000_000, per=1)
    line = SheetLine(id="l", title="", unit="", kind="one-off", quantities={"s": Decimal(1)}, measured=rule)
    made = measured_price(line, Decimal("999999.999999"), Decimal(10**15 - 1))
    assert Fraction(made) == Fraction(999999999999, 10**6) * (10**15 - 1) / (10**6 * 8192)
    with pytest.raises(Refusal, match="not_measured:l"):
        measured_price(line.model_copy(update={"measured": None}), Decimal(1), Decimal(1))
