"""Refusals, groups, panels, rounding, ties and removal, beyond what the vectors show."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from pydantic import ValidationError

from procure_ai.evaluation import Method, Outcome, Refusal, Tender, as_expected, evaluate, leaves, without
from procure_ai.evaluation.method import Criterion

Q = {"criteria": [{"id": "q", "max_points": "60"}]}
LOWEST = {"combine": "points_sum", "weights": {"price": "40"}, "price": {"formula": "lowest_ratio"}}


def rank(method: dict[str, Any], *tenders: dict[str, Any], draw: tuple[str, ...] = ()) -> Outcome:
    return evaluate(Method.model_validate(method), [Tender.model_validate(t) for t in tenders], draw)


def refused(method: dict[str, Any], *tenders: dict[str, Any], draw: tuple[str, ...] = ()) -> str:
    with pytest.raises(Refusal) as caught:
        rank(method, *tenders, draw=draw)
    assert as_expected(caught.value) == {"refused": caught.value.code, "winner": None}
    return caught.value.code


def points_sum(**quality: Any) -> dict[str, Any]:
    return {"combine": "points_sum", "quality": {**Q, **quality}}


@pytest.mark.parametrize(
    ("method", "code"),
    [
        ({**LOWEST, "combine": "superformula"}, "unsupported:combine:superformula"),
        ({**LOWEST, "price": {"formula": "superformula"}}, "unsupported:price.formula:superformula"),
        ({**LOWEST, "price": {"formula": "lowest_ratio", "clamp": "x"}}, "unsupported:price.clamp:x"),
        (points_sum(missing="mean"), "unsupported:quality.missing:mean"),
        (points_sum(not_applicable="drop"), "unsupported:quality.not_applicable:drop"),
        (points_sum(normalise="z"), "unsupported:quality.normalise:z"),
        ({**points_sum(), "panel": {"rule": "median"}}, "unsupported:panel.rule:median"),
        ({**points_sum(), "tie_break": ["coin"]}, "unsupported:tie_break:coin"),
        (
            {**points_sum(), "rounding": {"stage": "end", "decimals": 2, "mode": "half_up"}},
            "unsupported:rounding.stage:end",
        ),
        (
            {**points_sum(), "rounding": {"stage": "total", "decimals": 2, "mode": "down"}},
            "unsupported:rounding.mode:down",
        ),
    ],
)
def test_an_unsupported_name_is_refused_by_name(method: dict[str, Any], code: str) -> None:
    assert refused(method) == code


def price(**rule: Any) -> dict[str, Any]:
    return {**LOWEST, "price": rule}


STEPS = {"id": "q", "max_points": "5", "scale_max": "10", "allowed": ["0", "2", "4", "6", "8", "10"]}


@pytest.mark.parametrize(
    ("method", "code"),
    [
        ({"combine": "points_sum"}, "missing:quality"),
        ({"combine": "fictional_price"}, "missing:quality"),
        ({"combine": "points_sum", "price": {"formula": "min_max"}}, "missing:weights.price"),
        ({**points_sum(), "weights": {"price": "40"}}, "missing:price.formula"),
        ({**LOWEST, "tie_break": ["quality"]}, "missing:quality"),
        (price(formula="log_lowest"), "missing:price.zero_at"),
        (price(formula="bandwidth", floor="1"), "missing:price.ceiling"),
        (price(formula="min_max", floor="1"), "unused:price.floor"),
        (price(formula="log_lowest", zero_at="1"), "out_of_range:price.zero_at"),
        (price(formula="bandwidth", floor="-1", ceiling="1"), "out_of_range:price.floor"),
        (price(formula="power_bandwidth", floor="1", ceiling="2", exponent="0"), "out_of_range:price.exponent"),
        (price(formula="power_bandwidth", floor="1", ceiling="2", exponent="10.5"), "out_of_range:price.exponent"),
        (price(formula="power_bandwidth", floor="1", ceiling="2", exponent="0.05"), "out_of_range:price.exponent"),
        (price(formula="bandwidth", floor="5", ceiling="9", ceiling_reject="5"), "out_of_range:price.ceiling_reject"),
        (price(formula="lowest_ratio", ceiling_reject="0"), "out_of_range:price.ceiling_reject"),
        ({**LOWEST, "weights": {"price": "-1"}}, "out_of_range:weights.price"),
        ({**LOWEST, "constant": "1"}, "unused:constant"),
        ({"combine": "ratio", "quality": Q}, "missing:constant"),
        ({"combine": "utility_index", "quality": Q}, "missing:weights.price"),
        ({**points_sum(), "combine": "fictional_price", "price": {"formula": "min_max"}}, "unused:price.formula"),
        ({**points_sum(), "weights": {"quality": "50"}}, "weights_do_not_sum"),
        ({**points_sum(), "weights_total": "61"}, "weights_do_not_sum"),
        ({**points_sum(), "knock_outs": ["a", "a"]}, "duplicate_id:a"),
        (points_sum(criteria=[{"id": "q", "max_points": "1"}] * 2), "duplicate_id:q"),
        (points_sum(criteria=[{"id": "q", "max_points": "-1"}]), "out_of_range:max_points:q"),
        (points_sum(criteria=[{"id": "q", "max_points": "0"}]), "out_of_range:scale_max:q"),
        (points_sum(criteria=[{"id": "q", "max_points": "5", "allowed": ["6"]}]), "out_of_range:allowed:q"),
        (points_sum(total_min="60.01"), "out_of_range:quality.total_min"),
        (points_sum(total_min="-1"), "out_of_range:quality.total_min"),
        (points_sum(criteria=[{"id": "q", "max_points": "5", "min_grade": "6"}]), "out_of_range:min_grade:q"),
        (points_sum(criteria=[{**STEPS, "min_grade": "7"}]), "out_of_range:min_grade:q"),
        (
            {**points_sum(criteria=[{**STEPS, "min_grade": "12"}]), "panel": {"rule": "mean"}},
            "out_of_range:min_grade:q",
        ),
    ],
)
def test_a_method_that_cannot_be_applied_is_refused(method: dict[str, Any], code: str) -> None:
    assert refused(method) == code


def test_a_mean_may_have_its_minimum_between_two_grades() -> None:
    method = {**points_sum(criteria=[{**STEPS, "min_grade": "7"}]), "panel": {"rule": "mean"}}
    grades = {"A": ["8", "6"], "B": ["6", "6"]}
    outcome = rank(method, *({"id": name, "grades": {"q": {"individual": each}}} for name, each in grades.items()))
    assert [result.status for result in outcome.tenders] == ["ranked", "invalid"]


A = {"id": "A", "grades": {"q": "30"}}


@pytest.mark.parametrize(
    ("method", "tenders", "code"),
    [
        (points_sum(), [A, A], "duplicate_id:A"),
        (points_sum(), [{"id": "A", "grades": {"q": "1", "x": "1"}}], "unknown_criterion:A:x"),
        (points_sum(), [{**A, "knock_outs": {"x": "pass"}}], "unknown_knock_out:A:x"),
        (points_sum(), [{"id": "A", "grades": {"q": "61"}}], "grade_off_scale:A:q"),
        (points_sum(), [{"id": "A", "grades": {"q": "-1"}}], "grade_off_scale:A:q"),
        (points_sum(), [{"id": "A", "grades": {"q": "n/a"}}], "grade_off_scale:A:q"),
        (points_sum(not_applicable="rescale"), [{"id": "A", "grades": {"q": "n/a"}}], "nothing_applicable:A"),
        (points_sum(), [{"id": "A", "grades": {"q": {"consensus": "6"}}}], "missing:panel.rule"),
        (points_sum(normalise="highest_gets_max"), [{"id": "A", "grades": {"q": "0"}}], "reference_quality_zero"),
        (LOWEST, [{"id": "A"}], "incomplete_dossier"),
        (LOWEST, [{"id": "A", "price": "-1"}], "negative_price:A"),
        ({**points_sum(), "combine": "ratio", "constant": "1"}, [{**A, "price": "0"}], "reference_price_zero"),
        ({**points_sum(), "panel": {"rule": "mean"}}, [{"id": "A", "grades": {"q": {}}}], "incomplete_dossier"),
        (
            {**points_sum(), "panel": {"rule": "consensus"}},
            [{"id": "A", "grades": {"q": {"individual": ["6", "8"]}}}],
            "incomplete_dossier",
        ),
    ],
)
def test_a_dossier_that_is_not_ready_is_refused(method: Any, tenders: Any, code: str) -> None:
    assert refused(method, *tenders) == code


@pytest.mark.parametrize(
    "method",
    [
        {"combine": "points_sum", "colour": "red"},
        {**LOWEST, "weights": {"price": 40}},
        {**LOWEST, "weights": {"price": 40.0}},
        {**LOWEST, "weights": {"price": "1e2"}},
        {**LOWEST, "weights": {"price": "40,5"}},
        {**LOWEST, "weights": {"price": "٤"}},
        {**LOWEST, "weights": {"price": "9" * 31}},
        {**LOWEST, "weights": {"price": Decimal("NaN")}},
        points_sum(criteria=[]),
        points_sum(criteria=[{"id": "empty"}]),
        points_sum(criteria=[{"id": "group", "max_points": "5", "criteria": Q["criteria"]}]),
    ],
)
def test_what_is_no_method_is_refused_on_reading(method: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Method.model_validate(method)


def test_a_tender_has_one_price() -> None:
    line = {"item": "seat", "quantity": "1", "unit_price": "2"}
    with pytest.raises(ValidationError):
        Tender.model_validate({"id": "A", "price": "1", "price_lines": [line]})


def test_groups_are_sums_of_their_leaves() -> None:
    group = {"id": "g", "title": "Group", "criteria": [{"id": "a", "max_points": "7"}, *Q["criteria"]]}
    method = points_sum(criteria=[group, {"id": "b", "max_points": "3", "scale_max": "10"}])
    assert [leaf.id for leaf in leaves(Method.model_validate(method))] == ["a", "q", "b"]
    assert Criterion.model_validate(group).maximum == 67
    outcome = rank(method, {"id": "A", "grades": {"a": "7", "q": "30", "b": "5"}})
    # 7 + 30 + 3 * 5 / 10 = 38.5
    assert outcome.tender("A").total is not None
    assert outcome.tender("A").criterion_points["b"].exact == Fraction(3, 2)
    assert as_expected(outcome)["tenders"]["A"]["total"] == "38.5000"


def test_every_failed_requirement_is_a_reason() -> None:
    method = {**points_sum(), "knock_outs": ["a", "b", "c"]}
    outcome = rank(method, {"id": "A", "knock_outs": {"a": "pass", "b": "fail", "c": "unanswered"}})
    assert outcome.tender("A").reasons == ("knock_out:b", "knock_out:c")
    assert as_expected(outcome) == {"tenders": {"A": {"status": "invalid", "reason": "knock_out:b"}}, "winner": None}


def test_a_knocked_out_tender_needs_no_grade_or_price() -> None:
    method = {**LOWEST, "quality": Q, "knock_outs": ["k"]}
    outcome = rank(
        method,
        {"id": "A", "knock_outs": {"k": "fail"}},
        {"id": "B", "knock_outs": {"k": "pass"}, "price": "10", "grades": {"q": "6"}},
    )
    assert outcome.winner == "B"


def test_a_ceiling_without_price_points() -> None:
    method = {**points_sum(), "price": {"ceiling_reject": "100"}}
    outcome = rank(method, {**A, "price": "100"}, {"id": "B", "price": "100.01", "grades": {"q": "60"}})
    assert outcome.winner == "A"
    assert outcome.tender("B").reason == "price_above_ceiling"
    assert outcome.tender("A").price_points is None


def test_rounded_leaf_points_always_add_up_to_the_quality_points() -> None:
    method = {
        "combine": "points_sum",
        "quality": {
            "criteria": [{"id": name, "max_points": "10", "scale_max": "3"} for name in "abc"],
            "not_applicable": "rescale",
        },
        "rounding": {"stage": "criterion", "decimals": "1", "mode": "half_up"},
    }
    outcome = rank(method, {"id": "A", "grades": {"a": "1", "b": "2", "c": "n/a"}})
    # rescaled by 30/20: a 10/3 * 1.5 = 5.0, b 20/3 * 1.5 = 10.0
    result = outcome.tender("A")
    assert {name: str(value.shown) for name, value in result.criterion_points.items()} == {
        "a": "5.0000",
        "b": "10.0000",
    }
    assert result.quality_points is not None
    assert result.quality_points.exact == 15


def test_half_even_breaks_the_tie_of_v42() -> None:
    method = {
        "combine": "points_sum",
        "quality": {"criteria": [{"id": "q", "max_points": "100"}]},
        "rounding": {"stage": "total", "decimals": 2, "mode": "half_even"},
    }
    outcome = rank(method, {"id": "A", "grades": {"q": "66.665"}}, {"id": "B", "grades": {"q": "66.67"}})
    assert outcome.winner == "B"
    total = outcome.tender("A").total
    assert total is not None
    assert str(total.shown) == "66.6600"


def test_a_figure_can_be_rounded_to_the_announced_decimals() -> None:
    method = {**LOWEST, "price": {"formula": "linear_from_lowest", "zero_at": "2"}}
    total = rank(method, {"id": "A", "price": "3"}, {"id": "B", "price": "7"}).tender("B").total
    # 40 * (6 - 7) / 3 = -13.333...
    assert total is not None
    assert total.exact == Fraction(-40, 3)
    assert [str(total.shown), str(total.rounded(1)), str(total.rounded(0))] == ["-13.3333", "-13.3", "-13"]


def test_a_logarithm_that_is_round_stays_round() -> None:
    method = {**LOWEST, "price": {"formula": "log_lowest", "zero_at": "4"}}
    total = rank(method, {"id": "A", "price": "3"}, {"id": "B", "price": "6"}).tender("B").total
    assert total is not None
    assert total.exact == 20


def test_a_broken_exponent() -> None:
    rule = {"formula": "power_bandwidth", "floor": "0", "ceiling": "4", "exponent": "0.5"}
    total = rank({**LOWEST, "price": rule}, {"id": "A", "price": "1"}).tender("A").total
    # 40 * (1 - (1/4) ** 0.5) = 20
    assert total is not None
    assert total.exact == 20


TIE = [{"id": name, "grades": {"q": "30"}} for name in "ABC"]


def test_a_draw_names_all_who_tie_and_only_those() -> None:
    method = {**points_sum(), "tie_break": ["draw"]}
    assert rank(method, *TIE, draw=("C", "A", "B")).winner == "C"
    for draw in (("C",), ("A", "B", "X"), ("A", "A", "B")):
        assert refused(method, *TIE, draw=draw) == "draw_does_not_match"


def test_a_draw_has_no_effect_without_a_tie() -> None:
    method = {**points_sum(), "tie_break": ["draw"]}
    assert rank(method, A, {"id": "B", "grades": {"q": "31"}}, draw=("A", "B")).winner == "B"


def test_after_the_drawn_winner_drops_out_the_draw_still_stands() -> None:
    method = Method.model_validate({**points_sum(), "tie_break": ["draw"]})
    tenders = [Tender.model_validate(tender) for tender in TIE]
    for rule in ("freeze", "recalculate"):
        assert without(method, tenders, {"C"}, rule, ("C", "B", "A")).winner == "B"
        assert without(method, tenders, {"C", "B"}, rule, ("C", "B", "A")).winner == "A"


def test_removal_needs_a_known_rule_and_a_known_tender() -> None:
    method, tenders = Method.model_validate(points_sum()), [Tender.model_validate(A)]
    for removed, rule, code in (("A", "ask", "unsupported:removal:ask"), ("X", "freeze", "unknown_tender:X")):
        with pytest.raises(Refusal) as caught:
            without(method, tenders, {removed}, rule)
        assert caught.value.code == code


def test_no_tenders_no_winner() -> None:
    assert as_expected(rank(LOWEST)) == {"tenders": {}, "winner": None}
