"""Exact numbers with declared rounding, the base of the models, and the refusal.

Numbers arrive as text or `Decimal` and are calculated with as exact fractions; a binary float never
enters. Rounding happens only where a rule of the award model says so, and for showing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, PlainSerializer

from procure_ai.files.typed import Strict

SHOWN_DECIMALS = 4
ROUNDING_MODES = ("half_up", "half_even")

_WORDS = {"true": True, "yes": True, "false": False, "no": False}
_CURVES = Context(prec=60, rounding=ROUND_HALF_EVEN)
_CURVE_DECIMALS = 50


class Refusal(Exception):
    """No result may be produced; `code` says why, as `name` or `name:subject:…`.

    The functions that raise it list their codes. A refusal is never a verdict on a tender: a person
    must repair the configuration or complete the dossier first.
    """

    def __init__(self, *parts: str) -> None:
        self.code = ":".join(parts)
        super().__init__(self.code)


def _yes_no(value: object) -> object:
    return _WORDS.get(value, value) if isinstance(value, str) else value


YesNo = Annotated[bool, BeforeValidator(_yes_no)]
"""Exchange files write true or false, ours yes or no."""


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


class Figure(Strict):
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


def figures(values: Mapping[str, Fraction]) -> dict[str, Figure]:
    """The values by name as exact figures."""
    return {name: figure(value) for name, value in values.items()}


def curve(calculate: Callable[[Context], Decimal]) -> Fraction:
    """An irrational figure (logarithm, broken power): worked out in 60 digits, kept at 50 decimals.

    Keeping 50 makes values that are really round (ln 2 / ln 4 is one half) round again, so that a
    last digit can neither make nor break a tie.
    """
    return Fraction(round_to(Fraction(calculate(_CURVES)), _CURVE_DECIMALS, "half_even"))
