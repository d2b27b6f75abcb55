"""Days are civil days in Paris: a last day is over at its midnight there."""

import datetime as dt

from reference.days import PARIS, after_the_last_moment_of, civil_day

__all__ = ["after_the_last_moment_of", "civil_day", "morning_of"]


def morning_of(day: dt.date) -> dt.datetime:
    """Nine o'clock of a day, when nobody minds a message, in UTC."""
    return dt.datetime.combine(day, dt.time(9), tzinfo=PARIS).astimezone(dt.UTC)
