"""Periods in months run from date to date (loi 89-462 art. 15; Code de procédure civile art. 641); days are Paris's."""

import calendar
import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

__all__ = ["PARIS", "add_months", "after_the_last_moment_of", "civil_day"]

PARIS = ZoneInfo("Europe/Paris")


@lru_cache(maxsize=64)
def civil_day(now: dt.datetime) -> dt.date:
    """The day that it is in Paris."""
    return now.astimezone(PARIS).date()


def after_the_last_moment_of(day: dt.date) -> dt.datetime:
    """The midnight that ends a day in Paris, in UTC."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=PARIS).astimezone(dt.UTC)


@lru_cache(maxsize=1 << 14)
def add_months(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or earlier for a negative number; the month's last where it has no such day.

    5 September → 5 October; 30 January → 28 or 29 February.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
