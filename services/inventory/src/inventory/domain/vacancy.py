"""A vacancy is the fold of all that its landlord said of it.

Landlords' events come late, twice and in any order. The fold sorts them by what they say of themselves, never by their
arrival, so that every order ends in the same state. What the world is told is the difference that one arrival makes.

States only move forward, announced → available → withdrawn → let, because each is the furthest that was ever said:

- what ends a vacancy ends it for good: news of it is kept and changes nothing, a new vacancy takes a new reference;
- a lease outweighs a withdrawal, whichever came first: somebody lives there;
- a vacancy whose end arrives before its beginning is never announced at all, but a lease that names its household is
  told: an application ends with it.

An allocation is no state: a household that declines gives the home back, and it is offered again.

What households answer to matching's offers is folded with what the landlord says: either may tell of an allocation or a
refusal, both may tell of the same one, and it counts once.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import takewhile
from typing import Any, Self, TypeVar
from uuid import UUID

from contracts.allocation import OfferAccepted, OfferEvent, OfferRefused, OfferWithdrawn
from contracts.event import deterministic_id
from contracts.inventory import (
    AvailabilityChanged,
    Designation,
    VacancyAllocated,
    VacancyAnnounced,
    VacancyEvent,
    VacancyLet,
    VacancyLinked,
    VacancyReleased,
    VacancyWithdrawn,
)
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
from contracts.values import DwellingFacts, HomeFacts
from inventory.domain.dwelling import at_rent, dwelling_id
from inventory.domain.notice import after, expected_on, notice_end
from inventory.domain.offers import allocation, refusals

E = TypeVar("E", bound=LandlordEvent)
V = TypeVar("V")
ANSWERS: tuple[type[OfferEvent], ...] = (OfferAccepted, OfferRefused, OfferWithdrawn)
"""What matching says of a vacancy; of one moment, in this order: an offer is accepted before it is withdrawn."""
_RANK = {event: rank for rank, event in enumerate((*VACANCY_EVENTS, *ANSWERS))}


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


def vacancy_id(landlord: str, reference: str) -> UUID:
    """The id of the vacancy that this landlord calls `reference`."""
    return deterministic_id("vacancy", landlord, reference)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An event with what orders it: when its source says it happened, and its name there."""

    event: LandlordEvent | OfferEvent
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
    """Where a vacancy stands; of each type the last event counts, by (time, rank of the type, id).

    Raises:
        ValueError: nothing was told.
    """
    entries = sorted(told, key=lambda entry: entry.order)
    if not entries:
        raise ValueError("a vacancy of which nothing was told stands nowhere")
    events = [entry.event for entry in entries]
    known = {entry.order: entry.event for entry in entries}
    allocated_on, application_id = allocation(events)
    open_ = replace(
        _before_its_end([event for event in events if isinstance(event, LandlordEvent)]),
        offers_refused=refusals(list(known.values())),
        allocated_on=allocated_on,
        application_id=application_id,
    )
    if let := _last(events, DwellingLet):
        return Standing(
            state=VacancyState.LET,
            lease_signed_on=let.lease_signed_on,
            application_id=let.application_id or open_.application_id,
            offers_refused=open_.offers_refused,
            days_vacant=max(0, (let.lease_signed_on - open_.ready_on).days) if open_.ready_on else None,
        )
    if cancelled := _last(events, VacancyCancelled):
        return Standing(
            state=VacancyState.WITHDRAWN, withdrawal_reason=cancelled.reason, offers_refused=open_.offers_refused
        )
    return open_


def _before_its_end(events: Sequence[LandlordEvent]) -> Standing:
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


def _last(events: Sequence[LandlordEvent | OfferEvent], kind: type[E]) -> E | None:
    return next((event for event in reversed(events) if isinstance(event, kind)), None)


def _last_told(offers: Sequence[DwellingAvailable], field: str) -> int | None:
    """An offer that does not say a rent leaves the one said before: a rent once told is never untold."""
    told = (getattr(offer, field) for offer in reversed(offers))
    return next((cents for cents in told if cents is not None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The place of a home in a chain of moves: a household of the chain leaves it."""

    chain_id: UUID
    """The vacancy that began the chain."""
    follows_vacancy_id: UUID
    """The home that the household moves into."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vacancy:
    """A vacancy as the world was last told of it; `version` 0 while it was told nothing."""

    id: UUID
    landlord: str
    reference: str
    dwelling_reference: str
    facts: HomeFacts
    """The dwelling at the rent of re-letting; while no rent is known the world is told nothing."""
    standing: Standing
    designation: Designation | None = None
    """Whose turn it is to name candidates, once that is decided."""
    link: Link | None = None
    version: int = 0

    @property
    def told(self) -> bool:
        """Whether the world knows of it."""
        return self.version > 0

    def advance(self, standing: Standing, home: HomeFacts) -> tuple[Self, list[VacancyEvent]]:
        """The vacancy after an arrival or a change of its dwelling, and what the world is told of the difference.

        `home` is the dwelling as it is offered.
        A home that changes while it is offered is announced or released again with its facts as they are now;
        when only the day changes, that alone is told.
        """
        facts = self.facts if standing.state.ended else standing.at_reletting(home)
        after = replace(self, standing=standing, facts=facts)
        news = list(_difference(self, after))
        return replace(after, version=self.version + len(news)), news

    def linked(self, link: Link) -> tuple[Self, list[VacancyEvent]]:
        """The vacancy in its chain; what the world knows of already it is told again, whatever became of it."""
        if self.link == link:
            return self, []
        after = replace(self, link=link)
        if not self.told:
            return after, []
        after = after.next()
        return after, [VacancyLinked(vacancy_id=self.id, version=after.version, **_of(link))]

    def next(self) -> Self:
        """The vacancy in its next version, for a step that is inventory's own."""
        return replace(self, version=self.version + 1)


def _difference(before: Vacancy, after: Vacancy) -> Iterator[VacancyEvent]:
    if after.standing.state.ended:
        if _end_is_news(before, after.standing):
            yield _ending(after, before.version + 1)
        return
    facts, ready_on = after.facts, after.standing.ready_on
    if not isinstance(facts, DwellingFacts) or ready_on is None:
        return
    version = before.version + 1
    changed = before.standing.state is not after.standing.state or before.facts != facts
    was_allocated = before.told and before.standing.allocated
    # What changes while the home is somebody's is told when it is offered again.
    if not before.told or (not after.standing.allocated and (changed or was_allocated)):
        yield _offer(after, facts, ready_on, version)
        version += 1
    elif before.standing.ready_on != ready_on:
        yield AvailabilityChanged(vacancy_id=after.id, version=version, expected_on=ready_on)
        version += 1
    if after.standing.allocated_on and not (was_allocated and before.standing.allocation == after.standing.allocation):
        yield VacancyAllocated(
            vacancy_id=after.id,
            version=version,
            on=after.standing.allocated_on,
            application_id=after.standing.application_id,
        )


def _end_is_news(before: Vacancy, end: Standing) -> bool:
    """An end is told of what was told of; a lease also for whom it names, as soon as it does."""
    was = before.standing
    if not before.told:
        return end.state is VacancyState.LET and end.application_id is not None
    if was.state is not end.state:
        return True
    return end.state is VacancyState.LET and was.application_id != end.application_id


def _offer(vacancy: Vacancy, facts: DwellingFacts, ready_on: dt.date, version: int) -> VacancyEvent:
    if vacancy.standing.state is VacancyState.AVAILABLE:
        return VacancyReleased(
            vacancy_id=vacancy.id,
            version=version,
            dwelling_id=dwelling_id(vacancy.dwelling_reference),
            landlord=vacancy.landlord,
            dwelling=facts,
            available_on=ready_on,
            designation=vacancy.designation,
            **_of(vacancy.link),
        )
    return VacancyAnnounced(
        vacancy_id=vacancy.id,
        version=version,
        dwelling_id=dwelling_id(vacancy.dwelling_reference),
        landlord=vacancy.landlord,
        dwelling=facts,
        expected_on=ready_on,
        designation=vacancy.designation,
        **_of(vacancy.link),
    )


def _ending(vacancy: Vacancy, version: int) -> VacancyEvent:
    standing = vacancy.standing
    if standing.state is VacancyState.LET:
        return VacancyLet(
            vacancy_id=vacancy.id,
            version=version,
            lease_signed_on=_certain(standing.lease_signed_on),
            dwelling_id=dwelling_id(vacancy.dwelling_reference),
            landlord=vacancy.landlord,
            application_id=standing.application_id,
            days_vacant=standing.days_vacant,
            **_of(vacancy.link),
        )
    return VacancyWithdrawn(vacancy_id=vacancy.id, version=version, reason=_certain(standing.withdrawal_reason))


def _of(link: Link | None) -> dict[str, Any]:
    return {} if link is None else {"chain_id": link.chain_id, "follows_vacancy_id": link.follows_vacancy_id}


def _certain(value: V | None) -> V:
    assert value is not None, "the state says that this is known"
    return value
