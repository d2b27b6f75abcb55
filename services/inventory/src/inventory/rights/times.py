"""When the clock looks."""

import datetime as dt


def morning(day: dt.date) -> dt.datetime:
    """The first hour of a day, when its deadlines are looked at."""
    return dt.datetime.combine(day, dt.time(0, 30), dt.UTC)
