"""What becomes of an event that a landlord sent: accepted, a duplicate, or rejected with what is wrong and where."""

from dataclasses import dataclass
from uuid import UUID

from contracts import arrival as arrivals
from contracts.arrival import Earlier, impossible_days, told_before
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
from inventory.domain.standing import Told
from inventory.domain.vacancy import vacancy_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival(arrivals.Arrival[LandlordEvent]):
    """What a landlord says of a vacancy."""

    completed: LandlordEvent | None = None
    """The event with what its sender left to the landlord's parameters."""

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
class Known:
    """What inventory knows of the things an event names."""

    registered: bool
    """Whether the landlord is."""
    owner: str | None
    """The dwelling's landlord, None where nobody recorded the dwelling."""
    vacancy_dwelling: str | None
    """The dwelling that this vacancy reference stands for since its first event."""
    earlier: Earlier | None


def judge(arrival: Arrival, known: Known) -> tuple[Outcome, tuple[FieldError, ...]]:
    """What becomes of this arrival."""
    if again := told_before(arrival, known.earlier):
        return again
    errors = (*_strangers(arrival, known), *(impossible_days(arrival) or _not_yet(arrival)))
    return (Outcome.REJECTED, errors) if errors else (Outcome.ACCEPTED, ())


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


def _not_yet(arrival: Arrival) -> list[FieldError]:
    """A notice, a visit, a decision or a lease is told after it happened, never before."""
    by = arrival.latest_past
    match arrival.event:
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
