"""The step `decide`: what people decided goes into decisions.yaml and the record. The tool takes no decision."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from procure_ai.casefile import decisions, judged
from procure_ai.casefile.books import write_book
from procure_ai.casefile.decisions import KINDS, Kind
from procure_ai.casefile.drafts import people
from procure_ai.casefile.folder import CASE, Folder, begin
from procure_ai.casefile.messages import refuse_as
from procure_ai.casefile.package import Package
from procure_ai.casefile.record import Line
from procure_ai.findings import Place
from procure_ai.findings.messages import meant
from procure_ai.procedure.case import Assessor

_SHORTEST_REASON = 10  # characters; less than this explains nothing
_KEYS = ("kind", "tenderer", "outcome", "member", "replacement", "by", "moment", "reason")


@dataclass(frozen=True, slots=True)
class Decision:
    """What people decided, as it was typed."""

    kind: str
    by: str
    reason: str
    tenderer: str = ""
    outcome: str = ""
    member: str = ""
    replacement: str = ""


def decide(folder: Folder, decision: Decision, moment: datetime) -> Line:
    """Add a decision of people to decisions.yaml and the record.

    Raises `Refused`: R191 without reason or name, R192 for an unknown kind or outcome, R193 for a tenderer
    that sent nothing (or, for `late`, nothing late), R194 when this member cannot be replaced now, R131 and R132
    for a correction that is not possible, R197 for a price rejected before an explanation was asked.
    """
    package = Package.of(folder)
    kind = KINDS.get(decision.kind)
    if kind is None:
        hint = meant(decision.kind, KINDS, f"Kies uit {', '.join(KINDS)}.")
        raise refuse_as("R192", kind=decision.kind, hint=hint)
    if not decision.outcome and len(kind.outcomes) == 1:
        decision = replace(decision, outcome=kind.outcomes[0])
    if len(decision.reason.strip()) < _SHORTEST_REASON or not decision.by.strip():
        raise refuse_as("R191")
    if decision.outcome not in (kind.outcomes or ("",)) and (decision.outcome or kind.about != "case"):
        named = ", ".join(f"{outcome} ({decisions.OUTCOMES[outcome]})" for outcome in kind.outcomes)
        values = named or "niets: laat --outcome weg"
        raise refuse_as("R192/outcome", outcome=decision.outcome or "niets", values=values)
    data: dict[str, Any] = {"kind": decision.kind, "by": decision.by.strip(), "reason": decision.reason.strip()}
    if decision.outcome:
        data["outcome"] = decision.outcome
    _about(package, decision, kind, data)
    step = begin(folder, decisions.STEP, moment, package.record, data)
    if kind.about == "member":
        made = Assessor(**data["replacement"])
        step.put(f"sent/declaration-{made.id}.xlsx", write_book(judged.declaration_book(package, made)))
    lines = [*({**line.data, "moment": line.moment} for line in decisions.decided(package.record)),
             {**data, "moment": moment.isoformat(timespec="seconds")}]  # fmt: skip
    step.put(decisions.FILE, as_yaml(lines))
    return step.finish()


def _about(package: Package, decision: Decision, kind: Kind, data: dict[str, Any]) -> None:
    """Fill in whom the decision is about."""
    if kind.about == "member":
        data.update(_replaced(package, decision))
        return
    if decision.member or decision.replacement:
        raise refuse_as("R194/other", kind=decision.kind)
    if decision.kind == "correction":
        _correctable(package, decision.outcome)
    puts_back = bool(kind.back) and decision.outcome == kind.back
    if kind.about == "case" and not decision.tenderer and not puts_back:
        return
    known = sorted({line.data["tenderer"]["id"] for line in package.record.of("receive")})
    if decision.tenderer not in known:
        hint = meant(decision.tenderer, known, f"Noem bij --tenderer een van: {', '.join(known) or 'nog niemand'}.")
        raise refuse_as("R193", tenderer=decision.tenderer or "niemand", hint=hint)
    good = [line for line in decisions.receipts(package.record, decision.tenderer) if line.data["accepted"]]
    if decision.kind == "late" and not any(line.data["late"] for line in good):
        raise refuse_as("R193/late", tenderer=decision.tenderer)
    if decision.kind == "late" and package.record.last("requirements"):
        raise refuse_as("R130")
    if decision.kind == "abnormally-low" and decision.outcome == "rejected":
        asked = decisions.decided(package.record, "abnormally-low", decision.tenderer)
        if not any(line.data["outcome"] == "asked" for line in asked):  # art. 2.116 Aanbestedingswet 2012
            raise refuse_as("R197/asked", tenderer=decision.tenderer)
    data["tenderer"] = decision.tenderer


def _correctable(package: Package, about: str) -> None:
    """Refuse a correction of what was not read yet, or on which the next step already rests."""
    judged.need(package, f"{about}-read")
    step, closed = {
        "requirements": ("declarations", "De commissie weet al wie voldoet."),
        "consensus": ("open-prices", "De prijzen zijn al geopend."),
    }[about]
    if package.record.last(step):
        raise refuse_as("R132/late", closed=closed)


def _replaced(package: Package, decision: Decision) -> dict[str, Any]:
    """The member that leaves and the assessor from procedure.yaml that takes the place."""
    panel = judged.panel_of(package)
    if package.record.last("consensus"):
        raise refuse_as("R194/closed")
    there = [item.id for item in panel.everyone]
    if decision.member not in there:
        raise refuse_as("R194", name=decision.member or "niemand", known=", ".join(there))
    named = people(package.folder).panel
    found = next((item for item in (named.everyone if named else ()) if item.id == decision.replacement), None)
    before = {line.data["member"] for line in decisions.decided(package.record, "member-replaced")}
    if found is None or found.id in there or found.id in before:
        raise refuse_as("R194/new", Place(CASE, key="panel"), name=decision.replacement or "niemand")
    return {"member": decision.member, "replacement": found.model_dump()}


def as_yaml(lines: Iterable[Mapping[str, Any]]) -> bytes:
    """decisions.yaml: one entry per decision, in order. People read it; the record is what counts."""
    rows = ["# Geschreven door procure-ai. Nieuwe besluiten komen erbij met `procure-ai decide`.", "decisions:"]
    for number, data in enumerate(lines, start=1):
        rows.append(f"  - number: {number}")
        for key in _KEYS:
            value = data.get(key)
            if isinstance(value, Mapping):
                rows += [f"    {key}:", *(f"      {name}: {_quoted(text)}" for name, text in value.items())]
            elif value:
                rows.append(f"    {key}: {_quoted(value)}")
    return ("\n".join(rows) + "\n").encode()


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
