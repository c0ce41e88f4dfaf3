"""A worked example of the price model on invented prices, computed by the engine itself."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from procure_ai.documents.dutch import money_text
from procure_ai.documents.tree import Block, Blocks
from procure_ai.evaluation import PriceResult, comparison_price
from procure_ai.evaluation.method import Method
from procure_ai.evaluation.points import price_points, reference_prices
from procure_ai.evaluation.values import figure, round_to
from procure_ai.forms.blocks import paragraph, table, with_total
from procure_ai.forms.wording import amount_text, line_title, points_text, price_sum, weighed_sum
from procure_ai.procedure.price_sheet import PriceSheet, SheetLine

_INVENTED = Fraction(100_000)


def example(sheet: PriceSheet, method: Method) -> Blocks:
    """One invented tender line by line, and the points of a few invented comparison prices."""
    unit_prices = invented_prices(sheet, method)
    result = comparison_price(sheet, unit_prices)
    lead = paragraph(f"De vergelijkingsprijs is {weighed_sum(sheet, result)}")
    blocks = (_lines(sheet, unit_prices, result), lead)
    if not method.price or not method.price.formula:
        return blocks
    prices = _prices(method, Fraction(result.comparison_price))
    more = paragraph("Bij deze en andere verzonnen vergelijkingsprijzen horen de volgende punten:")
    return (*blocks, more, _points(method, prices))


def invented_prices(sheet: PriceSheet, method: Method) -> dict[str, Decimal]:
    """A round unit price per line, within its bounds, that together give a plausible comparison price."""
    rule = method.price
    target = _INVENTED
    if rule and rule.floor is not None and rule.ceiling is not None:
        target = Fraction(rule.floor) + (Fraction(rule.ceiling) - Fraction(rule.floor)) * 2 / 5
    own = sum((Fraction(cost.amount) for cost in sheet.buyer_costs), Fraction(0))
    share = max(target - own, target / 4) / sum(line.counted for line in sheet.lines)
    return {line.id: _unit_price(line, share / max(_weight(sheet, line), Fraction(1))) for line in sheet.lines}


def _weight(sheet: PriceSheet, line: SheetLine) -> Fraction:
    """How many units of a line the comparison price holds."""
    found = (Fraction(item.weight) / 100 * Fraction(line.quantities[item.id]) for item in sheet.scenarios)
    return sum(found, Fraction(0)) * (sheet.years if line.kind == "recurring" else 1)


def _unit_price(line: SheetLine, value: Fraction) -> Decimal:
    """Two leading digits (1234 becomes 1200), within the bounds of the line."""
    whole = max(int(value), 1)
    size = 10 ** max(len(str(whole)) - 2, 0)
    price = Decimal(max(whole // size * size, 1))
    if line.min is not None:
        price = max(price, line.min)
    return price if line.max is None else min(price, line.max)


def _lines(sheet: PriceSheet, unit_prices: dict[str, Decimal], result: PriceResult) -> Block:
    header = ("Regel", "Prijs per eenheid", *(f"Bedrag {scenario.title}" for scenario in sheet.scenarios))
    rows: list[Sequence[str]] = [
        (
            line_title(line),
            money_text(unit_prices[line.id]),
            *(amount_text(result.amounts[line.id][scenario.id].exact) for scenario in sheet.scenarios),
        )
        for line in sheet.lines
    ]
    for cost in sheet.buyer_costs:
        rows.append((f"{cost.title} (opdrachtgever)", "", *[money_text(cost.amount)] * len(sheet.scenarios)))
    rows.append(("Totaal", "", *(amount_text(result.totals[scenario.id].exact) for scenario in sheet.scenarios)))
    widths = (40, 20, *(20 for _ in sheet.scenarios))
    return with_total(table(header, rows, widths, "Rekenvoorbeeld: bedragen per regel en scenario"))


def _prices(method: Method, own: Fraction) -> list[Fraction]:
    """Invented comparison prices that show how the formula works, lowest first."""
    rule = method.price
    if rule and rule.floor is not None and rule.ceiling is not None:
        return sorted({Fraction(rule.floor), own, Fraction(rule.ceiling)})
    return [Fraction(round_to(own * factor, 0)) for factor in (Fraction(4, 5), Fraction(1), Fraction(6, 5))]


def _points(method: Method, prices: Sequence[Fraction]) -> Block:
    assert method.price
    weight = Fraction(method.weights.price or 0)
    reference = reference_prices(prices)
    rule = method.rounding
    rows: list[Sequence[str]] = []
    for price in prices:
        points = price_points(method.price, weight, price, reference)
        if rule and rule.stage == "criterion":
            points = Fraction(round_to(points, rule.decimals, rule.mode))
        text = price_sum(method, price, reference.lowest, reference.highest)
        rows.append((amount_text(price), text, points_text(figure(points), method)))
    header = ("Vergelijkingsprijs", "Berekening", "Punten")
    return table(header, rows, (22, 60, 18), "Rekenvoorbeeld: punten bij verzonnen vergelijkingsprijzen")
