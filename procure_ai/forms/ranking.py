"""`award/ranking.xlsx`: the ranking with live formulas beside the results that we computed.

Every figure is that of `evaluation`; the formulas let a reader check it. Nothing here ranks or decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from procure_ai.documents.dutch import listed
from procure_ai.documents.tables import Cell, Chart, Sheet, Style, Workbook, cell_name
from procure_ai.evaluation import Outcome, Tender, comparison_price
from procure_ai.findings import refuse
from procure_ai.forms.context import Context, with_identity
from procure_ai.forms.ranking_data import FREE_DECIMALS, NONE, Ranking, Rows, figure_cell, points_style, rounded
from procure_ai.forms.ranking_explained import account, explained
from procure_ai.forms.ranking_price import PriceSheetRows
from procure_ai.forms.ranking_quality import QualitySheet
from procure_ai.forms.wording import flag_text, points_text, reason_text, winner_text
from procure_ai.procedure.case import Tenderer

FORM = "ranking"


def build(
    context: Context,
    tenderers: Sequence[Tenderer],
    tenders: Sequence[Tender],
    unit_prices: Mapping[str, Mapping[str, Decimal]],
    outcome: Outcome,
) -> Workbook:
    """The ranking workbook of these tenders.

    `tenders` are what `outcome` was computed from; `unit_prices` holds the opened prices per line, by
    tender id (a tender whose prices stayed closed is absent). Raises `Refused`: E310 for an award model
    that is more than the sum of points, E311 when prices and outcome do not belong together.
    """
    ranking = _ranking(context, tenderers, tenders, unit_prices, outcome)
    quality, price = QualitySheet(ranking), PriceSheetRows(ranking)
    quality_sheet, price_sheet = quality.build(), price.build()
    sheets = (_ranked(ranking, quality, price), quality_sheet, price_sheet, explained(ranking), account(ranking))
    workbook = Workbook(
        title=f"Rangorde {context.procedure.title}", sheets=sheets, date=context.date, subject=context.procedure.number
    )
    return with_identity(workbook, FORM, context)


def _ranking(
    context: Context,
    tenderers: Sequence[Tenderer],
    tenders: Sequence[Tender],
    unit_prices: Mapping[str, Mapping[str, Decimal]],
    outcome: Outcome,
) -> Ranking:
    method = context.model.method
    quality = method.quality
    if method.combine != "points_sum" or (quality and (quality.normalise or quality.not_applicable)):
        raise refuse(
            "E310",
            "Dit gunningsmodel kan niet als werkboek worden getoond.",
            "Gebruik een model waarin de punten voor kwaliteit en prijs worden opgeteld.",
        )
    prices = {name: comparison_price(context.model.price_sheet, given) for name, given in unit_prices.items()}
    for result in outcome.tenders:
        own = prices.get(result.id)
        if result.price and (own is None or Fraction(own.comparison_price) != result.price.exact):
            raise refuse(
                "E311",
                f"De geopende prijzen van `{result.id}` horen niet bij deze uitslag.",
                "Bereken de rangorde opnieuw met `procure-ai rank`.",
            )
    names = {tenderer.id: tenderer.name for tenderer in tenderers}
    by_id = {tender.id: tender for tender in tenders}
    return Ranking(
        context,
        by_id,
        {name: names.get(name, name) for name in by_id},
        {name: dict(given) for name, given in unit_prices.items()},
        prices,
        outcome,
    )


# --- Rangorde -------------------------------------------------------------------------------------


def _ranked(ranking: Ranking, quality: QualitySheet, price: PriceSheetRows) -> Sheet:
    method = ranking.method
    free = method.rounding is None
    widths = (8.0, 32.0, 22.0, 12.0, 12.0, 12.0, *([13.0] if free else []), 60.0)
    rows = Rows(widths)
    rows.opening(
        ranking.context,
        "Rangorde",
        winner_text(ranking.outcome, dict(ranking.names)),
        "De punten komen uit de bladen Kwaliteit en Prijs; het blad Uitleg vertelt per inschrijver hoe.",
        "Dit werkboek bevat prijzen en is vertrouwelijk.",
    )
    header = rows.header(
        "Rang",
        "Inschrijver",
        "Uitslag",
        "Kwaliteit",
        "Prijs",
        "Totaal",
        *(["Totaal voor de rang"] if free else []),
        "Bijzonderheden",
    )
    first, last = header + 1, header + len(ranking.valid)
    total_column = 6 if free else 5
    for tender in ranking.valid:
        rows.add(*_ranked_row(ranking, quality, price, tender, len(rows.rows), (first, last, total_column)))
    for tender in ranking.order[len(ranking.valid) :]:
        reasons = listed([reason_text(ranking.context.model, reason) for reason in ranking.result(tender).reasons])
        dashes = [Cell(NONE) for _ in range(4 if free else 3)]
        rows.add(
            Cell("geen"),
            Cell(ranking.names[tender], Style.LABEL),
            Cell("Ongeldig", Style.BAD),
            *dashes,
            Cell(f"De inschrijving {reasons}." if reasons.startswith("voldoet") else f"Ongeldig: {reasons}."),
        )
    charts = (_chart(ranking, first, last, len(rows.rows) + 1),) if ranking.valid else ()
    return Sheet("Rangorde", tuple(rows.rows), widths, freeze_rows=header + 1, header_row=header, charts=charts)


def _ranked_row(
    ranking: Ranking, quality: QualitySheet, price: PriceSheetRows, tender: str, row: int, area: tuple[int, int, int]
) -> Iterator[Cell]:
    """One ranked tender; `area` is the first and last row and the column of the totals that are ranked."""
    method, result = ranking.method, ranking.result(tender)
    assert result.total and result.quality_points and result.price_points
    first, last, column = area
    rank = f"=RANK({cell_name(row, column)},{_fixed_rows(first, last, column)})"
    yield Cell(Decimal(result.rank or 0), Style.RANK, rank)
    yield Cell(ranking.names[tender], Style.LABEL)
    if tender == ranking.outcome.winner:
        yield Cell("Voorgenomen winnaar", Style.GOOD)
    elif tender in (*ranking.outcome.needs_draw, *ranking.outcome.tied):
        yield Cell("Gelijk: nog beslissen", Style.WARNING)
    else:
        yield Cell("Geldig")
    style = points_style(method, "criterion")
    yield figure_cell(result.quality_points, style, f"={quality.points_place(tender)}")
    yield figure_cell(result.price_points, style, f"={price.points_place(tender)}")
    plain = f"{cell_name(row, 3)}+{cell_name(row, 4)}"
    yield figure_cell(result.total, points_style(method, "total", total=True), _total_formula(ranking, plain))
    if method.rounding is None:
        shown = result.total.rounded(FREE_DECIMALS)
        yield Cell(shown, Style.NUMBER, f"=ROUND({cell_name(row, 5)},{FREE_DECIMALS})")
    model = ranking.context.model
    flags = [text for name, text in (flag_text(model, flag) for flag in ranking.outcome.flags) if name == tender]
    yield Cell(" ".join(flags) or NONE, Style.WARNING if flags else Style.TEXT)


def _total_formula(ranking: Ranking, plain: str) -> str:
    rule = ranking.method.rounding
    if rule is not None and rule.stage == "criterion":
        return f"=ROUND({plain},{rule.decimals})"  # a sum of rounded figures: only spreadsheet noise is cut off
    return rounded(ranking.method, "total", plain)


def _fixed_rows(first: int, last: int, column: int) -> str:
    letters = cell_name(0, column).rstrip("1")
    return f"{letters}${first + 1}:{letters}${last + 1}"


def _chart(ranking: Ranking, first: int, last: int, row: int) -> Chart:
    parts = []
    for tender in ranking.valid:
        result = ranking.result(tender)
        assert result.quality_points and result.price_points and result.total
        parts.append(
            f"{ranking.names[tender]}: kwaliteit {points_text(result.quality_points, ranking.method)}, "
            f"prijs {points_text(result.price_points, ranking.method)}, "
            f"totaal {points_text(result.total, ranking.method, 'total')}"
        )

    def area(column: int) -> str:
        return f"{cell_name(first, column)}:{cell_name(last, column)}"

    return Chart(
        title="Punten per inschrijver",
        description=f"Staafdiagram met de punten voor kwaliteit en prijs. {'; '.join(parts)}.",
        categories=area(1),
        series=(("Kwaliteit", area(3)), ("Prijs", area(4))),
        row=row,
        stacked=True,
    )
