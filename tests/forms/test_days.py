"""Terms: holidays, weekends, the later of the legal and the announced term."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procure_ai.forms.days import easter, holidays, is_free, next_working_day, standstill


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [(2000, 4, 23), (2008, 3, 23), (2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2027, 3, 28), (2038, 4, 25)],
)
def test_easter(year: int, month: int, day: int) -> None:
    assert easter(year) == date(year, month, day)


def test_holidays_of_2026() -> None:
    """Good Friday, Easter Monday, King's Day, 5 May, Ascension Day, Whit Monday and the fixed days."""
    days = {(1, 1), (4, 3), (4, 6), (4, 27), (5, 5), (5, 14), (5, 25), (12, 25), (12, 26)}
    assert holidays(2026) == {date(2026, month, day) for month, day in days}


def test_kings_day_is_never_on_a_sunday() -> None:
    assert date(2025, 4, 26) in holidays(2025)
    assert date(2025, 4, 27) not in holidays(2025)


def test_standstill_ends_on_a_sunday_and_is_extended() -> None:
    """Sent on 1 March 2027: 2 to 21 March is 20 days, and 21 March is a Sunday."""
    found = standstill(date(2027, 3, 1), 20, legal=True)
    assert (found.first, found.last, found.extended) == (date(2027, 3, 2), date(2027, 3, 22), True)


def test_standstill_over_easter() -> None:
    """Sent on 8 March 2027: day 20 is Easter Sunday, so the term runs until the Tuesday after Easter Monday."""
    assert standstill(date(2027, 3, 8), 20, legal=True).last == date(2027, 3, 30)


def test_the_later_term_counts() -> None:
    assert standstill(date(2026, 11, 2), 10, legal=True).days == 20
    assert standstill(date(2026, 11, 2), 25, legal=True).last == date(2026, 11, 27)
    assert standstill(date(2026, 11, 2), 10, legal=False).last == date(2026, 11, 12)


def test_a_decreed_day_extends_too() -> None:
    friday = date(2026, 5, 15)  # the day after Ascension Day
    sent = friday - timedelta(days=20)
    assert standstill(sent, 20, legal=True).last == friday
    assert standstill(sent, 20, legal=True, decreed=frozenset({friday})).last == date(2026, 5, 18)


def test_no_term_is_refused() -> None:
    with pytest.raises(ValueError, match="one day"):
        standstill(date(2026, 11, 2), 0, legal=False)


@given(st.dates(date(2014, 1, 1), date(2100, 1, 1)), st.integers(1, 90))
def test_a_term_ends_on_a_working_day_within_reach(sent: date, days: int) -> None:
    found = standstill(sent, days, legal=False)
    plain = sent + timedelta(days=days)
    assert not is_free(found.last)
    assert plain <= found.last <= plain + timedelta(days=5)
    assert next_working_day(found.last) == found.last


def test_the_term_in_law_and_the_announced_one_are_both_counted_and_the_later_day_holds() -> None:
    """Sent on 12 October 2020: day 20 is Sunday 1 November, so the term in law ends on Monday the 2nd."""
    same = standstill(date(2020, 10, 12), 20, legal=True)
    assert (same.in_law, same.announced, same.last) == (date(2020, 11, 2), date(2020, 11, 2), date(2020, 11, 2))
    longer = standstill(date(2020, 10, 12), 25, legal=True)
    assert (longer.in_law, longer.announced, longer.last) == (date(2020, 11, 2), date(2020, 11, 6), date(2020, 11, 6))
    shorter = standstill(date(2020, 10, 12), 8, legal=True)
    assert (shorter.in_law, shorter.announced, shorter.last) == (date(2020, 11, 2), date(2020, 10, 20), shorter.in_law)
    contract = standstill(date(2020, 10, 12), 8, legal=False)
    assert (contract.in_law, contract.last) == (None, date(2020, 10, 20))


def test_a_term_that_ends_at_christmas() -> None:
    """Sent on 5 December 2026: day 20 is Christmas Day, a Friday, so the term ends on Monday the 28th."""
    assert standstill(date(2026, 12, 5), 20, legal=True).last == date(2026, 12, 28)
