"""The sheets *Uitleg* and *Verantwoording*: how every figure came about, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from procure_ai.documents.dutch import day_text, listed, number_text
from procure_ai.documents.tables import Sheet
from procure_ai.evaluation import leaves
from procure_ai.evaluation.values import Figure
from procure_ai.forms import wording
from procure_ai.forms.layout import label, opened
from procure_ai.forms.ranking_data import Ranking
from procure_ai.forms.wording import fraction_text, points_text


def explained(ranking: Ranking) -> Sheet:
    """The sheet with one readable line per step and tender."""
    rows = opened(
        ranking.context,
        "Uitleg per inschrijver",
        (32.0, 22.0, 110.0),
        "Elke regel is een stap, in de volgorde van de aangekondigde methode.",
        name="Uitleg",
    )
    rows.columns("Inschrijver", "Stap", "Hoe de uitkomst tot stand kwam")
    for tender in ranking.order:
        for step, text in _steps(ranking, tender):
            rows.add(label(ranking.names[tender]), step, text)
    return rows.sheet()


def _steps(ranking: Ranking, tender: str) -> Iterator[tuple[str, str]]:
    model, result = ranking.context.model, ranking.result(tender)
    failed = [wording.reason_text(model, reason) for reason in result.reasons if reason.startswith("knock_out")]
    if failed:
        yield "Minimumeisen", wording.sentence(f"De inschrijving {listed(failed)}")
    else:
        count = len(ranking.method.knock_outs)
        yield "Minimumeisen", f"Voldoet aan alle minimumeisen ({count})." if count else "Er zijn geen minimumeisen."
        yield from _quality_steps(ranking, tender)
        if tender in ranking.prices:
            yield "Vergelijkingsprijs", wording.weighed_sum(model.price_sheet, ranking.prices[tender])
    if result.status == "invalid":
        reasons = listed([wording.reason_text(model, reason) for reason in result.reasons])
        yield "Uitkomst", wording.sentence(f"Ongeldig en dus zonder rang: {reasons}")
    else:
        yield from _total_steps(ranking, tender)


def _quality_steps(ranking: Ranking, tender: str) -> Iterator[tuple[str, str]]:
    result, method = ranking.result(tender), ranking.method
    for leaf in leaves(method):
        if leaf.id in result.criterion_points:
            grade = fraction_text(ranking.grade(tender, leaf.id)[0])
            figures = f"{fraction_text(leaf.maximum)} × {grade} / {fraction_text(leaf.top_grade)}"
            earned = wording.earned_text(method, result, leaf)
            yield wording.leaf_title(leaf), f"Cijfer {grade}: {figures} = {earned} punten."
    if result.quality_points:
        yield "Kwaliteit", f"Samen {points_text(result.quality_points, method)} punten."


def _total_steps(ranking: Ranking, tender: str) -> Iterator[tuple[str, str]]:
    result, method = ranking.result(tender), ranking.method
    assert result.price_points and result.quality_points and result.total
    prices = [ranking.price(name) for name in ranking.valid]
    text = wording.price_sum(method, ranking.price(tender), min(prices), max(prices))
    points = points_text(result.price_points, method)
    yield "Prijs", f"{text} = {points} punten{_bound(ranking, result.price_points)}."
    quality, total = points_text(result.quality_points, method), points_text(result.total, method, "total")
    yield "Totaal", f"{quality} + {points} = {total} punten."
    winner = f" {wording.winner_text(ranking.outcome, ranking.names)}" if tender == ranking.outcome.winner else ""
    yield "Rang", f"Rang {result.rank} van {len(ranking.valid)} geldige inschrijvingen.{winner}"


def _bound(ranking: Ranking, points: Figure) -> str:
    """Says that a figure stands at a bound of the formula."""
    rule, weight = ranking.method.price, ranking.method.weights.price
    if rule and rule.clamp == "zero_to_max" and weight is not None and points.exact == weight:
        return " (het maximum)"
    return " (het minimum)" if rule and rule.clamp != "none" and points.exact == 0 else ""


def account(ranking: Ranking) -> Sheet:
    """The sheet that says which method, rules, package and record the outcome rests on."""
    context, method, model = ranking.context, ranking.method, ranking.context.model
    lines = {
        "Procedure": f"{context.procedure.name}, kenmerk {context.procedure.number}",
        "Opdrachtgever": context.buyer.name,
        "Pakket": f"versie {context.version}",
        "Beoordelingsset": f"{model.set_title or model.set}, versie {model.set_version}",
        "Methode": f"Punten voor kwaliteit en prijs worden opgeteld; samen hoogstens {number_text(model.total)}.",
        "Prijsformule": " ".join(wording.price_formula(method)),
        "Cijfers": wording.panel_text(method),
        "Minimum kwaliteit": wording.minimum_text(model),
        "Afronding": wording.rounding_text(method.rounding),
        "Gelijk totaal": wording.tie_text(method.tie_break),
        "Lage prijs": wording.alert_text(method)
        + " Een lage prijs verandert geen punten en leidt niet vanzelf tot afwijzing.",
        "Voorkeur": f"De voorkeurscriteria wegen samen {number_text(model.preference.share)}% van het totaal.",
        "Uitslag": wording.winner_text(ranking.outcome, ranking.names),
        "Berekening": "Het programma rekent met exacte breuken. De formules in dit werkboek rekenen hetzelfde na.",
        "Logboek": context.head[:12] or "nog geen",
        "Datum": day_text(date.fromisoformat(context.date)),
    }
    rows = opened(context, "Verantwoording", (26.0, 100.0), "Waar de uitkomst op rust.")
    rows.columns("Onderwerp", "Inhoud")
    for title, text in lines.items():
        rows.add(label(title), text)
    return rows.sheet(landscape=False)
