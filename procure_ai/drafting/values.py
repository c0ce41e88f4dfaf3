"""Where each value of the contract comes from: the case, a position, or the clause's default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from procure_ai.documents.tree import Field, FilledBy, Inlines, Text
from procure_ai.drafting.messages import found_as
from procure_ai.findings import Finding, Place
from procure_ai.findings.messages import meant
from procure_ai.library.models import Clause, Library, Regime
from procure_ai.library.parameters import Parameter, WrongValue, print_value, read_value
from procure_ai.procedure.case import ContractChoices

PositionChoice = Literal["standard", "strict", "fallback"]
Origin = Literal["case", "strict", "fallback", "organisation", "kind", "default", "open"]


@dataclass(frozen=True, slots=True)
class Resolved:
    """One parameter of one clause: its raw value (empty when open), how it prints, and its origin."""

    key: str
    parameter: Parameter
    value: str
    text: str
    origin: Origin

    def inlines(self) -> Inlines:
        """The value in the document: text when known, a visible open field otherwise."""
        if self.value or (self.parameter.fill == "buyer" and self.origin != "open"):
            return (Text(self.text),)
        return (Field(self.key, self.parameter.ask, FilledBy(self.parameter.fill)),)


def resolve(
    library: Library, clauses: Mapping[str, Clause], regime: Regime, choices: ContractChoices
) -> tuple[dict[str, Resolved], tuple[Finding, ...]]:
    """The value of every parameter of these clauses, by key `clause.parameter` (D110 to D112).

    The first that has one counts: the case, the organisation, the kind of contract, the clause itself.
    """
    findings: list[Finding] = []
    resolved: dict[str, Resolved] = {}
    for clause in clauses.values():
        for name, parameter in clause.header.parameters.items():
            key = f"{clause.id}.{name}"
            origin, text = _given(library, clause, name, choices)
            if text is None:
                resolved[key] = Resolved(key, parameter, "", "", "open")
                continue
            try:
                printed = print_value(parameter, read_value(parameter, text))
            except WrongValue as wrong:
                place = (
                    Place("procedure.yaml", key=f"contract/values/{key}") if origin == "case" else Place(clause.file)
                )
                findings.append(found_as("D110", place, key=key, message=wrong.message, hint=wrong.remedy))
                printed = text
            resolved[key] = Resolved(key, parameter, text, printed, origin)
    findings.extend(_unknown(library, resolved, clauses, choices))
    return resolved, tuple(findings)


def _given(library: Library, clause: Clause, name: str, choices: ContractChoices) -> tuple[Origin, str | None]:
    """What was chosen for a parameter, and by whom; a value goes before a position at the same level."""
    own, kind = library.organisation, library.kinds[choices.kind]
    levels: list[tuple[Origin, Mapping[str, str], Mapping[str, PositionChoice]]] = [
        ("case", choices.values, choices.positions),
        ("organisation", own.values if own else {}, own.positions if own else {}),
        ("kind", kind.values, kind.positions),
    ]
    for origin, values, positions in levels:
        if f"{clause.id}.{name}" in values:
            return origin, values[f"{clause.id}.{name}"]
        position = positions.get(clause.id)
        if position == "standard":
            break
        other = clause.header.positions.get(position) if position else None
        if position and other is not None and name in other.values:
            return (position if origin == "case" else origin), other.values[name]
    default = clause.header.parameters[name].default
    return ("open" if default is None else "default"), default


def _unknown(
    library: Library, resolved: Mapping[str, Resolved], clauses: Mapping[str, Clause], choices: ContractChoices
) -> Iterator[Finding]:
    known = {*resolved, *(f"base.{topic}" for topic in library.base_topics)}
    for key in choices.values:
        if key in known or key.startswith("annex-"):
            continue  # cells of annexes are checked when the annexes are made
        owner, _, _ = key.partition(".")
        if owner not in clauses and "." in key:
            code, otherwise = "D111", "Haal de waarde weg, of neem de bepaling op."
        else:
            code, otherwise = "D112", "Bekijk de waarden met `procure-ai plan`."
        place = Place("procedure.yaml", key=f"contract/values/{key}")
        absent = owner in library.clauses and owner not in clauses  # a right name; another value is not meant
        yield found_as(code, place, key=key, hint=otherwise if absent else meant(key, known, otherwise))


def base_reference(topic: str, title: str, regime: Regime, choices: ContractChoices) -> Inlines:
    """A reference to the base terms by topic, with the article number where it is known.

    An unknown number is a visible field to be filled at signing, never a guess: the words before it
    already say which provisions are meant.
    """
    if not regime.articles:
        return (Text(f"de bepalingen over {title} van de {regime.words['agreement']}"),)
    known = regime.articles.get(topic)
    number = choices.values.get(f"base.{topic}") or ("" if known is None or known.number == "unknown" else known.number)
    words = f"de bepalingen over {title} van de {regime.words['base-terms']}"
    if number:
        return (Text(f"{words} (artikel {number})"),)
    label = f"Artikelnummer van de bepalingen over {title} in de {regime.short}"
    return (Text(f"{words} (artikel "), Field(f"base.{topic}", label, FilledBy.AWARD), Text(")"))


def regime_values(library: Library, regime: Regime, kind: str) -> dict[str, str]:
    """The words of the regime, and what this kind of contract calls itself, as values for the prose."""
    return {**regime.words, "annex-name": library.kinds[kind].name}
