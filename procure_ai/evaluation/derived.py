"""Figures next to the ranking: what a ranking is sensitive to, and the derived cases of the scoring vectors.

Sources are named per function; worked cases S01-S08 are in the scoring vectors. Openness and sovereignty: `ladders`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from pydantic import Field, TypeAdapter

from procure_ai.evaluation.ladders import (
    COMPONENTS,
    Answer,
    Weighted,
    mof_class,
    openness_index,
    seal_level,
    sovereignty,
    sovereignty_score,
)
from procure_ai.evaluation.values import Figure, Refusal, figure
from procure_ai.files.typed import Many, Number, Strict, Whole


class EffectiveWeight(NamedTuple):
    """Per part the spread of awarded points, and its share of all spreads in percent."""

    range: Mapping[str, Figure]
    percent: Mapping[str, Figure]


def effective_weight(points: Mapping[str, Sequence[Decimal] | Sequence[Fraction]]) -> EffectiveWeight:
    """How much each part (price, quality …) really decided: highest minus lowest awarded points (S07).

    Raises `Refusal` `no_spread` when all tenders have the same points on every part. Source: PIANOo
    on shortened scales; own definition.
    """
    ranges = {
        name: max(map(Fraction, awarded)) - min(map(Fraction, awarded)) for name, awarded in points.items() if awarded
    }
    total = sum(ranges.values(), Fraction(0))
    if total == 0:
        raise Refusal("no_spread")
    return EffectiveWeight(
        {name: figure(spread) for name, spread in ranges.items()},
        {name: figure(100 * spread / total) for name, spread in ranges.items()},
    )


class PriceDeficit(NamedTuple):
    """The gap in points, the same in money, and the price at which the runner-up draws level."""

    points_gap: Figure
    price_deficit: Figure
    break_even_price: Figure


class DeficitInputs(Strict):
    """A leader and a runner-up under the `bandwidth` formula; prices in money, totals in points."""

    weight_price: Number
    floor: Number
    ceiling: Number
    leader_total: Number
    runner_up_total: Number
    runner_up_price: Number


def price_deficit(inputs: DeficitInputs) -> PriceDeficit:
    """How much cheaper the runner-up needed to be, under an absolute bandwidth (S08).

    One unit of money is worth weight / (ceiling - floor) points. That holds inside the bandwidth
    only: raises `Refusal` `outside_bandwidth` when the price or the break-even price lies outside,
    `bandwidth_empty` or `out_of_range:weight_price`. Idea: price deficit in Mercell's utility index.
    """
    gap = Fraction(inputs.leader_total) - Fraction(inputs.runner_up_total)
    weight, floor, ceiling = map(Fraction, (inputs.weight_price, inputs.floor, inputs.ceiling))
    return deficit(weight, floor, ceiling, gap, Fraction(inputs.runner_up_price))


def deficit(weight: Fraction, floor: Fraction, ceiling: Fraction, gap: Fraction, price: Fraction) -> PriceDeficit:
    """`price_deficit` in exact figures: `gap` in points, the others in points and money."""
    if floor >= ceiling:
        raise Refusal("bandwidth_empty")
    if weight <= 0:
        raise Refusal("out_of_range", "weight_price")
    needed = gap * (ceiling - floor) / weight
    if not (floor <= price <= ceiling and floor <= price - needed <= ceiling):
        raise Refusal("outside_bandwidth")
    return PriceDeficit(figure(gap), figure(needed), figure(price - needed))


class _Sovereignty(Strict):
    objective_max: Number
    weights: Many[Number]
    scores: Mapping[str, Many[Number]]


class _Seal(Strict):
    minimum: Whole
    levels: Mapping[str, Many[Whole]]


class _Objective(Strict):
    """Weight in percent, questions, and its own minimum level if the tender has one."""

    weight: Number
    questions: Many[str] = Field(min_length=1)
    minimum: Whole = 0


class _Answer(Strict):
    points: Number
    level: Whole


class _Framework(Strict):
    """The answers of offers by question, with the weights that were published, and from which version."""

    version: str = ""
    minimum: Whole = 0
    objectives: Mapping[str, _Objective]
    offers: Mapping[str, Mapping[str, _Answer]]


class _Components(Strict):
    open: Many[str] = ()
    not_open_licence: Many[str] = ()


_OFFERS = TypeAdapter(dict[str, _Components])


class _Counts(Strict):
    open: Whole
    partial: Whole
    closed: Whole


class _Openness(Strict):
    counts: _Counts
    max_points: Number


class _Effective(Strict):
    nominal: Mapping[str, Number] = {}
    price_points: Many[Number] = Field(min_length=1)
    quality_points: Many[Number] = Field(min_length=1)


def _sovereignty(raw: object) -> dict[str, Any]:
    given = _Sovereignty.model_validate(raw)
    figures = {
        name: sovereignty_score(given.objective_max, given.weights, scores) for name, scores in given.scores.items()
    }
    order = sorted(figures, key=lambda name: (-figures[name].exact, name))
    return {"percent": _texts(figures), **({"order": order} if len(order) > 1 else {})}


def _seal(raw: object) -> dict[str, Any]:
    given = _Seal.model_validate(raw)
    overall = {name: seal_level(levels) for name, levels in given.levels.items()}
    return {"overall": overall, "passes": {name: level >= given.minimum for name, level in overall.items()}}


def _framework(raw: object) -> dict[str, Any]:
    """Score, level and gate of each offer; the order holds only those that pass (S01 to S04 in one)."""
    given = _Framework.model_validate(raw)
    if not given.version.strip():
        raise Refusal("framework_version_missing")
    weights = {
        name: Weighted(part.weight / 100, tuple(part.questions), part.minimum)
        for name, part in given.objectives.items()
    }
    found = {
        offer: sovereignty({name: Answer(told.points, told.level) for name, told in answers.items()}, weights)
        for offer, answers in given.offers.items()
    }
    passes = {offer: result.passes(given.minimum) for offer, result in found.items()}
    return {
        "version": given.version,
        "percent": _texts({offer: result.score for offer, result in found.items()}),
        "level": {offer: result.level for offer, result in found.items()},
        "gaps": {offer: list(result.gaps) for offer, result in found.items()},
        "below": {offer: list(result.below) for offer, result in found.items()},
        "passes": passes,
        "order": sorted((name for name in found if passes[name]), key=lambda name: (-found[name].score.exact, name)),
    }


def _mof(raw: object) -> dict[str, Any]:
    given = _OFFERS.validate_python(raw)
    for name in sorted({name for offer in given.values() for name in offer.not_open_licence} - COMPONENTS):
        raise Refusal("unknown_component", name)
    return {name: mof_class(set(offer.open) - set(offer.not_open_licence)).name for name, offer in given.items()}


def _openness(raw: object) -> dict[str, Any]:
    given = _Openness.model_validate(raw)
    counts = given.counts
    return _texts(openness_index(counts.open, counts.partial, counts.closed, given.max_points)._asdict())


def _effective(raw: object) -> dict[str, Any]:
    given = _Effective.model_validate(raw)
    found = effective_weight({"price": given.price_points, "quality": given.quality_points})
    return {"range": _texts(found.range), "effective_percent": _texts(found.percent)}


def _texts(figures: Mapping[str, Figure]) -> dict[str, Any]:
    return {name: str(value.shown) for name, value in figures.items()}


_KINDS: dict[str, Callable[[object], dict[str, Any]]] = {
    "sovereignty_score": _sovereignty,
    "seal_gate": _seal,
    "sovereignty": _framework,
    "mof_class": _mof,
    "openness_index": _openness,
    "effective_weight": _effective,
    "price_deficit": lambda raw: _texts(price_deficit(DeficitInputs.model_validate(raw))._asdict()),
}


def derive(case: Mapping[str, Any]) -> dict[str, Any]:
    """A case with `kind` and `inputs` worked out, in the shape of its `expected` in the vectors.

    Raises `Refusal` (`unsupported:kind:NAME`, or as the function of that kind does) and pydantic's
    ValidationError for inputs of the wrong form.
    """
    kind = str(case.get("kind"))
    if kind not in _KINDS:
        raise Refusal("unsupported", "kind", kind)
    return _KINDS[kind](case.get("inputs"))
