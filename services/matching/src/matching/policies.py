"""The policy files, read once; the one in force for a home is resolved from its commune (`matching.grounds`)."""

import datetime as dt
import os
from functools import cache
from pathlib import Path

from matching.domain.days import civil_day
from matching.domain.policy import InForce
from policy import Library

__all__ = ["DEFAULT_FOLDER", "in_force", "in_force_on", "library"]

DEFAULT_FOLDER = Path("policies")


def in_force(now: dt.datetime) -> InForce:
    """The policies of all territories on the day, in Paris."""
    return in_force_on(civil_day(now))


def in_force_on(day: dt.date) -> InForce:
    return library().in_force(day)


@cache
def library() -> Library:
    """The folder that `MATCHING_POLICIES` names: a folder of territories, or the files of one.

    Raises:
        PolicyRefused: a file cannot be read; the sentences say which, where and why.
    """
    return Library(Path(os.environ.get("MATCHING_POLICIES") or DEFAULT_FOLDER))
