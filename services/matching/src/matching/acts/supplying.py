"""What reached an application's places in a year, put together from the store a few homes at a time."""

import asyncio
import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.demand import Wishes
from contracts.values import DwellingType, WantedPlace
from matching.domain.application import Application
from matching.domain.policy import Basis
from matching.domain.rules import Finding
from matching.domain.supply import PastHome, Supply, holding_back
from matching.domain.wait import Wait
from matching.policies import in_force
from matching.store import calls, supply
from reference import communes

__all__ = ["MOST_AT_ONCE", "MOST_HOMES", "Busy", "Year", "year_of"]

MOST_HOMES = 2_000
"""Compared at most, the newest, in wanted places and again beside them; a view says how many there were."""
MOST_AT_ONCE = 2
"""Years that one process puts together at a time: it calls households too, and links cost nothing to follow."""
_BETWEEN_PAUSES = 20
"""Homes compared before others get their turn: the same process calls households."""


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
    counted = Supply()
    for where in (wanted, beside):
        homes = await supply.homes_in(session, where, **span, limit=MOST_HOMES) if where else []
        await _compare(counted, application, homes)
    return Year(
        since=since,
        until=until,
        reached=await supply.count_reaching(session, wanted, **span),
        supply=counted,
        called=await calls.count_since(session, application.id, since),
        waits=tuple(await _waits(session, application.wishes, _year_before(until))),
        holding_back=holding_back(application, policies),
    )


async def _compare(counted: Supply, application: Application, homes: Iterable[PastHome]) -> None:
    for number, home in enumerate(homes, start=1):
        counted.add(application, home, _basis(home))
        if number % _BETWEEN_PAUSES == 0:
            await asyncio.sleep(0)  # not to wait: to let others run


def _basis(home: PastHome) -> Basis:
    """The policy of that day. Whose turn the home was, and the like, is not replayed."""
    policies = in_force(dt.datetime.combine(home.told_on, dt.time(12), dt.UTC))
    return Basis(
        policy=policies.of(home.dwelling.commune),
        on=home.told_on,
        available_on=home.available_on,
        landlord=home.landlord or None,
    )


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
