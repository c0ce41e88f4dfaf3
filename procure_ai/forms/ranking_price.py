"""The sheet *Prijs*: unit prices, amounts per scenario, the comparison price and its points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import partial

from procure_ai.documents.dutch import number_text
from procure_ai.documents.tables import Cell, Sheet, Style, cell_name
from procure_ai.evaluation.method import PriceRule
from procure_ai.evaluation.values import Figure, figure
from procure_ai.forms.layout import heading
from procure_ai.forms.ranking_data import NONE, Ranking, Rows, figure_cell, fixed, points_style, rounded, total_of
from procure_ai.forms.wording import alert_text, price_formula, stored
from procure_ai.procedure.price_sheet import Scenario, SheetLine

NAME = "Prijs"
_FIRST = 4  # column of the first tender
_KINDS = {"one-off": "eenmalig", "recurring": "per jaar"}


@dataclass(slots=True)
class PriceSheetRows:
    """The sheet and where its figures stand."""

    ranking: Ranking
    rows: Rows = field(init=False)
    units: dict[str, int] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)
    comparison: int = 0
    lowest: int = 0
    highest: int = 0
    points: int = 0

    def build(self) -> Sheet:
        """The sheet, with a formula in every cell of amounts and points."""
        ranking, model = self.ranking, self.ranking.context.model.price_sheet
        vat = "zonder btw" if model.vat == "excluded" else "met btw"
        widths = (46.0, 18.0, 10.0, 10.0, *(17.0 for _ in ranking.order))
        self.rows = Rows(widths)
        self.rows.opening(
            ranking.context,
            "Prijs",
            f"Bedragen in euro, {vat}, over {model.years} jaar. Bedrag = prijs per eenheid × aantal × jaren.",
            "De vergelijkingsprijs is het gewogen gemiddelde van de totalen per scenario.",
        )
        header = self.rows.header(
            "Prijsregel", "Eenheid", "Aantal", "Jaren", *(ranking.names[name] for name in ranking.order)
        )
        self.rows.rows.append(heading("Prijzen per eenheid", len(widths)))
        for line in model.lines:
            self.units[line.id] = self.rows.add(
                Cell(_line_title(line)),
                Cell(line.unit),
                None,
                Cell(_KINDS[line.kind]),
                *(self._unit_price(tender, line.id) for tender in ranking.order),
            )
        for scenario in model.scenarios:
            self._scenario(scenario)
        self._comparison()
        self._reference()
        self._points()
        return Sheet(NAME, tuple(self.rows.rows), widths, freeze_rows=header + 1, freeze_columns=1, header_row=header)

    def points_place(self, tender: str) -> str:
        """The cell of a tender's points for the price, as a reference from another sheet."""
        return f"{NAME}!{fixed(self.points, self._column(tender))}"

    def _column(self, tender: str) -> int:
        return _FIRST + self.ranking.order.index(tender)

    def _each(self, make: Callable[[str, int], Cell]) -> list[Cell | None]:
        """A cell for every tender whose prices were opened, and a dash for the others."""
        return [
            make(tender, self._column(tender)) if tender in self.ranking.prices else Cell(NONE)
            for tender in self.ranking.order
        ]

    def _unit_price(self, tender: str, line: str) -> Cell:
        if tender not in self.ranking.prices:
            return Cell("niet geopend")
        return Cell(self.ranking.unit_prices[tender][line], Style.MONEY)

    # --- amounts ------------------------------------------------------------------------------------

    def _scenario(self, scenario: Scenario) -> None:
        model = self.ranking.context.model.price_sheet
        self.rows.heading(f"Scenario {scenario.title} ({number_text(scenario.weight)}%)")
        counted: list[int] = []
        for line in model.lines:
            row = len(self.rows.rows)
            cells = self._each(partial(self._amount, line, scenario, row))
            years = Decimal(model.years if line.kind == "recurring" else 1)
            self.rows.add(
                Cell(_line_title(line)),
                Cell(line.unit),
                Cell(line.quantities[scenario.id], Style.NUMBER),
                Cell(years, Style.NUMBER),
                *cells,
            )
            if line.counted:
                counted.append(row)
        for cost in model.buyer_costs:
            counted.append(
                self.rows.add(
                    Cell(f"{cost.title} (kosten opdrachtgever)"),
                    Cell("over de looptijd"),
                    None,
                    None,
                    *self._each(partial(_cost, cost.amount)),
                )
            )
        cells = self._each(
            lambda tender, column: figure_cell(
                self.ranking.prices[tender].totals[scenario.id],
                Style.MONEY_TOTAL,
                total_of([(row, column) for row in counted]),
            )
        )
        self.totals[scenario.id] = self.rows.add(
            Cell(f"Totaal {scenario.title}", Style.LABEL), None, None, None, *cells
        )

    def _amount(self, line: SheetLine, scenario: Scenario, row: int, tender: str, column: int) -> Cell:
        amount = self.ranking.prices[tender].amounts[line.id][scenario.id]
        place = cell_name(self.units[line.id], column)
        return figure_cell(amount, Style.MONEY, f"={place}*$C{row + 1}*$D{row + 1}")

    def _again(self, scenario: Scenario, row: int, tender: str, column: int) -> Cell:
        total = self.ranking.prices[tender].totals[scenario.id]
        return figure_cell(total, Style.MONEY, f"={cell_name(row, column)}")

    def _comparison(self) -> None:
        model = self.ranking.context.model.price_sheet
        self.rows.heading("Vergelijkingsprijs")
        first = len(self.rows.rows)
        for scenario in model.scenarios:
            cells = self._each(partial(self._again, scenario, self.totals[scenario.id]))
            weight = Cell(scenario.weight, Style.NUMBER)
            self.rows.add(Cell(f"Totaal {scenario.title}"), Cell("weegt mee voor (%)"), weight, None, *cells)
        last = len(self.rows.rows) - 1

        def compared(tender: str, column: int) -> Cell:
            area = f"{cell_name(first, column)}:{cell_name(last, column)}"
            formula = f"=ROUND(SUMPRODUCT($C${first + 1}:$C${last + 1},{area})/100,{model.decimals})"
            return Cell(self.ranking.prices[tender].comparison_price, Style.MONEY_TOTAL, formula)

        self.comparison = self.rows.add(
            Cell("Vergelijkingsprijs", Style.LABEL), None, None, None, *self._each(compared)
        )

    # --- points -------------------------------------------------------------------------------------

    def _valid_area(self) -> str:
        """The comparison prices of the ranked tenders, which stand side by side."""
        last = _FIRST + len(self.ranking.valid) - 1
        return f"{fixed(self.comparison, _FIRST)}:{fixed(self.comparison, last)}"

    def _reference(self) -> None:
        """Lowest, highest and mean over the ranked tenders, and the announced limit for questions."""
        valid, method = self.ranking.valid, self.ranking.method
        if not valid:
            return
        prices = [self.ranking.price(tender) for tender in valid]
        mean = sum(prices, Fraction(0)) / len(prices)
        self.rows.heading("Geldige inschrijvingen samen")
        self.lowest = self._single("Laagste vergelijkingsprijs", min(prices), f"=MIN({self._valid_area()})")
        self.highest = self._single("Hoogste vergelijkingsprijs", max(prices), f"=MAX({self._valid_area()})")
        average = self._single("Gemiddelde vergelijkingsprijs", mean, f"=AVERAGE({self._valid_area()})")
        if method.alert_low is None:
            return
        share = method.alert_low.below_share_of_mean
        limit = self._single(
            f"Navraag onder {number_text(share * 100)}% van het gemiddelde",
            mean * Fraction(share),
            f"={cell_name(average, _FIRST)}*{share:f}",
        )
        self.rows.notes(alert_text(method) + " Een signaal verandert geen punten.")
        bound = fixed(limit, _FIRST)

        def signal(tender: str) -> Cell:
            low = self.ranking.price(tender) < mean * Fraction(share)
            place = cell_name(self.comparison, self._column(tender))
            formula = f'=IF(ROUND({place},6)<ROUND({bound},6),"navraag doen","geen signaal")'
            return Cell("navraag doen" if low else "geen signaal", Style.WARNING if low else Style.TEXT, formula)

        self.rows.add(
            Cell("Signaal lage prijs"),
            None,
            None,
            None,
            *(signal(tender) if tender in valid else Cell(NONE) for tender in self.ranking.order),
        )

    def _single(self, label: str, value: Fraction, formula: str) -> int:
        return self.rows.add(Cell(label), None, None, None, Cell(stored(value), Style.MONEY, formula))

    def _points(self) -> None:
        method = self.ranking.method
        rule, weight = method.price, method.weights.price
        if rule is None or weight is None:
            return
        self.rows.heading("Punten voor de prijs")
        self.rows.notes(*price_formula(method))
        settings = {
            name: self.rows.add(Cell(label), None, None, None, Cell(value, style))
            for name, label, value, style in (
                ("weight", "Maximum aantal punten", weight, Style.NUMBER),
                ("floor", "Bodem van de bandbreedte", rule.floor, Style.MONEY),
                ("ceiling", "Plafond van de bandbreedte", rule.ceiling, Style.MONEY),
                ("exponent", "Macht", rule.exponent, Style.NUMBER),
                ("zero_at", "Nul punten bij dit veelvoud van de laagste prijs", rule.zero_at, Style.NUMBER),
            )
            if value is not None
        }
        places = {name: fixed(row, _FIRST) for name, row in settings.items()}
        places |= {"lowest": fixed(self.lowest, _FIRST), "highest": fixed(self.highest, _FIRST)}

        def earned(tender: str) -> Cell:
            points = self.ranking.result(tender).price_points
            if points is None:
                return Cell("geen punten")
            return self._earned(points, rule, places, cell_name(self.comparison, self._column(tender)))

        self.points = self.rows.add(
            Cell("Punten voor de prijs", Style.LABEL),
            None,
            None,
            None,
            *(earned(tender) for tender in self.ranking.order),
        )
        if not points_formula(rule, places, "E1"):
            self.rows.notes(
                "De formule gebruikt een logaritme: de punten zijn door het programma berekend en staan vast in de cel."
            )

    def _earned(self, points: Figure, rule: PriceRule, places: Mapping[str, str], price: str) -> Cell:
        method = self.ranking.method
        plain = points_formula(rule, places, price)
        formula = rounded(method, "criterion", plain) if plain else ""
        return figure_cell(figure(points.exact), points_style(method, "criterion", total=True), formula)


def points_formula(rule: PriceRule, places: Mapping[str, str], price: str) -> str:
    """The price formula in cells, with its clamp and without equals sign; empty for a logarithm.

    `places` names the cells of `weight`, `floor`, `ceiling`, `exponent`, `zero_at`, `lowest`, `highest`.
    """
    w, low, high = places["weight"], places["lowest"], places["highest"]
    f, c = places.get("floor", ""), places.get("ceiling", "")
    n, k = places.get("exponent", ""), places.get("zero_at", "")
    formula = {
        "lowest_ratio": f"{w}*{low}/{price}",
        "linear_from_lowest": f"{w}*({k}*{low}-{price})/(({k}-1)*{low})",
        "min_max": f"IF({high}={low},{w},{w}*({high}-{price})/({high}-{low}))",
        "bandwidth": f"{w}*({c}-{price})/({c}-{f})",
        "power_bandwidth": f"{w}*(1-MIN(MAX(({price}-{f})/({c}-{f}),0),1)^{n})",
    }.get(rule.formula or "", "")
    if not formula:
        return ""
    if rule.clamp != "none":
        formula = f"MAX(0,{formula})"
    return f"MIN({w},{formula})" if rule.clamp == "zero_to_max" else formula


def _cost(amount: Decimal, _tender: str, _column: int) -> Cell:
    return Cell(amount, Style.MONEY)


def _line_title(line: SheetLine) -> str:
    if not line.counted:
        return f"{line.title} (telt niet mee)"
    return line.title
