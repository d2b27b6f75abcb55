"""What becomes of an event that a landlord sent of a tenancy: accepted, a duplicate, or rejected, and why."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from contracts import arrival as arrivals
from contracts.arrival import Earlier, impossible_days, told_before
from contracts.landlord import FieldError, Outcome
from contracts.tenancy import LeaseSigned, TenancyEvent
from demand.domain.places import place_error
from demand.domain.tenancy import Statement, Tenancy, tenancy_id
from reference.days import civil_day


class Arrival(arrivals.Arrival[TenancyEvent]):
    """What a landlord says of a sitting tenancy."""

    __slots__ = ()

    @property
    def tenancy_id(self) -> UUID:
        return tenancy_id(self.landlord, self.event.tenancy_reference)

    @property
    def statement(self) -> Statement:
        envelope = self.envelope
        return Statement(event=self.event, time=envelope.time, source=envelope.source, event_id=envelope.id)


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
    """What becomes of this arrival."""
    if again := told_before(arrival, known.earlier):
        return again
    errors = (*_strangers(arrival, known), *_place(arrival.event), *(impossible_days(arrival) or _not_yet(arrival)))
    return (Outcome.REJECTED, errors) if errors else (Outcome.ACCEPTED, ())


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
    today = civil_day(arrival.received_at)
    if any(other.landlord != landlord and other.sitting(today) for other in known.others):
        message = (
            f"dwelling {event.dwelling_reference} is let by another landlord than {landlord}; "
            "send this event again once that landlord told the end of its lease"
        )
        yield FieldError(field="dwelling_reference", message=message)


def _place(event: TenancyEvent) -> Iterable[FieldError]:
    if isinstance(event, LeaseSigned) and (wrong := place_error(event.commune)):
        yield FieldError(field="commune", message=wrong)


PAST = ("signed_on", "stated_on", "as_of", "visited_on", "ended_on", "plan_since")
"""Days that lie behind whoever states them."""


def _not_yet(arrival: Arrival) -> list[FieldError]:
    return [
        FieldError(field=name, message=f"{day} is after the event itself; a landlord states what is so: tell it then")
        for name, day in arrival.event
        if name in PAST and isinstance(day, dt.date) and day > arrival.latest_past
    ]
