"""Periods in months run from date to date (loi 89-462 art. 15; Code de procédure civile art. 641)."""

import calendar
import datetime as dt
from functools import lru_cache

__all__ = ["add_months"]


@lru_cache(maxsize=1 << 14)
def add_months(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or earlier for a negative number; the month's last where it has no such day.

    5 September → 5 October; 30 January → 28 or 29 February.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
