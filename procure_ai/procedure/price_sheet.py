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


class Measured(Strict):
    """How the unit price of a line follows from a price per so many `counts` and a count of the tenderer.

        unit price = price * count / (price_per * questions) * per

    `count` is what all `questions` of the published `reference` set took together, so that offers compare
    whatever tokeniser they use. `questions` has no prime factor but 2 and 5: the unit price is then exact.
    """

    reference: str = Field(min_length=1)
    questions: Whole = Field(ge=1, le=10_000)
    counts: str = Field(min_length=1)
    price_per: Whole
    per: Whole = Field(ge=1, le=1_000_000)

    @model_validator(mode="after")
    def _exact(self) -> Measured:
        if self.price_per not in (1, 1_000, 1_000_000):
            raise wrong(f"`price_per` is {self.price_per}.", "Kies 1, 1000 of 1000000.")
        if 10**13 % self.questions:
            raise wrong(
                f"Een prijs per vraag is bij {self.questions} vragen niet precies te berekenen.",
                "Kies een aantal als 100, 200, 250, 500 of 1000.",
            )
        return self


class SheetLine(Strict):
    """One unit price to be filled in, or made of a price and a count where it is `measured`.

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
    measured: Measured | None = None

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
        if not self.zero_allowed and 0 in (self.min, self.max):
            raise wrong(
                f"Bij prijsregel `{self.id}` is een grens nul, maar nul mag er niet.",
                "Schrijf `zero_allowed: yes`, of haal de grens weg.",
            )
        if self.counted and not any(self.quantities.values()):
            raise wrong(
                f"Prijsregel `{self.id}` telt mee, maar het aantal is in elk scenario nul.",
                "Geef een aantal, of maak er een optie van die niet meetelt, met een `max`.",
            )
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
