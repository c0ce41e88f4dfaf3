"""Reading a case: strict types first, then what only the whole can tell."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from procure_ai.files.names import same_name
from procure_ai.files.strict_yaml import Node, decode, line_of, parse
from procure_ai.files.typed import read_model
from procure_ai.findings import Finding, Place, Refused, Severity, nearest
from procure_ai.library.models import Library
from procure_ai.procedure.case import Case, Planning, Procedure

FILE = "procedure.yaml"
EU_STANDSTILL = 20  # calendar days, art. 2.127 Aanbestedingswet 2012


def read_case(data: bytes, library: Library, file: str = FILE) -> tuple[Case, tuple[Finding, ...]]:
    """The case in these bytes, with warnings. Raises `Refused` with every finding."""
    node = parse(decode(data, file), file)
    case = read_model(Case, node, file)
    findings = tuple(
        Finding(_line(item.place, node, file), item.code, item.message, item.remedy, item.severity)
        for item in (*check_facts(case, library), *check_order(case))
    )
    if any(item.is_error for item in findings):
        raise Refused(findings)
    return case, findings


def _line(place: Place, node: Node, file: str) -> Place:
    path = tuple(int(step) if step.isdecimal() else step for step in place.key.split("/") if step)
    return Place(file, line_of(node, path), key=place.key)


def check_facts(case: Case, library: Library) -> Iterator[Finding]:
    """Facts and answers must be those of the vocabulary (P101 to P104)."""
    for name, answer in case.facts.items():
        place = Place(key=f"facts/{name}")
        fact = library.facts.get(name)
        if fact is None:
            near = nearest(name, library.facts)
            yield Finding(
                place,
                "P101",
                f"Het feit `{name}` bestaat niet.",
                f"Bedoelde u `{near}`?" if near else f"Kies uit {', '.join(library.facts)}.",
            )
            continue
        answers = (answer,) if isinstance(answer, str) else answer
        if not isinstance(answer, str) and not fact.many:
            yield Finding(
                place,
                "P103",
                f"Bij `{name}` hoort één antwoord, geen lijst.",
                "Schrijf het antwoord achter de dubbele punt.",
            )
        for one in answers:
            if one not in fact.answers:
                near = nearest(one, fact.answers)
                hint = f" Bedoelde u `{near}`?" if near else ""
                yield Finding(
                    place,
                    "P102",
                    f"`{one}` is geen antwoord op `{name}`.",
                    f"Kies uit {', '.join(fact.answers)}.{hint}",
                )
    for name, fact in library.facts.items():
        if name not in case.facts:
            yield Finding(
                Place(key="facts"),
                "P104",
                f"De vraag `{name}` is nog niet beantwoord: {fact.ask}",
                f"Kies uit {', '.join(fact.answers)}.",
                Severity.WARNING,
            )


def check_order(case: Case) -> Iterator[Finding]:
    """What a tender needs, dates in order, ids once, two people for the prices (P110 to P117)."""
    if case.contract.kind == "annex":
        for key, present in (("procedure/planning", case.procedure.planning), ("award_model", case.award_model)):
            if present is None:
                yield Finding(
                    Place(key=key),
                    "P117",
                    f"`{key.split('/')[-1]}` ontbreekt.",
                    "Een nieuw contract wordt aanbesteed: vul planning en gunningsmodel in, zoals in de voorbeelden.",
                )
    if case.procedure.planning is not None:
        yield from _dates(case.procedure, case.procedure.planning)
    yield from _twice("tenderers", [item.id for item in case.tenderers])
    yield from _twice("tenderers", [same_name(item.name) for item in case.tenderers])
    if case.panel:
        yield from _twice("panel/assessors", [item.id for item in case.panel.assessors])
        yield from _twice("panel/assessors", [same_name(item.name) for item in case.panel.assessors])
        openers = case.panel.price_openers
        if len({same_name(name) for name in openers}) < 2:
            yield Finding(
                Place(key="panel/price_openers"),
                "P115",
                "De prijzen worden door minstens twee mensen geopend.",
                "Noem twee verschillende namen.",
            )


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
            yield Finding(
                Place(key=f"procedure/planning/{after}"),
                "P110",
                f"`{after}` ({second}) ligt niet na `{before}` ({first}).",
                "Zet de datums in de goede volgorde.",
            )
    if procedure.regime == "eu" and planning.standstill_days < EU_STANDSTILL:
        yield Finding(
            Place(key="procedure/planning/standstill_days"),
            "P116",
            f"De opschortende termijn is {planning.standstill_days} dagen, korter dan de wet Europees toestaat.",
            f"Neem minstens {EU_STANDSTILL} kalenderdagen (artikel 2.127 Aanbestedingswet 2012).",
        )


def _twice(key: str, names: list[str]) -> Iterator[Finding]:
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Finding(Place(key=key), "P111", f"`{name}` komt twee keer voor.", "Geef elk onderdeel een eigen kenmerk.")
