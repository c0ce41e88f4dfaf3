"""What an award model chooses and why: real weights, prices of points, decisive preferences, reversals.

For the design stage, on invented tenders; on real ones only for the file, never to choose. Every figure is
exact and comes from the engine itself: each question is the award model applied to slightly other tenders
or with slightly other weights. Source: `reference/evaluation.md` section 5 (worked cases V35-V38, V47-V48,
S07, S08).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import Any

from procure_ai.evaluation.check import check_method
from procure_ai.evaluation.derived import deficit, effective_weight
from procure_ai.evaluation.invented import grades_of, price_range, straw_men
from procure_ai.evaluation.method import Criterion, Method, PriceRule, leaves
from procure_ai.evaluation.outcome import Outcome, Result, as_expected
from procure_ai.evaluation.points import Prices, price_points, reference_prices
from procure_ai.evaluation.rank import evaluate
from procure_ai.evaluation.tenders import Grade, PanelGrade, Tender
from procure_ai.evaluation.values import SHOWN_DECIMALS, Refusal, round_to

PRICE = "price"
Order = tuple[tuple[str, ...], ...]
"""Tenders from first to last; those that tie stand together."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What kind of tender it is, in percent. `price`: its place between the lowest and the highest price.

    The others are what it has of all points for ordinary criteria, openness and autonomy; None where the award
    model has none of these.
    """

    id: str
    price: Fraction | None
    quality: Fraction | None
    openness: Fraction | None
    autonomy: Fraction | None


@dataclass(frozen=True, slots=True)
class Part:
    """A criterion, or the price: its points, the spread of what was awarded, and both as percentages."""

    id: str
    points: Fraction
    nominal: Fraction
    spread: Fraction
    effective: Fraction


@dataclass(frozen=True, slots=True)
class Spot:
    """A price with its points and, around it, what one point costs (None: the points do not change there)."""

    price: Fraction
    points: Fraction
    per_point: Fraction | None


@dataclass(frozen=True, slots=True)
class Money:
    """Price against quality. `spots` are at a quarter, half and three quarters of the range of prices.

    `without_cheapest` is what a point costs in the middle when the cheapest tender drops out; `deficit` how
    much cheaper the second in rank had to be, which only a bandwidth says exactly.
    """

    relative: bool
    low: Fraction
    high: Fraction
    spots: tuple[Spot, ...]
    per_point: Fraction | None
    without_cheapest: Fraction | None
    deficit: Fraction | None
    break_even: Fraction | None


@dataclass(frozen=True, slots=True)
class Rung:
    """What one step on the scale of a criterion is worth, and the whole scale: in points and in money."""

    id: str
    preference: str
    points: Fraction
    money: Fraction | None
    whole_points: Fraction
    whole_money: Fraction | None


@dataclass(frozen=True, slots=True)
class Duel:
    """Two tenders of which another wins when the preference criteria are left out."""

    tenders: tuple[str, str]
    winners: tuple[str, ...]
    without: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preference:
    """Who wins with and without these preference criteria: among all, and two by two."""

    name: str
    criteria: tuple[str, ...]
    points: Fraction
    percent: Fraction
    money: Fraction | None
    winners: tuple[str, ...]
    without: tuple[str, ...]
    decisive: bool
    duels: tuple[Duel, ...]
    tried: int


@dataclass(frozen=True, slots=True)
class Reversal:
    """The order of the others changes when these tenders drop out (`left-out`) or come in (`added`)."""

    change: str
    tenders: tuple[str, ...]
    before: Order
    after: Order
    other_winner: bool


@dataclass(frozen=True, slots=True)
class WeightFlip:
    """How many points less or more this part needs before another draws level with the winner.

    Beyond that the other wins. None: no such change within the points of the whole award model.
    """

    id: str
    points: Fraction
    less: Fraction | None
    less_for: str
    more: Fraction | None
    more_for: str


@dataclass(frozen=True, slots=True)
class GradeFlip:
    """One grade that, one step lower or higher, gives another winner. `assessor` counts from 1; 0 for the panel."""

    tender: str
    criterion: str
    assessor: int
    grade: Decimal
    changed: Decimal
    winners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Who wins when one part of the award model is left out."""

    id: str
    winners: tuple[str, ...]
    other_winner: bool
    same_order: bool


@dataclass(frozen=True, slots=True)
class Stress:
    """Everything about one award model on one field of tenders. `tried` counts what was tried per question."""

    outcome: Outcome
    field: tuple[Shape, ...]
    ties: tuple[tuple[str, ...], ...]
    parts: tuple[Part, ...]
    money: Money | None
    rungs: tuple[Rung, ...]
    preferences: tuple[Preference, ...]
    reversals: tuple[Reversal, ...]
    weights: tuple[WeightFlip, ...]
    grades: tuple[GradeFlip, ...]
    left_out: tuple[LeftOut, ...]
    tried: Mapping[str, int]


def stress(method: Method, given: Sequence[Tender], preferences: Mapping[str, str]) -> Stress:
    """Every question put to an award model. `preferences`: criterion id to its kind (openness, autonomy).

    Tenders that are invalid under the award model take no part. Raises `Refusal` as `evaluate` does, and with
    `unsupported:FIELD:NAME` (only sums of points without relative quality), `duplicate_id:price`,
    `too_few_tenders` or `no_spread`.
    """
    _check(method)
    first = evaluate(method, given)
    valid = [tender for tender in given if first.tender(tender.id).status == "ranked"]
    tenders = tuple(sorted(valid, key=lambda tender: tender.id))
    if len(tenders) < 2:
        raise Refusal("too_few_tenders")
    outcome = evaluate(method, tenders)
    money = money_of(method, outcome)
    flips, steps = grade_flips(method, tenders)
    reversals, changes = rank_reversals(method, tenders)
    return Stress(
        outcome=first,
        field=shapes_of(method, outcome, preferences, money),
        ties=tuple(group for group in order_of(outcome) if len(group) > 1),
        parts=effective_parts(method, outcome),
        money=money,
        rungs=rungs_of(method, preferences, money.per_point if money else None),
        preferences=preference_tests(method, tenders, preferences, money.per_point if money else None),
        reversals=reversals,
        weights=weight_flips(method, tenders),
        grades=flips,
        left_out=tuple(_left_out(method, tenders, part) for part in maxima(method)),
        tried={"tenders": len(tenders), "reversals": changes, "grades": steps},
    )


def _check(method: Method) -> None:
    check_method(method)
    if method.combine != "points_sum":
        raise Refusal("unsupported", "combine", method.combine)
    for name in ("normalise", "not_applicable"):
        if method.quality and getattr(method.quality, name):
            raise Refusal("unsupported", f"quality.{name}", str(getattr(method.quality, name)))
    if PRICE in {leaf.id for leaf in leaves(method)}:
        raise Refusal("duplicate_id", PRICE)


# --- the outcome, looked at -----------------------------------------------------------------------


def winners(outcome: Outcome) -> tuple[str, ...]:
    """The winner, or all who tie for first place when no announced rule decides."""
    return (outcome.winner,) if outcome.winner else (*outcome.needs_draw, *outcome.tied)


def order_of(outcome: Outcome, only: Collection[str] | None = None) -> Order:
    """The ranked tenders by rank, ties together; of all, or `only` these."""
    ranks: dict[int, list[str]] = {}
    for result in outcome.tenders:
        if result.rank and (only is None or result.id in only):
            ranks.setdefault(result.rank, []).append(result.id)
    return tuple(tuple(sorted(ranks[rank])) for rank in sorted(ranks))


def maxima(method: Method) -> dict[str, Fraction]:
    """The points of each part of the award model: the price first, then the criteria in published order."""
    price = {PRICE: Fraction(method.weights.price or 0)} if method.price and method.price.formula else {}
    return {**price, **{leaf.id: leaf.maximum for leaf in leaves(method)}}


def _awarded(result: Result) -> dict[str, Fraction]:
    price = {PRICE: result.price_points.exact} if result.price_points else {}
    return {**price, **{name: points.exact for name, points in result.criterion_points.items()}}


def shapes_of(
    method: Method, outcome: Outcome, preferences: Mapping[str, str], money: Money | None
) -> tuple[Shape, ...]:
    """The ranked tenders, from first to last, as they stand beside each other before any weight counts."""
    points = {name: most for name, most in maxima(method).items() if name != PRICE}
    kinds = {
        kind: [name for name in points if preferences.get(name, "") == kind] for kind in ("", "openness", "autonomy")
    }

    def part(result: Result, kind: str) -> Fraction | None:
        most = sum((points[name] for name in kinds[kind]), Fraction(0))
        got = sum((result.criterion_points[name].exact for name in kinds[kind]), Fraction(0))
        return 100 * got / most if most else None

    def shape(result: Result) -> Shape:
        price = 100 * (result.price.exact - money.low) / (money.high - money.low) if money and result.price else None
        return Shape(result.id, price, part(result, ""), part(result, "openness"), part(result, "autonomy"))

    return tuple(shape(outcome.tender(name)) for name in outcome.order)


def effective_parts(method: Method, outcome: Outcome) -> tuple[Part, ...]:
    """Nominal against effective weight per part (S07). Raises `Refusal` `no_spread`."""
    points = maxima(method)
    awarded = [_awarded(result) for result in outcome.tenders if result.status == "ranked"]
    found = effective_weight({name: [each[name] for each in awarded] for name in points})
    total = sum(points.values(), Fraction(0))
    return tuple(
        Part(name, most, 100 * most / total, found.range[name].exact, found.percent[name].exact)
        for name, most in points.items()
    )


# --- money ----------------------------------------------------------------------------------------


def money_of(method: Method, outcome: Outcome) -> Money | None:
    """Price against quality around the middle of the range of prices; None when prices earn no points.

    Points are taken unrounded. A point costs the difference in price, a twentieth of the range to either side,
    divided by the difference in points.
    """
    rule = method.price
    if rule is None or rule.formula is None:
        return None
    prices = [result.price.exact for result in outcome.tenders if result.status == "ranked" and result.price]
    weight = Fraction(method.weights.price or 0)
    low, high = price_range(method, prices)
    step = (high - low) / 20
    reference = reference_prices(prices)
    dearer = sorted(prices)[1:]
    spots = tuple(_spot(rule, weight, low + (high - low) * part / 4, step, reference) for part in (1, 2, 3))
    middle = spots[1]
    short = _deficit(rule, weight, outcome)
    return Money(
        relative=rule.floor is None,
        low=low,
        high=high,
        spots=spots,
        per_point=middle.per_point,
        without_cheapest=_spot(rule, weight, middle.price, step, reference_prices(dearer)).per_point,
        deficit=short[0] if short else None,
        break_even=short[1] if short else None,
    )


def _spot(rule: PriceRule, weight: Fraction, price: Fraction, step: Fraction, reference: Prices) -> Spot:
    below, at, above = (price_points(rule, weight, price + way * step, reference) for way in (-1, 0, 1))
    return Spot(price, at, 2 * step / (below - above) if below > above else None)


def _deficit(rule: PriceRule, weight: Fraction, outcome: Outcome) -> tuple[Fraction, Fraction] | None:
    """How much cheaper the second had to be, and its price then (S08); None where that is not exact."""
    first, second = (outcome.tender(name) for name in outcome.order[:2])
    if rule.formula != "bandwidth" or not (first.total and second.total and second.price):
        return None
    floor, ceiling = Fraction(rule.floor or 0), Fraction(rule.ceiling or 0)
    try:
        found = deficit(weight, floor, ceiling, first.total.exact - second.total.exact, second.price.exact)
    except Refusal:
        return None
    return found.price_deficit.exact, found.break_even_price.exact


def rungs_of(method: Method, preferences: Mapping[str, str], per_point: Fraction | None) -> tuple[Rung, ...]:
    """One step on each scale, and the whole scale, in points and in money. Uneven scales give their mean step."""

    def rung(leaf: Criterion) -> Rung:
        grades = grades_of(leaf)
        whole = leaf.maximum * (Fraction(grades[-1]) - Fraction(grades[0])) / leaf.top_grade
        step = whole / max(1, len(grades) - 1)
        kind = preferences.get(leaf.id, "")
        return Rung(leaf.id, kind, step, _times(step, per_point), whole, _times(whole, per_point))

    return tuple(map(rung, leaves(method)))


def _times(points: Fraction, per_point: Fraction | None) -> Fraction | None:
    return None if per_point is None else points * per_point


# --- preferences ----------------------------------------------------------------------------------


def preference_tests(
    method: Method, tenders: Sequence[Tender], preferences: Mapping[str, str], per_point: Fraction | None
) -> tuple[Preference, ...]:
    """With and without the preference criteria: per kind, and all together (`all`) when there are more kinds."""
    points = maxima(method)
    own = {name: kind for name, kind in preferences.items() if name in points}
    kinds = sorted(set(own.values()))
    groups = {kind: tuple(name for name in own if own[name] == kind) for kind in kinds}
    if len(kinds) > 1:
        groups["all"] = tuple(own)
    total = sum(points.values(), Fraction(0))
    with_them = winners(evaluate(method, tenders))
    found = []
    for kind, names in groups.items():
        if set(names) == set(points):
            continue  # nothing is left to award on
        most = sum((points[name] for name in names), Fraction(0))
        without = winners(evaluate_without(method, tenders, set(names)))
        duels = tuple(_duels(method, tenders, set(names)))
        tried = len(tenders) * (len(tenders) - 1) // 2
        found.append(
            Preference(
                kind, names, most, 100 * most / total, _times(most, per_point), with_them, without,
                with_them != without, duels, tried,
            )
        )  # fmt: skip
    return tuple(found)


def decides_alone(
    method: Method, tenders: Sequence[Tender], preferences: Collection[str]
) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Who wins with and without the preference criteria, when nothing else of at most their weight changes that.

    In a close field any criterion gives another winner when it is left out; then the preference is no exception.
    None when it does not decide, or not alone.
    """
    points = maxima(method)
    names = set(preferences) & set(points)
    if not names or names == set(points):
        return None
    with_them = winners(evaluate(method, tenders))
    without = winners(evaluate_without(method, tenders, names))
    weight = sum((points[name] for name in names), Fraction(0))
    others = [name for name, most in points.items() if name not in names and name != PRICE and most <= weight]
    if with_them == without or any(winners(evaluate_without(method, tenders, {name})) != with_them for name in others):
        return None
    return with_them, without


def _duels(method: Method, tenders: Sequence[Tender], removed: AbstractSet[str]) -> Iterator[Duel]:
    for one, other in combinations(tenders, 2):
        with_them = winners(evaluate(method, (one, other)))
        without = winners(evaluate_without(method, (one, other), removed))
        if with_them != without:
            yield Duel((one.id, other.id), with_them, without)


def evaluate_without(method: Method, tenders: Sequence[Tender], removed: AbstractSet[str]) -> Outcome:
    """The outcome when these parts do not exist. Tenders that were valid stay valid: minima in total are dropped."""
    quality = method.quality
    criteria = tuple(_kept(quality.criteria, removed)) if quality else ()
    weights = {"quality": None, **({"price": None} if PRICE in removed else {})}
    changes: dict[str, Any] = {"weights": method.weights.model_copy(update=weights), "weights_total": None}
    if quality and criteria:
        changes["quality"] = quality.model_copy(update={"criteria": criteria, "total_min": None})
    else:
        changes |= {"quality": None, "tie_break": tuple(step for step in method.tie_break if step != "quality")}
    if PRICE in removed:
        changes |= {"price": None, "alert_low": None}
    kept = [
        tender.model_copy(update={"grades": {name: tender.grades[name] for name in set(tender.grades) - removed}})
        for tender in tenders
    ]
    return evaluate(method.model_copy(update=changes), kept)


def _kept(criteria: Sequence[Criterion], removed: AbstractSet[str]) -> Iterator[Criterion]:
    for criterion in criteria:
        inner = tuple(_kept(criterion.criteria, removed))
        if inner:
            yield criterion.model_copy(update={"criteria": inner})
        elif not criterion.criteria and criterion.id not in removed:
            yield criterion


def _left_out(method: Method, tenders: Sequence[Tender], part: str) -> LeftOut:
    full = evaluate(method, tenders)
    if set(maxima(method)) == {part}:
        return LeftOut(part, (), other_winner=False, same_order=True)
    outcome = evaluate_without(method, tenders, {part})
    return LeftOut(part, winners(outcome), winners(outcome) != winners(full), order_of(outcome) == order_of(full))


# --- who else takes part --------------------------------------------------------------------------


def rank_reversals(method: Method, tenders: Sequence[Tender]) -> tuple[tuple[Reversal, ...], int]:
    """Every change of order among the others when one tender or a pair drops out or a straw man comes in.

    Also how many changes were tried. An absolute price formula gives none (V37); the ratio formula does
    (V35, V36); the logarithm keeps the order but not the points (V38).
    """
    full = evaluate(method, tenders)
    prices = [result.price.exact for result in full.tenders if result.price]
    removals = [
        names for size in (1, 2) if len(tenders) > size for names in combinations(sorted(t.id for t in tenders), size)
    ]
    straws = straw_men(method, prices) if prices else ()
    found = [
        _compared(full, "left-out", names, evaluate(method, [one for one in tenders if one.id not in names]))
        for names in removals
    ]
    found += [_compared(full, "added", (straw.id,), evaluate(method, (*tenders, straw))) for straw in straws]
    return tuple(item for item in found if item.before != item.after), len(found)


def _compared(full: Outcome, change: str, names: tuple[str, ...], outcome: Outcome) -> Reversal:
    others = {result.id for result in full.tenders} - set(names)
    before, after = order_of(full, others), order_of(outcome, others)
    still = set(winners(full)) <= others
    return Reversal(change, names, before, after, still and before[:1] != after[:1])


# --- sensitivity ----------------------------------------------------------------------------------


def weight_flips(method: Method, tenders: Sequence[Tender]) -> tuple[WeightFlip, ...]:
    """Per part the smallest fall and rise of its points that brings another level with the winner.

    The other parts keep their points. Worked out on unrounded points: with a total of quality and price, the gap
    between two tenders changes in proportion to the points of a part. One pass over the rivals per part.
    """
    plain = method.model_copy(update={"rounding": None})
    outcome = evaluate(plain, tenders)
    points = maxima(method)
    whole = sum(points.values(), Fraction(0))
    shares = {
        result.id: {name: value / points[name] for name, value in _awarded(result).items() if points[name]}
        for result in outcome.tenders
    }
    totals = {result.id: result.total.exact for result in outcome.tenders if result.total}
    leader = evaluate(method, tenders).order[0]
    rivals = [name for name in outcome.order if name != leader]

    def flip(name: str) -> WeightFlip:
        less: list[tuple[Fraction, str]] = []
        more: list[tuple[Fraction, str]] = []
        for rival in rivals:
            ahead = shares[leader].get(name, Fraction(0)) - shares[rival].get(name, Fraction(0))
            if not ahead:
                continue
            gap = max(totals[leader] - totals[rival], Fraction(0))  # below zero when rounding made the winner
            change = gap / abs(ahead)
            if ahead > 0 and change < points[name]:  # with no points at all the part is left out: see `LeftOut`
                less.append((change, rival))
            elif ahead < 0 and change <= whole:
                more.append((change, rival))
        down, up = min(less, default=(None, "")), min(more, default=(None, ""))
        return WeightFlip(name, points[name], *down, *up)

    return tuple(flip(name) for name in points)


def grade_flips(method: Method, tenders: Sequence[Tender]) -> tuple[tuple[GradeFlip, ...], int]:
    """Every single grade that, one step lower or higher, gives another winner; and how many steps were tried.

    Under `mean` the step is one of one assessor, else one of the grade that counts.
    """
    before = winners(evaluate(method, tenders))
    found: list[GradeFlip] = []
    tried = 0
    for place, tender in enumerate(tenders):
        for leaf in leaves(method):
            for assessor, old, new, grade in _steps(method, leaf, tender.grades.get(leaf.id)):
                tried += 1
                changed = tender.model_copy(update={"grades": {**tender.grades, leaf.id: grade}})
                after = winners(evaluate(method, [*tenders[:place], changed, *tenders[place + 1 :]]))
                if after != before:
                    found.append(GradeFlip(tender.id, leaf.id, assessor, old, new, after))
    return tuple(found), tried


def _steps(
    method: Method, leaf: Criterion, grade: Grade | None
) -> Iterator[tuple[int, Decimal, Decimal, Decimal | PanelGrade]]:
    """Assessor, old grade, new grade, and what then stands for the tender."""
    if isinstance(grade, Decimal):
        yield from ((0, grade, new, new) for new in _beside(leaf, grade))
    elif isinstance(grade, PanelGrade) and method.panel and method.panel.rule == "mean":
        for number, old in enumerate(grade.individual):
            for new in _beside(leaf, old):
                others = (*grade.individual[:number], new, *grade.individual[number + 1 :])
                yield number + 1, old, new, grade.model_copy(update={"individual": others})
    elif isinstance(grade, PanelGrade) and grade.consensus is not None:
        old = grade.consensus
        yield from ((0, old, new, grade.model_copy(update={"consensus": new})) for new in _beside(leaf, old))


def _beside(leaf: Criterion, grade: Decimal) -> tuple[Decimal, ...]:
    """The published grades just under and just above this one."""
    grades = grades_of(leaf)
    lower, higher = [item for item in grades if item < grade], [item for item in grades if item > grade]
    return (*lower[-1:], *higher[:1])


# --- for machines ---------------------------------------------------------------------------------


def as_json(value: object) -> Any:
    """The figures as plain data: exact ones as text at four decimals, an outcome as in the scoring vectors."""
    if isinstance(value, Outcome):
        return as_expected(value)
    if isinstance(value, Fraction):
        return str(round_to(value, SHOWN_DECIMALS))
    if isinstance(value, Decimal):
        return f"{value:f}"
    if is_dataclass(value):
        return {field.name: as_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): as_json(item) for name, item in value.items()}
    return [as_json(item) for item in value] if isinstance(value, tuple) else value
