"""A tender as the evaluation sees it: verdicts, grades and a price. Nothing about who the bidder is."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal

from pydantic import model_validator

from procure_ai.files.typed import Many, Number, Strict, wrong


class PriceLine(Strict):
    """A unit price times a quantity; `unit_price` in money per unit."""

    item: str
    quantity: Number
    unit_price: Number


class PanelGrade(Strict):
    """The grades that the assessors gave, and the consensus grade where they set one."""

    individual: Many[Number] = ()
    consensus: Number | None = None


Grade = Number | Literal["n/a"] | PanelGrade
Verdict = Literal["pass", "fail", "unanswered"]


class Tender(Strict):
    """One tender. A verdict or grade that is absent was not given yet; it is never read as zero.

    `n/a` is set by the buyer. `unanswered` records that the tenderer did not answer: that is a fail.
    """

    id: str
    price: Number | None = None
    price_lines: Many[PriceLine] = ()
    knock_outs: Mapping[str, Verdict] = {}
    grades: Mapping[str, Grade] = {}

    @model_validator(mode="after")
    def _one_price(self) -> Tender:
        if self.price is not None and self.price_lines:
            raise wrong(f"Inschrijving `{self.id}` heeft een prijs en ook prijsregels.", "Geef een van de twee.")
        return self

    @property
    def assessed_price(self) -> Fraction | None:
        """The exact price that counts: as stated, or the sum of quantity times unit price."""
        if self.price_lines:
            lines = (Fraction(line.quantity) * Fraction(line.unit_price) for line in self.price_lines)
            return sum(lines, Fraction(0))
        return None if self.price is None else Fraction(self.price)
