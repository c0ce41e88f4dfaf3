"""Numbers, amounts and dates as a Dutch reader expects them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procure_ai.documents.dutch import day_text, listed, money_text, number_text


@pytest.mark.parametrize(
    ("value", "text"),
    [("0", "0"), ("7", "7"), ("999", "999"), ("1000", "1.000"), ("1234567", "1.234.567"), ("1234.5", "1.234,5"),
     ("0.10", "0,1"), ("1.00", "1"), ("100", "100"), ("-1234.5", "-1.234,5"), ("1E+3", "1.000"), ("0.0000001",
     "0,0000001")],
)  # fmt: skip
def test_a_number(value: str, text: str) -> None:
    assert number_text(Decimal(value)) == text


@pytest.mark.parametrize(("value", "decimals", "text"), [("2.5", 2, "2,50"), ("1000", 2, "1.000,00"), ("3", 0, "3")])
def test_a_number_with_fixed_decimals(value: str, decimals: int, text: str) -> None:
    assert number_text(Decimal(value), decimals) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [("250000", "€\u00a0250.000"), ("1234.5", "€\u00a01.234,50"), ("0", "€\u00a00"), ("0.05", "€\u00a00,05"),
     ("1000000.00", "€\u00a01.000.000"), ("-12.30", "€\u00a0-12,30")],
)  # fmt: skip
def test_an_amount_has_no_decimals_or_two(value: str, text: str) -> None:
    assert money_text(Decimal(value)) == text


@settings(deadline=None)
@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_a_printed_number_can_be_read_back(value: Decimal) -> None:
    assert Decimal(number_text(value).replace(".", "").replace(",", ".")) == value


@settings(deadline=None)
@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_a_printed_amount_can_be_read_back_to_the_cent(value: Decimal) -> None:
    assert Decimal(money_text(value).removeprefix("€\u00a0").replace(".", "").replace(",", ".")) == value


def test_a_date() -> None:
    assert day_text(date(2026, 12, 1)) == "1 december 2026"
    months = [day_text(date(2026, month, 9)).split()[1] for month in (1, 3, 5, 8)]
    assert months == ["januari", "maart", "mei", "augustus"]


@pytest.mark.parametrize(
    ("items", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a en b"), (["a", "b", "c"], "a, b en c")]
)
def test_a_list_in_a_sentence(items: list[str], text: str) -> None:
    assert listed(items) == text
    assert listed(items, "of") == text.replace(" en ", " of ")
