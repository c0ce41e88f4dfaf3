"""References and values in contract text: they exist, and their target is there whenever they are."""

from __future__ import annotations

from collections.abc import Iterator

from procure_ai.documents.dutch import listed
from procure_ai.documents.tree import Reference, Value
from procure_ai.findings import Finding, Place, nearest
from procure_ai.findings.messages import meant
from procure_ai.library.conditions import All, Condition, judge
from procure_ai.library.messages import found_as, unknown
from procure_ai.library.models import Clause, Library, Part, fact_label
from procure_ai.library.passages import Passage, chain_condition, chains, passages, when_of

REGIME_WORDS = ("supplier", "buyer", "performance", "agreement", "base-terms", "annex-name")
LISTS = {"precedence": ("scope", 2), "definitions": ("definitions", 1), "deviations": ("deviations", 1)}
"""Values that become a list: the topic of the clause that may hold them, and whether as member or as item."""

Labels = dict[str, dict[str, tuple[Part, ...]]]


def check_references(library: Library) -> Iterator[Finding]:
    """Findings C205 to C211."""
    labels: Labels = {
        clause.id: {member.label: chain for member, chain, _ in chains(clause, clause.members) if member.label}
        for clause in library.clauses.values()
    }
    for passage in passages(library):
        for inline in passage.inlines:
            if isinstance(inline, Reference):
                yield from _reference(library, passage, inline, labels)
            elif isinstance(inline, Value):
                yield from _value(library, passage, inline)


def _reference(library: Library, passage: Passage, reference: Reference, labels: Labels) -> Iterator[Finding]:
    place = passage.at(reference)
    name, _, label = reference.target.partition("#")
    own = not name or (passage.owner is not None and passage.owner.id == name)
    if not name and passage.owner is not None:
        name = passage.owner.id
    otherwise = "Kies een bestaande bepaling of label."
    if name not in library.clauses and (name not in library.annexes or label):
        hint = meant(name, (*library.clauses, *library.annexes), otherwise)
        yield found_as("C205", place, name=reference.target, hint=hint)
        return
    if label and label not in labels[name]:
        yield from unknown("C205/label", place, (label,), labels[name], otherwise, clause=name)
        return
    chain = labels[name][label] if label else ()
    shown = f"[[{reference.target}]]"
    if not own:
        yield from _optional(library, passage, name, place, shown)
    wanted = All((when_of(library, name), chain_condition(library, chain)))
    yield from _provable(library, passage, wanted, place, shown)
    yield from _choices(library.clauses.get(name), passage if own else None, chain, place, shown)
    for part in chain:
        for guard in part.with_:
            yield from _optional(library, passage, guard, place, shown)


def _optional(library: Library, passage: Passage, name: str, place: Place, shown: str) -> Iterator[Finding]:
    clause = library.clauses.get(name)
    if clause and clause.header.level == "optional" and clause is not passage.owner and name not in passage.guards:
        yield found_as("C208", place, shown=shown, name=name)


def _provable(
    library: Library, passage: Passage, wanted: Condition, place: Place, shown: str, code: str = "C206"
) -> Iterator[Finding]:
    situation = library.vocabulary.counterexample(passage.given, wanted)
    if situation is None:
        return
    because = judge(wanted, situation).because or tuple(situation)
    facts = listed([fact_label(library, fact, situation[fact]) for fact in because])
    yield found_as(code, place, shown=shown, facts=facts)


def _choices(
    target: Clause | None, own: Passage | None, chain: tuple[Part, ...], place: Place, shown: str
) -> Iterator[Finding]:
    """A target that depends on a choice is safe only for text of the same clause with that choice."""
    chosen = own.chosen() if own else {}
    for part in chain:
        for name, options in part.choice.items():
            parameter = target.header.parameters.get(name) if target else None
            every = frozenset((parameter.options or {}) if parameter else ())
            if not chosen.get(name, every) <= frozenset(options):
                yield found_as("C207", place, shown=shown, name=name, options=listed(options, "of"))


def _value(library: Library, passage: Passage, value: Value) -> Iterator[Finding]:
    place, clause = passage.at(value), passage.owner
    if value.name in LISTS:
        topic, depth = LISTS[value.name]
        if not (clause and clause.header.topic == topic and passage.depth == depth and len(passage.inlines) == 1):
            kind = "lid" if depth == 1 else "onderdeel van een lid"
            yield found_as("C211", place, name=value.name, kind=kind, topic=topic)
        return
    if value.name in REGIME_WORDS or (clause and value.name in clause.header.parameters):
        return
    owner, _, name = value.name.rpartition(".")
    shown = f"{{{{{value.name}}}}}"
    if owner in library.clauses and name in library.clauses[owner].header.parameters:
        yield from _optional(library, passage, owner, place, shown)
        yield from _provable(library, passage, when_of(library, owner), place, shown, "C210")
        return
    if owner == "base" and name in library.base_topics:
        return
    known = {
        *REGIME_WORDS,
        *(clause.header.parameters if clause else ()),
        *(f"base.{topic}" for topic in library.base_topics),
        *(f"{item.id}.{parameter}" for item in library.clauses.values() for parameter in item.header.parameters),
    }
    near = nearest(value.name, known)
    hint = f"Bedoelde u `{{{{{near}}}}}`?" if near else "Noem een parameter van deze bepaling of `bepaling.parameter`."
    yield found_as("C209", place, shown=shown, hint=hint)
