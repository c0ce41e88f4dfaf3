"""From text to strict types: exactly right, or a finding that says what to write instead."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procure_ai.files.strict_yaml import parse
from procure_ai.files.typed import Day, Id, Money, Number, Percent, Strict, TextOrList, Whole, YesNo, read_model
from procure_ai.findings import Finding, Refused

FILE = "procedure.yaml"


class Scalars(Strict):
    number: Number | None = None
    whole: Whole | None = None
    money: Money | None = None
    percent: Percent | None = None
    day: Day | None = None
    agreed: YesNo | None = None
    id: Id | None = None
    either: TextOrList | None = None


class Line(Strict):
    title: str
    amount: Money


class Purchase(Strict):
    title: str
    terms: Literal["gibit-2023", "arbit-2022", "none"]
    lines: tuple[Line, ...] = ()
    facts: dict[Id, str] = {}


def scalar(name: str, text: str) -> Any:
    quoted = text.replace("'", "''")
    return getattr(read_model(Scalars, parse(f"{name}: '{quoted}'\n", FILE), FILE), name)


def faults(text: str) -> tuple[Finding, ...]:
    with pytest.raises(Refused) as refused:
        read_model(Purchase, parse(text, FILE), FILE)
    return refused.value.findings


def places(text: str) -> list[tuple[str, int, str]]:
    return [(item.code, item.place.line, item.place.key) for item in faults(text)]


RIGHT: list[tuple[str, str, object]] = [
    ("number", "0.5", Decimal("0.5")),
    ("number", "1.10", Decimal("1.10")),
    ("number", "-3", Decimal(-3)),
    ("whole", "30", 30),
    ("whole", "0", 0),
    ("money", "250000", Decimal(250000)),
    ("money", "250000.00", Decimal(250000)),
    ("percent", "0", Decimal(0)),
    ("percent", "100", Decimal(100)),
    ("percent", "12.5", Decimal("12.5")),
    ("day", "2024-02-29", date(2024, 2, 29)),
    ("agreed", "yes", True),
    ("agreed", "no", False),
    ("id", "chatbot-gemeente", "chatbot-gemeente"),
    ("id", "no", "no"),
    ("either", "tekst", "tekst"),
]

WRONG: list[tuple[str, str]] = [
    ("number", "0,5"), ("number", "1.250,00"), ("number", "1 000"), ("number", "1e3"), ("number", "NaN"), ("number",
    "+1"),
    ("number", ".5"), ("number", "5."), ("number", "007"), ("number", ""), ("number", " 1"), ("number", "٣"),
    ("number", "9" * 41),
    ("whole", "30.0"), ("whole", "dertig"), ("whole", "9" * 16),
    ("money", "1.250"), ("money", "1250,00"), ("money", "1250.5"), ("money", "1.250,00"), ("money", "€ 5"),
    ("money", "1250.001"), ("money", "1.250.000"),
    ("percent", "101"), ("percent", "-1"), ("percent", "60%"), ("percent", "100.01"),
    ("day", "2026-02-30"), ("day", "2026-13-01"), ("day", "1-12-2026"), ("day", "2026-1-1"), ("day", "2026-12-01 "),
    ("day", "0000-01-01"), ("day", "20261201"),
    ("agreed", "ja"), ("agreed", "Yes"), ("agreed", "true"), ("agreed", "1"), ("agreed", ""),
    ("id", "Chatbot"), ("id", "chat_bot"), ("id", "-chat"), ("id", "chat-"), ("id", "a--b"), ("id", "chat bot"),
    ("id", "é"),
    ("id", ""), ("id", "a" * 61), ("id", "a\n"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "value"), RIGHT)
def test_a_scalar_that_is_written_right(name: str, text: str, value: object) -> None:
    assert scalar(name, text) == value


@pytest.mark.parametrize(("name", "text"), WRONG)
def test_a_scalar_that_is_written_wrong_is_refused_with_advice(name: str, text: str) -> None:
    with pytest.raises(Refused) as refused:
        scalar(name, text)
    (finding,) = refused.value.findings
    assert (finding.code, finding.place.file, finding.place.key) == ("F030", FILE, name)
    assert f"`{name}`" in finding.message
    assert finding.remedy


@settings(deadline=None)
@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_every_amount_in_euros_and_cents_is_read_to_the_cent(amount: Decimal) -> None:
    assert scalar("money", f"{amount:f}") == amount


@settings(deadline=None)
@given(st.dates())
def test_every_date_is_read(day: date) -> None:
    assert scalar("day", day.isoformat()) == day


@settings(deadline=None)
@given(
    st.sampled_from(list(Scalars.model_fields)),
    st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=20),
)
def test_no_text_becomes_another_value_silently(name: str, text: str) -> None:
    """Whatever is accepted can be written back as it was."""
    try:
        value = scalar(name, text)
    except Refused:
        return
    shown = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
    assert shown == text


def test_an_unknown_key_names_the_nearest_known_one() -> None:
    (unknown, missing) = faults("titel: Chatbot\nterms: none\n")
    assert (missing.code, missing.place.key) == ("F031", "title")
    assert (unknown.code, unknown.place.line, unknown.place.key) == ("F032", 1, "titel")
    assert "`title`" in unknown.remedy


def test_an_unknown_key_deep_in_a_list_names_the_nearest_of_that_level() -> None:
    text = "title: x\nterms: none\nlines:\n  - title: a\n    amount: 1\n  - title: b\n    amount: 2\n    amonut: 3\n"
    (finding,) = faults(text)
    assert (finding.code, finding.place.line, finding.place.key) == ("F032", 8, "lines/1/amonut")
    assert "`amount`" in finding.remedy


def test_a_key_that_is_like_nothing_gets_no_suggestion() -> None:
    (finding,) = faults("title: x\nterms: none\nzzz: 1\n")
    assert finding.code == "F032"
    assert "Bedoelde" not in finding.remedy


def test_a_missing_key_is_named_and_so_is_a_key_left_empty() -> None:
    assert places("terms: none\n") == [("F031", 1, "title")]
    assert places("terms: none\ntitle:\n") == [("F031", 2, "title")]


def test_a_wrong_choice_lists_the_choices_and_the_nearest() -> None:
    (finding,) = faults("title: x\nterms: gibit-2032\n")
    assert (finding.code, finding.place.line) == ("F033", 2)
    for option in ("`gibit-2023`", "`arbit-2022`", "`none`"):
        assert option in finding.remedy
    assert finding.remedy.endswith("Bedoelde u `gibit-2023`?")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("title:\n  - x\nterms: none\n", ("F034", 2, "title")),
        ("title: x\nterms: none\nlines: none\n", ("F034", 3, "lines")),
        ("title: x\nterms: none\nlines:\n  - a\n", ("F034", 4, "lines/0")),
        ("title: x\nterms: none\nfacts:\n  - a\n", ("F034", 4, "facts")),
        ("title: x\nterms: none\nfacts:\n  Agents: no\n", ("F030", 4, "facts/Agents")),
    ],
)
def test_another_shape_than_asked_for(text: str, place: tuple[str, int, str]) -> None:
    assert places(text) == [place]


def test_text_or_a_list_gives_one_finding_for_anything_else() -> None:
    with pytest.raises(Refused) as refused:
        read_model(Scalars, parse("either:\n  a: b\n", FILE), FILE)
    assert [(item.code, item.place.key) for item in refused.value.findings] == [("F030", "either")]
    assert read_model(Scalars, parse("either:\n  - a\n  - b\n", FILE), FILE).either == ("a", "b")


def test_all_faults_come_in_one_refusal_sorted_by_line() -> None:
    text = "terms: gibit\nlines:\n  - title: a\n    amount: 1.250\n  - title: b\nextra: x\n"
    assert places(text) == [
        ("F033", 1, "terms"),
        ("F031", 1, "title"),
        ("F030", 4, "lines/0/amount"),
        ("F031", 5, "lines/1/amount"),
        ("F032", 6, "extra"),
    ]
