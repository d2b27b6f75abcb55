"""An event of a landlord as it arrives, and what holds for all of them by whatever door: one id, one body; sane days.

The services judge the rest by what they know of the things it names.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Generic, TypeVar

from contracts.event import Envelope, Event
from contracts.landlord import FieldError, Outcome

__all__ = ["A_DAY", "FIRST_DAY", "YEARS_AHEAD", "Arrival", "Earlier", "impossible_days", "told_before"]

FIRST_DAY = dt.date(1900, 1, 1)
YEARS_AHEAD = 10
A_DAY = dt.timedelta(days=1)
"""What is today at the landlord's is tomorrow or yesterday in UTC, from Nouméa to Papeete; clocks differ a little."""

Sent = TypeVar("Sent", bound=Event)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival(Generic[Sent]):
    """An event as it came; who sent it is the topic's or the token's saying, never the event's."""

    landlord: str
    envelope: Envelope
    event: Sent
    received_at: dt.datetime
    same_body: bool = True
    """What the inbox says of an id that it saw before; it decides where the first body could not be read."""

    @property
    def id(self) -> tuple[str, str]:
        return (self.envelope.source, self.envelope.id)

    @property
    def body_hash(self) -> bytes:
        """SHA-256 of what the event says: the same by both doors, whatever the JSON looks like."""
        return hashlib.sha256(f"{self.envelope.type} {self.event.model_dump_json()}".encode()).digest()

    @property
    def latest_past(self) -> dt.date:
        """The last day that may lie behind whoever told of it."""
        return (min(self.envelope.time, self.received_at) + A_DAY).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What came before under the same id: the first body's hash, None where it could not be read."""

    body_hash: bytes | None
    accepted: bool


def told_before(arrival: Arrival[Sent], earlier: Earlier | None) -> tuple[Outcome, tuple[FieldError, ...]] | None:
    """What becomes of an id that came before; None where the event is to be judged.

    An id belongs to the first body it came with, whatever became of that. An event that was rejected changed nothing:
    the same event may come again once its cause is gone, and is judged anew.
    """
    if earlier is None:
        return None
    same = arrival.same_body if earlier.body_hash is None else earlier.body_hash == arrival.body_hash
    if not same:
        message = (
            f"{arrival.envelope.id} came before from {arrival.envelope.source} with another body; "
            "an id names one event for ever: send the other one under an id of its own"
        )
        return Outcome.REJECTED, (FieldError(field="id", message=message),)
    return (Outcome.DUPLICATE, ()) if earlier.accepted else None


def impossible_days(arrival: Arrival[Sent]) -> list[FieldError]:
    """An event of the future would win over every other for ever; a day in another century is a slip of the pen."""
    told_on = arrival.envelope.time
    if told_on > arrival.received_at + A_DAY:
        message = f"{told_on.isoformat()} is in the future; the time of an event is when it happened"
        return [FieldError(field="ce_time", message=message)]
    last_day = dt.date(arrival.received_at.year + YEARS_AHEAD, 12, 31)
    return [
        FieldError(field=name, message=f"{day} is not between {FIRST_DAY} and {last_day}; check the year")
        for name, day in arrival.event
        if isinstance(day, dt.date) and not FIRST_DAY <= day <= last_day
    ]
