"""What reached an application's places in a year, put together from the store."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.demand import Wishes
from contracts.values import DwellingType, WantedPlace
from matching.domain.application import Application
from matching.domain.policy import InForce
from matching.domain.rules import Finding
from matching.domain.supply import Supply, holding_back
from matching.domain.wait import Wait
from matching.engine.past_homes import columns_of
from matching.engine.supplied import supply_of
from matching.policies import in_force, library
from matching.store import calls, supply
from policy import Library
from reference import ceilings, communes, figures

__all__ = ["MOST_AT_ONCE", "MOST_HOMES", "Busy", "Year", "eras", "year_of"]

MOST_HOMES = 2_000
"""Compared at most, the newest, in wanted places and again beside them; a view says how many there were."""
MOST_AT_ONCE = 2
"""Years that one process puts together at a time: it calls households too, and links cost nothing to follow."""


class Busy(Exception):
    """As many years as this process takes on are being put together."""


class _Turns:
    def __init__(self) -> None:
        self._taken = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """A turn for the time of the block. Raises `Busy` where all are taken."""
        if self._taken >= MOST_AT_ONCE:
            raise Busy
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1


_turns = _Turns()


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    since: dt.date
    until: dt.date
    reached: int
    """Homes that came up in a wanted place since the household applied, twelve months at most."""
    supply: Supply
    called: int
    waits: tuple[Wait, ...]
    holding_back: tuple[Finding, ...]


async def year_of(session: AsyncSession, application: Application, now: dt.datetime) -> Year:
    """Twelve months of an application.

    Raises:
        Busy: too many are asked for at once; a moment later there is a turn.
    """
    with _turns.one():
        return await _year_of(session, application, now)


async def _year_of(session: AsyncSession, application: Application, now: dt.datetime) -> Year:
    policies = in_force(now)
    until = policies.on
    since = max(application.registered_on, _year_before(until))
    wanted = sorted({code for place in application.wishes.places for code in _reached(place)})
    beside = sorted({code for place in application.wishes.places for code in _around(place)} - set(wanted))
    span = {"since": since, "until": until}
    reached, homes = await supply.homes_in(session, wanted, **span, limit=MOST_HOMES)
    if beside:
        homes += (await supply.homes_in(session, beside, **span, limit=MOST_HOMES))[1]
    return Year(
        since=since,
        until=until,
        reached=reached,
        supply=supply_of(application, columns_of(homes), eras(library(), since, until)),
        called=await calls.count_since(session, application.id, since),
        waits=tuple(await _waits(session, application.wishes, _year_before(until))),
        holding_back=holding_back(application, policies),
    )


def eras(policies: Library, since: dt.date, until: dt.date) -> Sequence[InForce]:
    """The policies of each day from which something that homes are compared by was another: they or the law's figures.

    Whose turn a home was, and the like, is not replayed.
    """
    years = {dt.date(year, 1, 1) for year in range(since.year, until.year + 1)}  # ages are counted by the year
    days = sorted(years.union(policies.days_of_effect, ceilings.days_of_effect(), figures.days_of_effect()))
    first = max(day for day in days if day <= since)
    return [policies.in_force(day) for day in days if first <= day <= until]


async def _waits(session: AsyncSession, wishes: Wishes, since: dt.date) -> list[Wait]:
    types = [kind for kind in wishes.dwelling_types if kind is not DwellingType.UNKNOWN]
    places = [(wanted.commune, _itself(wanted)) for wanted in wishes.places]
    return await supply.waits(session, places, types, since=since)


def _itself(wanted: WantedPlace) -> list[str]:
    """A place, with its arrondissements where it has some."""
    if not communes.exists(wanted.commune):
        return [wanted.commune]
    return [wanted.commune, *communes.arrondissements_of(wanted.commune)]


def _around(wanted: WantedPlace) -> list[str]:
    return sorted(communes.neighbouring_places(wanted.commune)) if communes.exists(wanted.commune) else []


def _reached(wanted: WantedPlace) -> list[str]:
    return [*_itself(wanted), *(_around(wanted) if wanted.neighbours else ())]


def _year_before(day: dt.date) -> dt.date:
    return day.replace(year=day.year - 1) if (day.month, day.day) != (2, 29) else dt.date(day.year - 1, 3, 1)
