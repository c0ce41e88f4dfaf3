"""The price model: from unit prices to one comparison price.

    amount(line, scenario)  = unit price * quantity in that scenario, times years where recurring
    total(scenario)         = sum of the amounts of the lines that count + the buyer's own costs
    comparison price        = sum over scenarios of weight / 100 * total, rounded half up once

Nothing else is rounded. Amounts are in one currency, all with or all without VAT as `vat` states,
without indexation. Source: design section 7; published weights and quantities per art. 2.115
Aanbestedingswet 2012; the rules on zero and bounds against manipulated unit prices (V14, lint L30).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from procure_ai.evaluation.values import (
    Figure,
    Many,
    Model,
    Number,
    Refusal,
    Whole,
    YesNo,
    figure,
    number,
    wrong,
)


class Scenario(Model):
    """A future the buyer reckons with; `weight` is its published percentage."""

    id: str
    title: str
    weight: Number = Field(gt=0)


class SheetLine(Model):
    """One unit price to be filled in.

    `quantities` holds units per scenario: in all for a one-off line, per year for a recurring one.
    `min` and `max` bound the unit price, ends included. An `optional` line (the buyer may take it)
    must be priced too; it weighs in the comparison price unless `counted` is false.
    """

    id: str
    title: str
    unit: str
    kind: Literal["one-off", "recurring"]
    quantities: Mapping[str, Number]
    optional: YesNo = False
    counted: YesNo = True
    min: Number | None = Field(default=None, ge=0)
    max: Number | None = Field(default=None, ge=0)
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


class BuyerCost(Model):
    """A cost on the buyer's own side, over the whole term, the same in every scenario."""

    id: str
    title: str
    amount: Number = Field(ge=0)


class PriceSheet(Model):
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


class PriceResult(Model):
    """A filled-in price sheet: exact amounts, and the comparison price as it goes into the ranking.

    `amounts` is by line and then scenario, over the whole term, with the optional lines that do not
    count; `totals` is by scenario; `weighted` is the comparison price before rounding.
    """

    amounts: Mapping[str, Mapping[str, Figure]]
    totals: Mapping[str, Figure]
    weighted: Figure
    comparison_price: Decimal


def price_problems(sheet: PriceSheet, unit_prices: Mapping[str, Decimal]) -> tuple[str, ...]:
    """Every reason to refuse these unit prices, lines in published order and then unknown lines.

    Codes: `missing_price:LINE` (missing is not zero), `not_a_number:LINE`, `negative_price:LINE`,
    `zero_price_not_allowed:LINE`, `price_below_minimum:LINE`, `price_above_maximum:LINE`,
    `unknown_line:LINE`.
    """
    known = {line.id for line in sheet.lines}
    found = ((line.id, _problem(line, unit_prices)) for line in sheet.lines)
    problems = [f"{problem}:{line}" for line, problem in found if problem]
    return (*problems, *(f"unknown_line:{name}" for name in sorted(set(unit_prices) - known)))


def _problem(line: SheetLine, unit_prices: Mapping[str, Decimal]) -> str:
    if unit_prices.get(line.id) is None:
        return "missing_price"
    try:
        price = number(unit_prices[line.id])
    except PydanticCustomError:
        return "not_a_number"
    if price < 0:
        return "negative_price"
    if price == 0 and not line.zero_allowed:
        return "zero_price_not_allowed"
    if line.min is not None and price < line.min:
        return "price_below_minimum"
    return "price_above_maximum" if line.max is not None and price > line.max else ""


def comparison_price(sheet: PriceSheet, unit_prices: Mapping[str, Decimal]) -> PriceResult:
    """The comparison price of one tender; the formula is at the head of this module.

    `unit_prices` is by line id, in money per unit, at the VAT basis of the sheet. Raises `Refusal`
    with the first code of `price_problems`.
    """
    for problem in price_problems(sheet, unit_prices):
        raise Refusal(problem)
    amounts = {
        line.id: {
            scenario.id: _amount(sheet, line, scenario, number(unit_prices[line.id])) for scenario in sheet.scenarios
        }
        for line in sheet.lines
    }
    own = sum((Fraction(cost.amount) for cost in sheet.buyer_costs), Fraction(0))
    counted = [line.id for line in sheet.lines if line.counted]
    totals = {
        scenario.id: own + sum((amounts[line][scenario.id] for line in counted), Fraction(0))
        for scenario in sheet.scenarios
    }
    weighted = figure(sum((Fraction(s.weight) / 100 * totals[s.id] for s in sheet.scenarios), Fraction(0)))
    return PriceResult(
        amounts={line: _figures(by_scenario) for line, by_scenario in amounts.items()},
        totals=_figures(totals),
        weighted=weighted,
        comparison_price=weighted.rounded(sheet.decimals),
    )


def _amount(sheet: PriceSheet, line: SheetLine, scenario: Scenario, unit_price: Decimal) -> Fraction:
    years = sheet.years if line.kind == "recurring" else 1
    return Fraction(unit_price) * Fraction(line.quantities[scenario.id]) * years


def _figures(values: Mapping[str, Fraction]) -> dict[str, Figure]:
    return {name: figure(value) for name, value in values.items()}
