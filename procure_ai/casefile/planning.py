"""The plan: which clauses come in and why, also for a case that is not complete yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from procure_ai.casefile import data
from procure_ai.casefile.drafts import draw_up, publish_findings
from procure_ai.casefile.folder import CASE, Folder
from procure_ai.drafting.select import Selected, select
from procure_ai.drafting.values import Resolved
from procure_ai.files.strict_yaml import decode, parse, raw
from procure_ai.findings import Finding, Refused
from procure_ai.library.approvals import Standing
from procure_ai.library.models import Library
from procure_ai.procedure.case import ContractChoices

ORIGINS = {
    "case": "uit procedure.yaml",
    "strict": "positie streng",
    "fallback": "positie terugval",
    "organisation": "keuze van de organisatie",
    "kind": "soort contract",
    "default": "standaard",
    "open": "nog open",
}


@dataclass(frozen=True)
class Plan:
    """What comes in, with every value, and what is still wrong or open."""

    selected: tuple[Selected, ...]
    values: tuple[Resolved, ...]
    findings: tuple[Finding, ...]
    standings: Mapping[str, Standing] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The plan for `--json`."""
        return {
            "clauses": [
                {
                    "id": item.id,
                    "title": item.clause.title,
                    "state": item.state,
                    "reason": item.reason,
                    "facts": list(item.facts),
                    **({"standing": self.standings[item.id].state} if item.id in self.standings else {}),
                }
                for item in self.selected
            ],
            "values": [
                {"key": value.key, "text": value.text, "origin": value.origin, "question": value.parameter.ask}
                for value in self.values
            ],
            "findings": [item.as_dict() for item in self.findings],
        }


def plan(folder: Folder) -> Plan:
    """The plan of a case. A case with missing keys still gets one, from the facts that are there.

    Raises `Refused` when procedure.yaml cannot be read as YAML at all.
    """
    try:
        made = draw_up(folder)
    except Refused as refused:
        return _partial(folder, refused)
    contract = made.contract
    return Plan(contract.selected, tuple(contract.values.values()), publish_findings(made), contract.standings)


def _partial(folder: Folder, refused: Refused) -> Plan:
    """A plan from the facts alone; facts or answers that do not exist count as unanswered."""
    library, _ = data.library()
    content = raw(parse(decode(folder.case_bytes(), CASE), CASE))
    assert isinstance(content, dict)
    contract = content.get("contract")
    named = contract.get("kind") if isinstance(contract, dict) else None
    kind = library.kinds[named].id if isinstance(named, str) and named in library.kinds else "annex"
    selected, _ = select(library, _known(content, library, kind), ContractChoices(kind=kind))
    return Plan(selected, (), refused.findings)


def _known(content: dict[str, Any], library: Library, kind: str) -> dict[str, frozenset[str]]:
    known: dict[str, frozenset[str]] = {"kind": frozenset({kind})}
    facts = content.get("facts")
    for name, answer in facts.items() if isinstance(facts, dict) else ():
        answers = answer if isinstance(answer, tuple) else (answer,)
        if name in library.facts and all(isinstance(one, str) for one in answers):
            right = frozenset(answers) & set(library.facts[name].answers)
            if right:
                known[name] = right
    procedure = content.get("procedure")
    terms = procedure.get("base_terms") if isinstance(procedure, dict) else None
    if isinstance(terms, str) and terms in library.regimes:
        known["base-terms"] = frozenset({terms})
    return known
