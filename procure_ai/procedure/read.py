"""Reading a case: strict types first, then what only the whole can tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from procure_ai.files.names import same_name
from procure_ai.files.strict_yaml import decode, line_at, parse
from procure_ai.files.typed import read_model
from procure_ai.findings import Finding, Place, Refused, nearest
from procure_ai.findings.messages import Messages, meant
from procure_ai.library.models import Library
from procure_ai.procedure.case import Case, Planning, Procedure

FILE = "procedure.yaml"
EU_STANDSTILL = 20  # calendar days, art. 2.127 Aanbestedingswet 2012
_MESSAGES = Messages({
    "P101": ("Het feit `{name}` bestaat niet.", "{hint}"),
    "P102": ("`{one}` is geen antwoord op `{name}`.", "Kies uit {answers}.{hint}"),
    "P103": ("Bij `{name}` hoort één antwoord, geen lijst.", "Schrijf het antwoord achter de dubbele punt."),
    "P104": ("De vraag `{name}` is nog niet beantwoord: {ask}", "Kies uit {answers}."),
    "P110": ("`{after}` ({second}) ligt niet na `{before}` ({first}).", "Zet de datums in de goede volgorde."),
    "P111": ("`{name}` komt twee keer voor.", "Geef elk onderdeel een eigen kenmerk."),
    "P115": ("De prijzen worden door minstens twee mensen geopend.", "Noem twee verschillende namen."),
    "P116": ("De opschortende termijn is {days} dagen, korter dan de wet Europees toestaat.",
             "Neem minstens {least} kalenderdagen (artikel 2.127 Aanbestedingswet 2012)."),
    "P117": ("`{name}` ontbreekt.",
             "Een nieuw contract wordt aanbesteed: vul planning en gunningsmodel in, zoals in de voorbeelden."),
}, warnings={"P104"})  # fmt: skip
found_as = _MESSAGES.finding


def read_case(data: bytes, library: Library, file: str = FILE) -> tuple[Case, tuple[Finding, ...]]:
    """The case in these bytes, with warnings. Raises `Refused` with every finding."""
    node = parse(decode(data, file), file)
    case = read_model(Case, node, file)
    findings = tuple(
        replace(item, place=Place(file, line_at(node, item.place.key), key=item.place.key))
        for item in (*check_facts(case, library), *check_order(case))
    )
    if any(item.is_error for item in findings):
        raise Refused(findings)
    return case, findings


def check_facts(case: Case, library: Library) -> Iterator[Finding]:
    """Facts and answers must be those of the vocabulary (P101 to P104)."""
    for name, answer in case.facts.items():
        place = Place(key=f"facts/{name}")
        fact = library.facts.get(name)
        if fact is None:
            yield found_as(
                "P101", place, name=name, hint=meant(name, library.facts, f"Kies uit {', '.join(library.facts)}.")
            )
            continue
        answers = (answer,) if isinstance(answer, str) else answer
        if not isinstance(answer, str) and not fact.many:
            yield found_as("P103", place, name=name)
        for one in answers:
            if one not in fact.answers:
                near = nearest(one, fact.answers)
                hint = f" Bedoelde u `{near}`?" if near else ""
                yield found_as("P102", place, one=one, name=name, answers=", ".join(fact.answers), hint=hint)
    for name, fact in library.facts.items():
        if name not in case.facts:
            yield found_as("P104", Place(key="facts"), name=name, ask=fact.ask, answers=", ".join(fact.answers))


def check_order(case: Case) -> Iterator[Finding]:
    """What a tender needs, dates in order, ids once, two people for the prices (P110 to P117)."""
    if case.contract.kind == "annex":
        for key, present in (("procedure/planning", case.procedure.planning), ("award_model", case.award_model)):
            if present is None:
                yield found_as("P117", Place(key=key), name=key.split("/")[-1])
    if case.procedure.planning is not None:
        yield from _dates(case.procedure, case.procedure.planning)
    yield from _twice("tenderers", [item.id for item in case.tenderers])
    yield from _twice("tenderers", [same_name(item.name) for item in case.tenderers])
    if case.panel:
        yield from _twice("panel/assessors", [item.id for item in case.panel.assessors])
        yield from _twice("panel/assessors", [same_name(item.name) for item in case.panel.assessors])
        openers = case.panel.price_openers
        if len({same_name(name) for name in openers}) < 2:
            yield found_as("P115", Place(key="panel/price_openers"))


def _dates(procedure: Procedure, planning: Planning) -> Iterator[Finding]:
    steps = [
        ("publication", planning.publication),
        ("questions_until", planning.questions_until),
        ("tender_deadline", planning.tender_deadline),
        ("award_decision", planning.award_decision),
        ("contract_start", planning.contract_start),
    ]
    for (before, first), (after, second) in pairwise(steps):
        if second <= first:
            yield found_as(
                "P110", Place(key=f"procedure/planning/{after}"), after=after, second=second, before=before, first=first
            )
    if procedure.regime == "eu" and planning.standstill_days < EU_STANDSTILL:
        yield found_as(
            "P116", Place(key="procedure/planning/standstill_days"), days=planning.standstill_days, least=EU_STANDSTILL
        )


def _twice(key: str, names: list[str]) -> Iterator[Finding]:
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield found_as("P111", Place(key=key), name=name)
