"""Exact numbers with declared rounding, the base of the models, and the refusal.

Numbers arrive as text or `Decimal` and are calculated with as exact fractions; a binary float never
enters. Rounding happens only where a rule of the award model says so, and for showing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer
from pydantic_core import PydanticCustomError

SHOWN_DECIMALS = 4
ROUNDING_MODES = ("half_up", "half_even")

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_WHOLE = re.compile(r"[0-9]{1,9}")
_MOST_DIGITS = 30
_WORDS = {"true": True, "yes": True, "false": False, "no": False}
_CURVES = Context(prec=60, rounding=ROUND_HALF_EVEN)
_CURVE_DECIMALS = 50

T = TypeVar("T")


class Refusal(Exception):
    """No result may be produced; `code` says why, as `name` or `name:subject:…`.

    The functions that raise it list their codes. A refusal is never a verdict on a tender: a person
    must repair the configuration or complete the dossier first.
    """

    def __init__(self, *parts: str) -> None:
        self.code = ":".join(parts)
        super().__init__(self.code)


class Model(BaseModel):
    """Base of every model here: frozen, unknown keys refused, no silent conversion."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


def wrong(message: str, remedy: str) -> PydanticCustomError:
    """A validation error in the form that `files.typed.read_model` turns into a finding."""
    return PydanticCustomError("own", "{message}", {"message": message, "remedy": remedy})


def number(value: object) -> Decimal:
    """Text such as `12`, `-3.50` or a finite `Decimal` as a plain Decimal; all else is refused.

    An int is refused like a float: a number that went through a spreadsheet or a loose YAML reader
    has lost what was written. At most 30 digits before and after the point.
    """
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        result = Decimal(value)
    elif isinstance(value, Decimal) and value.is_finite():
        result = value
    else:
        raise wrong(f"`{value}` is geen getal.", "Schrijf cijfers met hooguit een punt, zoals 0.5 of 1250.")
    if result.adjusted() >= _MOST_DIGITS or -int(result.as_tuple().exponent) > _MOST_DIGITS:
        raise wrong("Dit getal is te lang.", f"Gebruik hooguit {_MOST_DIGITS} cijfers voor en na de punt.")
    return Decimal(f"{result:f}")


def _whole(value: object) -> object:
    return int(value) if isinstance(value, str) and _WHOLE.fullmatch(value) else value


def _yes_no(value: object) -> object:
    return _WORDS.get(value, value) if isinstance(value, str) else value


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _plain(value: Decimal) -> str:
    return f"{value:f}"


Number = Annotated[Decimal, BeforeValidator(number), PlainSerializer(_plain, when_used="json")]
Whole = Annotated[int, BeforeValidator(_whole)]
YesNo = Annotated[bool, BeforeValidator(_yes_no)]
Many = Annotated[tuple[T, ...], BeforeValidator(_as_tuple)]


def round_to(value: Fraction, decimals: int, mode: str = "half_up") -> Decimal:
    """The value at this many decimals. `half_up` takes halves away from zero (as ROUND does in
    spreadsheets), `half_even` to the even digit. Raises `Refusal` for another mode.
    """
    scaled = abs(value) * 10**decimals
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    twice = 2 * rest
    match mode:
        case "half_up":
            up = twice >= scaled.denominator
        case "half_even":
            up = twice > scaled.denominator or (twice == scaled.denominator and whole % 2 == 1)
        case _:
            raise Refusal("unsupported", "rounding.mode", mode)
    whole += up
    digits = tuple(int(digit) for digit in str(whole))
    return Decimal((1 if value < 0 and whole else 0, digits, -decimals))


class Figure(Model):
    """One calculated figure: exact, and shown at four decimals half up or as announced."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    exact: Annotated[Fraction, PlainSerializer(str, return_type=str, when_used="json")]

    @property
    def shown(self) -> Decimal:
        """The figure at four decimals, half up: for display, never for ranking."""
        return round_to(self.exact, SHOWN_DECIMALS)

    def rounded(self, decimals: int, mode: str = "half_up") -> Decimal:
        """The figure at the announced number of decimals."""
        return round_to(self.exact, decimals, mode)


def figure(value: Fraction | Decimal | int) -> Figure:
    """The value as an exact figure."""
    return Figure(exact=Fraction(value))


def curve(calculate: Callable[[Context], Decimal]) -> Fraction:
    """An irrational figure (logarithm, broken power): worked out in 60 digits, kept at 50 decimals.

    Keeping 50 makes values that are really round (ln 2 / ln 4 is one half) round again, so that a
    last digit can neither make nor break a tie.
    """
    return Fraction(round_to(Fraction(calculate(_CURVES)), _CURVE_DECIMALS, "half_even"))
