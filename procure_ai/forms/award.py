"""What the award rests on, checked before a report or letter is made.

Source of the duty to give reasons: Aanbestedingswet 2012, art. 2.130 (the relevant reasons, at least the
characteristics and relative advantages of the chosen tender and its name). The words are the committee's;
nothing is added to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from procure_ai.evaluation import Criterion, Outcome, Result, leaves
from procure_ai.evaluation.method import Method
from procure_ai.evaluation.values import round_to
from procure_ai.findings import Finding, Place, Refused, refuse
from procure_ai.forms.context import Context
from procure_ai.forms.days import Term, standstill
from procure_ai.forms.naming import named_others
from procure_ai.forms.records import Consensus, Verdict
from procure_ai.forms.wording import leaf_title
from procure_ai.procedure.case import Assessor, Tenderer

Status = Literal["winner", "loser", "excluded"]

Problem = tuple[str, str, str]
"""A code, a sentence and a remedy."""

_AGAIN = "Vul de werkmap van het overleg aan en stel de tekst opnieuw vast."
_NOBODY = "Zie `procure-ai rank`. Besluiten mensen niet te gunnen, leg dat dan vast met `procure-ai award --no-award`."
_DRAW = "Laat mensen loten en leg de uitslag vast met `procure-ai rank --draw`."


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the procedure as the record has it: when, what, and by whom."""

    date: date
    title: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A decision by people that a tender does not take part (late, excluded, withdrawn), with its reason.

    `kind` is that of the register of decisions; a letter has its own words for some kinds.
    """

    tenderer: str
    reason: str
    by: str
    date: date
    kind: str = "invalid"


@dataclass(frozen=True, slots=True)
class NoAward:
    """A decision by people that nobody gets the contract, with their reason."""

    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class AwardData:
    """Everything that report and letters draw on.

    `tenderers` are all who sent a tender; `outcome` covers those that were evaluated. `verified` is the grade to
    which verified evidence reaches, by tenderer, criterion and assessor. `announced_days` is the standstill in the
    tender documents, in calendar days; `decreed` are days that a decree makes equal to a holiday. `sent` is the day
    on which the letters go out.
    """

    tenderers: tuple[Tenderer, ...]
    outcome: Outcome
    consensus: tuple[Consensus, ...]
    verdicts: tuple[Verdict, ...]
    price_openers: tuple[str, ...]
    prices_opened: date | None
    decided: date
    sent: date
    chair: str = ""
    assessors: tuple[Assessor, ...] = ()
    steps: tuple[Step, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    verified: Mapping[tuple[str, str, str], Decimal] = field(default_factory=dict)
    announced_days: int = 20
    decreed: frozenset[date] = field(default=frozenset())

    def tenderer(self, name: str) -> Tenderer:
        """The tenderer with this id. Raises StopIteration when there is none."""
        return next(item for item in self.tenderers if item.id == name)

    def name(self, tenderer: str) -> str:
        """The name of a tenderer, or its id when it is not known."""
        return next((item.name for item in self.tenderers if item.id == tenderer), tenderer)

    def result(self, tenderer: str) -> Result | None:
        """What the evaluation says of this tender, unless it was set aside before."""
        known = () if self.decision(tenderer) else self.outcome.tenders
        return next((item for item in known if item.id == tenderer), None)

    def decision(self, tenderer: str) -> SetAside | None:
        """The decision that this tender does not take part, if there is one."""
        return next((item for item in self.set_aside if item.tenderer == tenderer), None)

    def adopted(self, tenderer: str, criterion: str) -> Consensus | None:
        """What the committee adopted on one criterion of one tender."""
        found = (item for item in self.consensus if (item.tenderer, item.criterion) == (tenderer, criterion))
        return next(found, None)

    def failed(self, tenderer: str) -> dict[str, Verdict]:
        """The verdicts that this tender does not meet a requirement, by requirement."""
        own = (item for item in self.verdicts if item.tenderer == tenderer)
        return {item.requirement: item for item in own if item.verdict != "pass"}


def status_of(data: AwardData, tenderer: str) -> Status:
    """Which letter a tenderer gets. Raises `Refused` (E305) for a tender nothing was decided about."""
    result = data.result(tenderer)
    if data.decision(tenderer) or (result and result.status == "invalid"):
        return "excluded"
    if result is None or tenderer not in {item.id for item in data.tenderers}:
        message = f"Over de inschrijving van `{tenderer}` is niets besloten."
        raise refuse("E305", message, "Kies een inschrijver van deze procedure.")
    return "winner" if tenderer == data.outcome.winner else "loser"


def term(context: Context, data: AwardData) -> Term:
    """The standstill after the letters. The legal term holds for the regime `eu` only: art. 2.127 lid 4
    excepts calls for competition that need no notice and call-offs. Raises `Refused` (E309) without days."""
    legal = context.procedure.regime == "eu"
    if not legal and data.announced_days < 1:
        raise refuse("E309", "De wachttermijn na de beslissing ontbreekt.", "Neem de termijn uit de stukken over.")
    return standstill(data.sent, data.announced_days, legal=legal, decreed=data.decreed)


def check_award(context: Context, data: AwardData) -> tuple[Finding, ...]:
    """Every reason why no report or letter can be made (E301 to E308), sorted; empty when all is there."""
    return tuple(sorted(Finding(Place(), *found) for found in _problems(context, data)))


def require(context: Context, data: AwardData) -> None:
    """Raise `Refused` with all findings of `check_award`."""
    found = check_award(context, data)
    if found:
        raise Refused(found)


def require_without_winner(context: Context, data: AwardData) -> None:
    """Raise `Refused` with what stands in the way of telling that nobody gets the contract.

    That is E302 to E308 about what was judged; that there is no winner (E301) or that a tender was not
    judged to the end (E305) is no obstacle.
    """
    found = [item for item in check_award(context, data) if item.code not in ("E301", "E305")]
    if found:
        raise Refused(found)


def _problems(context: Context, data: AwardData) -> Iterator[Problem]:
    model, winner = context.model, data.outcome.winner
    if winner is None:
        draw = data.outcome.needs_draw
        yield "E301", "Er is geen winnaar.", _DRAW if draw else _NOBODY
    elif data.decision(winner):
        yield "E301", "De winnaar doet niet meer mee.", "Bepaal de rangorde opnieuw met `procure-ai rank`."
    for tenderer in data.tenderers:
        result, decision = data.result(tenderer.id), data.decision(tenderer.id)
        if decision and not decision.reason.strip():
            yield "E306", f"Het besluit over {tenderer.name} heeft geen reden.", "Schrijf de reden op."
        elif result is None and not decision:
            yield "E305", f"Over de inschrijving van {tenderer.name} is niets besloten.", "Leg een besluit vast."
        if result is None:
            continue
        failed = data.failed(tenderer.id)
        for name, _, what in (reason.partition(":") for reason in result.reasons):
            if name == "knock_out" and not (what in failed and failed[what].reason.strip()):
                title = model.requirement(what).title
                yield "E306", f"Bij {tenderer.name} ontbreekt de reden bij de eis “{title}”.", "Vul het oordeel aan."
        if result.status == "ranked" or result.criterion_points:
            for leaf in leaves(model.method):
                where = f"Bij {tenderer.name}, criterium “{leaf_title(leaf)}”,"
                for code, what, remedy in _words(model.method, leaf, data.adopted(tenderer.id, leaf.id), result):
                    yield code, f"{where} {what}", remedy
    for item in data.consensus:  # a reason that goes to others names nobody but the tenderer it is about
        words = f"{item.strong} {item.missing} {item.place}"
        for other in named_others(words, data.tenderer(item.tenderer), data.tenderers):
            message = f"De motivering bij {data.name(item.tenderer)} ({item.criterion}) noemt {other.name}."
            yield "E307", message, "Haal de naam van de andere inschrijver weg en stel de tekst opnieuw vast."


def _words(method: Method, leaf: Criterion, found: Consensus | None, result: Result) -> Iterator[Problem]:
    """What is wrong with the adopted words on one criterion of one tender."""
    if found is None:
        yield "E302", "ontbreekt de motivering.", _AGAIN
        return
    lowest = Fraction(min(leaf.allowed)) if leaf.allowed else -leaf.top_grade if leaf.signed else Fraction(0)
    if not found.strong.strip() and found.grade > lowest:
        yield "E303", "staat niet wat sterk is.", _AGAIN
    if not found.missing.strip() and Fraction(found.grade) < leaf.top_grade:
        yield "E303", "staat niet wat ontbreekt voor een hoger cijfer.", _AGAIN
    if not found.adopted_by.strip():
        yield "E304", "is de motivering door niemand vastgesteld.", _AGAIN
    if not _same_grade(method, leaf, found, result):
        yield "E308", "hoort het cijfer van de motivering niet bij de punten.", "Bepaal de rangorde opnieuw."


def _same_grade(method: Method, leaf: Criterion, found: Consensus, result: Result) -> bool:
    """Whether the adopted grade gives the points of the outcome; a mean is worked out elsewhere."""
    points = result.criterion_points.get(leaf.id)
    if points is None or (method.panel and method.panel.rule == "mean"):
        return points is not None
    expected = leaf.maximum * Fraction(found.grade) / leaf.top_grade
    rule = method.rounding
    if rule and rule.stage == "criterion" and result.status == "ranked":
        expected = Fraction(round_to(expected, rule.decimals, rule.mode))
    return expected == points.exact
