"""Terms in days: the generally recognised holidays and when a term ends.

Source: Algemene termijnenwet, art. 1 lid 1 (a term that ends on a free day runs until the end of the next
day that is not), art. 3 (which days are free; those of lid 3, made equal by decree, the caller passes in).
Aanbestedingswet 2012, art. 2.127 lid 2 and 3: the standstill starts on the day after the award decision
was sent and lasts at least 20 calendar days. That act extends a term in law, not one in a contract: the
announced term is extended because the tender documents say so. Both are counted, and the later day holds.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta

LEGAL_STANDSTILL = 20


@dataclass(frozen=True, slots=True)
class Term:
    """The standstill in calendar days: its first day, its length as counted and its last day.

    `in_law` is the last day of the term of art. 2.127, None where that does not apply; `announced` the last
    day of the term in the tender documents, None when they give no days. `last` is the later of the two.
    """

    first: date
    days: int
    in_law: date | None
    announced: date | None
    last: date

    @property
    def legal(self) -> bool:
        """Whether the term in law applies."""
        return self.in_law is not None

    @property
    def extended(self) -> bool:
        """Whether the last day moved because of a weekend or holiday."""
        return self.last != self.first + timedelta(days=self.days - 1)


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (method of Meeus, Jones and Butcher)."""
    century, rest = divmod(year, 100)
    leap, skipped = divmod(century, 4)
    corrected = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * (year % 19) + century - leap - corrected + 15) % 30
    leaps, years = divmod(rest, 4)
    sunday = (32 + 2 * skipped + 2 * leaps - moon - years) % 7
    shift = (year % 19 + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def holidays(year: int) -> frozenset[date]:
    """The generally recognised holidays of a year, Good Friday among them.

    King's Day is 27 April, or 26 April when the 27th is a Sunday (from 2014 on).
    """
    sunday = easter(year)
    king = date(year, 4, 27)
    if king.weekday() == 6:
        king = date(year, 4, 26)
    moving = (sunday + timedelta(days=days) for days in (-2, 1, 39, 50))
    fixed = (date(year, 1, 1), king, date(year, 5, 5), date(year, 12, 25), date(year, 12, 26))
    return frozenset((*fixed, *moving))


def is_free(day: date, decreed: AbstractSet[date] = frozenset()) -> bool:
    """Whether this is a Saturday, a Sunday, a generally recognised holiday or a day made equal to one."""
    return day.weekday() >= 5 or day in holidays(day.year) or day in decreed


def next_working_day(day: date, decreed: AbstractSet[date] = frozenset()) -> date:
    """The day itself, or the first later day that is no weekend or holiday."""
    while is_free(day, decreed):
        day += timedelta(days=1)
    return day


def term_days(announced: int, *, legal: bool) -> int:
    """The length of the standstill in calendar days: the later of the legal and the announced one."""
    return max(announced, LEGAL_STANDSTILL) if legal else announced


def standstill(sent: date, announced: int, *, legal: bool, decreed: AbstractSet[date] = frozenset()) -> Term:
    """The term before the contract is signed: the later of the legal and the announced one.

    `announced` is the length in calendar days in the tender documents; `legal` says whether art. 2.127
    applies. Example: sent on Monday 1 March 2027, 20 days: 2 to 21 March, a Sunday, so both terms end on
    Monday 22 March. Raises ValueError when no term is left.
    """
    days = term_days(announced, legal=legal)
    if days < 1:
        raise ValueError("a term lasts at least one day")

    def last(length: int) -> date:
        return next_working_day(sent + timedelta(days=length), decreed)

    in_law = last(LEGAL_STANDSTILL) if legal else None
    by_contract = last(announced) if announced > 0 else None
    return Term(sent + timedelta(days=1), days, in_law, by_contract, max(day for day in (in_law, by_contract) if day))
