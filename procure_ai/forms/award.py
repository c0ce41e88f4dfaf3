"""What the award rests on, checked before a report or letter is made.

Source of the duty to give reasons: Aanbestedingswet 2012, art. 2.130 (the relevant reasons, at least the
characteristics and relative advantages of the chosen tender and its name). The words are the committee's;
nothing is added to them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal

from procure_ai.evaluation import Criterion, Outcome, Result, leaves
from procure_ai.evaluation.values import round_to
from procure_ai.findings import Finding, Place, Refused, refuse
from procure_ai.forms.context import Context
from procure_ai.forms.days import Term, standstill
from procure_ai.forms.records import Consensus, Verdict
from procure_ai.procedure.case import Assessor, Tenderer

Status = Literal["winner", "loser", "excluded"]

_WORDS = "Vul de consensusmap aan en stel de tekst opnieuw vast."


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the procedure as the record has it: when, what, and by whom."""

    date: date
    title: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A decision by people that a tender does not take part (late, excluded, withdrawn), with its reason."""

    tenderer: str
    reason: str
    by: str
    date: date


@dataclass(frozen=True, slots=True)
class AwardData:
    """Everything that report and letters draw on.

    `tenderers` are all who sent a tender; `outcome` covers those that were evaluated. `announced_days`
    is the standstill in the tender documents, in calendar days; `decreed` are days that a decree makes
    equal to a holiday. `sent` is the day on which the letters go out.
    """

    tenderers: tuple[Tenderer, ...]
    outcome: Outcome
    consensus: tuple[Consensus, ...]
    verdicts: tuple[Verdict, ...]
    price_openers: tuple[str, ...]
    prices_opened: date
    decided: date
    sent: date
    chair: str = ""
    assessors: tuple[Assessor, ...] = ()
    steps: tuple[Step, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
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
        if self.decision(tenderer):
            return None
        return next((item for item in self.outcome.tenders if item.id == tenderer), None)

    def decision(self, tenderer: str) -> SetAside | None:
        """The decision that this tender does not take part, if there is one."""
        return next((item for item in self.set_aside if item.tenderer == tenderer), None)

    def adopted(self, tenderer: str, criterion: str) -> Consensus | None:
        """What the committee adopted on one criterion of one tender."""
        found = (item for item in self.consensus if (item.tenderer, item.criterion) == (tenderer, criterion))
        return next(found, None)

    def failed(self, tenderer: str) -> tuple[Verdict, ...]:
        """The verdicts that this tender does not meet a requirement."""
        return tuple(item for item in self.verdicts if item.tenderer == tenderer and item.verdict != "pass")

    @property
    def ranked(self) -> tuple[str, ...]:
        """The ids of the ranked tenders by rank."""
        return self.outcome.order


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
    return tuple(sorted(_problems(context, data)))


def require(context: Context, data: AwardData) -> None:
    """Raise `Refused` with all findings of `check_award`."""
    found = check_award(context, data)
    if found:
        raise Refused(found)


def _problems(context: Context, data: AwardData) -> Iterator[Finding]:
    if data.outcome.winner is None:
        needs = "Laat mensen loten en leg de loting vast." if data.outcome.needs_draw else "Zie `procure-ai rank`."
        yield _finding("E301", "Er is geen winnaar.", needs)
    elif data.decision(data.outcome.winner):
        yield _finding("E301", "De winnaar doet niet meer mee.", "Bepaal de rangorde opnieuw met `procure-ai rank`.")
    for tenderer in data.tenderers:
        result = data.result(tenderer.id)
        if result is None:
            decision = data.decision(tenderer.id)
            if decision is None:
                message = f"Over de inschrijving van {tenderer.name} is niets besloten."
                yield _finding("E305", message, "Leg een besluit vast.")
            elif not decision.reason.strip():
                yield _finding("E306", f"Het besluit over {tenderer.name} heeft geen reden.", "Schrijf de reden op.")
        elif result.status == "invalid":
            yield from _invalid(context, data, tenderer, result)
        else:
            for leaf in leaves(context.model.method):
                yield from _adopted(context, data, tenderer, leaf, result)
    yield from _names(data)


def _invalid(context: Context, data: AwardData, tenderer: Tenderer, result: Result) -> Iterator[Finding]:
    """An invalid tender: a failed requirement has people's reason, and grades have theirs."""
    reasons = {item.requirement: item.reason.strip() for item in data.failed(tenderer.id)}
    for reason in result.reasons:
        name, _, what = reason.partition(":")
        if name == "knock_out" and not reasons.get(what):
            title = context.model.requirement(what).title
            message = f"Bij {tenderer.name} ontbreekt de reden bij de eis “{title}”."
            yield _finding("E306", message, "Vul het oordeel aan.")
    if result.criterion_points:
        for leaf in leaves(context.model.method):
            yield from _adopted(context, data, tenderer, leaf, result)


def _adopted(
    context: Context, data: AwardData, tenderer: Tenderer, leaf: Criterion, result: Result
) -> Iterator[Finding]:
    where = f"Bij {tenderer.name}, criterium “{leaf.title or leaf.id}”,"
    found = data.adopted(tenderer.id, leaf.id)
    if found is None:
        yield _finding("E302", f"{where} ontbreekt de motivering.", _WORDS)
        return
    if not found.strong.strip() and found.grade > _lowest(leaf):
        yield _finding("E303", f"{where} staat niet wat sterk is.", _WORDS)
    if not found.missing.strip() and Fraction(found.grade) < leaf.top_grade:
        yield _finding("E303", f"{where} staat niet wat ontbreekt voor een hoger cijfer.", _WORDS)
    if not found.adopted_by.strip():
        yield _finding("E304", f"{where} is de motivering door niemand vastgesteld.", _WORDS)
    if not _same_grade(context, leaf, found, result):
        yield _finding(
            "E308", f"{where} hoort het cijfer van de motivering niet bij de punten.", "Bepaal de rangorde opnieuw."
        )


def _lowest(leaf: Criterion) -> Fraction:
    return Fraction(min(leaf.allowed)) if leaf.allowed else -leaf.top_grade if leaf.signed else Fraction(0)


def _same_grade(context: Context, leaf: Criterion, found: Consensus, result: Result) -> bool:
    """Whether the adopted grade gives the points of the outcome; a mean is worked out elsewhere."""
    method, points = context.model.method, result.criterion_points.get(leaf.id)
    if points is None or (method.panel and method.panel.rule == "mean"):
        return points is not None
    expected = leaf.maximum * Fraction(found.grade) / leaf.top_grade
    rule = method.rounding
    if rule and rule.stage == "criterion" and result.status == "ranked":
        expected = Fraction(round_to(expected, rule.decimals, rule.mode))
    return expected == points.exact


def _names(data: AwardData) -> Iterator[Finding]:
    """A reason that goes to others names nobody but the tenderer it is about."""
    for item in data.consensus:
        for other in data.tenderers:
            if other.id != item.tenderer and other.name.casefold() in f"{item.strong} {item.missing}".casefold():
                yield _finding(
                    "E307",
                    f"De motivering bij {data.name(item.tenderer)} ({item.criterion}) noemt {other.name}.",
                    "Haal de naam van de andere inschrijver weg en stel de tekst opnieuw vast.",
                )


def _finding(code: str, message: str, remedy: str) -> Finding:
    return Finding(Place(), code, message, remedy)
