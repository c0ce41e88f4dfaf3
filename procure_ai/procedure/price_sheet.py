"""The price sheet: which prices are asked, in which quantities, and what they weigh together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from pydantic import Field, field_validator, model_validator

from procure_ai.files.typed import Id, Many, Money, Number, Percent, Strict, UnitPrice, Whole, YesNo, wrong


class Scenario(Strict):
    """A future the buyer reckons with; `weight` is its published percentage."""

    id: Id
    title: str
    weight: Percent = Field(gt=0)


class SheetLine(Strict):
    """One unit price to be filled in.

    `quantities` holds units per scenario: in all for a one-off line, per year for a recurring one.
    `min` and `max` bound the unit price, ends included. An `optional` line (the buyer may take it)
    must be priced too; it weighs in the comparison price unless `counted` is false.
    """

    id: Id
    title: str
    unit: str
    kind: Literal["one-off", "recurring"]
    quantities: Mapping[str, Number]
    optional: YesNo = False
    counted: YesNo = True
    min: UnitPrice | None = Field(default=None, ge=0)
    max: UnitPrice | None = Field(default=None, ge=0)
    zero_allowed: YesNo = False

    @field_validator("quantities")
    @classmethod
    def _not_negative(cls, quantities: Mapping[str, Decimal]) -> Mapping[str, Decimal]:
        if any(quantity < 0 for quantity in quantities.values()):
            raise wrong("Een aantal is negatief.", "Geef per scenario nul of meer.")
        return quantities

    @model_validator(mode="after")
    def _consistent(self) -> SheetLine:
        if not self.counted and not self.optional:
            raise wrong(f"Prijsregel `{self.id}` telt niet mee.", "Alleen een optionele regel mag dat.")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise wrong(f"Bij prijsregel `{self.id}` is `min` hoger dan `max`.", "Draai ze om.")
        if self.zero_allowed and self.min:
            raise wrong(f"Prijsregel `{self.id}` staat nul toe, maar `min` niet.", "Haal een van de twee weg.")
        return self


class BuyerCost(Strict):
    """A cost on the buyer's own side, over the whole term, the same in every scenario."""

    id: Id
    title: str
    amount: Money = Field(ge=0)


class PriceSheet(Strict):
    """The price model as published. `years` is the term; `decimals` those of the comparison price."""

    years: Whole = Field(ge=1, le=99)
    vat: Literal["excluded", "included"]
    decimals: Whole = Field(ge=0, le=10)
    scenarios: Many[Scenario] = Field(min_length=1)
    lines: Many[SheetLine] = Field(min_length=1)
    buyer_costs: Many[BuyerCost] = ()

    @model_validator(mode="after")
    def _consistent(self) -> PriceSheet:
        scenarios = [scenario.id for scenario in self.scenarios]
        _unique("scenario", scenarios)
        _unique("prijsregel", (line.id for line in self.lines))
        _unique("kostenpost", (cost.id for cost in self.buyer_costs))
        if sum(Fraction(scenario.weight) for scenario in self.scenarios) != 100:
            raise wrong("De gewichten van de scenario's zijn samen geen 100.", "Maak ze samen precies 100.")
        for line in self.lines:
            if set(line.quantities) != set(scenarios):
                raise wrong(
                    f"Prijsregel `{line.id}` heeft niet voor elk scenario een aantal.",
                    f"Geef er een voor precies: {', '.join(scenarios)}.",
                )
        return self


def _unique(what: str, ids: Iterable[str]) -> None:
    for name, count in Counter(ids).items():
        if count > 1:
            raise wrong(f"De {what} `{name}` komt vaker voor.", "Geef elk een eigen kenmerk.")
