"""Days are civil days in Paris: a last day is over at its midnight there."""

import datetime as dt
from zoneinfo import ZoneInfo

__all__ = ["after_the_last_moment_of", "civil_day", "morning_of"]

_PARIS = ZoneInfo("Europe/Paris")


def civil_day(now: dt.datetime) -> dt.date:
    return now.astimezone(_PARIS).date()


def after_the_last_moment_of(day: dt.date) -> dt.datetime:
    """The midnight that ends a day, in UTC."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=_PARIS).astimezone(dt.UTC)


def morning_of(day: dt.date) -> dt.datetime:
    """Nine o'clock of a day, when nobody minds a message, in UTC."""
    return dt.datetime.combine(day, dt.time(9), tzinfo=_PARIS).astimezone(dt.UTC)
