"""Parameters: read strictly, kept within bounds, printed in Dutch."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procure_ai.library.parameters import Parameter, WrongValue, print_value, read_value


def parameter(kind: str, **more: Any) -> Parameter:
    return Parameter(type=kind, ask="Hoeveel?", **more)  # type: ignore[arg-type]


def printed(kind: str, text: str, **more: Any) -> str:
    made = parameter(kind, **more)
    return print_value(made, read_value(made, text))


@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [
        ("days", "1", "1 dag"),
        ("days", "30", "30 dagen"),
        ("days", "0", "0 dagen"),
        ("days", "1000", "1.000 dagen"),
        ("working-days", "1", "1 Werkdag"),
        ("working-days", "5", "5 Werkdagen"),
        ("hours", "1", "1 uur"),
        ("hours", "24", "24 uur"),
        ("minutes", "1", "1 minuut"),
        ("minutes", "15", "15 minuten"),
        ("months", "1", "1 maand"),
        ("months", "6", "6 maanden"),
        ("years", "1", "1 jaar"),
        ("years", "4", "4 jaar"),
        ("percent", "85", "85%"),
        ("percent", "99.50", "99,5%"),
        ("number", "1250", "1.250"),
        ("number", "0.5", "0,5"),
        ("money", "250000", "€\u00a0250.000"),
        ("money", "1234.50", "€\u00a01.234,50"),
        ("date", "2026-12-01", "1 december 2026"),
        ("text", "**zoals** geschreven", "**zoals** geschreven"),
    ],
)
def test_a_value_prints_its_own_unit(kind: str, text: str, shown: str) -> None:
    assert printed(kind, text) == shown


def test_a_choice_prints_the_words_of_the_option() -> None:
    options = {"forbidden": "nooit", "opt-in": "alleen na toestemming"}
    assert printed("choice", "opt-in", options=options) == "alleen na toestemming"


def refused(made: Parameter, text: str) -> WrongValue:
    with pytest.raises(WrongValue) as wrong:
        read_value(made, text)
    assert wrong.value.message
    assert wrong.value.remedy
    return wrong.value


@pytest.mark.parametrize(
    ("kind", "text"),
    [("days", "30 dagen"), ("days", "2.5"), ("days", "dertig"), ("hours", ""), ("percent", "110"), ("percent", "85%"),
     ("money", "1.250"), ("money", "1250,00"), ("date", "2026-02-30"), ("date", "1 december 2026"), ("number", "1,5")],
)  # fmt: skip
def test_a_value_of_another_type_is_refused(kind: str, text: str) -> None:
    assert f"`{text}`" in refused(parameter(kind), text).message


def test_a_choice_that_does_not_exist_lists_the_options() -> None:
    wrong = refused(parameter("choice", options={"a": "x", "b": "y"}), "x")
    assert wrong.remedy == "Kies uit a, b."


@pytest.mark.parametrize(
    ("kind", "low", "high", "inside", "below", "above", "advice"),
    [
        ("days", "14", "90", ["14", "30", "90"], "13", "91", ("minstens 14 dagen", "hoogstens 90 dagen")),
        ("hours", "24", "72", ["24", "72"], "9", "100", ("minstens 24 uur", "hoogstens 72 uur")),
        ("percent", "80", "99.5", ["80", "99.5"], "79.9", "99.51", ("minstens 80%", "hoogstens 99,5%")),
        ("money", "100.00", "2000", ["100", "2000.00"], "99.99", "2000.01",
         ("minstens €\u00a0100", "hoogstens €\u00a02.000")),
        ("date", "2026-01-31", "2026-12-01", ["2026-01-31", "2026-12-01"], "2025-12-31", "2026-12-02",
         ("minstens 31 januari 2026", "hoogstens 1 december 2026")),
    ],
)  # fmt: skip
def test_bounds_are_compared_as_values_not_as_text(
    kind: str, low: str, high: str, inside: list[str], below: str, above: str, advice: tuple[str, str]
) -> None:
    made = parameter(kind, min=low, max=high)
    assert all(read_value(made, text) is not None for text in inside)
    assert advice[0] in refused(made, below).remedy
    assert advice[1] in refused(made, above).remedy


def test_the_typed_values() -> None:
    assert read_value(parameter("days"), "30") == 30
    assert read_value(parameter("money"), "1250.50") == Decimal("1250.50")
    assert read_value(parameter("date"), "2026-12-01") == date(2026, 12, 1)


@settings(deadline=None)
@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_exactly_the_values_within_the_bounds_are_accepted(value: int, low: int, high: int) -> None:
    made = parameter("days", min=str(low), max=str(high))
    if low <= value <= high:
        assert read_value(made, str(value)) == value
    else:
        refused(made, str(value))
