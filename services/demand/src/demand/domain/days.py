"""Which day it is."""

import datetime as dt


def latest_today(now: dt.datetime) -> dt.date:
    """The latest day that it is anywhere in France: Wallis-et-Futuna is twelve hours ahead of UTC."""
    return (now.astimezone(dt.UTC) + dt.timedelta(hours=12)).date()
