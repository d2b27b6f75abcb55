"""A vacancy as the world was last told of it, and what it is told of the difference that one arrival makes.

A vacancy whose end arrives before its beginning is never announced at all, but a lease that names its household is
told: an application ends with it.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Self, TypeVar
from uuid import UUID

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
from contracts.values import DwellingFacts, HomeFacts
from inventory.domain.dwelling import dwelling_id
from inventory.domain.standing import Standing, VacancyState

V = TypeVar("V")


def vacancy_id(landlord: str, reference: str) -> UUID:
    """The id of the vacancy that this landlord calls `reference`."""
    return deterministic_id("vacancy", landlord, reference)


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
