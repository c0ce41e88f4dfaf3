"""The price sheet: unit prices in, one comparison price out, live and computed by us."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

from procure_ai.documents.dutch import money_text, number_text
from procure_ai.documents.page import Page
from procure_ai.documents.tables import Bounds, Cell, CellValue, Sheet, Style, Workbook, cell_name
from procure_ai.evaluation.price import PriceResult, comparison_price, measured_price, price_problems, usable_count
from procure_ai.evaluation.values import Figure, Refusal
from procure_ai.findings import Finding
from procure_ai.forms import layout
from procure_ai.forms.context import CellInput, Context, cell_key
from procure_ai.forms.layout import SheetRows, entry, label, opened
from procure_ai.forms.reading import Reader
from procure_ai.forms.records import OpenedPrices
from procure_ai.forms.wording import KINDS, VAT
from procure_ai.procedure.price_sheet import Measured, SheetLine

FORM = "price-sheet"
_NAME = ("tenderer", "name")
_INCOMPLETE = "nog niet volledig"
_PROBLEMS = {
    "missing_price": "A320",
    "not_a_number": "A321",
    "negative_price": "A322",
    "zero_price_not_allowed": "A323",
    "price_below_minimum": "A324",
    "price_above_maximum": "A325",
}


def build(context: Context, page: Page) -> Workbook:
    """The price sheet of this procedure, empty. `page` is the instruction (`templates/price-sheet.md`)."""
    return _workbook(context, page, {}, "", None)


def filled(
    context: Context,
    page: Page,
    given: Mapping[str, Decimal],
    name: str = "",
    counts: Mapping[str, Decimal] = MappingProxyType({}),
) -> Workbook:
    """The price sheet with these prices and counts by line, and every stored result computed by us.

    Raises `Refusal` with the first problem of `measured_price` or `price_problems`. Its identity equals that of
    `build`.
    """
    sheet = context.model.price_sheet
    made = {line.id: measured_price(line, given[line.id], counts.get(line.id)) for line in sheet.lines if line.measured}
    return _workbook(context, page, given, name, comparison_price(sheet, {**given, **made}), counts, made)


def _workbook(
    context: Context,
    page: Page,
    prices: Mapping[str, Decimal],
    name: str,
    result: PriceResult | None,
    counts: Mapping[str, Decimal] = MappingProxyType({}),
    made: Mapping[str, Decimal] = MappingProxyType({}),
) -> Workbook:
    sheet = context.model.price_sheet
    first = layout.read_me(context, page, {"vat": VAT[sheet.vat], "years": str(sheet.years)})
    own = _Prices(context, prices, result, counts, made)
    return layout.workbook(context, page, FORM, [first.sheet(landscape=False), own.sheet(name)])


class _Prices:
    """The sheet *Prijzen* while it is laid out.

    Columns: line, unit, kind, quantity per scenario, unit price, amount per scenario, remark. Above a measured
    line stand its price and its count; `made` are the unit prices that follow from them.
    """

    def __init__(
        self,
        context: Context,
        prices: Mapping[str, Decimal],
        result: PriceResult | None,
        counts: Mapping[str, Decimal],
        made: Mapping[str, Decimal],
    ) -> None:
        self.model, self.prices, self.result = context.model.price_sheet, prices, result
        self.counts, self.made = counts, made
        self.scenarios = self.model.scenarios
        count = len(self.scenarios)
        self.price = 3 + count
        self.rows: SheetRows = opened(
            context,
            "Prijzen",
            (46.0, 24.0, 11.0, *[13.0] * count, 18.0, *[18.0] * count, 44.0),
            f"Vul de gele vakken in. Alle bedragen zijn in euro's, {VAT[self.model.vat]}. Vul elke prijs in; een leeg "
            "vak is geen nul.",
            "Bedrag = prijs per eenheid × aantal. Bij een regel per jaar telt elk jaar van de looptijd mee.",
        )

    def sheet(self, name: str) -> Sheet:
        rows = self.rows
        given = entry(*_NAME, most=250)
        rows.add(label("Naam van de inschrijver"), replace(given, value=name or None), height=30.0)
        rows.add(label("Looptijd in jaren"), Cell(self.model.years, Style.NUMBER))
        self.years = f"$B${rows.next}"
        rows.add()
        rows.columns(
            "Prijsregel", "Eenheid", "Soort",
            *(f"Aantal: {scenario.title}" for scenario in self.scenarios),
            f"Prijs per eenheid ({VAT[self.model.vat]})",
            *(f"Bedrag over de looptijd: {scenario.title}" for scenario in self.scenarios),
            "Opmerking",
        )  # fmt: skip
        first = rows.next
        for line in self.model.lines:
            if line.counted:
                self._line(line)
        self._totals(first, rows.next - 1)
        others = [line for line in self.model.lines if not line.counted]
        if others:
            rows.add()
            rows.heading("Opties die niet meetellen in de vergelijkingsprijs")
        for line in others:
            self._line(line)
        return rows.sheet(freeze_columns=1)

    def _line(self, line: SheetLine) -> None:
        price = self._measured(line, line.measured) if line.measured else self._price(line)
        place = self.rows.next
        years = f"*{self.years}" if line.kind == "recurring" else ""
        amounts = (
            Cell(
                _stored(self.result.amounts[line.id][scenario.id] if self.result else None),
                Style.MONEY,
                formula=f"={cell_name(place, self.price)}*{cell_name(place, 3 + number)}{years}",
            )
            for number, scenario in enumerate(self.scenarios)
        )
        self.rows.add(
            label(line.title),
            line.unit,
            KINDS[line.kind],
            *(Cell(line.quantities[scenario.id], Style.NUMBER) for scenario in self.scenarios),
            price,
            *amounts,
            Cell(_remark(line), Style.NOTE),
        )

    def _price(self, line: SheetLine) -> Cell:
        low, high = (Decimal(0), None) if line.measured else (line.min or Decimal(0), line.max)
        return Cell(
            self.prices.get(line.id), Style.INPUT_MONEY, check=Bounds(low, high), name=cell_key("price", line.id)
        )

    def _measured(self, line: SheetLine, rule: Measured) -> Cell:
        """The rows for the price and the count of a measured line; gives its unit price."""
        blank, after = [None] * (2 + len(self.scenarios)), [None] * len(self.scenarios)
        price_per, questions = number_text(Decimal(rule.price_per)), number_text(Decimal(rule.questions))
        parts = (
            (f"uw prijs voor {price_per} {rule.counts}", "Hooguit zes decimalen.", self._price(line)),
            (
                f"aantal {rule.counts} voor alle {questions} vragen samen",
                f"Tel met: {rule.reference}.",
                Cell(
                    self.counts.get(line.id),
                    Style.INPUT_NUMBER,
                    check=Bounds(Decimal(1)),
                    name=cell_key("count", line.id),
                ),
            ),
        )
        price, count = (
            cell_name(self.rows.add(label(f"{line.title}: {what}"), *blank, cell, *after, Cell(remark, Style.NOTE)),
                      self.price)
            for what, remark, cell in parts
        )  # fmt: skip
        formula = f"={price}*{count}*{rule.per}/({rule.price_per}*{rule.questions})"
        return Cell(self.made.get(line.id, Decimal(0)), Style.MONEY, formula=formula)

    def _totals(self, first: int, last: int) -> None:
        """Buyer costs, totals, weights and the comparison price, below the counted lines `first` to `last`."""
        left, right = self.price + 1, self.price + len(self.scenarios)
        for cost in self.model.buyer_costs:
            cells = [Cell(cost.amount, Style.MONEY)] * len(self.scenarios)
            self._sum_row(f"Kosten van de opdrachtgever: {cost.title}", cells, "Voor elke inschrijver gelijk.")
        own = sum((cost.amount for cost in self.model.buyer_costs), Decimal(0))
        total = self.rows.next
        totals = [
            Cell(
                _stored(self.result.totals[scenario.id]) if self.result else own,
                Style.MONEY_TOTAL,
                formula=f"=SUM({cell_name(first, column)}:{cell_name(total - 1, column)})",
            )
            for column, scenario in enumerate(self.scenarios, start=left)
        ]
        self._sum_row("Totaal per scenario", totals)
        weights = [Cell(scenario.weight / 100, Style.PERCENT) for scenario in self.scenarios]
        self._sum_row("Gewicht van het scenario", weights)
        sums, shares = (f"{cell_name(row, left)}:{cell_name(row, right)}" for row in (total, total + 1))
        prices = f"{cell_name(first, self.price)}:{cell_name(last, self.price)}"
        formula = (
            f'=IF(COUNT({prices})<{last - first + 1},"{_INCOMPLETE}",'
            f"ROUND(SUMPRODUCT({sums},{shares}),{self.model.decimals}))"
        )
        value: CellValue = self.result.comparison_price if self.result else _INCOMPLETE
        remark = f"Gewogen som van de totalen, afgerond op {self.model.decimals} decimalen."
        self._sum_row("Vergelijkingsprijs", [Cell(value, Style.MONEY_TOTAL, formula=formula)], remark)

    def _sum_row(self, title: str, cells: list[Cell], remark: str | None = None) -> None:
        after = [None] * (len(self.scenarios) - len(cells))
        self.rows.add(label(title), *[None] * self.price, *cells, *after, Cell(remark, Style.NOTE))


def _stored(figure: Figure | None) -> Decimal:
    """The result that the workbook stores, at ten decimals; exact wherever the quantities are."""
    return figure.rounded(10).normalize() + Decimal(0) if figure else Decimal(0)


def _remark(line: SheetLine) -> str:
    """What holds for the unit price of a line."""
    parts = []
    if line.optional:
        parts.append("Optie: de opdrachtgever mag dit afnemen.")
    if line.min is not None and line.max is not None:
        parts.append(f"Van {money_text(line.min)} tot en met {money_text(line.max)}.")
    elif line.min is not None:
        parts.append(f"Ten minste {money_text(line.min)}.")
    elif line.max is not None:
        parts.append(f"Hoogstens {money_text(line.max)}.")
    if line.zero_allowed:
        parts.append("Nul mag.")
    elif not line.min:
        parts.append("Hoger dan nul.")
    if rule := line.measured:
        per, divisor = number_text(Decimal(rule.per)), number_text(Decimal(rule.price_per * rule.questions))
        parts.append(f"Prijs per eenheid = uw prijs × uw aantal × {per} / {divisor}.")
    return " ".join(parts)


def read(
    context: Context, tenderer: str, values: Mapping[str, CellInput], file: str
) -> tuple[OpenedPrices | None, tuple[Finding, ...]]:
    """The unit prices of one tenderer, or None when one cannot be used. Findings A320 to A326, A360 and A361."""
    form = Reader(values, file)
    sheet = context.model.price_sheet
    name = form.text(*_NAME)
    if not name:
        form.find("A326", *_NAME)
    given = {line.id: value for line in sheet.lines if (value := form.raw("price", line.id)) is not None}
    prices = {key: value for key, value in given.items() if isinstance(value, Decimal)}
    lines = {line.id: line for line in sheet.lines}
    uncertain = {line.id for line in sheet.lines if line.measured and not _make(form, line, prices)}
    for problem in price_problems(sheet, prices):
        code, _, key = problem.partition(":")
        if key in uncertain and key in prices:
            continue
        if code == "missing_price" and key in given:
            code = "not_a_number"
        shown = f" ({number_text(prices[key])})" if key in prices else ""
        form.find(_PROBLEMS[code], "price", key, line=lines[key].title + shown, rule=_remark(lines[key]))
    if form.refused:
        return None, form.found
    return OpenedPrices(tenderer, name, prices), form.found


def _make(form: Reader, line: SheetLine, prices: dict[str, Decimal]) -> bool:
    """Put the unit price of a measured line in place of the price that was given. False, with a finding (A360,
    A361), when its count or the price cannot be used."""
    rule, count = line.measured, form.raw("count", line.id)
    assert rule is not None
    if not usable_count(count):
        words = {"counts": rule.counts, "questions": rule.questions, "reference": rule.reference}
        form.find("A360", "count", line.id, line=line.title, **words)
        return False
    if line.id in prices:
        try:
            prices[line.id] = measured_price(line, prices[line.id], count)
        except Refusal as refusal:
            if refusal.code.startswith("too_many_decimals"):
                form.find("A361", "price", line.id, line=line.title)
                return False
    return True
