"""The price sheet: unit prices in, one comparison price out, live and computed by us."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from procure_ai.documents.dutch import money_text, number_text
from procure_ai.documents.page import Page
from procure_ai.documents.tables import Bounds, Cell, CellValue, Length, Row, Sheet, Style, Workbook, cell_name
from procure_ai.evaluation.price import PriceResult, comparison_price, price_problems
from procure_ai.evaluation.values import Figure
from procure_ai.findings import Finding
from procure_ai.forms import layout
from procure_ai.forms.context import CellInput, Context, cell_key, with_identity
from procure_ai.forms.layout import READ_ME, READ_ME_WIDTHS, head, header, label, row
from procure_ai.forms.reading import Reader
from procure_ai.forms.records import OpenedPrices
from procure_ai.procedure.price_sheet import PriceSheet, SheetLine

FORM = "price-sheet"
_NAME = ("tenderer", "name")
_INCOMPLETE = "nog niet volledig"
_VAT = {"excluded": "zonder btw", "included": "met btw"}
_KINDS = {"one-off": "eenmalig", "recurring": "per jaar"}
_PROBLEMS = {
    "missing_price": (
        "A320",
        "Er is geen prijs ingevuld",
        "Een leeg vak is geen nul; besluit wat hiervan het gevolg is.",
    ),
    "not_a_number": ("A321", "De prijs is geen getal", "Vul een bedrag in zonder tekst, zoals 1234,50."),
    "negative_price": ("A322", "De prijs is negatief", "Negatieve prijzen zijn niet toegestaan."),
    "zero_price_not_allowed": ("A323", "De prijs is nul, en dat mag hier niet", "Vul een bedrag hoger dan nul in."),
    "price_below_minimum": ("A324", "De prijs is lager dan toegestaan", "Houd de bekendgemaakte ondergrens aan."),
    "price_above_maximum": ("A325", "De prijs is hoger dan toegestaan", "Houd de bekendgemaakte bovengrens aan."),
}


def build(context: Context, page: Page) -> Workbook:
    """The price sheet of this procedure, empty. `page` is the instruction (`templates/price-sheet.md`)."""
    return _workbook(context, page, {}, None)


def filled(context: Context, page: Page, unit_prices: Mapping[str, Decimal], name: str = "") -> Workbook:
    """The price sheet with these unit prices by line, and every stored result computed by us.

    Raises `Refusal` with the first problem of `price_problems`. Its identity equals that of `build`.
    """
    prices: dict[str, CellValue] = dict(unit_prices)
    if name:
        prices[""] = name
    return _workbook(context, page, prices, comparison_price(context.model.price_sheet, unit_prices))


def _workbook(context: Context, page: Page, given: Mapping[str, CellValue], result: PriceResult | None) -> Workbook:
    sheet = context.model.price_sheet
    values = {"vat": _VAT[sheet.vat], "years": str(sheet.years)}
    first = Sheet(READ_ME, tuple(layout.read_me(context, page, values)), READ_ME_WIDTHS, landscape=False)
    workbook = Workbook(
        title=f"{page.header['title']} {context.procedure.title}",
        sheets=(first, _Prices(context, given, result).sheet()),
        date=context.date,
        subject=page.header["subject"],
    )
    return with_identity(workbook, FORM, context)


class _Prices:
    """The sheet *Prijzen* while it is laid out; rows count from zero, formulas name cells.

    Columns: line, unit, kind, quantity per scenario, unit price, amount per scenario, remark.
    """

    def __init__(self, context: Context, given: Mapping[str, CellValue], result: PriceResult | None) -> None:
        self.context, self.given, self.result = context, given, result
        self.model: PriceSheet = context.model.price_sheet
        self.scenarios = self.model.scenarios
        self.price = 3 + len(self.scenarios)
        self.remark = self.price + 1 + len(self.scenarios)
        self.widths = (
            46.0, 24.0, 11.0, *(13.0 for _ in self.scenarios), 18.0, *(18.0 for _ in self.scenarios), 44.0
        )  # fmt: skip
        self.rows: list[Row] = []

    def sheet(self) -> Sheet:
        vat = _VAT[self.model.vat]
        self.rows += head(
            self.context,
            "Prijzen",
            self.widths,
            f"Vul de gele vakken in. Alle bedragen zijn in euro's, {vat}. Vul elke prijs in; een leeg vak is geen nul.",
            "Bedrag = prijs per eenheid × aantal. Bij een regel per jaar telt elk jaar van de looptijd mee.",
        )
        name = Cell(self.given.get(""), Style.INPUT, check=Length(250), name=cell_key(*_NAME))
        self.rows.append(replace(row(label("Naam van de inschrijver"), name), height=30.0))
        self.years = cell_name(len(self.rows), 1)
        self.rows.append(row(label("Looptijd in jaren"), Cell(self.model.years, Style.NUMBER)))
        self.rows.append(Row(()))
        top = len(self.rows)
        self.rows.append(
            header(
                "Prijsregel", "Eenheid", "Soort",
                *(f"Aantal: {scenario.title}" for scenario in self.scenarios),
                f"Prijs per eenheid ({vat})",
                *(f"Bedrag over de looptijd: {scenario.title}" for scenario in self.scenarios),
                "Opmerking",
            )
        )  # fmt: skip
        counted = [line for line in self.model.lines if line.counted]
        others = [line for line in self.model.lines if not line.counted]
        first = len(self.rows)
        self.rows += [self._line(line, first + number) for number, line in enumerate(counted)]
        last = len(self.rows) - 1
        self._totals(first, last)
        if others:
            self.rows += [Row(()), layout.heading("Opties die niet meetellen in de vergelijkprijs", self.remark + 1)]
            self.rows += [self._line(line, len(self.rows) + number) for number, line in enumerate(others)]
        return Sheet("Prijzen", tuple(self.rows), self.widths, freeze_rows=top + 1, freeze_columns=1, header_row=top)

    def _line(self, line: SheetLine, place: int) -> Row:
        unit_price = cell_name(place, self.price)
        low = line.min if line.min is not None else Decimal(0)
        cells = [
            label(line.title),
            Cell(line.unit),
            Cell(_KINDS[line.kind]),
            *(Cell(line.quantities[scenario.id], Style.NUMBER) for scenario in self.scenarios),
            Cell(
                self.given.get(line.id), Style.INPUT_MONEY, check=Bounds(low, line.max), name=cell_key("price", line.id)
            ),
        ]
        for number, scenario in enumerate(self.scenarios):
            years = f"*${self.years[0]}${self.years[1:]}" if line.kind == "recurring" else ""
            formula = f"={unit_price}*{cell_name(place, 3 + number)}{years}"
            amount = self.result.amounts[line.id][scenario.id] if self.result else None
            cells.append(Cell(_stored(amount), Style.MONEY, formula=formula))
        return Row((*cells, Cell(_remark(line), Style.NOTE)))

    def _totals(self, first: int, last: int) -> None:
        bottom = last
        for cost in self.model.buyer_costs:
            bottom += 1
            self.rows.append(
                self._sum_row(
                    f"Kosten van de opdrachtgever: {cost.title}",
                    [Cell(cost.amount, Style.MONEY) for _ in self.scenarios],
                    "Voor elke inschrijver gelijk.",
                )
            )
        own = sum((cost.amount for cost in self.model.buyer_costs), Decimal(0))
        totals = []
        for number, scenario in enumerate(self.scenarios):
            column = self.price + 1 + number
            area = f"{cell_name(first, column)}:{cell_name(bottom, column)}"
            total = _stored(self.result.totals[scenario.id]) if self.result else own
            totals.append(Cell(total, Style.MONEY_TOTAL, formula=f"=SUM({area})"))
        total_row = len(self.rows)
        self.rows.append(self._sum_row("Totaal per scenario", totals))
        weights = [Cell(scenario.weight / 100, Style.PERCENT) for scenario in self.scenarios]
        self.rows.append(self._sum_row("Gewicht van het scenario", weights))
        left, right = self.price + 1, self.price + len(self.scenarios)
        sums = f"{cell_name(total_row, left)}:{cell_name(total_row, right)}"
        shares = f"{cell_name(total_row + 1, left)}:{cell_name(total_row + 1, right)}"
        prices = f"{cell_name(first, self.price)}:{cell_name(last, self.price)}"
        formula = (
            f'=IF(COUNT({prices})<{last - first + 1},"{_INCOMPLETE}",'
            f"ROUND(SUMPRODUCT({sums},{shares}),{self.model.decimals}))"
        )
        value: CellValue = self.result.comparison_price if self.result else _INCOMPLETE
        remark = f"Gewogen som van de totalen, afgerond op {self.model.decimals} decimalen."
        self.rows.append(self._sum_row("Vergelijkprijs", [Cell(value, Style.MONEY_TOTAL, formula=formula)], remark))

    def _sum_row(self, title: str, cells: Sequence[Cell], remark: str = "") -> Row:
        between = (None,) * self.price
        after = (None,) * (len(self.scenarios) - len(cells))
        return Row((label(title), *between, *cells, *after, Cell(remark or None, Style.NOTE)))


def _stored(figure: Figure | None) -> Decimal:
    """The result that the workbook stores, at ten decimals; exact wherever the quantities are."""
    return figure.rounded(10).normalize() + Decimal(0) if figure else Decimal(0)


def _remark(line: SheetLine) -> str:
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
    return " ".join(parts)


def read(
    context: Context, tenderer: str, values: Mapping[str, CellInput], file: str
) -> tuple[OpenedPrices | None, tuple[Finding, ...]]:
    """The unit prices of one tenderer, or None when one cannot be used; nothing is filled in or rounded.

    Errors: A320 missing, A321 not a number, A322 negative, A323 zero not allowed, A324 under and A325 over
    the announced bound. Warning: A326 no name.
    """
    form = Reader(values, file)
    sheet = context.model.price_sheet
    name = form.text(*_NAME)
    if not name:
        form.warn("A326", "De naam van de inschrijver ontbreekt.", "Ga na van wie dit prijsblad is.", *_NAME)
    given = {line.id: value for line in sheet.lines if (value := form.raw("price", line.id)) is not None}
    prices = {key: value for key, value in given.items() if isinstance(value, Decimal)}
    titles = {line.id: line for line in sheet.lines}
    for problem in price_problems(sheet, prices):
        code, _, line_id = problem.partition(":")
        if code == "missing_price" and line_id in given:
            code = "not_a_number"
        number, message, remedy = _PROBLEMS[code]
        line = titles[line_id]
        shown = f" ({number_text(prices[line_id])})" if line_id in prices else ""
        form.find(number, f"{message}: {line.title}{shown}.", f"{remedy} {_remark(line)}".strip(), "price", line_id)
    if any(finding.is_error for finding in form.findings):
        return None, form.found
    return OpenedPrices(tenderer, name, prices), form.found
