"""What must hold for every annex, tried on many purchases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procure_ai.documents.tree import (
    Annex,
    Article,
    Blocks,
    Inlines,
    ListBlock,
    Reference,
    Table,
    Text,
    Value,
    plain,
    walk_inlines,
    walk_members,
)
from procure_ai.drafting.contract import Contract
from procure_ai.library.models import Library
from procure_ai.library.terms import TermIndex

Draft = Callable[..., Contract]


EXAMPLES = {"annex": "chatbot-gemeente", "addendum": "addendum-zaaksysteem", "module": "module-vertaaldienst"}
"""An example of each kind of contract."""

STATUS = {"annex": "new", "addendum": "running"}
"""Whether the contract is new or running follows from the kind; a module goes with both."""


@st.composite
def purchases(draw: st.DrawFn, library: Library) -> dict[str, Any]:
    """Any kind of contract, any answers to the facts, any base terms and any positions."""
    facts = {
        name: draw(st.lists(st.sampled_from(list(fact.answers)), min_size=1, unique=True).map(tuple))
        if fact.many
        else draw(st.sampled_from(list(fact.answers)))
        for name, fact in library.facts.items()
    }
    kind = draw(st.sampled_from(list(library.kinds)))
    facts["contract-status"] = STATUS.get(kind, facts["contract-status"])
    positions = {
        clause.id: draw(st.sampled_from(["standard", *clause.header.positions]))
        for clause in library.clauses.values()
        if kind in clause.header.kinds
    }
    return {
        "example": EXAMPLES[kind],
        "facts": facts,
        "base_terms": draw(st.sampled_from(list(library.regimes))),
        "positions": positions,
        "values": {},
    }


def choices_in(contract: Contract, draw: Callable[[st.SearchStrategy[str]], str]) -> dict[str, str]:
    """For each choice that this contract offers, one of its options."""
    return {
        key: draw(st.sampled_from(list(value.parameter.options)))
        for key, value in contract.values.items()
        if value.parameter.options
    }


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


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_every_contract_holds_together(data: st.DataObject, library: Library, draft_of: Draft) -> None:
    purchase = data.draw(purchases(library))
    first = draft_of(**purchase)
    contract = draft_of(**{**purchase, "values": choices_in(first, data.draw)})
    body = (*contract.drafted.articles, *contract.drafted.annexes)

    # No finding: every combination of facts, base terms, positions and choices can be drafted.
    assert [item for item in contract.findings if item.is_error] == []

    # Nothing dangles and nothing is left to fill by the program.
    references = [inline for inline in walk_inlines(contract.document.blocks) if isinstance(inline, Reference)]
    assert [reference.target for reference in references if not reference.text] == []
    assert [inline for inline in walk_inlines(contract.document.blocks) if isinstance(inline, Value)] == []

    # Members and items are never empty, and count on without gaps.
    for number, block in enumerate((block for block in body if isinstance(block, Article)), start=1):
        assert block.number == str(number)
        assert [member.number for member in block.members] == [
            f"{number}.{i}" for i in range(1, len(block.members) + 1)
        ]
        assert all(plain(member.inlines).strip() for member in walk_members(block.members))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_exactly_the_terms_that_are_used_are_defined(data: st.DataObject, library: Library, draft_of: Draft) -> None:
    """Whatever clauses are in, also when others are left out against advice."""
    kind = data.draw(st.sampled_from(list(library.kinds)))
    candidates = [name for name, text in library.texts().items() if kind in text.header.kinds]
    kept = data.draw(st.sets(st.sampled_from(candidates), max_size=8)) | {"definitions", "deviations"}
    base_terms = data.draw(st.sampled_from(list(library.regimes)))
    left_out = [name for name in candidates if name not in kept]
    reasons = tuple({"clause": name, "reason": "Voor deze proef niet nodig."} for name in left_out)
    contract = draft_of(
        EXAMPLES[kind], base_terms=base_terms, positions={}, values={}, add=tuple(kept), leave_out=reasons
    )
    body = (*contract.drafted.articles, *contract.drafted.annexes)

    # What others need and is left out is reported where it stands; nothing else is wrong.
    wrong = [item for item in contract.findings if item.is_error]
    assert {item.code for item in wrong} <= {"D120", "D121"}
    assert all(item.place.file and item.place.line for item in wrong)

    LIBRARIES[id(library)] = library
    terms = index(id(library), base_terms)
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
