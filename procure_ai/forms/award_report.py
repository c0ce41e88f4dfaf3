"""The award report (proces-verbaal): what was received, judged, opened and ranked, and by whom."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from procure_ai.documents.dutch import day_text, listed, money_text, number_text
from procure_ai.documents.fill import Filling
from procure_ai.documents.page import Page
from procure_ai.documents.tree import Block, Blocks, Document, Paragraph, Table
from procure_ai.evaluation import leaves
from procure_ai.evaluation.values import Figure, round_to
from procure_ai.forms import wording
from procure_ai.forms.award import AwardData, NoAward, require, require_without_winner, term
from procure_ai.forms.blocks import (
    bullets,
    cell,
    document,
    heading,
    labelled_lines,
    listed_in,
    paragraph,
    spoken,
    table,
)
from procure_ai.forms.context import Context
from procure_ai.forms.days import LEGAL_STANDSTILL
from procure_ai.forms.records import EVIDENCE, VERDICTS
from procure_ai.procedure.case import Tenderer

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
_NONE = "niet vastgelegd"


def report(context: Context, page: Page, data: AwardData) -> Document:
    """The award report (`templates/award-report.md`). It holds prices and stays inside.

    Raises `Refused`: E301 to E309 of `award.check_award` and `award.term`, D121 for an unknown hole.
    """
    require(context, data)
    values: dict[str, Filling] = {
        **_course(context, data),
        "result": (paragraph(wording.winner_text(data.outcome, {item.id: item.name for item in data.tenderers})),),
        "ranking": (_ranking(context, data),),
        "panel": wording.panel_text(context.model.method),
        "consensus": tuple(_consensus(context, data)),
        "prices": _prices(context, data),
        "flags": _flags(context, data),
        "preference": _preference(context),
        "method": (bullets(_method(context)),),
        "term": _term(context, data),
    }
    return document(context, page, values)


def no_award_report(context: Context, page: Page, data: AwardData, decision: NoAward) -> Document:
    """The report that nobody gets the contract (`templates/no-award-report.md`), as far as the procedure came.

    Raises `Refused`: E302 to E308 when a reason that was given is not whole, D121 for an unknown hole.
    """
    require_without_winner(context, data)
    ranking: Blocks = (paragraph("De prijzen zijn niet geopend; er is geen rangorde."),)
    if data.prices_opened:
        ranking = (_ranking(context, data), *_prices(context, data))
    values: dict[str, Filling] = {
        **_course(context, data, decision.by),
        "result": f"Op {day_text(data.decided)} is besloten niet te gunnen, door {decision.by}, met deze reden:",
        "decision": (Paragraph(spoken(decision.reason)),),
        "consensus": tuple(_consensus(context, data)) or (paragraph("Er zijn geen cijfers vastgesteld."),),
        "ranking": ranking,
    }
    return document(context, page, values)


def _course(context: Context, data: AwardData, *signing: str) -> dict[str, Filling]:
    """The procedure, its steps, who took part, the minimum requirements, and who signs."""
    steps = [(day_text(step.date), f"{step.title} door {step.by}" if step.by else step.title) for step in data.steps]
    received = [(item.name, item.registration or "–", _position(context, data, item.id)) for item in data.tenderers]
    names = [name for name in (data.chair, *(item.name for item in data.assessors), *signing) if name]
    signatures = [(name, "", "") for name in dict.fromkeys(names) or [""]]
    return {
        "facts": (_facts(context, data),),
        "steps": listed_in(
            ("Datum", "Stap"), steps, (24, 76), "Stappen van de procedure uit het logboek",
            "Er zijn geen stappen vastgelegd.",
        ),
        "tenderers": listed_in(
            ("Inschrijver", "Registratie", "Positie"), received, (34, 18, 48),
            "Ontvangen inschrijvingen met hun positie", "Er is geen inschrijving aangenomen.",
        ),
        "verdicts": _verdicts(context, data),
        "decided": day_text(data.decided),
        "signatures": (table(("Naam", "Datum", "Handtekening"), signatures, (40, 20, 40), "Ondertekening"),),
    }  # fmt: skip


def _ranking(context: Context, data: AwardData) -> Table:
    method, order = context.model.method, data.outcome.order

    def shown(figure: Figure | None, stage: str = "criterion") -> str:
        return wording.points_text(figure, method, stage) if figure else "–"

    rows = []
    for result in map(data.outcome.tender, order):
        points = (shown(result.quality_points), shown(result.price_points), shown(result.total, "total"))
        state = "voorgenomen winnaar" if result.id == data.outcome.winner else "geldig"
        rows.append((str(result.rank), data.name(result.id), *points, state))
    rows += [("–", item.name, "–", "–", "–", "doet niet mee") for item in data.tenderers if item.id not in order]
    header = ("Rang", "Inschrijver", "Kwaliteit", "Prijs", "Totaal", "Uitslag")
    return table(header, rows, (9, 31, 14, 12, 12, 22), "Rangorde met de punten per inschrijver")


def _facts(context: Context, data: AwardData) -> Table:
    procedure = context.procedure
    kind = "meervoudig onderhandse procedure" if procedure.regime == "private" else _TYPES[procedure.type]
    rows = [
        ("Opdracht", procedure.name),
        ("Kenmerk", procedure.number),
        ("Opdrachtgever", context.buyer.name),
        ("Soort procedure", f"{_REGIMES[procedure.regime]}, {kind}"),
        ("Stukken", f"versie {context.version}"),
        ("Voorzitter van de commissie", data.chair or _NONE),
        ("Beoordelaars", listed([f"{item.name} ({item.function})" for item in data.assessors]) or _NONE),
        ("Prijzen geopend door", listed(data.price_openers) or _NONE),
    ]
    return table(("Gegeven", "Inhoud"), rows, (30, 70), "Gegevens van de procedure")


def _position(context: Context, data: AwardData, tenderer: str) -> str:
    decision, result = data.decision(tenderer), data.result(tenderer)
    if decision:
        return f"doet niet mee: {decision.reason.rstrip('.')} (besluit van {decision.by}, {day_text(decision.date)})"
    if result is None:
        return "niet verder beoordeeld"  # only when nobody gets the contract: else E305
    if result.status == "ranked":
        return f"geldig, rang {result.rank}"
    return f"ongeldig: {listed([wording.reason_text(context.model, reason) for reason in result.reasons])}"


def _verdicts(context: Context, data: AwardData) -> Blocks:
    if not context.model.requirements:
        return (paragraph("Er zijn geen minimumeisen."),)
    blocks: list[Block] = []
    for tenderer in data.tenderers:
        found = {item.requirement: item for item in data.verdicts if item.tenderer == tenderer.id}
        rows = [
            (item.title, VERDICTS[one.verdict], EVIDENCE[one.evidence], one.reason, one.by)
            for item in context.model.requirements
            if (one := found.get(item.id))
        ]
        if found:
            header = ("Eis", "Oordeel", "Bewijs", "Reden", "Door")
            description = f"Oordelen over de minimumeisen: {tenderer.name}"
            blocks += [heading(2, tenderer.name), table(header, rows, (28, 13, 13, 30, 16), description)]
    return tuple(blocks) or (paragraph("Er zijn geen oordelen vastgelegd."),)


def _consensus(context: Context, data: AwardData) -> Iterator[Block]:
    method = context.model.method
    for tenderer in data.tenderers:
        rows = []
        for leaf in leaves(method):
            if found := data.adopted(tenderer.id, leaf.id):
                parts = (("Sterk", found.strong), ("Ontbrak", found.missing), ("Plaats", found.place))
                measured = f"{number_text(found.result)}%" if found.result is not None else ""
                words = labelled_lines((*((("Gemeten resultaat", measured),) if measured else ()), *parts))
                points = wording.earned_text(method, data.result(tenderer.id), leaf)
                texts = (wording.leaf_title(leaf), number_text(round_to(Fraction(found.grade), 4)), points)
                rows.append((*map(cell, texts), words))
        if rows:
            yield heading(2, tenderer.name)
            header = tuple(map(cell, ("Criterium", "Cijfer", "Punten", "Motivering van de commissie")))
            yield Table(header, tuple(rows), (24, 10, 11, 55), f"Cijfers en motivering: {tenderer.name}")
            yield from _verified(context, data, tenderer)


def _verified(context: Context, data: AwardData, tenderer: Tenderer) -> Iterator[Block]:
    """Of the criteria with evidence per rung: how far what each assessor verified reaches."""
    rows = []
    for item in context.model.criteria:
        if item.evidence_rows:
            found = [(one.name, data.verified.get((tenderer.id, item.id, one.id))) for one in data.assessors]
            told = [f"{number_text(grade)} ({name})" for name, grade in found if grade is not None]
            rows.append((item.title, listed(told) or "niet per trede nagegaan"))
    if rows:
        header = ("Criterium", "Geverifieerd bewijs reikt tot cijfer")
        yield table(header, rows, (40, 60), f"Geverifieerd bewijs: {tenderer.name}")


def _prices(context: Context, data: AwardData) -> Blocks:
    assert data.prices_opened is not None
    lead = f"De prijzen zijn geopend op {day_text(data.prices_opened)} door {listed(data.price_openers)}."
    rows = []
    for item in data.tenderers:
        result = data.result(item.id)
        if result is None or result.price is None:
            rows.append((item.name, "telt niet mee", "–"))
            continue
        points = wording.points_text(result.price_points, context.model.method) if result.price_points else "–"
        price = money_text(round_to(Fraction(result.price.exact), context.model.price_sheet.decimals))
        rows.append((item.name, price, points))
    header = ("Inschrijver", "Vergelijkingsprijs", "Punten")
    return (paragraph(lead), table(header, rows, (50, 30, 20), "Vergelijkingsprijzen en punten"))


def _flags(context: Context, data: AwardData) -> Blocks:
    flags = [wording.flag_text(context.model, flag) for flag in data.outcome.flags]
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
        f"{number_text(round_to(Fraction(rule.share), 2))}% van alle punten."
    )
    if rule.cap is not None:
        text += f" De eigen grens van de opdrachtgever is {number_text(rule.cap)}% (bron: {rule.source})."
    return (paragraph(text), paragraph("De criteria beoordelen het aanbod en niet de herkomst van de inschrijver."))


def _method(context: Context) -> Iterator[str]:
    model, method = context.model, context.model.method
    yield f"Totaal = punten voor kwaliteit + punten voor de prijs; samen hoogstens {number_text(model.total)}."
    yield "Punten per criterium = maximum × cijfer / hoogste cijfer van de schaal."
    formula = " ".join(wording.price_formula(method))
    if formula:
        yield f"Prijs: {formula}"
    yield wording.minimum_text(model)
    yield wording.rounding_text(method.rounding)
    yield wording.tie_text(method.tie_break)
    yield wording.alert_text(method)


def _term(context: Context, data: AwardData) -> Blocks:
    """The term in law and the announced one, each with its last day; the later of the two holds."""
    wait = term(context, data)
    lead = (
        f"De wachttijd duurt {wait.days} kalenderdagen. De brieven gaan uit op {day_text(data.sent)}; de wachttijd "
        f"begint op {day_text(wait.first)}."
    )
    rows = []
    if wait.in_law:
        source = f"wet (Aanbestedingswet 2012, artikel 2.127), minstens {LEGAL_STANDSTILL} kalenderdagen"
        rows.append((wording.with_capital(source), day_text(wait.in_law)))
    if wait.announced:
        rows.append((f"Aanbestedingsstukken, {data.announced_days} kalenderdagen", day_text(wait.announced)))
    found = table(("Termijn volgens", "Laatste dag"), rows, (70, 30), "De termijnen met hun laatste dag")
    text = f"In de brieven staat de laatste van deze dagen: {day_text(wait.last)}."
    if wait.extended:
        text += " De laatste dag is verschoven vanwege een weekend of feestdag"
        text += " (Algemene termijnenwet, artikel 1)." if wait.legal else ", zoals de stukken zeggen."
    return (paragraph(lead), found, paragraph(text))
