"""Parameters of a clause: typed values that a buyer may set, within bounds, printed in Dutch."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from procure_ai.documents.dutch import day_text, money_text, number_text
from procure_ai.files.typed import Day, Money, Number, Percent, Strict, Whole

Kind = Literal[
    "days", "working-days", "hours", "minutes", "months", "years",
    "percent", "number", "money", "date", "text", "choice",
]  # fmt: skip
Filler = Literal["buyer", "tenderer", "award"]
Typed = str | int | Decimal | date

_UNITS: dict[str, tuple[str, str]] = {
    "days": ("dag", "dagen"),
    "working-days": ("Werkdag", "Werkdagen"),
    "hours": ("uur", "uur"),
    "minutes": ("minuut", "minuten"),
    "months": ("maand", "maanden"),
    "years": ("jaar", "jaar"),
}
_TYPES: dict[str, TypeAdapter[Typed]] = {
    **{unit: TypeAdapter(Whole) for unit in _UNITS},
    "percent": TypeAdapter(Percent),
    "number": TypeAdapter(Number),
    "money": TypeAdapter(Money),
    "date": TypeAdapter(Day),
}


class Parameter(Strict):
    """One parameter: its type, the question to the person who fills it, default, bounds and options."""

    type: Kind
    ask: str
    fill: Filler = "buyer"
    default: str | None = None
    min: str | None = None
    max: str | None = None
    options: dict[str, str] | None = None


class WrongValue(ValueError):
    """A value that is not of its type or outside its bounds: message and remedy in Dutch."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy


def read_value(parameter: Parameter, text: str) -> Typed:
    """The typed value of a text. Raises `WrongValue` when it is of another type or out of bounds."""
    value = _typed(parameter, text)
    for bound, word, sign in ((parameter.min, "minstens", 1), (parameter.max, "hoogstens", -1)):
        if bound is not None:
            limit = _typed(parameter, bound)
            if _before(value, limit) if sign > 0 else _before(limit, value):
                raise WrongValue(f"`{text}` ligt buiten de grenzen.", f"Kies {word} {print_value(parameter, limit)}.")
    return value


def _before(first: Typed, second: Typed) -> bool:
    """Whether one value of a numeric or date type is less than another of the same type."""
    if isinstance(first, date) and isinstance(second, date):
        return first < second
    if isinstance(first, int | Decimal) and isinstance(second, int | Decimal):
        return first < second
    return False


def _typed(parameter: Parameter, text: str) -> Typed:
    if parameter.type == "text":
        return text
    if parameter.type == "choice":
        options = parameter.options or {}
        if text not in options:
            raise WrongValue(f"`{text}` is geen keuze.", f"Kies uit {', '.join(options)}.")
        return text
    try:
        return _TYPES[parameter.type].validate_python(text)
    except ValidationError as error:
        context = error.errors()[0].get("ctx", {})
        raise WrongValue(
            str(context.get("message", f"`{text}` past hier niet.")), str(context.get("remedy", ""))
        ) from None


def print_value(parameter: Parameter, value: Typed) -> str:
    """The value as it stands in a sentence: *30 dagen*, *1 dag*, *€ 250.000*, *1 december 2026*."""
    match value:
        case date():
            return day_text(value)
        case int() if parameter.type in _UNITS:
            one, more = _UNITS[parameter.type]
            return f"{number_text(Decimal(value))} {one if value == 1 else more}"
        case Decimal() if parameter.type == "money":
            return money_text(value)
        case Decimal() if parameter.type == "percent":
            return f"{number_text(value)}%"
        case Decimal() | int():
            return number_text(Decimal(value))
        case _:
            return (parameter.options or {}).get(value, value) if parameter.type == "choice" else value
