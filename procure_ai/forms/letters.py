"""The award letters: one per tenderer, all sent at the same time.

A letter holds the addressee's own grades and reasons, the points of the winner, and the winner's strong
points where it earned more: the words that the committee adopted, no price of another, nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from procure_ai.documents.dutch import day_text, number_text
from procure_ai.documents.fill import Filling
from procure_ai.documents.page import Page
from procure_ai.documents.tree import Block, Blocks, Document, Paragraph, Table, Text
from procure_ai.evaluation import Criterion, Figure, Result, leaves
from procure_ai.evaluation.points import quality_maximum
from procure_ai.evaluation.values import round_to
from procure_ai.forms import wording
from procure_ai.forms.award import AwardData, NoAward, Status, require, require_without_winner, status_of, term
from procure_ai.forms.blocks import (
    document,
    heading,
    labelled,
    labelled_lines,
    on_lines,
    paragraph,
    spoken,
    table,
    with_total,
)  # fmt: skip
from procure_ai.forms.context import Context
from procure_ai.forms.days import LEGAL_STANDSTILL
from procure_ai.forms.records import Consensus
from procure_ai.forms.wording import points_text

_EXTENDED = (
    " Omdat de termijn anders zou eindigen in een weekend of op een feestdag, loopt hij door tot en met de "
    "eerstvolgende werkdag."
)
_LONGER = f" De wet vraagt minstens {LEGAL_STANDSTILL} kalenderdagen; de langere termijn staat in de stukken."
_ENDED = ("heeft de beste prijs-kwaliteitverhouding", "gaat voor volgens de regel bij een gelijke stand")
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
    winner = data.outcome.winner
    assert winner is not None
    wait = term(context, data)
    longer = wait.legal and wait.days != LEGAL_STANDSTILL
    values: dict[str, Filling] = {
        **_opening(context, page, data, tenderer),
        "winner": data.name(winner),
        "out": _header(page, "out", data, tenderer),
        "standing": _standing(context, data, tenderer, status),
        "ended": _ENDED[bool(data.outcome.tie_break_steps)],
        "tie": _tie(data, tenderer),
        "points": _points(context, data, tenderer, status),
        "reasons": tuple(_reasons(context, data, tenderer)),
        "advantages": tuple(_advantages(context, data, tenderer)) if status == "loser" else (),
        "days": str(wait.days),
        "term-first": day_text(wait.first),
        "term-last": day_text(wait.last),
        "extension": (_LONGER if longer else "") + (_EXTENDED if wait.extended else ""),
    }
    return _dated(document(context, page, values), data, tenderer)


def no_award_template(context: Context) -> str:
    """The file name of the page text for every tenderer when nobody gets the contract."""
    return f"letter-no-award-{_REGIMES[context.procedure.regime]}.md"


def no_award_letter(context: Context, page: Page, data: AwardData, tenderer: str, decision: NoAward) -> Document:
    """The letter to one tenderer that nobody gets the contract, with what was judged of its own tender.

    Raises `Refused`: E302 to E308 when a reason that was given is not whole, D121 for an unknown value.
    """
    require_without_winner(context, data)
    reasons = own_reasons(context, data, tenderer)
    own = (heading(1, f"Hoe uw {_offer(context)} is beoordeeld"), *_points_alone(context, data, tenderer), *reasons)
    values: dict[str, Filling] = {
        **_opening(context, page, data, tenderer),
        "decided": day_text(data.decided),
        "decision": (decided_because(decision),),
        "own": own if reasons else (),
    }
    return _dated(document(context, page, values), data, tenderer)


def decided_because(decision: NoAward) -> Paragraph:
    """The reason of people why nobody gets the contract, in their words."""
    return Paragraph(spoken(decision.reason))


def own_reasons(context: Context, data: AwardData, tenderer: str) -> Blocks:
    """The reasons about one tender as far as it was judged, for when nobody gets the contract."""
    judged = data.decision(tenderer) or data.result(tenderer)
    return tuple(_reasons(context, data, tenderer)) if judged else ()


def _points_alone(context: Context, data: AwardData, tenderer: str) -> Blocks:
    """The points of one tender and of nobody else."""
    result = data.result(tenderer)
    if result is None or not result.criterion_points:
        return ()
    return (_own_points(context, result) if result.status == "invalid" else _points_table(context, [result]),)


def _opening(context: Context, page: Page, data: AwardData, tenderer: str) -> dict[str, Filling]:
    """Sender, addressee, date and subject, and who signs."""
    buyer, procedure, addressee = context.buyer, context.procedure, data.tenderer(tenderer)
    contact = addressee.contact.split(",")[0].strip()
    subject = f"{_header(page, 'subject', data, tenderer)} – {procedure.name}"
    reference = (("Datum", day_text(data.sent)), ("Ons kenmerk", procedure.number), ("Onderwerp", subject))
    return {
        "sender": (paragraph(f"{buyer.name} · {buyer.address} · {buyer.place}", "small"),),
        "addressee": _lines(addressee.name, f"t.a.v. {contact}" if contact else "", addressee.address, addressee.place),
        "reference": (Paragraph(labelled_lines(reference)),),
        "signature": _lines(f"Namens {buyer.name}", buyer.representative, buyer.representative_function),
    }


def _header(page: Page, key: str, data: AwardData, tenderer: str) -> str:
    """Words in the header of the page; those for the kind of decision about this tender go first."""
    decision = data.decision(tenderer)
    own = page.header.get(f"{key}-{decision.kind}") if decision else None
    return own or page.header.get(key, "")


def _dated(made: Document, data: AwardData, tenderer: str) -> Document:
    return replace(made, date=data.sent.isoformat(), keywords=(data.tenderer(tenderer).name,))


def reasons_in(context: Context, data: AwardData, tenderer: str) -> Blocks:
    """The blocks of a letter that are the committee's reasons, as `letter` puts them in."""
    loser = status_of(data, tenderer) == "loser"
    return (*_reasons(context, data, tenderer), *(_advantages(context, data, tenderer) if loser else ()))


def _lines(*lines: str) -> Blocks:
    """A paragraph with each text that is not empty on a line of its own."""
    return (Paragraph(on_lines((Text(line),) for line in lines if line.strip())),)


def _offer(context: Context) -> str:
    """What this procedure calls a tender."""
    return "offerte" if context.procedure.regime == "private" else "inschrijving"


def _standing(context: Context, data: AwardData, tenderer: str, status: Status) -> str:
    """The place of a ranked tender in one wording.sentence; empty for another."""
    result = data.result(tenderer)
    if status == "excluded" or result is None:
        return ""
    private = context.procedure.regime == "private"
    offer, valid = _offer(context), "vergeleken offertes" if private else "geldige inschrijvingen"
    count = len(data.outcome.order)
    if status == "winner" and count == 1:
        return f"Uw {offer} is de enige {'' if private else 'geldige '}{offer}."
    if status == "winner" and data.outcome.tie_break_steps:
        return f"Uw {offer} eindigde gelijk met een andere op de eerste plaats van de {count} {valid}."
    if status == "winner":
        return f"Uw {offer} heeft de beste prijs-kwaliteitverhouding van de {count} {valid}."
    if result.rank == 1:
        return f"Uw {offer} eindigde gelijk met die van de winnaar."
    return f"Uw {offer} kwam op plaats {result.rank} van de {count} {valid}."


def _tie(data: AwardData, tenderer: str) -> Blocks:
    """How an equal total was settled, for those who had it."""
    result, steps = data.result(tenderer), data.outcome.tie_break_steps
    if result is None or result.rank != 1 or not steps:
        return ()
    quality = "" if len(steps) == 1 else " De punten voor kwaliteit waren ook gelijk."
    how = wording.TIE_STEPS[steps[-1]]  # only the last step decided
    return (paragraph(f"Het hoogste totaal was gelijk.{quality} Volgens de aangekondigde regel geldt dan: {how}."),)


def _points(context: Context, data: AwardData, tenderer: str, status: Status) -> Blocks:
    """The points per criterion and for the price: of the addressee, and of the winner for a loser."""
    result = data.result(tenderer)
    if result is None or not result.criterion_points:
        return ()
    if status == "excluded":
        return (_own_points(context, result),)
    winner = [data.outcome.tender(data.outcome.winner)] if status == "loser" and data.outcome.winner else []
    return (_points_table(context, [result, *winner]),)


def _points_table(context: Context, shown: Sequence[Result]) -> Table:
    model, method = context.model, context.model.method

    def line(title: str, most: str, figures: Sequence[Figure | None], stage: str = "criterion") -> Sequence[str]:
        return (title, most, *(points_text(figure, method, stage) if figure else "–" for figure in figures))

    rows = [
        line(
            wording.leaf_title(leaf),
            wording.fraction_text(leaf.maximum),
            [one.criterion_points.get(leaf.id) for one in shown],
        )
        for leaf in leaves(method)
    ]
    price = method.weights.price
    quality = model.total - price if price is not None else model.total
    rows.append(line("Kwaliteit samen", number_text(quality), [one.quality_points for one in shown]))
    if price is not None:
        rows.append(line("Prijs", number_text(price), [one.price_points for one in shown]))
    rows.append(line("Totaal", number_text(model.total), [one.total for one in shown], "total"))
    header = ("Onderdeel", "Maximum", "Uw punten", "Punten winnaar")[: 2 + len(shown)]
    description = "Punten per criterium van u" + (" en van de winnaar" if len(shown) > 1 else "")
    return with_total(table(header, rows, (52, 14, 17, 17)[: 2 + len(shown)], description))


def _own_points(context: Context, result: Result) -> Table:
    """The unrounded points of a tender under a minimum: what was compared with it."""
    method, points = context.model.method, result.criterion_points
    rows = [
        (wording.leaf_title(leaf), wording.fraction_text(leaf.maximum), wording.fraction_text(points[leaf.id].exact))
        for leaf in leaves(method)
        if leaf.id in points
    ]
    total = sum((figure.exact for figure in points.values()), Fraction(0))
    rows.append(("Kwaliteit samen", wording.fraction_text(quality_maximum(method)), wording.fraction_text(total)))
    return with_total(table(("Onderdeel", "Maximum", "Uw punten"), rows, (60, 20, 20), "Uw punten per criterium"))


def _reasons(context: Context, data: AwardData, tenderer: str) -> Iterator[Block]:
    decision, result = data.decision(tenderer), data.result(tenderer)
    if decision:
        yield paragraph(wording.sentence(decision.reason.strip()))
        return
    assert result is not None
    yield from _exclusion(context, data, result)
    method = context.model.method
    for leaf in leaves(method):
        found = data.adopted(tenderer, leaf.id)
        if found and leaf.id in result.criterion_points:
            yield from _criterion(context, leaf, found, wording.earned_text(method, result, leaf))


def _criterion(context: Context, leaf: Criterion, found: Consensus, points: str) -> Iterator[Block]:
    announced = context.model.criterion(leaf.id)
    rung = next((f" ({rung.name})" for rung in announced.scale if rung.grade == found.grade), "")
    yield heading(2, announced.title)
    grade = f"{number_text(round_to(Fraction(found.grade), 4))}{rung}"
    yield paragraph(f"Cijfer {grade}: {points} van de {wording.fraction_text(leaf.maximum)} punten.")
    if found.result is not None:
        yield labelled("Gemeten resultaat", f"{number_text(found.result)}%.")
    if found.strong.strip():
        yield labelled("Sterk", found.strong)
    top = Fraction(found.grade) >= leaf.top_grade
    if found.missing.strip() and not (top and found.missing.strip().casefold().startswith("niets")):
        yield labelled("Opmerking" if top else "Wat ontbrak voor een hoger cijfer", found.missing)
    if found.place.strip():
        yield labelled(f"Plaats in uw {_offer(context)}", wording.sentence(found.place.strip()))


def _exclusion(context: Context, data: AwardData, result: Result) -> Iterator[Block]:
    failed = data.failed(result.id)
    for reason in result.reasons:
        text = wording.reason_text(context.model, reason)
        own = f"uw {_offer(context)} {text}" if text.startswith("voldoet") else text
        yield paragraph(wording.sentence(wording.with_capital(own)))
        name, _, what = reason.partition(":")
        if name == "knock_out" and what in failed:
            yield labelled("Reden", failed[what].reason)
        if name == "price_above_ceiling" and result.price:
            yield paragraph(f"Uw vergelijkingsprijs is {wording.amount_text(result.price.exact)}.")


def _advantages(context: Context, data: AwardData, tenderer: str) -> Iterator[Block]:
    """The winner's adopted strong points where it has more points than the addressee, and the points for
    the price. A tender that is not ranked is not compared with the winner."""
    method, winner, own = context.model.method, data.outcome.winner, data.result(tenderer)
    assert winner is not None
    assert own is not None
    best = data.outcome.tender(winner)
    found = 0
    for leaf in leaves(method):
        adopted, points = data.adopted(winner, leaf.id), best.criterion_points.get(leaf.id)
        mine = own.criterion_points.get(leaf.id)
        if not adopted or not points or not adopted.strong.strip() or (mine and mine.exact >= points.exact):
            continue
        found += 1
        earned = points_text(points, method) + (f" tegenover {points_text(mine, method)}" if mine else "")
        yield labelled(f"{wording.leaf_title(leaf)} ({earned} punten)", adopted.strong)
    if not found:
        yield paragraph("Op geen van de criteria voor kwaliteit kreeg de winnaar meer punten dan u.")
    elif found < len(leaves(method)):
        yield paragraph(f"Op de andere criteria kreeg uw {_offer(context)} evenveel of meer punten.")
    if best.price_points and own.price_points:
        theirs, yours = (points_text(one, method) for one in (best.price_points, own.price_points))
        difference = best.price_points.exact - own.price_points.exact
        if difference > 0:
            text = f"de winnaar kreeg meer punten voor de prijs: {theirs} tegenover {yours}."
        elif difference < 0:
            text = f"u kreeg meer punten voor de prijs: {yours} tegenover {theirs} voor de winnaar."
        else:
            text = f"u en de winnaar kregen evenveel punten voor de prijs: {yours}."
        yield labelled("Prijs", text)
