"""Waiting until what was loaded has reached everybody: outboxes sent, projections complete, due work done."""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass

import asyncpg

from chassis.database import asyncpg_url
from stack.errors import CommandError

__all__ = ["PATIENCE_S", "Unsettled", "settle"]

PATIENCE_S = 60.0
"""Without any progress for so long, something stands still."""
_LEAST_PAUSE_S = 0.2
_SHARE_OF_TIME = 20
"""A look at the databases takes a twentieth of the time at most: they have the load to work on."""
_UNSENT = "SELECT count(*) FROM outbox WHERE parked_at IS NULL"


class Unsettled(CommandError):
    """A service does not take what was loaded."""


@dataclass(frozen=True, slots=True)
class _Look:
    """How far the events are."""

    unsent_dwellings: int
    unsent_applications: int
    applications: int
    applications_known: int
    persons: int
    persons_known: int
    to_look_at: int
    """Pieces of matching's due work."""

    @property
    def settled(self) -> bool:
        waiting = self.unsent_dwellings + self.unsent_applications + self.to_look_at
        known = self.applications_known >= self.applications and self.persons_known >= self.persons
        return known and not waiting

    @property
    def late(self) -> str:
        """What is missing, in words."""
        missing = {
            "inventory has {} events to send": self.unsent_dwellings,
            "demand has {} events to send": self.unsent_applications,
            "matching lacks {} applications": self.applications - self.applications_known,
            "notifications lacks {} contacts": self.persons - self.persons_known,
            "matching has {} pieces of due work": self.to_look_at,
        }
        return ", ".join(sentence.format(number) for sentence, number in missing.items() if number > 0)


async def settle(
    databases: Mapping[str, str],
    *,
    tell: Callable[[str, int, int], None],
    tidy: bool,
    patience_s: float = PATIENCE_S,
) -> None:
    """Wait until matching knows every application, notifications every contact, and no outbox holds anything.

    `tidy` vacuums and analyses the databases afterwards: a bulk load leaves dead rows and no statistics, and the
    first vacancies should not pay for either.

    Raises:
        Unsettled: nothing moved for `patience_s`; the sentence says what is missing where.
    """
    async with AsyncExitStack() as stack:
        connections: dict[str, asyncpg.Connection] = {}
        for service in ("demand", "inventory", "matching", "notifications"):
            connections[service] = await asyncpg.connect(asyncpg_url(databases[service]))
            stack.push_async_callback(connections[service].close)
        await _wait(connections, tell, patience_s)
        if tidy:
            for number, connection in enumerate(connections.values()):
                tell("tidying up", number, len(connections))
                await connection.execute("VACUUM (ANALYZE)")
            tell("tidying up", len(connections), len(connections))


async def _wait(
    connections: Mapping[str, asyncpg.Connection], tell: Callable[[str, int, int], None], patience_s: float
) -> None:
    last, moved_at, start = None, time.monotonic(), None
    while True:
        began = time.monotonic()
        look = await _look(connections)
        start = start or look
        _show(look, start, tell)
        if look.settled:
            return
        now = time.monotonic()
        if look != last:
            last, moved_at = look, now
        elif now - moved_at > patience_s:
            raise Unsettled(
                f"Nothing has moved for {patience_s:.0f} s: {look.late}. `parcours status` shows which service stands "
                "still; the load goes on where it stopped when it is started again."
            )
        await asyncio.sleep(max(_LEAST_PAUSE_S, _SHARE_OF_TIME * (now - began)))


async def _look(connections: Mapping[str, asyncpg.Connection]) -> _Look:
    async def count(service: str, query: str) -> int:
        return int(await connections[service].fetchval(query))

    return _Look(
        unsent_dwellings=await count("inventory", _UNSENT),
        unsent_applications=await count("demand", _UNSENT),
        applications=await count("demand", "SELECT count(*) FROM application"),
        applications_known=await count("matching", "SELECT count(*) FROM application"),
        persons=await count("demand", "SELECT count(*) FROM person"),
        persons_known=await count("notifications", "SELECT count(*) FROM contact WHERE state = 'known'"),
        to_look_at=await count("matching", "SELECT count(*) FROM due_work WHERE due_at <= now()"),
    )


def _show(look: _Look, start: _Look, tell: Callable[[str, int, int], None]) -> None:
    tell("matching", look.applications_known, look.applications)
    tell("notifications", look.persons_known, look.persons)
    if start.unsent_dwellings:
        tell("publishing", start.unsent_dwellings - look.unsent_dwellings, start.unsent_dwellings)
