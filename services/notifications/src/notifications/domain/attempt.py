"""How an attempt ended, and what follows from it."""

import datetime as dt
import re
from dataclasses import dataclass

FIRST_DELAY = dt.timedelta(seconds=1)
LONGEST_DELAY = dt.timedelta(minutes=5)
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Accepted:
    """The gateway answered that it has the message."""

    reference: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The gateway did not take it. `permanent`: it never will, for this recipient."""

    reason: str
    permanent: bool


@dataclass(frozen=True, slots=True)
class Unknown:
    """The message may have left: it was handed over and the answer never came."""

    reason: str


Outcome = Accepted | Refused | Unknown


@dataclass(frozen=True, slots=True)
class Sent:
    reference: str


@dataclass(frozen=True, slots=True)
class Retry:
    at: dt.datetime
    reason: str
    outcome_unknown: bool


@dataclass(frozen=True, slots=True)
class GivenUp:
    reason: str
    outcome_unknown: bool


NextStep = Sent | Retry | GivenUp


def delay(attempt: int, jitter: float) -> dt.timedelta:
    """How long to wait after the failure of attempt 1, 2, …: doubling up to `LONGEST_DELAY`.

    `jitter` in [0, 1) takes off up to half of it, so that what failed together does not come back together.
    """
    whole = min(FIRST_DELAY * (1 << min(attempt - 1, 20)), LONGEST_DELAY)
    return whole * (1 - jitter / 2)


def after(outcome: Outcome, *, attempt: int, deliver_by: dt.datetime, now: dt.datetime, jitter: float) -> NextStep:
    """What an attempt leads to. What is no use any more at the next try is given up now."""
    if isinstance(outcome, Accepted):
        return Sent(outcome.reference)
    unknown = isinstance(outcome, Unknown)
    if isinstance(outcome, Refused) and outcome.permanent:
        return GivenUp(outcome.reason, outcome_unknown=False)
    again = now + delay(attempt, jitter)
    if again >= deliver_by:
        return GivenUp(outcome.reason, outcome_unknown=unknown)
    return Retry(again, outcome.reason, outcome_unknown=unknown)


_ADDRESSES = re.compile(r"[^\s<>\"'(),:;]+@[^\s<>\"'(),:;]+|\+?(?:\d[ .-]?){9,}\d")


def without_addresses(reason: str) -> str:
    """A gateway's sentence for an event anybody may read: gateways like to repeat the recipient in it."""
    said = " ".join(_ADDRESSES.sub("[recipient]", reason).split())
    return said if len(said) <= LONGEST_REASON else said[: LONGEST_REASON - 1] + "…"
