"""Periods in months run from date to date (DOMAIN §3.3)."""

import calendar
import datetime as dt

__all__ = ["months_later"]


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, the month's last where it has no such day: 30 January, 28 February."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
