"""The price model: from unit prices to one comparison price.

    amount(line, scenario)  = unit price * quantity in that scenario, times years where recurring
    total(scenario)         = sum of the amounts of the lines that count + the buyer's own costs
    comparison price        = sum over scenarios of weight / 100 * total, rounded half up once

Nothing else is rounded. The unit price of a `measured` line is made first, exactly (`measured_price`).
Amounts are in one currency, all with or all without VAT as `vat` states, without indexation. Source: design
section 7; published weights and quantities per art. 2.115 Aanbestedingswet 2012; the rules on zero and bounds
against manipulated unit prices (V14, lint L30).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Context, Decimal
from fractions import Fraction
from typing import TypeGuard

from pydantic_core import PydanticCustomError

from procure_ai.evaluation.values import Figure, Refusal, figure, figures, round_to
from procure_ai.files.typed import Strict, number
from procure_ai.procedure.price_sheet import PriceSheet, SheetLine

_MEASURED_DECIMALS = 25  # 6 of the price, 6 of `price_per`, 13 of `questions`: nothing is ever cut off
_EXACT = Context(prec=80)


class PriceResult(Strict):
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


def measured_price(line: SheetLine, price: Decimal, count: Decimal | None) -> Decimal:
    """The exact unit price of a measured line; formula at `Measured`.

    `price` is in money per `price_per` counted units, `count` what the whole reference set took. Zero and
    negative prices pass: `price_problems` judges the unit price. Raises `Refusal` `not_measured:LINE`,
    `not_a_number:LINE`, `count_not_usable:LINE` (no whole number above zero) or `too_many_decimals:LINE`
    (more than six, as in any published unit price).
    """
    rule = line.measured
    if rule is None:
        raise Refusal("not_measured", line.id)
    try:
        price = number(price)
    except PydanticCustomError:
        raise Refusal("not_a_number", line.id) from None
    if not usable_count(count):
        raise Refusal("count_not_usable", line.id)
    if Fraction(price) * 10**6 % 1:
        raise Refusal("too_many_decimals", line.id)
    exact = Fraction(price) * Fraction(count) * rule.per / (rule.price_per * rule.questions)
    return Decimal(f"{round_to(exact, _MEASURED_DECIMALS).normalize(_EXACT):f}")


def usable_count(count: object) -> TypeGuard[Decimal]:
    """Whether this is a whole number above zero, of at most 15 digits."""
    return isinstance(count, Decimal) and count.is_finite() and 0 < count < 10**15 and count % 1 == 0


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
    amounts: dict[str, dict[str, Fraction]] = {}
    for line in sheet.lines:
        price = Fraction(number(unit_prices[line.id])) * (sheet.years if line.kind == "recurring" else 1)
        amounts[line.id] = {item.id: price * Fraction(line.quantities[item.id]) for item in sheet.scenarios}
    own = sum((Fraction(cost.amount) for cost in sheet.buyer_costs), Fraction(0))
    counted = [line.id for line in sheet.lines if line.counted]
    totals = {
        scenario.id: own + sum((amounts[line][scenario.id] for line in counted), Fraction(0))
        for scenario in sheet.scenarios
    }
    weighted = figure(sum((Fraction(s.weight) / 100 * totals[s.id] for s in sheet.scenarios), Fraction(0)))
    return PriceResult(
        amounts={line: figures(by_scenario) for line, by_scenario in amounts.items()},
        totals=figures(totals),
        weighted=weighted,
        comparison_price=weighted.rounded(sheet.decimals),
    )
