"""The sheet *Prijs*: unit prices, amounts per scenario, the comparison price and its points."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from procure_ai.documents.dutch import number_text
from procure_ai.documents.tables import Cell, Sheet, Style, cell_name
from procure_ai.evaluation.method import PriceRule
from procure_ai.forms.layout import label, opened
from procure_ai.forms.ranking_data import BLANK, NONE, Ranking, figure_cell, fixed, points_style, rounded, total_of
from procure_ai.forms.wording import KINDS, VAT, alert_text, line_title, price_formula, stored
from procure_ai.procedure.price_sheet import Scenario, SheetLine

NAME = "Prijs"
_FIRST = 4  # column of the first tender


class PriceSheetRows:
    """The sheet and where its figures stand."""

    def __init__(self, ranking: Ranking) -> None:
        self.ranking, self.model = ranking, ranking.context.model.price_sheet
        self.columns = {tender: column for column, tender in enumerate(ranking.order, start=_FIRST)}
        self.points = 0
        self.rows = opened(
            ranking.context,
            NAME,
            (46.0, 18.0, 10.0, 10.0, *(17.0 for _ in ranking.order)),
            f"Bedragen in euro, {VAT[self.model.vat]}, over {self.model.years} jaar. Bedrag = prijs per eenheid × "
            "aantal × jaren.",
            "De vergelijkingsprijs is het gewogen gemiddelde van de totalen per scenario.",
        )

    def build(self) -> Sheet:
        """The sheet, with a formula in every cell of amounts and points."""
        rows, ranking = self.rows, self.ranking
        rows.columns("Prijsregel", "Eenheid", "Aantal", "Jaren", *(ranking.names[name] for name in ranking.order))
        rows.heading("Prijzen per eenheid")
        units = {line.id: self._unit_prices(line) for line in self.model.lines}
        totals = [self._scenario(scenario, units) for scenario in self.model.scenarios]
        comparison = self._comparison(totals)
        lowest, highest = self._reference(comparison)
        self._points(comparison, lowest, highest)
        return rows.sheet(freeze_columns=1)

    def points_place(self, tender: str) -> str:
        """The cell of a tender's points for the price, as a reference from another sheet."""
        return f"{NAME}!{fixed(self.points, self.columns[tender])}"

    def _heading(self, text: str) -> None:
        self.rows.add()
        self.rows.heading(text)

    def _each(self, make: Callable[[str, int], Cell], closed: Cell = NONE) -> list[Cell]:
        """A cell for every tender whose prices were opened, and a dash for the others."""
        return [
            make(tender, column) if tender in self.ranking.prices else closed for tender, column in self.columns.items()
        ]

    def _unit_prices(self, line: SheetLine) -> int:
        cells = self._each(
            lambda tender, _: Cell(self.ranking.unit_prices[tender][line.id], Style.MONEY), Cell("niet geopend")
        )
        return self.rows.add(line_title(line), line.unit, BLANK, KINDS[line.kind], *cells)

    # --- amounts ------------------------------------------------------------------------------------

    def _scenario(self, scenario: Scenario, units: Mapping[str, int]) -> int:
        """The amounts of a scenario; gives the row of their total."""
        rows, prices = self.rows, self.ranking.prices
        self._heading(f"Scenario {scenario.title} ({number_text(scenario.weight)}%)")
        places = {line.id: self._amounts(scenario, line, units[line.id]) for line in self.model.lines}
        counted = [places[line.id] for line in self.model.lines if line.counted]
        for cost in self.model.buyer_costs:
            amount = Cell(cost.amount, Style.MONEY)
            cells = [amount if tender in prices else NONE for tender in self.columns]
            title = f"{cost.title} (kosten opdrachtgever)"
            counted.append(rows.add(title, "over de looptijd", BLANK, BLANK, *cells))
        cells = self._each(
            lambda tender, column: figure_cell(
                prices[tender].totals[scenario.id], Style.MONEY_TOTAL, total_of(counted, column)
            )
        )
        return rows.add(label(f"Totaal {scenario.title}"), BLANK, BLANK, BLANK, *cells)

    def _amounts(self, scenario: Scenario, line: SheetLine, unit: int) -> int:
        row = self.rows.next

        def amount(tender: str, column: int) -> Cell:
            found = self.ranking.prices[tender].amounts[line.id][scenario.id]
            return figure_cell(found, Style.MONEY, f"={cell_name(unit, column)}*$C{row + 1}*$D{row + 1}")

        quantity = Cell(line.quantities[scenario.id], Style.NUMBER)
        years = Cell(Decimal(self.model.years if line.kind == "recurring" else 1), Style.NUMBER)
        return self.rows.add(line_title(line), line.unit, quantity, years, *self._each(amount))

    def _weighed(self, scenario: Scenario, total: int) -> None:
        def again(tender: str, column: int) -> Cell:
            found = self.ranking.prices[tender].totals[scenario.id]
            return figure_cell(found, Style.MONEY, f"={cell_name(total, column)}")

        weight = Cell(scenario.weight, Style.NUMBER)
        self.rows.add(f"Totaal {scenario.title}", "weegt mee voor (%)", weight, BLANK, *self._each(again))

    def _comparison(self, totals: Sequence[int]) -> int:
        """The comparison prices; gives their row."""
        rows, prices = self.rows, self.ranking.prices
        self._heading("Vergelijkingsprijs")
        first = rows.next
        for scenario, total in zip(self.model.scenarios, totals, strict=True):
            self._weighed(scenario, total)
        last = rows.next - 1

        def compared(tender: str, column: int) -> Cell:
            area = f"{cell_name(first, column)}:{cell_name(last, column)}"
            formula = f"=ROUND(SUMPRODUCT($C${first + 1}:$C${last + 1},{area})/100,{self.model.decimals})"
            return Cell(prices[tender].comparison_price, Style.MONEY_TOTAL, formula)

        return rows.add(label("Vergelijkingsprijs"), BLANK, BLANK, BLANK, *self._each(compared))

    # --- points -------------------------------------------------------------------------------------

    def _single(self, title: str, value: Fraction, formula: str) -> int:
        return self.rows.add(title, BLANK, BLANK, BLANK, Cell(stored(value), Style.MONEY, formula))

    def _reference(self, comparison: int) -> tuple[int, int]:
        """Lowest, highest (whose rows it gives) and mean of the ranked tenders, and the limit for questions."""
        valid, alert = self.ranking.valid, self.ranking.method.alert_low
        if not valid:
            return 0, 0
        prices = [self.ranking.price(tender) for tender in valid]
        mean = sum(prices, Fraction(0)) / len(prices)
        area = f"{fixed(comparison, _FIRST)}:{fixed(comparison, _FIRST + len(valid) - 1)}"
        self._heading("Geldige inschrijvingen samen")
        lowest = self._single("Laagste vergelijkingsprijs", min(prices), f"=MIN({area})")
        highest = self._single("Hoogste vergelijkingsprijs", max(prices), f"=MAX({area})")
        average = self._single("Gemiddelde vergelijkingsprijs", mean, f"=AVERAGE({area})")
        if alert:
            share = alert.below_share_of_mean
            title = f"Navraag onder {number_text(share * 100)}% van het gemiddelde"
            bound = self._single(title, mean * Fraction(share), f"={cell_name(average, _FIRST)}*{share:f}")
            self._signals(comparison, bound, mean * Fraction(share))
        return lowest, highest

    def _signals(self, comparison: int, bound: int, limit: Fraction) -> None:
        self.rows.notes(alert_text(self.ranking.method) + " Een signaal verandert geen punten.")

        def signal(tender: str, column: int) -> Cell:
            low = self.ranking.price(tender) < limit
            place = f"ROUND({cell_name(comparison, column)},6)<ROUND({fixed(bound, _FIRST)},6)"
            formula = f'=IF({place},"navraag doen","geen signaal")'
            return Cell("navraag doen" if low else "geen signaal", Style.WARNING if low else Style.TEXT, formula)

        valid = self.ranking.valid
        cells = (signal(tender, column) if tender in valid else NONE for tender, column in self.columns.items())
        self.rows.add("Signaal lage prijs", BLANK, BLANK, BLANK, *cells)

    def _points(self, comparison: int, lowest: int, highest: int) -> None:
        method = self.ranking.method
        rule, weight = method.price, method.weights.price
        if rule is None or weight is None:
            return
        self._heading("Punten voor de prijs")
        self.rows.notes(*price_formula(method))
        settings = (
            ("weight", "Maximum aantal punten", weight, Style.NUMBER),
            ("floor", "Bodem van de bandbreedte", rule.floor, Style.MONEY),
            ("ceiling", "Plafond van de bandbreedte", rule.ceiling, Style.MONEY),
            ("exponent", "Macht", rule.exponent, Style.NUMBER),
            ("zero_at", "Nul punten bij dit veelvoud van de laagste prijs", rule.zero_at, Style.NUMBER),
        )
        places = {"lowest": fixed(lowest, _FIRST), "highest": fixed(highest, _FIRST)}
        for name, title, value, style in settings:
            if value is not None:
                places[name] = fixed(self.rows.add(title, BLANK, BLANK, BLANK, Cell(value, style)), _FIRST)

        def earned(tender: str, column: int) -> Cell:
            points = self.ranking.result(tender).price_points
            if points is None:
                return Cell("geen punten")
            plain = points_formula(rule, places, cell_name(comparison, column))
            formula = rounded(method, "criterion", plain) if plain else ""
            return figure_cell(points, points_style(method, "criterion", total=True), formula)

        cells = (earned(tender, column) for tender, column in self.columns.items())
        self.points = self.rows.add(label("Punten voor de prijs"), BLANK, BLANK, BLANK, *cells)
        if not points_formula(rule, places, "E1"):
            self.rows.notes(
                "De formule gebruikt een logaritme: de punten zijn door het programma berekend en staan vast in de cel."
            )


def points_formula(rule: PriceRule, places: Mapping[str, str], price: str) -> str:
    """The price formula in cells, with its clamp and without equals sign; empty for a logarithm.

    `places` names the cells of `weight`, `floor`, `ceiling`, `exponent`, `zero_at`, `lowest`, `highest`.
    """
    w, low, high = places["weight"], places["lowest"], places["highest"]
    f, c, n, k = (places.get(name, "") for name in ("floor", "ceiling", "exponent", "zero_at"))
    formula = {
        "lowest_ratio": f"{w}*{low}/{price}",
        "linear_from_lowest": f"{w}*({k}*{low}-{price})/(({k}-1)*{low})",
        "min_max": f"IF({high}={low},{w},{w}*({high}-{price})/({high}-{low}))",
        "bandwidth": f"{w}*({c}-{price})/({c}-{f})",
        "power_bandwidth": f"{w}*(1-MIN(MAX(({price}-{f})/({c}-{f}),0),1)^{n})",
    }.get(rule.formula or "", "")
    if formula and rule.clamp != "none":
        formula = f"MAX(0,{formula})"
    return f"MIN({w},{formula})" if formula and rule.clamp == "zero_to_max" else formula
