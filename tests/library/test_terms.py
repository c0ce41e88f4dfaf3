"""Defined terms are recognised by their capital."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procure_ai.documents.dialect import read_clause
from procure_ai.library.terms import TermIndex, prose

INDEX = TermIndex(
    {
        "Invoer": "input",
        "Invoeren": "input",
        "Gegevens": "data",
        "Afgeleide Gegevens": "derived",
        "AI-functie": "function",
        "AI-functies": "function",
        "Agent": "agent",
        "Derde Land": "third",
    },
    ["Nederland", "AVG", "ICT Prestatie", "GIBIT 2023", "Europese Economische Ruimte"],
)


def terms(text: str) -> set[str]:
    return set(INDEX.find(text).terms)


def unknown(text: str) -> tuple[str, ...]:
    return INDEX.find(text).unknown


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("De leverancier wist Invoer.", {"input"}),
        ("Invoer wordt gewist.", {"input"}),
        ("Hij wist Invoeren, en Gegevens.", {"input", "data"}),
        ("Hij wist Afgeleide Gegevens.", {"derived"}),
        ("Hij wist Gegevens die zijn afgeleid.", {"data"}),
        ("Elke AI-functie.", {"function"}),
        ("Alle AI-functies.", {"function"}),
        ("(Agent)", {"agent"}),
        ("de “Agent”;", {"agent"}),
        ("de Agent's rechten", {"agent"}),
        ("in een Derde Land", {"third"}),
        ("Invoer/Agent", {"input", "agent"}),
        ("de invoer en de agent", set()),
        ("de AI-functieomschrijving", set()),
        ("een Agent-instelling", set()),
        ("de Multi-Agent", set()),
        ("Invoerscherm", set()),
        ("", set()),
    ],
)
def test_terms_are_found_in_their_longest_form_and_as_whole_words(text: str, found: set[str]) -> None:
    assert terms(text) == found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("De leverancier wist de Uitvoer.", ("Uitvoer",)),
        ("Hij wist Uitvoer en Loggegevens, en nog eens Uitvoer.", ("Uitvoer", "Loggegevens")),
        ("een Agent-instelling", ("Agent-instelling",)),
        ("een Derde partij", ("Derde",)),
        ("hij zei “Daarna”", ("Daarna",)),
        ("het (Nieuwe) begin", ("Nieuwe",)),
        ("de É en de Überdracht", ("É", "Überdracht")),
    ],
)
def test_a_capital_inside_a_sentence_that_nobody_knows_is_reported_once(text: str, words: tuple[str, ...]) -> None:
    assert unknown(text) == words


@pytest.mark.parametrize(
    "text",
    ["Uitvoer wordt gewist.", "Klaar. Daarna begint het.", "Let op: Daarna begint het.", "Eerst dit; Daarna dat.",
     "Is het klaar? Dan door! Anders niet.", "“Daarna” is een woord.", "(Daarna) niet.", "Een regel\nDaarna"],
)  # fmt: skip
def test_a_capital_at_the_start_of_a_sentence_says_nothing(text: str) -> None:
    assert unknown(text) == ()
    assert terms(text) == set()


@pytest.mark.parametrize(
    "text",
    ["in Nederland geldt de AVG", "volgens de GIBIT 2023 en de ICT Prestatie", "buiten de Europese Economische Ruimte",
     "de AI-functies en Afgeleide Gegevens"],
)  # fmt: skip
def test_proper_names_and_words_of_the_base_terms_need_no_definition(text: str) -> None:
    assert unknown(text) == ()


def test_part_of_a_proper_name_is_not_known() -> None:
    assert unknown("buiten de Europese Ruimte") == ("Europese", "Ruimte")


def test_holes_and_references_count_as_a_neutral_word() -> None:
    (member,), _ = read_clause("1. {{supplier}} wist [[x]] Onbekend, en [[y]]. Daarna niet.", "x.md")
    assert unknown(prose(member.inlines)) == ("Onbekend",)


def test_of_two_forms_that_begin_alike_the_longest_is_taken() -> None:
    index = TermIndex({"Model": "model", "Model Groot": "large", "Model Groot Plus": "plus"}, ["Groot"])
    assert index.find("een Model Groot en een Model").terms == {"large", "model"}
    assert index.find("een Model Groot Plus").terms == {"plus"}


def test_an_index_without_terms_finds_none() -> None:
    found = TermIndex({}, []).find("De Invoer")
    assert (found.terms, found.unknown) == (frozenset(), ("Invoer",))


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(["Invoer", "Afgeleide Gegevens", "AI-functies", "wist", "de", ",", "Nederland", "Onbekend"])
    )
)
def test_terms_are_found_wherever_they_stand(words: list[str]) -> None:
    found = INDEX.find("de " + " ".join(words))
    expected = {"Invoer": "input", "Afgeleide Gegevens": "derived", "AI-functies": "function"}
    assert found.terms == {expected[word] for word in words if word in expected}
    assert found.unknown == (("Onbekend",) if "Onbekend" in words else ())


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_can_be_searched(text: str) -> None:
    INDEX.find(text)
