"""The award report (proces-verbaal): what was received, judged, opened and ranked, and by whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from procure_ai.documents.dutch import day_text, listed, money_text, number_text
from procure_ai.documents.fill import Filling
from procure_ai.documents.page import Page
from procure_ai.documents.tree import Block, Blocks, Break, Document, Inline, Inlines, Table, Text
from procure_ai.evaluation import leaves
from procure_ai.evaluation.values import round_to
from procure_ai.forms.award import AwardData, require, term
from procure_ai.forms.blocks import bullets, cell, document, heading, paragraph, spoken, table
from procure_ai.forms.context import Context
from procure_ai.forms.records import EVIDENCE, VERDICTS
from procure_ai.forms.wording import (
    alert_text,
    flag_text,
    fraction_text,
    minimum_text,
    panel_text,
    points_text,
    price_formula,
    reason_text,
    rounding_text,
    tie_text,
    winner_text,
)

_REGIMES = {
    "eu": "Europees (deel 2 van de Aanbestedingswet 2012)",
    "national": "nationaal",
    "private": "offerteaanvraag zonder aanbestedingsplicht",
    "call-off": "nadere opdracht binnen een raamovereenkomst",
}
_TYPES = {
    "open": "openbare procedure",
    "restricted": "niet-openbare procedure",
    "neg-w-call": "mededingingsprocedure met onderhandeling",
    "neg-wo-call": "onderhandelingsprocedure zonder aankondiging",
    "comp-dial": "concurrentiegerichte dialoog",
    "innovation": "innovatiepartnerschap",
    "oth-single": "andere procedure in één ronde",
    "oth-mult": "andere procedure in meer rondes",
}


def report(context: Context, page: Page, data: AwardData) -> Document:
    """The award report (`templates/award-report.md`). It holds prices and stays inside.

    Raises `Refused`: E301 to E309 as `award.check_award` and `award.term` find them, D121 for a page
    with an unknown hole.
    """
    require(context, data)
    names = {item.id: item.name for item in data.tenderers}
    values: dict[str, Filling] = {
        "result": (paragraph(winner_text(data.outcome, names)),),
        "ranking": (_ranking(context, data),),
        "facts": (_facts(context, data),),
        "steps": _steps(data),
        "tenderers": (_received(context, data),),
        "verdicts": _verdicts(context, data),
        "panel": panel_text(context.model.method),
        "consensus": tuple(_consensus(context, data)),
        "prices": _prices(context, data),
        "flags": _flags(context, data),
        "preference": _preference(context),
        "method": (bullets(_method(context)),),
        "term": _term(context, data),
        "decided": day_text(data.decided),
        "signatures": (_signatures(data),),
    }
    return document(context, page, values)


def _ranking(context: Context, data: AwardData) -> Table:
    method = context.model.method
    rows: list[Sequence[str]] = []
    for name in data.ranked:
        result = data.outcome.tender(name)
        figures = (result.quality_points, result.price_points)
        rows.append(
            (
                str(result.rank),
                data.name(name),
                *(points_text(figure, method) if figure else "–" for figure in figures),
                points_text(result.total, method, "total") if result.total else "–",
                "voorgenomen winnaar" if name == data.outcome.winner else "geldig",
            )
        )
    for tenderer in data.tenderers:
        if tenderer.id not in data.ranked:
            rows.append(("–", tenderer.name, "–", "–", "–", "doet niet mee"))
    header = ("Rang", "Inschrijver", "Kwaliteit", "Prijs", "Totaal", "Uitslag")
    return table(header, rows, (9, 31, 14, 12, 12, 22), "Rangorde met de punten per inschrijver")


def _facts(context: Context, data: AwardData) -> Table:
    procedure = context.procedure
    rows = [
        ("Opdracht", procedure.title),
        ("Kenmerk", procedure.number),
        ("Opdrachtgever", context.buyer.name),
        ("Soort procedure", f"{_REGIMES[procedure.regime]}, {_TYPES[procedure.type]}"),
        ("Stukken", f"versie {context.version}"),
        ("Voorzitter van de commissie", data.chair or "niet vastgelegd"),
        ("Beoordelaars", listed([f"{item.name} ({item.function})" for item in data.assessors]) or "niet vastgelegd"),
        ("Prijzen geopend door", listed(data.price_openers) or "niet vastgelegd"),
    ]
    return table(("Gegeven", "Inhoud"), rows, (30, 70), "Gegevens van de procedure")


def _steps(data: AwardData) -> Blocks:
    if not data.steps:
        return (paragraph("Er zijn geen stappen vastgelegd."),)
    rows = [(day_text(step.date), step.title, step.by) for step in data.steps]
    return (table(("Datum", "Stap", "Door"), rows, (22, 50, 28), "Stappen van de procedure uit het logboek"),)


def _received(context: Context, data: AwardData) -> Table:
    rows = [(item.name, item.registration or "–", _position(context, data, item.id)) for item in data.tenderers]
    header = ("Inschrijver", "Registratie", "Positie")
    return table(header, rows, (34, 18, 48), "Ontvangen inschrijvingen met hun positie")


def _position(context: Context, data: AwardData, tenderer: str) -> str:
    decision, result = data.decision(tenderer), data.result(tenderer)
    if decision:
        return f"doet niet mee: {decision.reason.rstrip('.')} (besluit van {decision.by}, {day_text(decision.date)})"
    if result is None or result.status == "invalid":
        reasons = [reason_text(context.model, reason) for reason in (result.reasons if result else ())]
        return f"ongeldig: {listed(reasons)}"
    return f"geldig, rang {result.rank}"


def _verdicts(context: Context, data: AwardData) -> Blocks:
    if not context.model.requirements:
        return (paragraph("Er zijn geen minimumeisen."),)
    blocks: list[Block] = []
    for tenderer in data.tenderers:
        found = {item.requirement: item for item in data.verdicts if item.tenderer == tenderer.id}
        if not found:
            continue
        rows = [
            (item.title, VERDICTS[one.verdict], EVIDENCE[one.evidence], one.reason, one.by)
            for item in context.model.requirements
            if (one := found.get(item.id))
        ]
        blocks.append(heading(2, tenderer.name))
        header = ("Eis", "Oordeel", "Bewijs", "Reden", "Door")
        blocks.append(table(header, rows, (28, 13, 13, 30, 16), f"Oordelen over de minimumeisen: {tenderer.name}"))
    return tuple(blocks) or (paragraph("Er zijn geen oordelen vastgelegd."),)


def _consensus(context: Context, data: AwardData) -> Iterator[Block]:
    method = context.model.method
    for tenderer in data.tenderers:
        rows: list[tuple[Inlines, ...]] = []
        result = data.result(tenderer.id)
        for leaf in leaves(method):
            found = data.adopted(tenderer.id, leaf.id)
            if not found:
                continue
            points = result.criterion_points.get(leaf.id) if result else None
            ranked = result is not None and result.status == "ranked"
            shown = (points_text(points, method) if ranked else fraction_text(points.exact)) if points else "–"
            words = _words(("Sterk", found.strong), ("Ontbrak", found.missing), ("Plaats", found.place))
            rows.append((cell(leaf.title or leaf.id), cell(number_text(round(found.grade, 4))), cell(shown), words))
        if rows:
            yield heading(2, tenderer.name)
            header = tuple(cell(text) for text in ("Criterium", "Cijfer", "Punten", "Motivering van de commissie"))
            yield Table(header, tuple(rows), (24, 10, 11, 55), f"Cijfers en motivering: {tenderer.name}")


def _words(*parts: tuple[str, str]) -> Inlines:
    """Labelled texts in one cell, each on a line of its own."""
    inlines: list[Inline] = []
    for label, text in parts:
        if text.strip():
            inlines.extend([Break()] if inlines else [])
            inlines.extend((Text(f"{label}:", bold=True), Text(" "), *spoken(text)))
    return tuple(inlines)


def _prices(context: Context, data: AwardData) -> Blocks:
    lead = f"De prijzen zijn geopend op {day_text(data.prices_opened)} door {listed(data.price_openers)}."
    rows = []
    for item in data.tenderers:
        result = data.result(item.id)
        if result is None or result.price is None:
            rows.append((item.name, "telt niet mee", "–"))
            continue
        points = points_text(result.price_points, context.model.method) if result.price_points else "–"
        price = money_text(round_to(Fraction(result.price.exact), context.model.price_sheet.decimals))
        rows.append((item.name, price, points))
    header = ("Inschrijver", "Vergelijkingsprijs", "Punten")
    found = table(header, rows, (50, 30, 20), "Vergelijkingsprijzen en punten")
    return (paragraph(lead), found)


def _flags(context: Context, data: AwardData) -> Blocks:
    flags = [flag_text(context.model, flag) for flag in data.outcome.flags]
    if not flags:
        return (paragraph("Er zijn geen signalen."),)
    lead = "Een signaal verandert geen punten. Mensen beslissen wat ermee gebeurt; hun besluit staat in het verloop."
    return (paragraph(lead), bullets(f"{data.name(tender)}: {text}" for tender, text in flags))


def _preference(context: Context) -> Blocks:
    rule, names = context.model.preference, [item for item in context.model.criteria if item.preference]
    if not names:
        return (paragraph("Er zijn geen criteria met een voorkeur voor open of Europese oplossingen."),)
    text = (
        f"De criteria {listed([f'“{item.title}”' for item in names])} tellen samen voor "
        f"{number_text(round(rule.share, 2))}% van alle punten."
    )
    if rule.cap is not None:
        text += f" De eigen grens van de opdrachtgever is {number_text(rule.cap)}% (bron: {rule.source})."
    return (paragraph(text), paragraph("De criteria beoordelen het aanbod en niet de herkomst van de inschrijver."))


def _method(context: Context) -> Iterator[str]:
    method = context.model.method
    yield f"Totaal = punten voor kwaliteit + punten voor de prijs; samen hoogstens {number_text(context.model.total)}."
    yield "Punten per criterium = maximum × cijfer / hoogste cijfer van de schaal."
    formula = " ".join(price_formula(method))
    if formula:
        yield f"Prijs: {formula}"
    yield minimum_text(context.model)
    yield rounding_text(method.rounding)
    yield tie_text(method.tie_break)
    yield alert_text(method)


def _term(context: Context, data: AwardData) -> Blocks:
    wait = term(context, data)
    kind = "De wettelijke opschortende termijn" if wait.legal else "De aangekondigde termijn"
    text = (
        f"{kind} duurt {wait.days} kalenderdagen. De brieven gaan uit op {day_text(data.sent)}; de termijn begint op "
        f"{day_text(wait.first)} en loopt tot en met {day_text(wait.last)}."
    )
    if wait.extended:
        text += " De laatste dag is verschoven vanwege een weekend of feestdag (Algemene termijnenwet, artikel 1)."
    return (paragraph(text),)


def _signatures(data: AwardData) -> Table:
    rows = [(name, "", "") for name in (data.chair, *(item.name for item in data.assessors)) if name]
    return table(("Naam", "Datum", "Handtekening"), rows or [("", "", "")], (40, 20, 40), "Ondertekening")
