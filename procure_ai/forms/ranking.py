"""`award/ranking.xlsx`: the ranking with live formulas beside the results that we computed.

Every figure is that of `evaluation`; the formulas let a reader check it. Nothing here ranks or decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from procure_ai.documents.dutch import listed
from procure_ai.documents.tables import Cell, Chart, Sheet, Style, Workbook, cell_name, column_name
from procure_ai.evaluation import Outcome, PriceResult, Tender, comparison_price
from procure_ai.evaluation.method import Method
from procure_ai.findings import refuse
from procure_ai.forms.context import Context, with_identity
from procure_ai.forms.layout import label, opened
from procure_ai.forms.ranking_data import FREE_DECIMALS, NONE, Ranking, figure_cell, points_style, rounded
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
    prices = {name: comparison_price(context.model.price_sheet, given) for name, given in unit_prices.items()}
    _check(context.model.method, outcome, prices)
    names = {tenderer.id: tenderer.name for tenderer in tenderers}
    ranking = Ranking(
        context,
        tenders={tender.id: tender for tender in tenders},
        names={tender.id: names.get(tender.id, tender.id) for tender in tenders},
        unit_prices=unit_prices,
        prices=prices,
        outcome=outcome,
    )
    quality, price = QualitySheet(ranking), PriceSheetRows(ranking)
    beside = quality.build(), price.build()
    sheets = (_ranked(ranking, quality, price), *beside, explained(ranking), account(ranking))
    workbook = Workbook(
        title=f"Rangorde {context.procedure.name}", sheets=sheets, date=context.date, subject=context.procedure.number
    )
    return with_identity(workbook, FORM, context)


def _check(method: Method, outcome: Outcome, prices: Mapping[str, PriceResult]) -> None:
    quality = method.quality
    if method.combine != "points_sum" or (quality and (quality.normalise or quality.not_applicable)):
        raise refuse(
            "E310",
            "Dit gunningsmodel kan niet als werkboek worden getoond.",
            "Gebruik een model waarin de punten voor kwaliteit en prijs worden opgeteld.",
        )
    for result in outcome.tenders:
        own = prices.get(result.id)
        if result.price and (own is None or Fraction(own.comparison_price) != result.price.exact):
            raise refuse(
                "E311",
                f"De geopende prijzen van `{result.id}` horen niet bij deze uitslag.",
                "Bereken de rangorde opnieuw met `procure-ai rank`.",
            )


# --- Rangorde -------------------------------------------------------------------------------------


def _ranked(ranking: Ranking, quality: QualitySheet, price: PriceSheetRows) -> Sheet:
    model = ranking.context.model
    free = ["Totaal voor de rang"] if ranking.method.rounding is None else []
    rows = opened(
        ranking.context,
        "Rangorde",
        (8.0, 32.0, 22.0, 12.0, 12.0, 12.0, *(13.0 for _ in free), 60.0),
        winner_text(ranking.outcome, ranking.names),
        "De punten komen uit de bladen Kwaliteit en Prijs; het blad Uitleg vertelt per inschrijver hoe.",
        "Dit werkboek bevat prijzen en is vertrouwelijk.",
    )
    rows.columns("Rang", "Inschrijver", "Uitslag", "Kwaliteit", "Prijs", "Totaal", *free, "Bijzonderheden")
    first, last = rows.next, rows.next + len(ranking.valid) - 1
    column = column_name(5 + len(free))
    for tender in ranking.valid:
        place = cell_name(rows.next, 5 + len(free))
        rank = f"=RANK({place},{column}${first + 1}:{column}${last + 1})"
        rows.add(
            Cell(Decimal(ranking.result(tender).rank or 0), Style.RANK, rank),
            label(ranking.names[tender]),
            *_figures(ranking, tender, rows.next, quality.points_place(tender), price.points_place(tender)),
        )
    for tender in ranking.order[len(ranking.valid) :]:
        reasons = listed([reason_text(model, reason) for reason in ranking.result(tender).reasons])
        text = f"De inschrijving {reasons}." if reasons.startswith("voldoet") else f"Ongeldig: {reasons}."
        figures = [NONE] * (3 + len(free))
        rows.add("geen", label(ranking.names[tender]), Cell("Ongeldig", Style.BAD), *figures, text)
    return rows.sheet(charts=(_chart(ranking, first, last, rows.next + 1),) if ranking.valid else ())


def _figures(ranking: Ranking, tender: str, row: int, quality: str, price: str) -> Iterator[Cell]:
    """The outcome, points and remarks of one ranked tender; `quality` and `price` are the cells with its points."""
    method, model, result = ranking.method, ranking.context.model, ranking.result(tender)
    assert result.total and result.quality_points and result.price_points
    if tender == ranking.outcome.winner:
        yield Cell("Voorgenomen winnaar", Style.GOOD)
    elif tender in (*ranking.outcome.needs_draw, *ranking.outcome.tied):
        yield Cell("Gelijk: nog beslissen", Style.WARNING)
    else:
        yield Cell("Geldig")
    style = points_style(method, "criterion")
    yield figure_cell(result.quality_points, style, f"={quality}")
    yield figure_cell(result.price_points, style, f"={price}")
    plain = f"{cell_name(row, 3)}+{cell_name(row, 4)}"
    total = points_style(method, "total", total=True)
    if method.rounding and method.rounding.stage == "criterion":  # rounded figures: only spreadsheet noise is cut off
        formula = f"=ROUND({plain},{method.rounding.decimals})"
    else:
        formula = rounded(method, "total", plain)
    yield figure_cell(result.total, total, formula)
    if method.rounding is None:
        shown = result.total.rounded(FREE_DECIMALS)
        yield Cell(shown, Style.NUMBER, f"=ROUND({cell_name(row, 5)},{FREE_DECIMALS})")
    flags = [text for name, text in (flag_text(model, flag) for flag in ranking.outcome.flags) if name == tender]
    yield Cell(" ".join(flags), Style.WARNING) if flags else NONE


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
