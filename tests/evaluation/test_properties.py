"""What must hold for every award, tried on invented ones."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from procure_ai.evaluation import Method, Outcome, Refusal, Tender, as_expected, evaluate, without

FORMULAS: list[dict[str, str]] = [
    {"formula": "bandwidth", "floor": "100", "ceiling": "900", "clamp": "zero_to_max"},
    {"formula": "bandwidth", "floor": "100", "ceiling": "900"},
    {"formula": "power_bandwidth", "floor": "100", "ceiling": "900", "exponent": "1.5"},
    {"formula": "lowest_ratio"},
    {"formula": "linear_from_lowest", "zero_at": "2", "clamp": "zero"},
    {"formula": "min_max"},
    {"formula": "log_lowest", "zero_at": "3"},
]
ABSOLUTE = [rule for rule in FORMULAS if "floor" in rule]
GRADES = [str(grade) for grade in range(0, 11)]


def method_with(rule: dict[str, str], scale: int = 1, **more: Any) -> Method:
    leaf = {"scale_max": "10", "allowed": GRADES}
    return Method.model_validate(
        {
            "combine": "points_sum",
            "weights": {"price": str(40 * scale)},
            "knock_outs": ["exit"],
            "price": {**rule, "ceiling_reject": "1000"},
            "quality": {
                "criteria": [
                    {"id": "a", "max_points": str(35 * scale), "min_grade": "2", **leaf},
                    {"id": "b", "max_points": str(25 * scale), **leaf},
                ]
            },
            "tie_break": ["quality"],
            **more,
        }
    )


def one(name: str) -> st.SearchStrategy[Tender]:
    return st.builds(
        lambda price, a, b, verdict: Tender.model_validate(
            {"id": name, "price": price, "grades": {"a": a, "b": b}, "knock_outs": {"exit": verdict}}
        ),
        st.integers(1, 1100).map(str),
        st.sampled_from(GRADES),
        st.sampled_from(GRADES),
        st.sampled_from(["pass", "pass", "pass", "fail"]),
    )


tenders = st.integers(1, 6).flatmap(lambda count: st.tuples(*(one(name) for name in "ABCDEF"[:count])))
quick = settings(max_examples=60, deadline=None)


def ranks(outcome: Outcome) -> dict[str, int | None]:
    return {result.id: result.rank for result in outcome.tenders}


@quick
@given(st.data(), tenders, st.sampled_from(FORMULAS))
def test_the_order_of_tenders_does_not_matter(data: Any, given_tenders: Any, rule: dict[str, str]) -> None:
    method = method_with(rule)
    shuffled = data.draw(st.permutations(given_tenders))
    assert evaluate(method, shuffled) == evaluate(method, given_tenders)


@quick
@given(tenders, st.sampled_from(ABSOLUTE), st.sampled_from(["a", "b"]))
def test_a_better_grade_never_lowers_a_rank(given_tenders: Any, rule: dict[str, str], leaf: str) -> None:
    method = method_with(rule)
    before = ranks(evaluate(method, given_tenders))
    first = given_tenders[0]
    better = Tender.model_validate(
        first.model_dump() | {"grades": dict(first.grades) | {leaf: min(first.grades[leaf] + 1, Decimal(10))}}
    )
    after = ranks(evaluate(method, [better, *given_tenders[1:]]))
    if before["A"] is not None:
        assert after["A"] is not None
        assert after["A"] <= before["A"]


@quick
@given(tenders, st.sampled_from(FORMULAS), st.integers(2, 50))
def test_weights_scale_away(given_tenders: Any, rule: dict[str, str], scale: int) -> None:
    plain, scaled = (evaluate(method_with(rule, factor), given_tenders) for factor in (1, scale))
    assert ranks(plain) == ranks(scaled)
    assert plain.winner == scaled.winner
    for one_result, other in zip(plain.tenders, scaled.tenders, strict=True):
        if one_result.total and other.total:
            assert other.total.exact == scale * one_result.total.exact


@quick
@given(tenders, st.sampled_from(FORMULAS))
def test_an_invalid_tender_has_no_influence(given_tenders: Any, rule: dict[str, str]) -> None:
    """Under an absolute formula and, because reference prices come last, under a relative one too."""
    method = method_with(rule, alert_low={"below_share_of_mean": "0.5"})
    outcome = evaluate(method, given_tenders)
    invalid = {result.id for result in outcome.tenders if result.status == "invalid"}
    after = without(method, given_tenders, invalid, "recalculate")
    assert after.tenders == tuple(result for result in outcome.tenders if result.id not in invalid)
    assert (after.winner, after.tied, after.flags) == (outcome.winner, outcome.tied, outcome.flags)


@quick
@given(tenders, st.sampled_from(ABSOLUTE))
def test_under_an_absolute_formula_freezing_is_recalculating(given_tenders: Any, rule: dict[str, str]) -> None:
    method = method_with(rule)
    frozen, anew = (without(method, given_tenders, {"A"}, how) for how in ("freeze", "recalculate"))
    assert as_expected(frozen) == as_expected(anew)


@quick
@given(tenders, st.sampled_from(FORMULAS))
def test_ranks_are_competition_ranks_and_only_the_first_can_win(given_tenders: Any, rule: dict[str, str]) -> None:
    outcome = evaluate(method_with(rule), given_tenders)
    ranked = [result for result in outcome.tenders if result.total]
    for result in ranked:
        above = [r for r in ranked if r.total and result.total and r.total.exact > result.total.exact]
        assert result.rank == len(above) + 1
    if outcome.winner:
        assert outcome.tender(outcome.winner).rank == 1
    else:
        assert len(outcome.tied) != 1


names = st.text(st.characters(codec="ascii", categories=["Ll"]), min_size=1, max_size=12)


@quick
@given(names)
def test_any_unknown_formula_is_refused_by_name(name: str) -> None:
    if name in {rule["formula"] for rule in FORMULAS}:
        return
    try:
        evaluate(method_with({"formula": name}), ())
    except Refusal as refusal:
        assert refusal.code == f"unsupported:price.formula:{name}"
    else:
        raise AssertionError(name)
