"""Where a vacancy stands: the fold of all that its landlord said of it, and of what households answer to offers.

Landlords' events come late, twice and in any order. The fold sorts them by what they say of themselves, never by their
arrival, so that every order ends in the same state.

States only move forward, announced → available → withdrawn → let, because each is the furthest that was ever said:

- what ends a vacancy ends it for good: news of it is kept and changes nothing, a new vacancy takes a new reference;
- a lease outweighs a withdrawal, whichever came first: somebody lives there.

An allocation is no state: a household that declines gives the home back, and it is offered again.

What households answer to matching's offers is folded with what the landlord says: either may tell of an allocation or a
refusal, both may tell of the same one, and it counts once.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import takewhile
from operator import itemgetter
from typing import TypeVar
from uuid import UUID

from contracts.allocation import OfferAccepted, OfferEvent, OfferRefused, OfferWithdrawn
from contracts.landlord import (
    VACANCY_EVENTS,
    AdviceVisitMade,
    DwellingAvailable,
    DwellingLet,
    LandlordEvent,
    NoticeReceived,
    VacancyCancelled,
    WithdrawalReason,
    WorksPlanned,
)
from contracts.values import HomeFacts
from inventory.domain.dwelling import at_rent
from inventory.domain.notice import after, expected_on, notice_end
from inventory.domain.offers import Said, allocation, refusals

E = TypeVar("E", bound=LandlordEvent)
_ANSWERS: tuple[type[OfferEvent], ...] = (OfferAccepted, OfferRefused, OfferWithdrawn)
"""What matching says of a vacancy; of one moment, in this order: an offer is accepted before it is withdrawn."""
_RANK = {event: rank for rank, event in enumerate((*VACANCY_EVENTS, *_ANSWERS))}


class VacancyState(StrEnum):
    ANNOUNCED = "announced"
    AVAILABLE = "available"
    WITHDRAWN = "withdrawn"
    LET = "let"

    @property
    def ended(self) -> bool:
        return self in {VacancyState.WITHDRAWN, VacancyState.LET}


class Stage(StrEnum):
    """The steps of a vacancy's life, as an agent names them."""

    NOTICE = "notice"
    VISITED = "visited"
    WORKS = "works"
    """Technical vacancy: the tenant has left, the home cannot be lived in yet."""
    RELEASED = "released"
    DESIGNATED = "designated"
    ALLOCATED = "allocated"
    WITHDRAWN = "withdrawn"
    LET = "let"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An event with what orders it: when its source says it happened, and its name there."""

    event: Said
    time: dt.datetime
    source: str
    event_id: str

    @property
    def order(self) -> tuple[dt.datetime, int, str, str]:
        return (self.time, _RANK[type(self.event)], self.event_id, self.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a vacancy stands by all that was told of it."""

    state: VacancyState
    ready_on: dt.date | None = None
    """The first day the home can be lived in; None once the vacancy ended, and while nothing says it."""
    notice_ends_on: dt.date | None = None
    visited_on: dt.date | None = None
    """When the landlord advised the leaving tenant."""
    base_rent_cents: int | None = None
    """Principal rent at re-letting; None where the dwelling's own holds."""
    service_charges_cents: int | None = None
    offers_refused: int = 0
    allocated_on: dt.date | None = None
    """The committee's day; None again once the household declined."""
    application_id: UUID | None = None
    """To whom the home is allocated or let, where the landlord said it."""
    withdrawal_reason: WithdrawalReason | None = None
    lease_signed_on: dt.date | None = None
    days_vacant: int | None = None
    """From the day the home could be lived in to the lease."""

    @property
    def allocated(self) -> bool:
        return self.allocated_on is not None

    @property
    def allocation(self) -> tuple[dt.date | None, UUID | None]:
        return self.allocated_on, self.application_id

    def stage(self, on: dt.date, *, designated: bool = False) -> "Stage":
        """The step of a vacancy's life that it is in on this day."""
        if self.state.ended:
            return Stage(self.state.value)
        if self.allocated:
            return Stage.ALLOCATED
        if self.state is VacancyState.AVAILABLE:
            return Stage.DESIGNATED if designated else Stage.RELEASED
        if self.notice_ends_on is None or self.notice_ends_on < on:
            return Stage.WORKS
        return Stage.NOTICE if self.visited_on is None else Stage.VISITED

    def at_reletting(self, home: HomeFacts) -> HomeFacts:
        """The home's facts at the rent that the next tenant pays, where this vacancy was told another."""
        return at_rent(home, base=self.base_rent_cents, charges=self.service_charges_cents)


def fold(told: Iterable[Told]) -> Standing:
    """Where a vacancy stands; of each type the last event counts, by (time, rank of the type, id), and each event once.

    Raises:
        ValueError: nothing was told.
    """
    known = {entry.order: entry.event for entry in told}
    if not known:
        raise ValueError("a vacancy of which nothing was told stands nowhere")
    events = [event for _, event in sorted(known.items(), key=itemgetter(0))]
    allocated_on, application_id = allocation(events)
    open_ = replace(
        _before_its_end(events),
        offers_refused=refusals(events),
        allocated_on=allocated_on,
        application_id=application_id,
    )
    if let := _last(events, DwellingLet):
        return Standing(
            state=VacancyState.LET,
            notice_ends_on=open_.notice_ends_on,
            visited_on=open_.visited_on,
            lease_signed_on=let.lease_signed_on,
            application_id=let.application_id or open_.application_id,
            offers_refused=open_.offers_refused,
            days_vacant=max(0, (let.lease_signed_on - open_.ready_on).days) if open_.ready_on else None,
        )
    if cancelled := _last(events, VacancyCancelled):
        return Standing(
            state=VacancyState.WITHDRAWN,
            notice_ends_on=open_.notice_ends_on,
            visited_on=open_.visited_on,
            withdrawal_reason=cancelled.reason,
            offers_refused=open_.offers_refused,
        )
    return open_


def _before_its_end(events: Sequence[Said]) -> Standing:
    """Where the vacancy stands by what does not end it."""
    visit, works = _last(events, AdviceVisitMade), _last(events, WorksPlanned)
    notice = _last(events, NoticeReceived)
    standing = Standing(
        state=VacancyState.ANNOUNCED,
        notice_ends_on=notice_end(notice.received_on, notice.notice_months) if notice else None,
        visited_on=visit.visited_on if visit else None,
    )
    if available := _last(events, DwellingAvailable):
        # Works found after the home was offered put it off; those known before are in the date of the offer.
        offers = [event for event in events if isinstance(event, DwellingAvailable)]
        since = list(takewhile(lambda event: event is not available, reversed(events)))
        found = _last(since[::-1], WorksPlanned)
        return replace(
            standing,
            state=VacancyState.AVAILABLE,
            ready_on=max(available.available_on, after(found)) if found else available.available_on,
            base_rent_cents=_last_told(offers, "base_rent_cents"),
            service_charges_cents=_last_told(offers, "service_charges_cents"),
        )
    if notice:
        found_works = [event.works_days for event in events if isinstance(event, AdviceVisitMade)]
        works_days = next((days for days in reversed(found_works) if days is not None), notice.works_days)
        return replace(standing, ready_on=expected_on(notice, works, works_days=works_days))
    return replace(standing, ready_on=after(works) if works else None)


def _last(events: Sequence[Said], kind: type[E]) -> E | None:
    return next((event for event in reversed(events) if isinstance(event, kind)), None)


def _last_told(offers: Sequence[DwellingAvailable], field: str) -> int | None:
    """An offer that does not say a rent leaves the one said before: a rent once told is never untold."""
    told = (getattr(offer, field) for offer in reversed(offers))
    return next((cents for cents in told if cents is not None), None)
