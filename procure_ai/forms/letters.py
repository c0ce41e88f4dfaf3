"""The award letters: one per tenderer, all sent at the same time.

A letter holds the addressee's own grades and reasons, the points of the winner, and the winner's strong
points where it earned more: the words that the committee adopted, no price of another, nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from procure_ai.documents.dutch import day_text, listed, number_text
from procure_ai.documents.fill import Filling
from procure_ai.documents.page import Page
from procure_ai.documents.tree import Block, Blocks, Break, Document, Inline, Paragraph, Table, Text
from procure_ai.evaluation import Criterion, Figure, Result, leaves
from procure_ai.evaluation.points import quality_maximum
from procure_ai.forms.award import AwardData, Status, require, status_of, term
from procure_ai.forms.blocks import document, heading, labelled, paragraph, table, with_total
from procure_ai.forms.context import Context
from procure_ai.forms.records import EVIDENCE, Consensus
from procure_ai.forms.wording import TIE_STEPS, amount_text, fraction_text, points_text, reason_text, sentence
from procure_ai.procedure.case import Tenderer

_EXTENDED = (
    " Omdat de termijn anders zou eindigen in een weekend of op een feestdag, loopt zij door tot en met de "
    "eerstvolgende werkdag."
)
_REGIMES = {"eu": "eu", "national": "national", "call-off": "national", "private": "private"}


def letter_template(context: Context, data: AwardData, tenderer: str) -> str:
    """The file name of the page text for this tenderer: `letter-loser-eu.md`. Raises `Refused` (E305)."""
    return f"letter-{status_of(data, tenderer)}-{_REGIMES[context.procedure.regime]}.md"


def letter(context: Context, page: Page, data: AwardData, tenderer: str) -> Document:
    """The letter to one tenderer; `page` is the text that `letter_template` names.

    Raises `Refused`: E301 to E308 when something that any letter rests on is missing, so that no letter
    goes out before all can; E309 without a term; D121 when the page asks for an unknown value.
    """
    require(context, data)
    status = status_of(data, tenderer)
    addressee, winner = data.tenderer(tenderer), data.outcome.winner
    assert winner is not None
    wait = term(context, data)
    values: dict[str, Filling] = {
        "sender": _sender(context),
        "addressee": _addressee(addressee),
        "reference": _reference(context, page, data),
        "winner": data.name(winner),
        "standing": _standing(context, data, tenderer, status),
        "tie": _tie(data, tenderer),
        "points": _points(context, data, tenderer, status),
        "reasons": tuple(_reasons(context, data, tenderer, status)),
        "advantages": tuple(_advantages(context, data, tenderer)),
        "days": str(wait.days),
        "term-first": day_text(wait.first),
        "term-last": day_text(wait.last),
        "extension": _EXTENDED if wait.extended else "",
        "signature": _signature(context),
    }
    made = document(context, page, values)
    return replace(made, date=data.sent.isoformat(), keywords=(addressee.name,))


# --- the frame ----------------------------------------------------------------------------------


def _lines(*lines: str) -> Paragraph:
    """A paragraph with each text that is not empty on a line of its own."""
    inlines: list[Inline] = []
    for line in lines:
        if line.strip():
            inlines.extend((Break(), Text(line)) if inlines else (Text(line),))
    return Paragraph(tuple(inlines))


def _sender(context: Context) -> Blocks:
    buyer = context.buyer
    return (paragraph(f"{buyer.name} · {buyer.address} · {buyer.place}", "small"),)


def _addressee(tenderer: Tenderer) -> Blocks:
    contact = tenderer.contact.split(",")[0].strip()
    return (_lines(tenderer.name, f"t.a.v. {contact}" if contact else "", tenderer.address, tenderer.place),)


def _reference(context: Context, page: Page, data: AwardData) -> Blocks:
    lines = (
        ("Datum", day_text(data.sent)),
        ("Ons kenmerk", context.procedure.number),
        ("Onderwerp", f"{page.header.get('subject', page.header['title'])} – {context.procedure.title}"),
    )
    inlines: list[Inline] = []
    for label, text in lines:
        inlines.extend([Break()] if inlines else [])
        inlines.extend((Text(f"{label}:", bold=True), Text(" "), Text(text)))
    return (Paragraph(tuple(inlines)),)


def _signature(context: Context) -> Blocks:
    buyer = context.buyer
    return (_lines(f"Namens {buyer.name}", buyer.representative, buyer.representative_function),)


# --- what the letter says -----------------------------------------------------------------------


def _standing(context: Context, data: AwardData, tenderer: str, status: Status) -> str:
    """The place of a ranked tender in one sentence; empty for another."""
    result = data.result(tenderer)
    if status == "excluded" or result is None:
        return ""
    private = context.procedure.regime == "private"
    offer, valid = ("offerte", "vergeleken offertes") if private else ("inschrijving", "geldige inschrijvingen")
    count = len(data.ranked)
    if status == "winner":
        if count == 1:
            return f"Uw {offer} is de enige {'' if private else 'geldige '}{offer}."
        return f"Uw {offer} heeft de beste prijs-kwaliteitverhouding van de {count} {valid}."
    if result.rank == 1:
        return f"Uw {offer} eindigde gelijk met die van de winnaar."
    return f"Uw {offer} kwam op plaats {result.rank} van de {count} {valid}."


def _tie(data: AwardData, tenderer: str) -> Blocks:
    """How an equal total was settled, for those who had it."""
    result = data.result(tenderer)
    steps = [TIE_STEPS[step] for step in data.outcome.tie_break_steps if step in TIE_STEPS]
    if result is None or result.rank != 1 or not steps:
        return ()
    return (paragraph(f"Het hoogste totaal was gelijk. Volgens de aangekondigde regel geldt dan: {listed(steps)}."),)


def _points(context: Context, data: AwardData, tenderer: str, status: Status) -> Blocks:
    """The points per criterion and for the price: of the addressee, and of the winner for a loser."""
    result = data.result(tenderer)
    if result is None or not result.criterion_points:
        return ()
    if status == "excluded":
        return (_own_points(context, result),)
    shown = [result]
    if status == "loser":
        assert data.outcome.winner
        shown.append(data.outcome.tender(data.outcome.winner))
    return (_points_table(context, shown),)


def _points_table(context: Context, shown: Sequence[Result]) -> Table:
    model, method = context.model, context.model.method

    def texts(figures: Sequence[Figure | None], stage: str = "criterion") -> list[str]:
        return [points_text(figure, method, stage) if figure else "–" for figure in figures]

    rows: list[Sequence[str]] = [
        (leaf.title or leaf.id, fraction_text(leaf.maximum), *texts([r.criterion_points.get(leaf.id) for r in shown]))
        for leaf in leaves(method)
    ]
    price = method.weights.price
    quality = model.total - price if price is not None else model.total
    rows.append(("Kwaliteit samen", number_text(quality), *texts([r.quality_points for r in shown])))
    if price is not None:
        rows.append(("Prijs", number_text(price), *texts([r.price_points for r in shown])))
    rows.append(("Totaal", number_text(model.total), *texts([r.total for r in shown], "total")))
    header = ("Onderdeel", "Maximum", "Uw punten", "Punten winnaar")[: 2 + len(shown)]
    widths = (52, 14, 17, 17)[: 2 + len(shown)]
    description = "Punten per criterium van u" + (" en van de winnaar" if len(shown) > 1 else "")
    return with_total(table(header, rows, widths, description))


def _own_points(context: Context, result: Result) -> Table:
    """The unrounded points of a tender under a minimum: what was compared with it."""
    method = context.model.method
    rows: list[Sequence[str]] = [
        (leaf.title or leaf.id, fraction_text(leaf.maximum), fraction_text(result.criterion_points[leaf.id].exact))
        for leaf in leaves(method)
        if leaf.id in result.criterion_points
    ]
    total = sum((figure.exact for figure in result.criterion_points.values()), Fraction(0))
    rows.append(("Kwaliteit samen", fraction_text(quality_maximum(method)), fraction_text(total)))
    return with_total(table(("Onderdeel", "Maximum", "Uw punten"), rows, (60, 20, 20), "Uw punten per criterium"))


def _reasons(context: Context, data: AwardData, tenderer: str, status: Status) -> Iterator[Block]:
    decision, result = data.decision(tenderer), data.result(tenderer)
    if decision:
        yield paragraph(sentence(decision.reason.strip()))
        return
    assert result is not None
    if status == "excluded":
        yield from _exclusion(context, data, tenderer, result)
    for leaf in leaves(context.model.method):
        found, points = data.adopted(tenderer, leaf.id), result.criterion_points.get(leaf.id)
        if found and points:
            yield from _criterion(context, leaf, found, _earned(context, points, status))


def _earned(context: Context, points: Figure, status: Status) -> str:
    return fraction_text(points.exact) if status == "excluded" else points_text(points, context.model.method)


def _criterion(context: Context, leaf: Criterion, found: Consensus, points: str) -> Iterator[Block]:
    announced = context.model.criterion(leaf.id)
    rung = next((rung.name for rung in announced.scale if rung.grade == found.grade), "")
    yield heading(2, announced.title)
    grade = f"{_grade_text(found)}{f' ({rung})' if rung else ''}"
    yield paragraph(f"Cijfer {grade}: {points} van de {fraction_text(leaf.maximum)} punten.")
    if found.strong.strip():
        yield labelled("Sterk", found.strong)
    if found.missing.strip():
        top = Fraction(found.grade) >= leaf.top_grade
        yield labelled("Opmerking" if top else "Wat ontbrak voor een hoger cijfer", found.missing)
    if found.place.strip():
        yield labelled("Plaats in uw inschrijving", sentence(found.place.strip()))


def _grade_text(found: Consensus) -> str:
    return number_text(round(found.grade, 4))


def _exclusion(context: Context, data: AwardData, tenderer: str, result: Result) -> Iterator[Block]:
    for reason in result.reasons:
        yield paragraph(sentence(_capital(_own_reason(context, reason))))
        name, _, what = reason.partition(":")
        for verdict in data.failed(tenderer):
            if name == "knock_out" and verdict.requirement == what:
                yield labelled("Reden", verdict.reason)
                yield labelled("Bewijs", f"{EVIDENCE[verdict.evidence]}.")
        if name == "price_above_ceiling" and result.price:
            yield paragraph(f"Uw vergelijkingsprijs is {amount_text(result.price.exact)}.")


def _own_reason(context: Context, reason: str) -> str:
    text = reason_text(context.model, reason)
    return f"uw inschrijving {text}" if text.startswith("voldoet") else text


def _advantages(context: Context, data: AwardData, tenderer: str) -> Iterator[Block]:
    """The winner's adopted strong points where it has more points than the addressee, or all of them
    for a tender that was not ranked; and the points for the price."""
    method, winner = context.model.method, data.outcome.winner
    assert winner is not None
    best, own = data.outcome.tender(winner), data.result(tenderer)
    ranked = own is not None and own.status == "ranked"
    found = 0
    for leaf in leaves(method):
        adopted, points = data.adopted(winner, leaf.id), best.criterion_points.get(leaf.id)
        mine = own.criterion_points.get(leaf.id) if own and ranked else None
        if not adopted or not points or not adopted.strong.strip() or (mine and mine.exact >= points.exact):
            continue
        found += 1
        against = f" tegenover {points_text(mine, method)}" if mine else ""
        title = f"{leaf.title or leaf.id} ({points_text(points, method)}{against} punten)"
        yield labelled(title, adopted.strong)
    if not ranked or own is None:
        return
    if not found:
        yield paragraph("Op geen van de criteria voor kwaliteit kreeg de winnaar meer punten dan u.")
    elif found < len(leaves(method)):
        yield paragraph("Op de andere criteria kreeg uw inschrijving evenveel of meer punten.")
    yield from _price_points(context, best, own)


def _price_points(context: Context, best: Result, own: Result) -> Iterator[Block]:
    if not best.price_points or not own.price_points:
        return
    method = context.model.method
    theirs, mine = points_text(best.price_points, method), points_text(own.price_points, method)
    if best.price_points.exact > own.price_points.exact:
        yield labelled("Prijs", f"de winnaar kreeg meer punten voor de prijs: {theirs} tegenover {mine}.")
    elif best.price_points.exact < own.price_points.exact:
        yield labelled("Prijs", f"u kreeg meer punten voor de prijs: {mine} tegenover {theirs} voor de winnaar.")
    else:
        yield labelled("Prijs", f"u en de winnaar kregen evenveel punten voor de prijs: {mine}.")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
