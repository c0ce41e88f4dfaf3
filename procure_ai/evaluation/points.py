"""From price to share and from grade to points, in exact fractions.

Sources: scoring vectors V01-V09 and `reference/evaluation.md` section 5, where each formula is traced
to its publication. Every price formula yields a share: 1 is the full weight, 0 no points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction

from procure_ai.evaluation.method import Criterion, Method, PriceRule, leaves
from procure_ai.evaluation.tenders import PanelGrade, Tender
from procure_ai.evaluation.values import Refusal, curve

_LARGEST_EXACT_EXPONENT = 10


@dataclass(frozen=True)
class Prices:
    """The reference prices over the tenders that are still valid."""

    lowest: Fraction
    highest: Fraction
    mean: Fraction


def reference_prices(prices: Iterable[Fraction]) -> Prices:
    """Lowest, highest and exact mean of at least one price, in the currency of the tenders."""
    found = list(prices)
    return Prices(min(found), max(found), sum(found, Fraction(0)) / len(found))


def _lowest_ratio(_: PriceRule, price: Fraction, prices: Prices) -> Fraction:
    return prices.lowest / price


def _linear_from_lowest(rule: PriceRule, price: Fraction, prices: Prices) -> Fraction:
    zero_at = _given(rule.zero_at)
    return (zero_at * prices.lowest - price) / ((zero_at - 1) * prices.lowest)


def _min_max(_: PriceRule, price: Fraction, prices: Prices) -> Fraction:
    if prices.highest == prices.lowest:
        return Fraction(1)
    return (prices.highest - price) / (prices.highest - prices.lowest)


def _bandwidth(rule: PriceRule, price: Fraction, _: Prices) -> Fraction:
    return (_given(rule.ceiling) - price) / (_given(rule.ceiling) - _given(rule.floor))


def _power_bandwidth(rule: PriceRule, price: Fraction, _: Prices) -> Fraction:
    floor, ceiling, exponent = _given(rule.floor), _given(rule.ceiling), _given(rule.exponent)
    place = min(max((price - floor) / (ceiling - floor), Fraction(0)), Fraction(1))
    return 1 - _power(place, exponent)


def _log_lowest(rule: PriceRule, price: Fraction, prices: Prices) -> Fraction:
    ratio, zero_at = price / prices.lowest, _given(rule.zero_at)
    return 1 - curve(lambda c: c.divide(_decimal(c, ratio).ln(c), _decimal(c, zero_at).ln(c)))


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    if base in (0, 1):
        return base
    if exponent.denominator == 1 and exponent <= _LARGEST_EXACT_EXPONENT:
        return base**exponent.numerator
    return curve(lambda c: c.power(_decimal(c, base), _decimal(c, exponent)))


def _decimal(context: Context, value: Fraction) -> Decimal:
    return context.divide(Decimal(value.numerator), Decimal(value.denominator))


def _given(value: Decimal | None) -> Fraction:
    """A setting that `check_method` has seen to be present."""
    assert value is not None
    return Fraction(value)


@dataclass(frozen=True)
class Formula:
    """A price formula: its share, the settings it needs, and what it cannot do.

    `from_lowest`: undefined when the lowest price is zero. A formula without bandwidth looks at the
    other tenders and so can reverse ranks when one of them drops out.
    """

    share: Callable[[PriceRule, Fraction, Prices], Fraction]
    needs: tuple[str, ...] = ()
    from_lowest: bool = False


FORMULAS = {
    "lowest_ratio": Formula(_lowest_ratio, from_lowest=True),
    "linear_from_lowest": Formula(_linear_from_lowest, ("zero_at",), from_lowest=True),
    "min_max": Formula(_min_max),
    "bandwidth": Formula(_bandwidth, ("floor", "ceiling")),
    "power_bandwidth": Formula(_power_bandwidth, ("floor", "ceiling", "exponent")),
    "log_lowest": Formula(_log_lowest, ("zero_at",), from_lowest=True),
}
CLAMPS = ("none", "zero", "zero_to_max")


def price_points(rule: PriceRule, weight: Fraction, price: Fraction, prices: Prices) -> Fraction:
    """The points for this price, before rounding, after the clamp of the rule.

    `weight` is in points. The rule must have passed `check_method`. Raises `Refusal`
    `reference_price_zero` where the formula is undefined because the lowest price is zero
    (CJEU C-367/19: such a tender may not be rejected automatically, so the formula must change).
    """
    formula = FORMULAS[str(rule.formula)]
    if formula.from_lowest and prices.lowest == 0:
        raise Refusal("reference_price_zero")
    points = weight * formula.share(rule, price, prices)
    if rule.clamp != "none":
        points = max(points, Fraction(0))
    if rule.clamp == "zero_to_max":
        points = min(points, weight)
    return points


def on_scale(criterion: Criterion, grade: Decimal) -> bool:
    """Whether this grade is on the published scale of the criterion."""
    if criterion.allowed:
        return grade in criterion.allowed
    lowest = -criterion.top_grade if criterion.signed else 0
    return lowest <= Fraction(grade) <= criterion.top_grade


@dataclass(frozen=True)
class Judged:
    """The quality of one tender: exact points per applicable leaf, and what the rules say of it.

    `below` holds the reasons for which the tender is invalid, `zeroed` the leaves that were left
    blank and count as zero by the published rule.
    """

    points: Mapping[str, Fraction]
    below: tuple[str, ...]
    zeroed: tuple[str, ...]

    @property
    def total(self) -> Fraction:
        return sum(self.points.values(), Fraction(0))


def judge(method: Method, tender: Tender) -> Judged:
    """Grades to points: maximum times grade over top grade, unrounded, and the minima.

    With `not_applicable: rescale` the rest is scaled to the full maximum. A grade or total exactly
    on its minimum passes (V18; CJEU C-546/16 Montte). Raises `Refusal` `incomplete_dossier`,
    `grade_off_scale:TENDER:LEAF`, `missing:panel.rule` or `nothing_applicable:TENDER`.
    """
    points: dict[str, Fraction] = {}
    below: list[str] = []
    zeroed: list[str] = []
    applicable = Fraction(0)
    for leaf in leaves(method):
        grade = _grade(method, tender, leaf)
        if grade is None:
            continue
        if leaf.id not in tender.grades:
            zeroed.append(leaf.id)
        if leaf.min_grade is not None and grade < Fraction(leaf.min_grade):
            below.append(f"below_minimum:{leaf.id}")
        points[leaf.id] = leaf.maximum * grade / leaf.top_grade
        applicable += leaf.maximum
    maximum = quality_maximum(method)
    if applicable != maximum:
        if not applicable:
            raise Refusal("nothing_applicable", tender.id)
        points = {name: value * maximum / applicable for name, value in points.items()}
    total_min = method.quality.total_min if method.quality else None
    if total_min is not None and sum(points.values()) < Fraction(total_min):
        below.append("quality_below_minimum")
    return Judged(points, tuple(below), tuple(zeroed))


def quality_maximum(method: Method) -> Fraction:
    """The sum of the leaf maxima: points, or money for `fictional_price`."""
    return sum((leaf.maximum for leaf in leaves(method)), Fraction(0))


def _grade(method: Method, tender: Tender, leaf: Criterion) -> Fraction | None:
    """The grade that counts, exact; None for not applicable."""
    quality, grade = method.quality, tender.grades.get(leaf.id)
    off_scale = Refusal("grade_off_scale", tender.id, leaf.id)
    if grade is None:
        if quality is None or quality.missing != "zero":
            raise Refusal("incomplete_dossier")
        return Fraction(0)
    if grade == "n/a":
        if quality is None or quality.not_applicable != "rescale":
            raise off_scale
        return None
    grades = _panel_grades(method, grade) if isinstance(grade, PanelGrade) else [grade]
    individual = grade.individual if isinstance(grade, PanelGrade) else ()
    if not all(on_scale(leaf, each) for each in (*individual, *grades)):
        raise off_scale
    return sum(map(Fraction, grades), Fraction(0)) / len(grades)


def _panel_grades(method: Method, grade: PanelGrade) -> list[Decimal]:
    """The grades of which the mean counts: the consensus alone, or those of all assessors."""
    if method.panel is None:
        raise Refusal("missing", "panel.rule")
    if method.panel.rule == "mean":
        grades = list(grade.individual)
    else:
        grades = [] if grade.consensus is None else [grade.consensus]
    if not grades:
        raise Refusal("incomplete_dossier")
    return grades
