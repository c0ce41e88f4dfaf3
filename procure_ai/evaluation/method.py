"""The award model: how prices and quality become points and an order.

The shape is the `method` mapping of the scoring vectors. Names of formulas and rules are plain text
here; `check.check_method` refuses those that are not supported, by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from pydantic import Field, model_validator

from procure_ai.evaluation.values import YesNo
from procure_ai.files.typed import Many, Number, Strict, Whole, wrong


class Weights(Strict):
    """Published weights in points. For `points_sum`, quality equals the sum of the criterion maxima."""

    price: Number | None = None
    quality: Number | None = None


class PriceRule(Strict):
    """From price to points. Amounts in the currency and VAT basis of the tender.

    `zero_at` is a multiple of the lowest price (0 points there), `floor` and `ceiling` bound the
    bandwidth, above `ceiling_reject` a tender is invalid. `removal` is the announced rule of `rank.without`.
    """

    formula: str | None = None
    clamp: str = "none"
    zero_at: Number | None = None
    floor: Number | None = None
    ceiling: Number | None = None
    exponent: Number | None = None
    ceiling_reject: Number | None = None
    removal: str | None = None


class Criterion(Strict):
    """A graded criterion (a leaf with `max_points`), or a group of criteria whose sum it is.

    `scale_max` is the grade that earns the maximum (default: `max_points`); `allowed` the published
    grades; under `min_grade` a tender is invalid; `signed` allows grades down to minus `scale_max`.
    """

    id: str
    title: str = ""
    max_points: Number | None = None
    scale_max: Number | None = None
    allowed: Many[Number] = ()
    min_grade: Number | None = None
    signed: YesNo = False
    criteria: Many[Criterion] = ()

    @model_validator(mode="after")
    def _leaf_or_group(self) -> Criterion:
        grading = (self.max_points, self.scale_max, self.allowed or None, self.min_grade, self.signed or None)
        if self.criteria and any(part is not None for part in grading):
            raise wrong(f"De groep `{self.id}` heeft zelf geen punten of schaal.", "Zet die bij de onderdelen.")
        if not self.criteria and self.max_points is None:
            raise wrong(f"Criterium `{self.id}` heeft geen `max_points`.", "Vul de maximale punten in.")
        return self

    @property
    def maximum(self) -> Fraction:
        """The maximum in points (or in money for `fictional_price`); of a group, the sum of its parts."""
        if self.max_points is not None:
            return Fraction(self.max_points)
        return sum((part.maximum for part in self.criteria), Fraction(0))

    @property
    def top_grade(self) -> Fraction:
        """The grade that earns the maximum."""
        return self.maximum if self.scale_max is None else Fraction(self.scale_max)


class Quality(Strict):
    """The quality criteria, the minimum in points, and the rules for blanks and not applicable."""

    criteria: Many[Criterion] = Field(min_length=1)
    total_min: Number | None = None
    missing: str = "refuse"
    not_applicable: str | None = None
    normalise: str | None = None


class Panel(Strict):
    """How the grades of assessors become one grade: `consensus` or `mean`."""

    rule: str


class Rounding(Strict):
    """Where points are rounded: per `criterion` (and the price points), or the `total` only."""

    stage: str
    decimals: Whole = Field(ge=0, le=10)
    mode: str


class AlertLow(Strict):
    """A price under this share of the mean of the valid prices is flagged; it changes no points."""

    below_share_of_mean: Number


class Method(Strict):
    """The whole award model, as published."""

    combine: str
    weights: Weights = Weights()
    weights_total: Number | None = None
    constant: Number | None = None
    knock_outs: Many[str] = ()
    price: PriceRule | None = None
    quality: Quality | None = None
    panel: Panel | None = None
    rounding: Rounding | None = None
    alert_low: AlertLow | None = None
    tie_break: Many[str] = ()


def leaves(method: Method) -> tuple[Criterion, ...]:
    """The graded criteria of the method in published order, groups opened."""
    return tuple(c for c in all_criteria(method) if not c.criteria)


def all_criteria(method: Method) -> tuple[Criterion, ...]:
    """Every criterion and group of the method, each group before its parts."""

    def walk(criteria: tuple[Criterion, ...]) -> Iterator[Criterion]:
        for criterion in criteria:
            yield criterion
            yield from walk(criterion.criteria)

    return tuple(walk(method.quality.criteria)) if method.quality else ()
