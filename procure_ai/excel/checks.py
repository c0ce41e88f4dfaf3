"""Validation of inputs as Excel wants it, with messages in Dutch."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from procure_ai.documents.tables import Bounds, Choice, Length, Style
from procure_ai.excel.common import clean_text, number_text, text_length

Check = Choice | Bounds | Length | None
Area = tuple[int, int, int, int]

NUMERIC = frozenset({Style.INPUT_NUMBER, Style.INPUT_MONEY})
ALWAYS = NUMERIC | {Style.INPUT_DATE}  # these are checked even when the description asks for nothing
_ANY_NUMBER = Bounds(Decimal("-999999999999"), Decimal("999999999999"))
_MOST_MESSAGE = 255
_MOST_INLINE = 200


def rule(check: Check, hint: str, style: Style, list_source: Callable[[tuple[str, ...]], Any]) -> dict[str, Any]:
    """The validation for XlsxWriter; `list_source` gives the source of a drop-down list."""
    found: dict[str, Any] = {"validate": "any"}
    message = ""
    if check == Bounds() or (check is None and style in NUMERIC):
        check = _ANY_NUMBER
    if isinstance(check, Choice):
        found = {"validate": "list", "source": list_source(check.options)}
        message = "Kies een van de antwoorden uit de lijst."
    elif isinstance(check, Length):
        found = {"validate": "length", "criteria": "<=", "value": str(check.high)}
        message = f"Gebruik hoogstens {check.high} tekens."
        hint = hint or message
    elif isinstance(check, Bounds):
        found, message = _between(check)
    elif style is Style.INPUT_DATE:
        found = {"validate": "date", "criteria": ">=", "value": date(1950, 1, 1)}
        message = "Vul een datum in, bijvoorbeeld 31-12-2026."
    if message:
        found |= {"error_title": "Dit past hier niet", "error_message": message}
    if hint:
        text = clean_text(hint)
        text = text if text_length(text) <= _MOST_MESSAGE else text[: _MOST_MESSAGE - 10] + "…"
        found |= {"input_title": "Toelichting", "input_message": text}
    return found


def inline(options: tuple[str, ...]) -> list[str] | None:
    """The options for inside the cell, or None when they need a range: long, or with a comma or quote."""
    texts = [clean_text(option) for option in options]
    plain = all(text and text == text.strip() and not set(text) & set(',"\n') for text in texts)
    return texts if plain and sum(map(len, texts)) + len(texts) < _MOST_INLINE else None


def areas(places: Iterable[tuple[int, int]]) -> list[Area]:
    """Cells below one another taken together."""
    found: list[Area] = []
    for row, column in sorted(places, key=lambda place: (place[1], place[0])):
        if found and found[-1][3] == column and found[-1][2] == row - 1:
            found[-1] = (found[-1][0], column, row, column)
        else:
            found.append((row, column, row, column))
    return found


def _between(check: Bounds) -> tuple[dict[str, Any], str]:
    low, high = check.low, check.high
    found: dict[str, Any] = {"validate": "decimal"}
    if low is not None and high is not None:
        found |= {"criteria": "between", "minimum": format(low, "f"), "maximum": format(high, "f")}
        if check is _ANY_NUMBER:
            return found, "Vul een getal in, zonder punten voor duizendtallen."
        return found, f"Vul een getal in van {number_text(low)} tot en met {number_text(high)}."
    if low is not None:
        return found | {"criteria": ">=", "value": format(low, "f")}, f"Vul een getal in vanaf {number_text(low)}."
    assert high is not None
    message = f"Vul een getal in tot en met {number_text(high)}."
    return found | {"criteria": "<=", "value": format(high, "f")}, message
