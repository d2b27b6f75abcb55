"""A vacancy is the fold of all that its landlord said of it.

Landlords' events come late, twice and in any order. The fold sorts them by what they say of themselves, never by their
arrival, so that every order ends in the same state. What the world is told is the difference that one arrival makes.

States only move forward, announced → available → withdrawn → let, because each is the furthest that was ever said:

- what ends a vacancy ends it for good: news of it is kept and changes nothing, a new vacancy takes a new reference;
- a lease outweighs a withdrawal, whichever came first: somebody lives there;
- a vacancy whose end arrives before its beginning is never announced at all.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import takewhile
from typing import Self, TypeVar
from uuid import UUID

from contracts.event import deterministic_id
from contracts.inventory import (
    AvailabilityChanged,
    VacancyAnnounced,
    VacancyEvent,
    VacancyLet,
    VacancyReleased,
    VacancyWithdrawn,
)
from contracts.landlord import (
    VACANCY_EVENTS,
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
from inventory.domain.notice import after, expected_on

E = TypeVar("E", bound=LandlordEvent)
V = TypeVar("V")
_RANK = {event: rank for rank, event in enumerate(VACANCY_EVENTS)}


class VacancyState(StrEnum):
    ANNOUNCED = "announced"
    AVAILABLE = "available"
    WITHDRAWN = "withdrawn"
    LET = "let"

    @property
    def ended(self) -> bool:
        return self in {VacancyState.WITHDRAWN, VacancyState.LET}


def vacancy_id(landlord: str, reference: str) -> UUID:
    """The id of the vacancy that this landlord calls `reference`."""
    return deterministic_id("vacancy", landlord, reference)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An event with what orders it: when its source says it happened, and its name there."""

    event: LandlordEvent
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
    """The first day the home can be lived in; None once the vacancy ended."""
    base_rent_cents: int | None = None
    """Principal rent at re-letting; None where the dwelling's own holds."""
    service_charges_cents: int | None = None
    withdrawal_reason: WithdrawalReason | None = None
    lease_signed_on: dt.date | None = None

    def at_reletting(self, home: HomeFacts) -> HomeFacts:
        """The home's facts at the rent that the next tenant pays, where this vacancy was told another."""
        return at_rent(home, base=self.base_rent_cents, charges=self.service_charges_cents)


def fold(told: Iterable[Told]) -> Standing:
    """Where a vacancy stands; of each type the last event counts, by (time, rank of the type, id).

    Raises:
        ValueError: nothing was told.
    """
    events = [entry.event for entry in sorted(told, key=lambda entry: entry.order)]
    if let := _last(events, DwellingLet):
        return Standing(state=VacancyState.LET, lease_signed_on=let.lease_signed_on)
    if cancelled := _last(events, VacancyCancelled):
        return Standing(state=VacancyState.WITHDRAWN, withdrawal_reason=cancelled.reason)
    if available := _last(events, DwellingAvailable):
        # Works found after the home was offered put it off; those known before are in the date of the offer.
        offers = [event for event in events if isinstance(event, DwellingAvailable)]
        since = list(takewhile(lambda event: event is not available, reversed(events)))
        found = _last(since[::-1], WorksPlanned)
        return Standing(
            state=VacancyState.AVAILABLE,
            ready_on=max(available.available_on, after(found)) if found else available.available_on,
            base_rent_cents=_last_told(offers, "base_rent_cents"),
            service_charges_cents=_last_told(offers, "service_charges_cents"),
        )
    works = _last(events, WorksPlanned)
    if notice := _last(events, NoticeReceived):
        return Standing(state=VacancyState.ANNOUNCED, ready_on=expected_on(notice, works))
    if works:
        return Standing(state=VacancyState.ANNOUNCED, ready_on=after(works))
    raise ValueError("a vacancy of which nothing was told stands nowhere")


def _last(events: Sequence[LandlordEvent], kind: type[E]) -> E | None:
    return next((event for event in reversed(events) if isinstance(event, kind)), None)


def _last_told(offers: Sequence[DwellingAvailable], field: str) -> int | None:
    """An offer that does not say a rent leaves the one said before: a rent once told is never untold."""
    told = (getattr(offer, field) for offer in reversed(offers))
    return next((cents for cents in told if cents is not None), None)


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
    version: int = 0

    def advance(self, standing: Standing, home: HomeFacts) -> tuple[Self, VacancyEvent | None]:
        """The vacancy after an arrival or a change of its dwelling, and what the world is told of the difference.

        `home` is the dwelling as it is offered.
        A home that changes while it is offered is announced or released again with its facts as they are now;
        when only the day changes, that alone is told.
        """
        facts = self.facts if standing.state.ended else standing.at_reletting(home)
        after = replace(self, standing=standing, facts=facts)
        event = _difference(self, replace(after, version=self.version + 1))
        return (replace(after, version=event.version), event) if event else (after, None)


def _difference(before: Vacancy, after: Vacancy) -> VacancyEvent | None:
    silent, moved = before.version == 0, before.standing.state is not after.standing.state
    if after.standing.state.ended:
        return _ending(after) if moved and not silent else None
    if not isinstance(after.facts, DwellingFacts):
        return None
    if silent or moved or before.facts != after.facts:
        return _offer(after, after.facts)
    if before.standing.ready_on != after.standing.ready_on:
        return AvailabilityChanged(
            vacancy_id=after.id, version=after.version, expected_on=_certain(after.standing.ready_on)
        )
    return None


def _offer(vacancy: Vacancy, facts: DwellingFacts) -> VacancyEvent:
    ready_on = _certain(vacancy.standing.ready_on)
    if vacancy.standing.state is VacancyState.AVAILABLE:
        return VacancyReleased(
            vacancy_id=vacancy.id,
            version=vacancy.version,
            dwelling_id=dwelling_id(vacancy.dwelling_reference),
            landlord=vacancy.landlord,
            dwelling=facts,
            available_on=ready_on,
        )
    return VacancyAnnounced(
        vacancy_id=vacancy.id,
        version=vacancy.version,
        dwelling_id=dwelling_id(vacancy.dwelling_reference),
        landlord=vacancy.landlord,
        dwelling=facts,
        expected_on=ready_on,
    )


def _ending(vacancy: Vacancy) -> VacancyEvent:
    standing = vacancy.standing
    if standing.state is VacancyState.LET:
        return VacancyLet(
            vacancy_id=vacancy.id, version=vacancy.version, lease_signed_on=_certain(standing.lease_signed_on)
        )
    return VacancyWithdrawn(vacancy_id=vacancy.id, version=vacancy.version, reason=_certain(standing.withdrawal_reason))


def _certain(value: V | None) -> V:
    assert value is not None, "the state says that this is known"
    return value
