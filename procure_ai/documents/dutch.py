"""Numbers, amounts and dates as a Dutch reader expects them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip


def number_text(value: Decimal, decimals: int | None = None) -> str:
    """1234.5 as *1.234,5*. With `decimals` the value must already be rounded to at most that many."""
    text = f"{value:f}" if decimals is None else f"{value:.{decimals}f}"
    sign, text = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, fraction = text.partition(".")
    if decimals is None:
        fraction = fraction.rstrip("0")
    groups: list[str] = []
    while len(whole) > 3:
        groups.insert(0, whole[-3:])
        whole = whole[:-3]
    return sign + ".".join([whole, *groups]) + (f",{fraction}" if fraction else "")


def money_text(value: Decimal) -> str:
    """250000 as *€ 250.000*, 1234.5 as *€ 1.234,50*."""
    whole = value == value.to_integral_value()
    return "€\u00a0" + number_text(value.quantize(Decimal(1)) if whole else value, 0 if whole else 2)


def day_text(day: date) -> str:
    """1 december 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def listed(items: Sequence[str], joint: str = "en") -> str:
    """*a, b en c*."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {joint} {items[-1]}"
