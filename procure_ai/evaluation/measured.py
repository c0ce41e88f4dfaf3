"""Measured criteria: what their protocol must say, and the published table from result to points."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from procure_ai.documents.dialect import read_page
from procure_ai.documents.tree import Table, plain
from procure_ai.evaluation.values import Refusal
from procure_ai.library.written import Band

PROTOCOL = (
    "Soorten taken", "Voorbeeldtaken", "Aantal taken", "Aandeel Nederlands", "Beoordelingskader", "Beoordelaars",
    "Herhalingen", "Instellingen", "Uitvoering",
)  # fmt: skip
"""What a tenderer must know of a test before it offers: the rows of the table under `## Protocol`."""
HIGHEST = 100


def missing_parts(protocol: str) -> tuple[str, ...]:
    """The rows of `PROTOCOL` that a protocol (page Markdown) lacks, or leaves empty."""
    tables = [block for block in read_page(protocol, "")[0] if isinstance(block, Table)]
    told = {plain(row[0]).strip() for table in tables for row in table.rows if any(map(plain, row[1:]))}
    return tuple(part for part in PROTOCOL if part not in told)


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
