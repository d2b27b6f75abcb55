"""A sitting tenancy: what its landlord states of it, the newest statement of each kind, and what the tenant contests.

A statement's place in time is what it says itself, never when it arrived: any order and any repetition of the same
events ends in the same tenancy. A contested statement counts as unknown until the landlord makes a newer one, or an
agent settles the contest (DOMAIN §11.9).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from typing import Self, TypeVar
from uuid import UUID

from contracts.event import deterministic_id
from contracts.tenancy import (
    HomeVisited,
    InsuranceStated,
    LeaseSigned,
    OccupancyStated,
    RentAccountStated,
    TenancyEnded,
    TenancyEvent,
)

E = TypeVar("E", bound=TenancyEvent)


class Fact(StrEnum):
    """What a landlord states, one at a time."""

    LEASE = "lease"
    OCCUPANCY = "occupancy"
    RENT_ACCOUNT = "rent_account"
    INSURANCE = "insurance"
    VISIT = "visit"
    END = "end"


FACT_OF: Mapping[type[TenancyEvent], Fact] = {
    LeaseSigned: Fact.LEASE,
    OccupancyStated: Fact.OCCUPANCY,
    RentAccountStated: Fact.RENT_ACCOUNT,
    InsuranceStated: Fact.INSURANCE,
    HomeVisited: Fact.VISIT,
    TenancyEnded: Fact.END,
}


@lru_cache(maxsize=4096)
def tenancy_id(landlord: str, reference: str) -> UUID:
    """The id that a landlord's own name of a lease stands for."""
    return deterministic_id("tenancy", landlord, reference)


def leaseholder_id(tenancy: UUID, place: int) -> UUID:
    """The person who stands at this place of the lease, from 0."""
    return deterministic_id("leaseholder", str(tenancy), str(place))


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Something a landlord said, and when it said it (`ce_time`)."""

    event: TenancyEvent
    time: dt.datetime
    source: str
    event_id: str

    @property
    def fact(self) -> Fact:
        return FACT_OF[type(self.event)]

    @property
    def day(self) -> dt.date:
        """The day it speaks of."""
        match self.event:
            case RentAccountStated(as_of=day) | InsuranceStated(as_of=day):
                return day
            case OccupancyStated(stated_on=day) | HomeVisited(visited_on=day):
                return day
            case LeaseSigned(signed_on=day) | TenancyEnded(ended_on=day):
                return day
        raise TypeError(type(self.event).__name__)

    @property
    def order(self) -> tuple[dt.date, dt.datetime, str, str]:
        """The newest counts.

        A lease begins and ends once: of two dates the one said later is the correction, be it the earlier day.
        """
        once = self.fact in {Fact.LEASE, Fact.END}
        return (dt.date.min if once else self.day, self.time, self.source, self.event_id)

    @property
    def name(self) -> tuple[str, str]:
        return (self.source, self.event_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What an agent found: the statement stands, or it stays unknown until the landlord makes another."""

    stands: bool
    reason: str
    by: str
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """A tenant, or an agent on her behalf, says that one statement is wrong."""

    statement: tuple[str, str]
    """Source and id of the event that made it."""
    reason: str
    by: str
    at: dt.datetime
    settlement: Settlement | None = None


class NothingStated(Exception):
    """There is no statement to contest, or no contest to settle."""


class AlreadyContested(Exception):
    """The statement is contested, or a contest of it was settled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenancy:
    id: UUID
    landlord: str
    reference: str
    """The landlord's own name of the lease."""
    dwelling_reference: str
    statements: Mapping[Fact, Statement] = field(default_factory=dict)
    contests: Mapping[Fact, Contest] = field(default_factory=dict)
    """The last of each kind."""
    refused_offers: tuple[dt.date, ...] = ()
    """Offers of CCH L442-3-1 that the tenant refused, by the day of the refusal."""
    version: int = 0

    def state(self, statement: Statement) -> Self:
        """The tenancy with this statement; itself where a newer one of the kind is known."""
        known = self.statements.get(statement.fact)
        if known and known.order >= statement.order:
            return self
        return self._next(statements={**self.statements, statement.fact: statement})

    def contest(self, fact: Fact, *, reason: str, by: str, at: dt.datetime) -> Self:
        """The tenancy whose statement of this kind counts as unknown.

        Raises:
            NothingStated: the landlord stated nothing of the kind.
            AlreadyContested: the statement is contested, or was, and was settled.
        """
        said = self.statements.get(fact)
        if said is None:
            raise NothingStated(f"The landlord stated nothing of the kind {fact.value}; there is nothing to contest.")
        before = self.contests.get(fact)
        if before and before.statement == said.name:
            since = "settled: ask an agent" if before.settlement else "open: an agent will settle it"
            raise AlreadyContested(f"This statement was contested on {before.at:%Y-%m-%d}, and the contest is {since}.")
        contest = Contest(statement=said.name, reason=reason, by=by, at=at)
        return self._next(contests={**self.contests, fact: contest})

    def settle(self, fact: Fact, settlement: Settlement) -> Self:
        """The tenancy in which an agent said whether the contested statement stands.

        Raises:
            NothingStated: no open contest of this kind.
        """
        contest = self.contests.get(fact)
        if contest is None or contest.settlement or not self.contested(fact):
            raise NothingStated(f"No contest of the kind {fact.value} is open.")
        return self._next(contests={**self.contests, fact: replace(contest, settlement=settlement)})

    def refuse_offer(self, on: dt.date) -> Self:
        """The tenancy after one more refused offer (CCH L442-3-1); itself where that day's is known."""
        if on in self.refused_offers:
            return self
        return self._next(refused_offers=tuple(sorted({*self.refused_offers, on})))

    def contested(self, fact: Fact) -> bool:
        """Whether what the landlord stated last is not to be counted on."""
        said, contest = self.statements.get(fact), self.contests.get(fact)
        if said is None or contest is None or contest.statement != said.name:
            return False
        return contest.settlement is None or not contest.settlement.stands

    def known(self, kind: type[E]) -> E | None:
        """What counts today of this kind: None where nothing was stated, or what was is contested."""
        said = self.statements.get(FACT_OF[kind])
        if said is None or self.contested(said.fact):
            return None
        assert isinstance(said.event, kind)
        return said.event

    @property
    def lease(self) -> LeaseSigned | None:
        """The lease as it was stated last, contested or not: it names the persons and sets the examination's dates."""
        said = self.statements.get(Fact.LEASE)
        if said is None:
            return None
        assert isinstance(said.event, LeaseSigned)
        return said.event

    @property
    def leaseholders(self) -> tuple[UUID, ...]:
        held = len(self.lease.leaseholders) if self.lease else 0
        return tuple(leaseholder_id(self.id, place) for place in range(held))

    @property
    def ended_on(self) -> dt.date | None:
        ended = self.known(TenancyEnded)
        return ended.ended_on if ended else None

    def sitting(self, on: dt.date) -> bool:
        """Whether the home is still let to these tenants on this day."""
        return self.ended_on is None or self.ended_on > on

    def _next(self, **changes: object) -> Self:
        return replace(self, version=self.version + 1, **changes)  # type: ignore[arg-type]  # names of fields, above
