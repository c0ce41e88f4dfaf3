"""The sheets *Uitleg* and *Verantwoording*: how every figure came about, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from procure_ai.documents.dutch import listed, money_text, number_text
from procure_ai.documents.tables import Cell, Sheet, Style
from procure_ai.evaluation import leaves
from procure_ai.evaluation.values import Figure
from procure_ai.forms.ranking_data import Ranking, Rows
from procure_ai.forms.wording import (
    alert_text,
    amount_text,
    fraction_text,
    minimum_text,
    panel_text,
    points_text,
    price_formula,
    price_sum,
    reason_text,
    rounding_text,
    sentence,
    tie_text,
    winner_text,
)


def explained(ranking: Ranking) -> Sheet:
    """The sheet with one readable line per step and tender."""
    rows = Rows((32.0, 22.0, 110.0))
    rows.opening(
        ranking.context,
        "Uitleg per inschrijver",
        "Elke regel is een stap, in de volgorde van de aangekondigde methode.",
    )
    header = rows.header("Inschrijver", "Stap", "Hoe de uitkomst tot stand kwam")
    for tender in ranking.order:
        for step, text in _steps(ranking, tender):
            rows.add(Cell(ranking.names[tender], Style.LABEL), Cell(step), Cell(text))
    return Sheet("Uitleg", tuple(rows.rows), rows.widths, freeze_rows=header + 1, header_row=header)


def _steps(ranking: Ranking, tender: str) -> Iterator[tuple[str, str]]:
    model, result = ranking.context.model, ranking.result(tender)
    failed = [reason for reason in result.reasons if reason.startswith("knock_out")]
    if failed:
        yield "Minimumeisen", sentence(f"De inschrijving {listed([reason_text(model, item) for item in failed])}")
    else:
        count = len(ranking.method.knock_outs)
        yield "Minimumeisen", f"Voldoet aan alle minimumeisen ({count})." if count else "Er zijn geen minimumeisen."
        yield from _quality_steps(ranking, tender)
        if tender in ranking.prices:
            yield "Vergelijkingsprijs", _comparison(ranking, tender)
    if result.status == "invalid":
        reasons = listed([reason_text(model, item) for item in result.reasons])
        yield "Uitkomst", sentence(f"Ongeldig en dus zonder rang: {reasons}")
        return
    yield from _total_steps(ranking, tender)


def _quality_steps(ranking: Ranking, tender: str) -> Iterator[tuple[str, str]]:
    result, method = ranking.result(tender), ranking.method
    invalid = result.status == "invalid"
    for leaf in leaves(method):
        points = result.criterion_points.get(leaf.id)
        if points is None:
            continue
        shown = fraction_text(ranking.grade(tender, leaf.id)[0])
        sum_text = f"{fraction_text(leaf.maximum)} × {shown} / {fraction_text(leaf.top_grade)}"
        yield leaf.title or leaf.id, f"Cijfer {shown}: {sum_text} = {_points(ranking, points, invalid)} punten."
    if result.quality_points:
        yield "Kwaliteit", f"Samen {_points(ranking, result.quality_points, False)} punten."


def _points(ranking: Ranking, points: Figure, invalid: bool) -> str:
    return fraction_text(points.exact) if invalid else points_text(points, ranking.method)


def _comparison(ranking: Ranking, tender: str) -> str:
    sheet, price = ranking.context.model.price_sheet, ranking.prices[tender]
    parts = " + ".join(
        f"{number_text(scenario.weight)}% × {amount_text(price.totals[scenario.id].exact)}"
        for scenario in sheet.scenarios
    )
    return f"{parts} = {money_text(price.comparison_price)}."


def _total_steps(ranking: Ranking, tender: str) -> Iterator[tuple[str, str]]:
    result, method, outcome = ranking.result(tender), ranking.method, ranking.outcome
    assert result.price_points and result.quality_points and result.total
    prices = [ranking.price(name) for name in ranking.valid]
    text = price_sum(method, ranking.price(tender), min(prices), max(prices))
    points = points_text(result.price_points, method)
    bound = _bound(ranking, result.price_points)
    yield "Prijs", f"{text} = {points} punten{bound}."
    total = points_text(result.total, method, "total")
    quality = points_text(result.quality_points, method)
    yield "Totaal", f"{quality} + {points} = {total} punten."
    rank = f"Rang {result.rank} van {len(ranking.valid)} geldige inschrijvingen."
    yield "Rang", rank + (f" {winner_text(outcome, dict(ranking.names))}" if tender == outcome.winner else "")


def _bound(ranking: Ranking, points: Figure) -> str:
    """Says that a figure stands at a bound of the formula."""
    rule, weight = ranking.method.price, ranking.method.weights.price
    if rule and rule.clamp == "zero_to_max" and weight is not None and points.exact == weight:
        return " (het maximum)"
    if rule and rule.clamp != "none" and points.exact == 0:
        return " (het minimum)"
    return ""


def account(ranking: Ranking) -> Sheet:
    """The sheet that says which method, rules, package and record the outcome rests on."""
    context, method = ranking.context, ranking.method
    model = context.model
    rows = Rows((26.0, 100.0))
    rows.opening(context, "Verantwoording", "Waar de uitkomst op rust.")
    header = rows.header("Onderwerp", "Inhoud")
    preference = f"De voorkeurscriteria wegen samen {number_text(model.preference.share)}% van het totaal."
    lines = (
        ("Procedure", f"{context.procedure.title}, kenmerk {context.procedure.number}"),
        ("Opdrachtgever", context.buyer.name),
        ("Pakket", f"versie {context.version}"),
        ("Beoordelingsset", f"{model.set}, versie {model.set_version}"),
        ("Methode", f"Punten voor kwaliteit en prijs worden opgeteld; samen hoogstens {number_text(model.total)}."),
        ("Prijsformule", " ".join(price_formula(method))),
        ("Cijfers", panel_text(method)),
        ("Minimum kwaliteit", minimum_text(model)),
        ("Afronding", rounding_text(method.rounding)),
        ("Gelijk totaal", tie_text(method.tie_break)),
        (
            "Lage prijs",
            f"{alert_text(method)} Een lage prijs verandert geen punten en leidt niet vanzelf tot afwijzing.",
        ),
        ("Voorkeur", preference),
        ("Uitslag", winner_text(ranking.outcome, dict(ranking.names))),
        ("Berekening", "Het programma rekent met exacte breuken. De formules in dit werkboek rekenen hetzelfde na."),
        ("Logboek", context.head[:12] or "nog geen"),
        ("Datum", context.date),
    )
    for label, text in lines:
        rows.add(Cell(label, Style.LABEL), Cell(text))
    return Sheet(
        "Verantwoording", tuple(rows.rows), rows.widths, freeze_rows=header + 1, header_row=header, landscape=False
    )
