"""Which clauses come in, which stay out, what is still open, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from procure_ai.documents.dutch import listed
from procure_ai.drafting.messages import found_as
from procure_ai.findings import Finding, Place
from procure_ai.findings.messages import meant
from procure_ai.library.conditions import Circumstances, judge
from procure_ai.library.models import AnnexClause, Clause, Library, fact_label
from procure_ai.library.passages import annex_passages, clause_passages
from procure_ai.procedure.case import ContractChoices

State = Literal["in", "out", "open"]


@dataclass(frozen=True, slots=True)
class Selected:
    """One clause or annex with its state, the reason in Dutch and the facts that decided."""

    clause: Clause | AnnexClause
    state: State
    reason: str
    facts: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return self.clause.id


def select(
    library: Library, known: Circumstances, choices: ContractChoices
) -> tuple[tuple[Selected, ...], tuple[Finding, ...]]:
    """Every clause and annex of the library with its state, in contract order, and findings (D101 to D104)."""
    findings = tuple(_check_choices(library, choices))
    left_out = {item.clause: item.reason for item in choices.leave_out}
    result: list[Selected] = []
    for clause in library.texts().values():
        if choices.kind not in clause.header.kinds:
            continue
        optional = isinstance(clause, Clause) and clause.header.level == "optional"
        if clause.id in left_out:
            reason = f"weggelaten door de opdrachtgever: {left_out[clause.id]}"
            result.append(Selected(clause, "out", reason))
        elif optional and clause.id not in choices.add:
            result.append(Selected(clause, "out", "naar keuze; de opdrachtgever heeft deze bepaling niet gekozen"))
        elif clause.id in choices.add:
            result.append(Selected(clause, "in", "gekozen door de opdrachtgever"))
        else:
            result.append(_by_facts(library, known, clause))
    return (_core(library, known, choices, result) if choices.extent == "core" else tuple(result)), findings


def _core(
    library: Library, known: Circumstances, choices: ContractChoices, selected: list[Selected]
) -> tuple[Selected, ...]:
    """Only the mandatory clauses, the annexes, what the buyer chose, and what the printed text of these refers to."""
    wanted = {
        item.id: item.clause
        for item in selected
        if item.state != "out"
        and (isinstance(item.clause, AnnexClause) or item.clause.header.level == "mandatory" or item.id in choices.add)
    }
    todo = list(wanted.values())
    while todo:
        text = todo.pop()
        for passage in clause_passages(library, text) if isinstance(text, Clause) else annex_passages(text):
            if judge(passage.given, known).holds is not False:
                for name in passage.leans_on():
                    if name in library.clauses and name not in wanted:
                        wanted[name] = library.clauses[name]
                        todo.append(library.clauses[name])
    why = "niet in de kern; de opdrachtgever koos een korte bijlage"
    return tuple(
        replace(item, state="out", reason=why)
        if isinstance(item.clause, Clause) and item.state != "out" and item.id not in wanted
        else item
        for item in selected
    )


def _by_facts(library: Library, known: Circumstances, clause: Clause | AnnexClause) -> Selected:
    verdict = judge(clause.when, known)
    because = tuple(fact for fact in verdict.because if fact != "kind")  # the kind of this contract is a given
    if verdict.holds is None:
        asks = listed([f"`{fact}`" for fact in because])
        return Selected(clause, "open", f"nog niet bekend: beantwoord {asks}", because)
    if not because:
        return Selected(clause, "in" if verdict.holds else "out", "geldt altijd" if verdict.holds else "ander contract")
    why = listed([fact_label(library, fact, known[fact]) for fact in because])
    if verdict.holds:
        return Selected(clause, "in", f"omdat {why}", because)
    return Selected(clause, "out", f"niet nodig, want {why}", because)


def _check_choices(library: Library, choices: ContractChoices) -> Iterator[Finding]:
    known = {name for name, text in library.texts().items() if choices.kind in text.header.kinds}
    asked = [
        *((f"contract/add/{index}", name) for index, name in enumerate(choices.add)),
        *((f"contract/leave_out/{index}/clause", item.clause) for index, item in enumerate(choices.leave_out)),
        *((f"contract/positions/{name}", name) for name in choices.positions),
    ]
    for key, name in asked:
        if name not in known:
            hint = meant(name, known, "Bekijk de lijst met `procure-ai plan`.")
            yield found_as("D101", Place("procedure.yaml", key=key), name=name, hint=hint)
    for name, position in choices.positions.items():
        clause = library.clauses.get(name)
        if clause and position != "standard" and position not in clause.header.positions:
            yield found_as(
                "D102",
                Place("procedure.yaml", key=f"contract/positions/{name}"),
                name=name,
                position=position,
                positions=", ".join(["standard", *clause.header.positions]),
            )
    both = set(choices.add) & {item.clause for item in choices.leave_out}
    for name in sorted(both):
        yield found_as("D103", Place("procedure.yaml", key="contract/add"), name=name)
    for index, item in enumerate(choices.leave_out):
        if len(item.reason.strip()) < 10:
            yield found_as(
                "D104", Place("procedure.yaml", key=f"contract/leave_out/{index}/reason"), clause=item.clause
            )
