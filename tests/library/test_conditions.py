"""Conditions on facts: three-valued, explained, and provable."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procure_ai.findings import Place
from procure_ai.library.conditions import (
    ALWAYS,
    All,
    Any,
    Condition,
    Is,
    Not,
    Verdict,
    Vocabulary,
    facts_in,
    judge,
    read_condition,
)

VOCABULARY = Vocabulary(
    {"delivery": ("saas", "api", "own"), "agents": ("no", "yes"), "media": ("text", "image", "audio")},
    frozenset({"media"}),
)
PLACE = Place("clauses/x.md", 7)

YES, NO, OPEN = Is("agents", ("yes",)), Is("delivery", ("own",)), Is("media", ("text",))
KNOWN = {"agents": frozenset({"yes"}), "delivery": frozenset({"saas"})}
BY_VALUE: dict[bool | None, Condition] = {True: YES, False: NO, None: OPEN}


def holds(condition: Condition) -> bool | None:
    return judge(condition, KNOWN).holds


# --- judging ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("one", "other"), list(product([True, False, None], repeat=2)))
def test_the_truth_table_of_all_and_any(one: bool | None, other: bool | None) -> None:
    both = holds(All((BY_VALUE[one], BY_VALUE[other])))
    either = holds(Any((BY_VALUE[one], BY_VALUE[other])))
    assert both is (False if False in (one, other) else None if None in (one, other) else True)
    assert either is (True if True in (one, other) else None if None in (one, other) else False)


def test_the_truth_table_of_not() -> None:
    assert [holds(Not(BY_VALUE[value])) for value in (True, False, None)] == [False, True, None]


def test_without_conditions_all_holds_and_any_does_not() -> None:
    assert holds(ALWAYS) is True
    assert holds(Any(())) is False


@pytest.mark.parametrize(
    ("given_answers", "asked", "expected"),
    [
        ({"text"}, ("text",), True),
        ({"text", "image"}, ("image",), True),
        ({"text", "image"}, ("audio",), False),
        ({"text", "image"}, ("audio", "text"), True),
        ({"audio"}, ("text", "image"), False),
    ],
)
def test_a_fact_with_several_answers_matches_when_one_is_listed(
    given_answers: set[str], asked: tuple[str, ...], expected: bool
) -> None:
    assert judge(Is("media", asked), {"media": frozenset(given_answers)}).holds is expected


def test_the_facts_that_decided_are_named() -> None:
    assert judge(All((YES, NO, OPEN)), KNOWN) == Verdict(False, ("delivery",))
    assert judge(Any((NO, YES, OPEN)), KNOWN) == Verdict(True, ("agents",))
    assert judge(All((YES, OPEN)), KNOWN) == Verdict(None, ("media",))
    assert judge(All((YES, Not(NO), YES)), KNOWN) == Verdict(True, ("agents", "delivery"))
    assert judge(ALWAYS, KNOWN) == Verdict(True, ())


def test_the_facts_of_a_condition() -> None:
    assert facts_in(All((YES, Any((Not(NO), OPEN))))) == {"agents", "delivery", "media"}
    assert facts_in(ALWAYS) == frozenset()


# --- proving ---------------------------------------------------------------------------------------


def test_situations_give_single_answers_and_every_set_of_several() -> None:
    found = list(VOCABULARY.situations(frozenset({"agents", "media"})))
    assert len(found) == 2 * 7
    assert all(len(situation["agents"]) == 1 and situation["media"] for situation in found)


def test_what_always_follows_is_proved() -> None:
    given_this = All((Is("delivery", ("saas", "api")), YES))
    assert VOCABULARY.counterexample(given_this, Is("delivery", ("saas", "api"))) is None
    assert VOCABULARY.counterexample(given_this, Not(NO)) is None
    assert VOCABULARY.counterexample(NO, ALWAYS) is None
    assert VOCABULARY.counterexample(ALWAYS, Is("delivery", ("saas", "api", "own"))) is None
    assert VOCABULARY.counterexample(All((NO, Not(NO))), Any(())) is None


def test_what_does_not_follow_is_shown() -> None:
    found = VOCABULARY.counterexample(Is("delivery", ("saas", "api")), Is("delivery", ("saas",)))
    assert found == {"delivery": frozenset({"api"})}


def test_not_one_answer_does_not_mean_another_when_several_can_be_given() -> None:
    found = VOCABULARY.counterexample(Is("media", ("image",)), Not(Is("media", ("text",))))
    assert found is not None
    assert found["media"] >= {"image", "text"}


# --- properties ------------------------------------------------------------------------------------

_answers = st.one_of(
    *(
        st.builds(Is, st.just(fact), st.lists(st.sampled_from(options), min_size=1, max_size=2, unique=True).map(tuple))
        for fact, options in VOCABULARY.answers.items()
    )
)
_conditions: st.SearchStrategy[Condition] = st.recursive(
    _answers,
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(All, st.lists(inner, max_size=3).map(tuple))
        | st.builds(Any, st.lists(inner, max_size=3).map(tuple))
    ),
    max_leaves=6,
)
_situations = st.sampled_from(list(VOCABULARY.situations(frozenset(VOCABULARY.answers))))


@settings(deadline=None)
@given(_conditions, _situations, st.sets(st.sampled_from(list(VOCABULARY.answers))))
def test_answering_an_open_fact_never_changes_a_verdict(
    condition: Condition, situation: dict[str, frozenset[str]], answered: set[str]
) -> None:
    before = judge(condition, {fact: situation[fact] for fact in answered})
    after = judge(condition, situation)
    assert after.holds is not None
    if before.holds is not None:
        assert after.holds is before.holds


@settings(deadline=None)
@given(_conditions, _situations, st.sets(st.sampled_from(list(VOCABULARY.answers))))
def test_an_open_verdict_names_a_fact_that_is_not_answered(
    condition: Condition, situation: dict[str, frozenset[str]], answered: set[str]
) -> None:
    verdict = judge(condition, {fact: situation[fact] for fact in answered})
    if verdict.holds is None:
        assert verdict.because
        assert not set(verdict.because) & answered


@settings(deadline=None)
@given(_conditions, _situations, st.data())
def test_the_deciding_facts_alone_decide(
    condition: Condition, situation: dict[str, frozenset[str]], data: st.DataObject
) -> None:
    verdict = judge(condition, situation)
    other = data.draw(_situations)
    mixed = {fact: situation[fact] if fact in verdict.because else other[fact] for fact in situation}
    assert judge(condition, mixed).holds is verdict.holds


@settings(deadline=None)
@given(_conditions, _conditions, _situations)
def test_a_counterexample_is_one_and_no_counterexample_is_a_proof(
    given_this: Condition, wanted: Condition, situation: dict[str, frozenset[str]]
) -> None:
    found = VOCABULARY.counterexample(given_this, wanted)
    if found is None:
        assert not judge(given_this, situation).holds or judge(wanted, situation).holds
    else:
        assert judge(given_this, found).holds is True
        assert judge(wanted, found).holds is False


# --- reading ---------------------------------------------------------------------------------------


def faults(value: object) -> list[str]:
    _, findings = read_condition(value, VOCABULARY, PLACE)
    assert all(item.place == PLACE for item in findings)
    return [item.code for item in findings]


def test_a_condition_as_it_is_written() -> None:
    value = {
        "delivery": ("saas", "api"),
        "any": ({"agents": "yes"}, {"media": ("image",), "delivery": "api"}),
        "not": {"media": "audio"},
    }
    condition, findings = read_condition(value, VOCABULARY, PLACE)
    assert findings == ()
    assert condition == All(
        (
            Is("delivery", ("saas", "api")),
            Any((All((Is("agents", ("yes",)),)), All((Is("media", ("image",)), Is("delivery", ("api",)))))),
            Not(All((Is("media", ("audio",)),))),
        )
    )


def test_no_condition_means_always() -> None:
    assert read_condition(None, VOCABULARY, PLACE) == (ALWAYS, ())


def test_an_unknown_fact_names_the_nearest() -> None:
    _, (finding,) = read_condition({"delivrey": "saas"}, VOCABULARY, PLACE)
    assert (finding.code, finding.place) == ("C121", PLACE)
    assert "`delivery`" in finding.remedy


def test_an_unknown_answer_names_the_nearest_and_lists_them_all() -> None:
    _, (finding,) = read_condition({"delivery": ("saas", "sas")}, VOCABULARY, PLACE)
    assert (finding.code, finding.place) == ("C122", PLACE)
    assert "saas, api, own" in finding.remedy
    assert finding.remedy.endswith("Bedoelde u `saas`?")


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        ("saas", ["C120"]),
        ({}, ["C120"]),
        (("delivery",), ["C120"]),
        ({"any": "saas"}, ["C120"]),
        ({"not": ("delivery", "agents")}, ["C120"]),
        ({"delivery": {"saas": "yes"}}, ["C122"]),
        ({"nothing": "x", "delivery": "y", "all": ({"agents": "maybe"},)}, ["C121", "C122", "C122"]),
    ],
)
def test_each_other_fault_is_a_finding(value: object, codes: list[str]) -> None:
    assert faults(value) == codes
