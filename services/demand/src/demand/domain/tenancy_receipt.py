"""What becomes of an event that a landlord sent of a tenancy: accepted, a duplicate, or rejected, and why."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from contracts.event import Envelope
from contracts.landlord import FieldError, Outcome
from contracts.tenancy import LeaseSigned, TenancyEvent
from demand.domain.places import place_error
from demand.domain.tenancy import Statement, Tenancy, tenancy_id

FIRST_DAY = dt.date(1900, 1, 1)
YEARS_AHEAD = 10
A_DAY = dt.timedelta(days=1)
"""What is today at the landlord's is tomorrow or yesterday in UTC, from Nouméa to Papeete; clocks differ a little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An event as it came; who sent it is the topic's or the token's saying, never the event's."""

    landlord: str
    envelope: Envelope
    event: TenancyEvent
    received_at: dt.datetime
    same_body: bool = True
    """What the inbox says of an id that it saw before; it decides where the first body could not be read."""

    @property
    def body_hash(self) -> bytes:
        """SHA-256 of what the event says: the same by both doors, whatever the JSON looks like."""
        return hashlib.sha256(f"{self.envelope.type} {self.event.model_dump_json()}".encode()).digest()

    @property
    def id(self) -> tuple[str, str]:
        return (self.envelope.source, self.envelope.id)

    @property
    def tenancy_id(self) -> UUID:
        return tenancy_id(self.landlord, self.event.tenancy_reference)

    @property
    def statement(self) -> Statement:
        envelope = self.envelope
        return Statement(event=self.event, time=envelope.time, source=envelope.source, event_id=envelope.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What came before under the same id: the first body's hash, None where it could not be read."""

    body_hash: bytes | None
    accepted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What demand knows of the things an event names."""

    earlier: Earlier | None = None
    tenancy: Tenancy | None = None
    owner: str | None = None
    """The dwelling's landlord, as inventory recorded it; None where nobody did (yet)."""
    others: tuple[Tenancy, ...] = ()
    """Other tenancies of the dwelling."""


def judge(arrival: Arrival, known: Known) -> tuple[Outcome, tuple[FieldError, ...]]:
    """What becomes of this arrival.

    An id belongs to the first body it came with, whatever became of that. An event that was rejected changed nothing:
    the same event may come again once its cause is gone, and is judged anew.
    """
    earlier = known.earlier
    if earlier and not _same(earlier, arrival):
        message = (
            f"{arrival.envelope.id} came before from {arrival.envelope.source} with another body; "
            "an id names one event for ever: send the other one under an id of its own"
        )
        return Outcome.REJECTED, (FieldError(field="id", message=message),)
    if earlier and earlier.accepted:
        return Outcome.DUPLICATE, ()
    errors = (*_strangers(arrival, known), *_place(arrival.event), *_dates(arrival))
    return (Outcome.REJECTED, errors) if errors else (Outcome.ACCEPTED, ())


def _same(earlier: Earlier, arrival: Arrival) -> bool:
    return arrival.same_body if earlier.body_hash is None else earlier.body_hash == arrival.body_hash


def _strangers(arrival: Arrival, known: Known) -> Iterable[FieldError]:
    """A lease that is known here is its landlord's to speak of, also after the home was sold."""
    event, landlord = arrival.event, arrival.landlord
    if known.tenancy:
        if known.tenancy.dwelling_reference == event.dwelling_reference:
            return
        message = (
            f"{event.tenancy_reference} already names a lease of dwelling {known.tenancy.dwelling_reference}; "
            "give each lease a reference of its own"
        )
        yield FieldError(field="tenancy_reference", message=message)
        return
    if known.owner not in {None, landlord}:
        message = f"dwelling {event.dwelling_reference} belongs to another landlord than {landlord}"
        yield FieldError(field="dwelling_reference", message=message)
        return
    today = arrival.received_at.date()
    if any(other.landlord != landlord and other.sitting(today) for other in known.others):
        message = (
            f"dwelling {event.dwelling_reference} is let by another landlord than {landlord}; "
            "send this event again once that landlord told the end of its lease"
        )
        yield FieldError(field="dwelling_reference", message=message)


def _place(event: TenancyEvent) -> Iterable[FieldError]:
    if isinstance(event, LeaseSigned) and (wrong := place_error(event.commune)):
        yield FieldError(field="commune", message=wrong)


def _dates(arrival: Arrival) -> list[FieldError]:
    event, told_on = arrival.event, arrival.envelope.time
    if told_on > arrival.received_at + A_DAY:
        message = f"{told_on.isoformat()} is in the future; the time of an event is when it was told"
        return [FieldError(field="ce_time", message=message)]
    last_day = dt.date(arrival.received_at.year + YEARS_AHEAD, 12, 31)
    errors = [
        FieldError(field=name, message=f"{day} is not between {FIRST_DAY} and {last_day}; check the year")
        for name, day in event
        if isinstance(day, dt.date) and not FIRST_DAY <= day <= last_day
    ]
    return errors or _not_yet(arrival, (told_on + A_DAY).date())


PAST = ("signed_on", "stated_on", "as_of", "visited_on", "ended_on", "plan_since")
"""Days that lie behind whoever states them."""


def _not_yet(arrival: Arrival, by: dt.date) -> list[FieldError]:
    return [
        FieldError(field=name, message=f"{day} is after the event itself; a landlord states what is so: tell it then")
        for name, day in arrival.event
        if name in PAST and isinstance(day, dt.date) and day > by
    ]
