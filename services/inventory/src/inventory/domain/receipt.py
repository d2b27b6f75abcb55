"""What becomes of an event that a landlord sent: accepted, a duplicate, or rejected with what is wrong and where."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from uuid import UUID

from contracts.event import Envelope
from contracts.landlord import (
    AdviceVisitMade,
    DwellingAllocated,
    DwellingLet,
    FieldError,
    LandlordEvent,
    NoticeReceived,
    OfferDeclined,
    Outcome,
    VacancyCancelled,
)
from inventory.domain.vacancy import Told, vacancy_id

FIRST_DAY = dt.date(1900, 1, 1)
YEARS_AHEAD = 10
A_DAY = dt.timedelta(days=1)
"""What is today at the landlord's is tomorrow or yesterday in UTC, from Nouméa to Papeete; clocks differ a little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An event as it came; who sent it is the topic's or the token's saying, never the event's."""

    landlord: str
    envelope: Envelope
    event: LandlordEvent
    received_at: dt.datetime
    completed: LandlordEvent | None = None
    """The event with what its sender left to the landlord's parameters."""

    @property
    def body_hash(self) -> bytes:
        """SHA-256 of what the event says: the same by both doors, whatever the JSON looks like."""
        return hashlib.sha256(f"{self.envelope.type} {self.event.model_dump_json()}".encode()).digest()

    @property
    def vacancy_id(self) -> UUID:
        return vacancy_id(self.landlord, self.event.vacancy_reference)

    @property
    def told(self) -> Told:
        return Told(
            event=self.completed or self.event,
            time=self.envelope.time,
            source=self.envelope.source,
            event_id=self.envelope.id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What came before under the same id: the first body's hash, None where it could not be read."""

    body_hash: bytes | None
    accepted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What inventory knows of the things an event names."""

    registered: bool
    """Whether the landlord is."""
    owner: str | None
    """The dwelling's landlord, None where nobody recorded the dwelling."""
    vacancy_dwelling: str | None
    """The dwelling that this vacancy reference stands for since its first event."""
    earlier: Earlier | None


def judge(arrival: Arrival, known: Known, *, same_body: bool = True) -> tuple[Outcome, tuple[FieldError, ...]]:
    """What becomes of this arrival.

    An id belongs to the first body it came with, whatever became of that. An event that was rejected changed nothing:
    the same event may come again once its cause is gone, and is judged anew.

    `same_body` is what the inbox says of an id it saw before; it decides where the first body could not be read.
    """
    earlier = known.earlier
    if earlier and not _same(earlier, arrival, same_body):
        message = (
            f"{arrival.envelope.id} came before from {arrival.envelope.source} with another body; "
            "an id names one event for ever: send the other one under an id of its own"
        )
        return Outcome.REJECTED, (FieldError(field="id", message=message),)
    if earlier and earlier.accepted:
        return Outcome.DUPLICATE, ()
    errors = (*_strangers(arrival, known), *_dates(arrival))
    return (Outcome.REJECTED, errors) if errors else (Outcome.ACCEPTED, ())


def _same(earlier: Earlier, arrival: Arrival, same_body: bool) -> bool:
    return same_body if earlier.body_hash is None else earlier.body_hash == arrival.body_hash


def _strangers(arrival: Arrival, known: Known) -> list[FieldError]:
    event, landlord = arrival.event, arrival.landlord
    if not known.registered:
        message = f"no landlord with SIREN {landlord} is registered here; ask the operator to register it"
        return [FieldError(field="landlord", message=message)]
    if known.owner is None:
        message = (
            f"dwelling {event.dwelling_reference} is not recorded; record it with "
            f"PUT /v1/dwellings/{event.dwelling_reference}, then send this event again"
        )
        return [FieldError(field="dwelling_reference", message=message)]
    if known.owner != landlord:
        message = f"dwelling {event.dwelling_reference} belongs to another landlord than {landlord}"
        return [FieldError(field="dwelling_reference", message=message)]
    if known.vacancy_dwelling not in {None, event.dwelling_reference}:
        message = (
            f"{event.vacancy_reference} already names a vacancy of dwelling {known.vacancy_dwelling}; "
            "give each vacancy a reference of its own"
        )
        return [FieldError(field="vacancy_reference", message=message)]
    return []


def _dates(arrival: Arrival) -> list[FieldError]:
    event, told_on = arrival.event, arrival.envelope.time
    if told_on > arrival.received_at + A_DAY:
        message = f"{told_on.isoformat()} is in the future; the time of an event is when it happened"
        return [FieldError(field="ce_time", message=message)]
    last_day = dt.date(arrival.received_at.year + YEARS_AHEAD, 12, 31)
    errors = [
        FieldError(field=name, message=f"{day} is not between {FIRST_DAY} and {last_day}; check the year")
        for name, day in event
        if isinstance(day, dt.date) and not FIRST_DAY <= day <= last_day
    ]
    return errors or _not_yet(event, min(told_on + A_DAY, arrival.received_at + A_DAY).date())


def _not_yet(event: LandlordEvent, by: dt.date) -> list[FieldError]:
    """A notice, a visit, a decision or a lease is told after it happened, never before."""
    match event:
        case NoticeReceived(received_on=day) if day > by:
            field, what = "received_on", "a notice runs from the day it was received"
        case VacancyCancelled(withdrawn_on=day) if day > by:
            field, what = "withdrawn_on", "a vacancy is withdrawn on the day that is decided"
        case DwellingLet(lease_signed_on=day) if day > by:
            field, what = "lease_signed_on", "a home is let once its lease is signed"
        case AdviceVisitMade(visited_on=day) if day > by:
            field, what = "visited_on", "a visit is told once it was made"
        case DwellingAllocated(allocated_on=day) if day > by:
            field, what = "allocated_on", "a home is allocated on the day the committee decides"
        case OfferDeclined(declined_on=day) if day > by:
            field, what = "declined_on", "an offer is declined on the day of the answer, or when the ten days are over"
        case _:
            return []
    return [FieldError(field=field, message=f"{day} is after the event itself; {what}: tell it then")]
