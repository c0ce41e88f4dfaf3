"""Approvals: a change of the text or of what it leans on is seen, undoing it counts, and four eyes stay four."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_load import write

from procure_ai.library.approvals import Approval, dependencies, objections, standing
from procure_ai.library.load import load_library
from procure_ai.library.models import Library
from procure_ai.library.written import Role

CLAUSE = """\
---
id: kept
title: Bewaren
topic: data
level: mandatory
meets:
  - kept
law:
  - gdpr
approval:
  - legal
  - privacy
deviates:
  - exit
sources:
  - avg, 5
---
## Tekst

1. De {{supplier}} bewaart Invoer binnen {{other.days}} volgens [[annex-list]].

## Afwijking

1. De {{supplier}} bewaart elk Pand.

## Motivering

Daarom.

## Toelichting

Uitleg.
"""
OTHER = """\
---
id: other
title: Wissen
topic: data
level: mandatory
meets:
  - kept
parameters:
  days:
    type: days
    ask: Hoeveel dagen?
    default: 30
sources:
  - avg, 5
---
## Tekst

1. De {{supplier}} wist binnen {{days}}.

## Toelichting

Uitleg.
"""
DEFINITIONS = """\
format: 1
definitions:
  input:
    term: Invoer
    text: alle Stukken.
  paper:
    term: Stuk
    forms:
      - Stukken
    text: alles op schrift.
  house:
    term: Pand
    text: elk gebouw.
  unused:
    term: Wolk
    text: iets anders.
proper_names:
  - AVG
"""
FILES: dict[str, str] = {
    "clauses/data/kept.md": CLAUSE, "clauses/data/other.md": OTHER, "clauses/definitions.yaml": DEFINITIONS,
}  # fmt: skip
Load = Callable[..., Library]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """The library with one text of it changed: file, old words, new words."""

    def one(file: str = "", old: str = "", new: str = "") -> Library:
        files: dict[str, str | None] = dict(FILES)
        write(tmp_path, **files)
        if file:
            path = tmp_path / file
            text = path.read_text("utf-8")
            assert text.count(old) == 1
            path.write_text(text.replace(old, new), "utf-8")
        return load_library(tmp_path)[0]

    return one


def approval(library: Library, role: Role = "legal", name: str = "kept", **other: str) -> Approval:
    text = library.texts()[name]
    approver = {"legal": "B. Bos", "privacy": "C. Smit"}.get(role, "D. Vos")
    given = {"author": "A. Wit", "approver": approver, **other}
    return Approval(
        clause=name, fingerprint=text.fingerprint, depends=dependencies(library, text), role=role,
        date=date(2027, 3, 1), **given,
    )  # fmt: skip


def both(library: Library) -> list[Approval]:
    return [approval(library), approval(library, "privacy")]


# --- what a text leans on -----------------------------------------------------------------------------


def test_a_text_leans_on_terms_also_through_terms_on_texts_it_names_and_on_its_law(load: Load) -> None:
    library = load()
    leans = dependencies(library, library.clauses["kept"])
    assert set(leans.definitions) == {"house", "input", "paper"}
    assert set(leans.clauses) == {"annex-list", "other"}
    assert leans.clauses["other"] == library.clauses["other"].fingerprint
    assert set(leans.law) == {"gdpr"}
    own = dependencies(library, library.clauses["other"])
    assert (own.definitions, own.clauses, own.law) == ({}, {}, {})


def test_the_shipped_texts_lean_on_known_things(library: Library) -> None:
    for text in library.texts().values():
        leans = dependencies(library, text)
        assert set(leans.definitions) <= set(library.definitions)
        assert set(leans.clauses) <= set(library.texts()) - {text.id}
        assert set(leans.law) == set(text.law) & set(library.law)


# --- how a text stands ----------------------------------------------------------------------------------


def state(library: Library, approvals: list[Approval], name: str = "kept") -> str:
    return standing(library, approvals)[name].state


def test_from_concept_by_two_roles_to_approved(load: Load) -> None:
    library = load()
    assert state(library, []) == "concept"
    half = standing(library, [approval(library)])["kept"]
    assert (half.state, half.lacking) == ("partly", ("privacy",))
    assert "nog nodig: functionaris gegevensbescherming" in str(half)
    whole = standing(library, both(library))["kept"]
    assert (whole.state, whole.lacking, set(whole.approved)) == ("approved", (), {"legal", "privacy"})
    assert str(whole) == (
        "goedgekeurd door B. Bos (jurist, 1 maart 2027) en C. Smit (functionaris gegevensbescherming, 1 maart 2027)"
    )
    assert state(library, both(library), "other") == "concept"


def test_an_edit_of_the_text_is_seen_and_undoing_it_counts_again(load: Load) -> None:
    first = load()
    edited = load("clauses/data/kept.md", "bewaart Invoer", "bewaart alle Invoer")
    stands = standing(edited, both(first))["kept"]
    assert stands.state == "changed"
    assert stands.last == approval(first, "privacy")
    assert first.clauses["kept"].fingerprint[:12] in str(stands)
    assert state(edited, [*both(first), approval(edited)]) == "partly"
    assert state(load(), [*both(first), *both(edited)]) == "approved"


def test_the_place_in_the_contract_is_no_edit(load: Load) -> None:
    moved = load("clauses/data/kept.md", "level: mandatory", "order: 10\nlevel: mandatory")
    assert state(moved, both(load())) == "approved"


EDITS = {
    "a definition": ("clauses/definitions.yaml", "alle Stukken.", "enkele Stukken.", ["definitions"], ["Invoer"]),
    "a definition behind it": ("clauses/definitions.yaml", "op schrift", "op papier", ["definitions"], ["Stuk"]),
    "a form of a term": ("clauses/definitions.yaml", "  - Stukken", "  - Stukken\n      - Stukje", ["definitions"],
                         ["Stuk"]),
    "one more term in it": ("clauses/definitions.yaml", "alle Stukken.", "alle Stukken en elke Wolk.",
                            ["definitions", "definitions"], ["Invoer", "Wolk"]),
    "a text that gives a value": ("clauses/data/other.md", "wist binnen", "wist alles binnen", ["clauses"],
                                  ["Wissen"]),
    "an annex": ("clauses/annexes/annex-list.md", "Een lijst.", "Een lange lijst.", ["clauses"], ["Lijst"]),
    "a fact of law": ("clauses/law.yaml", "value: geldt", "value: geldt niet meer", ["law"], ["AVG"]),
}  # fmt: skip


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_of_what_it_leans_on_makes_it_suspect_and_says_what(name: str, load: Load) -> None:
    file, old, new, kinds, names = EDITS[name]
    first = load()
    edited = load(file, old, new)
    stands = standing(edited, both(first))["kept"]
    assert stands.state == "suspect"
    assert [change.kind for change in stands.changes] == kinds
    assert [change.name for change in stands.changes] == names
    for change in stands.changes:
        assert change.old != change.new
        assert change.name in str(stands)
    assert standing(load(), both(first))["kept"].state == "approved"
    assert standing(edited, [*both(first), *both(edited)])["kept"].state == "approved"


def test_checking_a_fact_of_law_again_changes_nothing(load: Load) -> None:
    edited = load("clauses/law.yaml", "checked: 2026-01-01", "checked: 2027-01-01")
    assert state(edited, both(load())) == "approved"


def test_an_unused_definition_changes_nothing(load: Load) -> None:
    assert state(load("clauses/definitions.yaml", "iets anders", "heel iets anders"), both(load())) == "approved"


def test_a_withdrawal_takes_back_this_text_in_this_role_only(load: Load) -> None:
    library = load()
    edited = load("clauses/data/kept.md", "bewaart Invoer", "bewaart alle Invoer")
    gone = approval(library).model_copy(update={"withdrawn": "Verkeerd gelezen"})
    lines = [*both(library), *both(edited), gone]
    assert standing(load(), lines)["kept"].lacking == ("legal",)
    assert state(edited, lines) == "approved"
    assert state(library, [*lines, approval(library)]) == "approved"


def test_a_lawyer_is_always_needed(load: Load) -> None:
    library = load("clauses/data/kept.md", "  - legal\n  - privacy\n", "  - privacy\n")
    assert standing(library, [approval(library, "privacy")])["kept"].lacking == ("legal",)


# --- any history --------------------------------------------------------------------------------------

VERSIONS = {(text, term): f"{text}-{term}" for text, term in product(range(3), range(2))}
EVENTS = st.lists(
    st.tuples(st.sampled_from(sorted(VERSIONS)), st.sampled_from(["legal", "privacy"]), st.booleans()), max_size=8
)


@settings(deadline=None)
@given(history=EVENTS, now=st.sampled_from(sorted(VERSIONS)))
def test_approved_is_what_each_role_approved_and_did_not_take_back(
    library: Library, history: list[tuple[tuple[int, int], Role, bool]], now: tuple[int, int]
) -> None:
    """Versions of a text and a term come and go; the ledger is judged by a count that knows no fingerprints."""
    lines: list[Approval] = []
    held: set[tuple[tuple[int, int], str]] = set()
    for version, role, withdraw in history:
        made = approval(_at(library, version), role, "no-training")
        lines.append(made.model_copy(update={"withdrawn": "anders"}) if withdraw else made)
        if withdraw:
            held = {(was, who) for was, who in held if (was[0], who) != (version[0], role)}
        else:
            held.add((version, role))
    stands = standing(_at(library, now), lines)["no-training"]
    mine = {who for was, who in held if was == now}
    stale = {who for was, who in held if was[0] == now[0]} - mine
    expected = (
        "suspect" if stale
        else "approved" if mine == {"legal", "privacy"}
        else "partly" if mine
        else "changed" if held
        else "concept"
    )  # fmt: skip
    assert stands.state == expected
    assert set(stands.approved) == mine


_MADE: dict[tuple[int, int], Library] = {}


def _at(library: Library, version: tuple[int, int]) -> Library:
    """A shipped text and a term that it uses, in one of their versions; only that text."""
    if version not in _MADE:
        clause = library.clauses["no-training"]
        header = clause.header.model_copy(update={"approval": ("legal", "privacy"), "law": ()})
        text = replace(clause, header=header, fingerprint=f"text-{version[0]}")
        term = replace(library.definitions["training"], term="Training", forms=(f"Trainingen{version[1]}",))
        _MADE[version] = replace(
            library, clauses={"no-training": text}, annexes={}, definitions={**library.definitions, "training": term}
        )
    return _MADE[version]


# --- four eyes ------------------------------------------------------------------------------------------


def codes(earlier: list[Approval], new: Approval) -> list[str]:
    return [item.code for item in objections(earlier, new)]


@pytest.mark.parametrize("name", ["A. Wit", "a. wit", "  A.  Wit ", "A. WIT"])
def test_nobody_approves_the_own_text(name: str, load: Load) -> None:
    assert codes([], approval(load(), approver=name)) == ["C311"]
    assert codes([], approval(load())) == []


def test_an_accent_written_in_another_way_is_the_same_person(load: Load) -> None:
    assert codes([], approval(load(), author="René Kok", approver="Rene\u0301 Kok")) == ["C311"]


def test_each_role_is_somebody_else(load: Load) -> None:
    library = load()
    earlier = [approval(library, approver="B. Bos")]
    assert codes(earlier, approval(library, "privacy", approver="b. bos")) == ["C312"]
    assert codes(earlier, approval(library, "legal", approver="B. Bos")) == []
    assert codes(earlier, approval(library, "privacy", approver="C. Smit")) == []


def test_two_people_cannot_approve_each_other(load: Load) -> None:
    library = load()
    earlier = [approval(library, author="A. Wit", approver="B. Bos")]
    assert codes(earlier, approval(library, "privacy", author="B. Bos", approver="A. Wit")) == ["C313", "C313"]
    assert codes(earlier, approval(library, "privacy", author="C. Smit", approver="A. Wit")) == ["C313"]
    assert codes(earlier, approval(library, "privacy", author="B. Bos", approver="C. Smit")) == ["C313"]


def test_another_text_or_a_withdrawn_line_is_no_objection(load: Load) -> None:
    library = load()
    earlier = [approval(library, author="A. Wit", approver="B. Bos")]
    edited = load("clauses/data/kept.md", "bewaart Invoer", "bewaart alle Invoer")
    assert codes(earlier, approval(edited, author="B. Bos", approver="A. Wit")) == []
    gone = earlier[0].model_copy(update={"withdrawn": "vergissing"})
    assert codes([*earlier, gone], approval(library, "privacy", author="A. Wit", approver="B. Bos")) == []


@pytest.mark.parametrize("who", ["author", "approver"])
def test_a_name_is_needed(who: str, load: Load) -> None:
    assert codes([], approval(load(), **{who: "  "})) == ["C314"]
