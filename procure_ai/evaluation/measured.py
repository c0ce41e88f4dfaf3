"""Measured criteria: from what people say of answers to a result, and from a result to points."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from procure_ai.evaluation.values import Refusal, round_to
from procure_ai.library.written import Band

HIGHEST = 100
RESULT_DECIMALS = 2


def result_of(ratings: Sequence[Decimal]) -> Decimal:
    """The result of a test in percent: the mean worth (0 to 100) of every rating, at two decimals, half up.

    Every rating weighs the same: that of each rater, on each run of each task. Raises `Refusal`
    `incomplete_dossier` without ratings.
    """
    if not ratings:
        raise Refusal("incomplete_dossier")
    return round_to(sum(map(Fraction, ratings), Fraction(0)) / len(ratings), RESULT_DECIMALS)


def table_fault(table: Sequence[Band]) -> str:
    """The finding that a table from result to grade deserves (E162, E162/start, E162/order), or empty text.

    Every result from 0 to 100 percent has exactly one grade, and a better result never a lower one.
    """
    if len(table) < 2:
        return "E162"
    if table[0].at_least != 0 or table[0].grade != 0:
        return "E162/start"
    rising = all(low.at_least < high.at_least and low.grade < high.grade for low, high in pairwise(table))
    return "" if rising else "E162/order"


def grade_of(table: Sequence[Band], result: Decimal) -> Decimal:
    """The grade of a result in percent: that of the last row whose `at_least` it reaches, without rounding.

    The table has no fault. Raises `Refusal` `out_of_range:result` below 0 or above 100.
    """
    if not 0 <= result <= HIGHEST:
        raise Refusal("out_of_range", "result")
    return max(band.grade for band in table if band.at_least <= result)


def points_of(grade: Decimal, highest: Decimal, maximum: Decimal) -> Fraction:
    """The points that a grade earns, exact, as `points.judge` counts them."""
    return Fraction(maximum) * Fraction(grade) / Fraction(highest)
