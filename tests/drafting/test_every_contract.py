"""What must hold for every contract, tried on many purchases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procure_ai.documents.tree import (
    Annex,
    Article,
    Block,
    Blocks,
    Field,
    FilledBy,
    Inlines,
    ListBlock,
    Reference,
    Table,
    Text,
    Value,
    open_fields,
    plain,
    walk_inlines,
    walk_members,
)
from procure_ai.drafting.contract import Contract, award
from procure_ai.drafting.select import select
from procure_ai.library.conditions import ALWAYS, All, Is, Not
from procure_ai.library.models import Clause, Library
from procure_ai.library.parameters import Parameter
from procure_ai.library.passages import chain_condition, chains
from procure_ai.library.terms import TermIndex
from procure_ai.procedure.case import ContractChoices

Draft = Callable[..., Contract]


EXAMPLES = {"annex": "chatbot-gemeente", "addendum": "addendum-zaaksysteem", "module": "module-vertaaldienst"}
"""An example of each kind of contract."""

REGIMES = ("gibit-2023", "arbit-2022", "arvodi-2018", "none")

STATUS = {"annex": "new", "addendum": "running"}
"""Whether the contract is new or running follows from the kind; a module goes with both."""

each_kind = pytest.mark.parametrize("kind", EXAMPLES)
each_regime = pytest.mark.parametrize("base_terms", REGIMES)


def test_every_kind_and_every_regime_is_tried(library: Library) -> None:
    assert set(EXAMPLES) == set(library.kinds)
    assert set(REGIMES) == set(library.regimes)


def of_kind(library: Library, kind: str) -> list[Clause]:
    return [clause for clause in library.clauses.values() if kind in clause.header.kinds]


@st.composite
def purchases(draw: st.DrawFn, library: Library, kind: str, base_terms: str) -> dict[str, Any]:
    """Any answers to the facts, any extent, clauses by choice and positions, and one of the options of every choice."""
    facts = {
        name: draw(st.lists(st.sampled_from(list(fact.answers)), min_size=1, unique=True).map(tuple))
        if fact.many
        else draw(st.sampled_from(list(fact.answers)))
        for name, fact in library.facts.items()
    }
    facts["contract-status"] = STATUS.get(kind, facts["contract-status"])
    clauses = of_kind(library, kind)
    extent = draw(st.sampled_from(["full", "core"]))
    add = tuple(clause.id for clause in clauses if clause.header.level == "optional" and draw(st.booleans()))
    known = {name: frozenset([answer] if isinstance(answer, str) else answer) for name, answer in facts.items()}
    known |= {"kind": frozenset([kind]), "base-terms": frozenset([base_terms])}
    choices = ContractChoices.model_validate({"kind": kind, "add": add, "extent": extent})
    values: dict[str, str] = {}
    for item in select(library, known, choices)[0]:
        if item.state == "in" and isinstance(item.clause, Clause):
            for name, parameter in item.clause.header.parameters.items():
                if parameter.options:
                    values[f"{item.id}.{name}"] = draw(st.sampled_from(list(parameter.options)))
                elif parameter.default is None and parameter.fill == "buyer":
                    values[f"{item.id}.{name}"] = some(parameter)
    return {
        "example": EXAMPLES[kind],
        "facts": facts,
        "base_terms": base_terms,
        "add": add,
        "extent": extent,
        "positions": {
            clause.id: draw(st.sampled_from(["standard", *clause.header.positions]))
            for clause in clauses
            if clause.header.positions
        },
        "values": values,
    }


def some(parameter: Parameter) -> str:
    """A value that a buyer may give."""
    return {"text": "iets", "date": "2027-01-01", "money": "1000.00"}.get(parameter.type, parameter.min or "1")


@lru_cache(maxsize=8)
def index(library_id: int, base_terms: str) -> TermIndex:
    return LIBRARIES[library_id].term_index(LIBRARIES[library_id].regimes[base_terms])


LIBRARIES: dict[int, Library] = {}


def words(inlines: Inlines) -> str:
    """The fixed words of a run: what is filled in later, and printed numbers, are left out."""
    return "".join(item.text if isinstance(item, Text) else "x" for item in inlines)


def runs(blocks: Blocks) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Article):
            yield block.title
            for member in walk_members(block.members):
                yield words(member.inlines)
        elif isinstance(block, Annex):
            yield block.title
            yield from runs(block.blocks)
        elif isinstance(block, ListBlock):
            for item in block.items:
                yield from runs(item)
        elif isinstance(block, Table):
            for row in (block.header, *block.rows):
                yield from (words(cell) for cell in row)
        elif hasattr(block, "inlines"):
            yield words(block.inlines)


def trying(examples: int) -> settings:
    return settings(
        max_examples=examples, deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )  # fmt: skip


def body_of(contract: Contract) -> tuple[Block, ...]:
    return (*contract.drafted.articles, *contract.drafted.annexes)


@each_kind
@each_regime
@trying(8)
@given(data=st.data())
def test_every_contract_holds_together(
    kind: str, base_terms: str, data: st.DataObject, library: Library, draft_of: Draft
) -> None:
    """Whatever the facts, the clauses by choice, the positions and the choices within clauses."""
    contract = draft_of(**data.draw(purchases(library, kind, base_terms)))
    blocks = contract.document.blocks

    # No finding: every combination of facts, base terms, positions and choices can be drafted.
    assert [item for item in contract.findings if item.is_error] == []
    assert {item.state for item in contract.selected} <= {"in", "out"}

    # Nothing dangles and nothing is left to fill by the program.
    references = [inline for inline in walk_inlines(blocks) if isinstance(inline, Reference)]
    assert [reference.target for reference in references if not reference.text] == []
    assert [inline for inline in walk_inlines(blocks) if isinstance(inline, Value)] == []

    # Nothing that the buyer decides is open but cells of annexes; once everything is filled, nothing is.
    fields = open_fields(contract.document.blocks)
    buyers = [field.key for field in fields if field.filled_by is FilledBy.BUYER]
    assert all(key.startswith("annex-") for key in buyers), buyers
    whole = award(contract.document, {field.key: "ingevuld" for field in fields}, version="2")
    assert open_fields(whole.blocks) == ()
    assert all(inline.value for inline in walk_inlines(whole.blocks) if isinstance(inline, Field))

    # Members and items are never empty, and count on without gaps.
    articles = [block for block in body_of(contract) if isinstance(block, Article)]
    for number, block in enumerate(articles, start=1):
        assert block.number == str(number)
        assert [member.number for member in block.members] == [
            f"{number}.{i}" for i in range(1, len(block.members) + 1)
        ]
        assert all(plain(member.inlines).strip() for member in walk_members(block.members))

    # Every proof stands in the member that asks for it, unless that member has a condition.
    for block in articles:
        labels = {member.label for member in walk_members(block.members)}
        clause = library.clauses[block.id]
        unconditional = {member.label for member, parts, _ in chains(clause, clause.members) if not parts}
        asked = {proof.member for proof in clause.header.proof.values() if proof.member}
        assert asked & unconditional <= labels, block.id

    assert_exactly_the_used_terms_are_defined(contract, library, base_terms)


@each_kind
@trying(14)
@given(data=st.data())
def test_exactly_the_terms_that_are_used_are_defined(
    kind: str, data: st.DataObject, library: Library, draft_of: Draft
) -> None:
    """Whatever clauses are in, also when others are left out against advice."""
    candidates = [name for name, text in library.texts().items() if kind in text.header.kinds]
    kept = data.draw(st.sets(st.sampled_from(candidates), max_size=8)) | {"definitions", "deviations"}
    base_terms = data.draw(st.sampled_from(REGIMES))
    left_out = [name for name in candidates if name not in kept]
    reasons = tuple({"clause": name, "reason": "Voor deze proef niet nodig."} for name in left_out)
    contract = draft_of(
        EXAMPLES[kind], base_terms=base_terms, positions={}, values={}, add=tuple(kept), leave_out=reasons
    )

    # What others need and is left out is reported where it stands; nothing else is wrong.
    wrong = [item for item in contract.findings if item.is_error]
    assert {item.code for item in wrong} <= {"D120", "D121"}
    assert all(item.place.file and item.place.line for item in wrong)
    assert_exactly_the_used_terms_are_defined(contract, library, base_terms)


def assert_exactly_the_used_terms_are_defined(contract: Contract, library: Library, base_terms: str) -> None:
    LIBRARIES[id(library)] = library
    terms = index(id(library), base_terms)
    body = body_of(contract)
    definitions = next(block for block in body if isinstance(block, Article) and block.id == "definitions")
    entries = [member for member in definitions.members if member.label.startswith("def-")]
    defined = {plain(member.inlines[:1]) for member in entries}
    own = {member.inlines: plain(member.inlines[:1]) for member in entries}
    used: set[str] = set()
    for run in runs(tuple(block for block in body if block is not definitions)):
        used |= {library.definitions[name].term for name in terms.find(run).terms}
    for member in definitions.members:
        found = {library.definitions[name].term for name in terms.find(words(member.inlines)).terms}
        used |= found - {own.get(member.inlines, "")}
    assert used == defined
    assert len({member.label for member in entries}) == len(entries)


# --- proofs ---------------------------------------------------------------------------------------------


@each_kind
def test_every_member_that_asks_for_a_proof_is_printed_in_some_contract(
    kind: str, library: Library, draft_of: Draft
) -> None:
    """First in the example as it is; what is not there yet, under facts and choices that should bring it in."""
    printed = labels_in(draft_of(EXAMPLES[kind]))
    tried = 0
    for clause in of_kind(library, kind):
        for label in {proof.member for proof in clause.header.proof.values() if proof.member}:
            purchase = bringing_in(library, kind, clause, label)
            if purchase is None:  # only in another kind of contract
                assert any(bringing_in(library, other, clause, label) for other in clause.header.kinds), label
                continue
            if (clause.id, label) not in printed:
                printed |= labels_in(draft_of(EXAMPLES[kind], **purchase))
            assert (clause.id, label) in printed, f"{clause.id}#{label}"
            tried += 1
    assert tried > (10 if kind == "module" else 100)


def labels_in(contract: Contract) -> set[tuple[str, str]]:
    articles = [block for block in contract.drafted.articles if isinstance(block, Article)]
    return {(block.id, member.label) for block in articles for member in walk_members(block.members)}


def bringing_in(library: Library, kind: str, clause: Clause, label: str) -> dict[str, Any] | None:
    """Facts and choices under which this member should be printed, by its conditions; None when there are none."""
    parts = next(parts for member, parts, _ in chains(clause, clause.members) if member.label == label)
    wanted = All((Is("kind", (kind,)), clause.when, chain_condition(library, parts)))
    situation = library.vocabulary.counterexample(wanted, Not(ALWAYS))
    if situation is None:
        return None
    facts = {
        name: tuple(answers) if library.facts[name].many else next(iter(answers))
        for name, answers in situation.items()
        if name in library.facts
    }
    asked = (clause.id, *(name for part in parts for name in part.with_))
    return {
        "facts": facts,
        "base_terms": next(iter(situation.get("base-terms", {"gibit-2023"}))),
        "add": tuple(name for name in asked if getattr(library.texts()[name].header, "level", "") == "optional"),
        "values": {f"{clause.id}.{name}": options[0] for part in parts for name, options in part.choice.items()},
        "positions": {},
    }
