"""Which day it is."""

import datetime as dt
from functools import lru_cache

_HALF_DAY = dt.timedelta(hours=12)


@lru_cache(maxsize=16)
def latest_today(now: dt.datetime) -> dt.date:
    """The latest day that it is anywhere in France: Wallis-et-Futuna is twelve hours ahead of UTC."""
    return (now.astimezone(dt.UTC) + _HALF_DAY).date()


def earliest_today(now: dt.datetime) -> dt.date:
    """The earliest day that it is anywhere in France: a last day is over when it is over everywhere."""
    return (now.astimezone(dt.UTC) - _HALF_DAY).date()


@lru_cache(maxsize=1024)
def begins_everywhere(day: dt.date) -> dt.datetime:
    """The moment from which `earliest_today` is `day`."""
    return dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC) + _HALF_DAY
