from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.days import add_months, after_the_last_moment_of, civil_day


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 30), 1, date(2026, 2, 28)),
        (date(2028, 1, 30), 1, date(2028, 2, 29)),
        (date(2026, 9, 5), 1, date(2026, 10, 5)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_date_to_date(day, months, later):
    assert add_months(day, months) == later


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(-240, 240))
def test_the_day_is_kept_or_is_the_month_s_last(day, months):
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    is_last_of_its_month = (later + timedelta(days=1)).month != later.month
    assert later.day == day.day or (later.day < day.day and is_last_of_its_month)


@pytest.mark.parametrize(
    ("last", "ends"),
    [
        (date(2026, 11, 22), "2026-11-22T23:00"),
        (date(2026, 7, 14), "2026-07-14T22:00"),
        (date(2026, 3, 29), "2026-03-29T22:00"),  # summer time began that morning
    ],
)
def test_a_day_ends_at_midnight_in_paris(last, ends):
    midnight = after_the_last_moment_of(last)
    assert midnight.isoformat(timespec="minutes") == f"{ends}+00:00"
    assert civil_day(midnight) == last + timedelta(days=1)
    assert civil_day(midnight - timedelta(seconds=1)) == last
