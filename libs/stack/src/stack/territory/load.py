"""Loading a territory into a running stack: in bulk into demand and inventory, by events everywhere else.

A stack holds one territory. Rows carry ids that follow from their number, so the databases themselves say what is
there: a load that was interrupted goes on where it stopped, one that is complete adds nothing, and another size or seed
is refused before anything is written.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import asyncpg

from chassis import topics
from chassis.database import asyncpg_url
from contracts.inventory import DwellingRecorded
from demand.bulk import SYNTHETIC, Household, load_applications
from inventory.bulk import load_dwellings, load_landlords
from stack.errors import CommandError
from stack.territory.applications import application_chunk
from stack.territory.dwellings import dwelling_chunk
from stack.territory.extent import CHUNK, Territory
from stack.territory.landlords import market
from stack.territory.records import application_records, contact_records, dwelling_records
from stack.territory.settle import settle

__all__ = ["AnotherTerritory", "LoadReport", "Phase", "Progress", "load"]

Progress = Callable[[str, int, int], None]
"""Told the phase, how many rows of it are done, and of how many."""


class AnotherTerritory(CommandError):
    """The stack holds a territory of another size or seed."""


@dataclass(frozen=True, slots=True)
class Phase:
    """What one step took; `rows` are those it added. The last step, `known to all`, counts from the very beginning."""

    name: str
    rows: int
    seconds: float

    @property
    def rows_per_second(self) -> float:
        return self.rows / self.seconds if self.seconds else 0.0


@dataclass(frozen=True, slots=True)
class LoadReport:
    territory: Territory
    new_applications: int
    new_dwellings: int
    phases: tuple[Phase, ...]

    @property
    def anything_new(self) -> bool:
        return bool(self.new_applications or self.new_dwellings)


async def load(
    territory: Territory,
    databases: Mapping[str, str],
    *,
    now: dt.datetime,
    bootstrap: str | None = None,
    progress: Progress | None = None,
    wait: bool = True,
) -> LoadReport:
    """Load what is missing of a territory and wait until the other services have all of it.

    `databases` are the URLs by service; `bootstrap` the broker on which to declare the landlords' topics. Without
    `wait` the events are left in the outboxes (there may be nobody to send them).

    Raises:
        AnotherTerritory: another size or seed was loaded before; nothing is changed.
        stack.territory.settle.Unsettled: a service does not take what was loaded.
    """
    tell = progress or _silent
    chunks = await _missing_applications(territory, databases["demand"])
    homes = await _missing_dwellings(territory, databases["inventory"])
    landlords = [(one.siren, one.name) for one in market(territory).landlords]
    await load_landlords(databases["inventory"], landlords, now=now)
    if bootstrap is not None:
        await topics.declare(bootstrap, landlords=[siren for siren, _ in landlords])

    begun = time.monotonic()
    before = territory.applications - _rows(chunks, territory.applications)
    applications = await load_applications(
        databases["demand"],
        _households(territory, chunks),
        now=now,
        progress=lambda done: tell("applications", before + done, territory.applications),
    )
    half_way = time.monotonic()
    there = territory.dwellings - _rows(homes, territory.dwellings)
    dwellings = await load_dwellings(
        databases["inventory"],
        _dwellings(territory, homes),
        now=now,
        progress=lambda done: tell("dwellings", there + done, territory.dwellings),
    )
    stored = time.monotonic()
    phases = [
        Phase("applications", applications.new, half_way - begun),
        Phase("dwellings", dwellings.new, stored - half_way),
    ]
    if wait:
        await settle(databases, tell=tell, tidy=bool(applications.new or dwellings.new))
        phases.append(Phase("known to all", applications.new + dwellings.new, time.monotonic() - begun))
    return LoadReport(territory, applications.new, dwellings.new, tuple(phases))


def _silent(_phase: str, _done: int, _total: int) -> None:
    """Nobody watches."""


def _households(territory: Territory, chunks: Sequence[int]) -> Iterator[Household]:
    for chunk in chunks:
        rows = application_chunk(territory, chunk)
        contacts = contact_records(rows)
        for record in application_records(rows, territory):
            yield Household(record, list(islice(contacts, len(record.person_ids))))


def _dwellings(territory: Territory, chunks: Sequence[int]) -> Iterator[DwellingRecorded]:
    for chunk in chunks:
        yield from dwelling_records(dwelling_chunk(territory, chunk))


def _rows(chunks: Sequence[int], total: int) -> int:
    return sum(min((chunk + 1) * CHUNK, total) - chunk * CHUNK for chunk in chunks)


def _last(chunk: int, total: int) -> int:
    return min((chunk + 1) * CHUNK, total) - 1


async def _missing_applications(territory: Territory, url: str) -> list[int]:
    """Chunks whose last row is not there: rows are committed in order.

    Raises:
        AnotherTerritory: there are synthetic applications and none is ours.
    """
    chunks = list(territory.application_chunks())
    first = {territory.id_of("application", chunk * CHUNK) for chunk in chunks}
    last = {territory.id_of("application", _last(chunk, territory.applications)): chunk for chunk in chunks}
    connection = await asyncpg.connect(asyncpg_url(url))
    try:
        rows = await connection.fetch("SELECT id FROM application WHERE id = ANY($1)", [*first, *last])
        there = {row["id"] for row in rows}
        others = not there and await connection.fetchval(
            "SELECT EXISTS (SELECT FROM application WHERE starts_with(number, $1))", SYNTHETIC
        )
    finally:
        await connection.close()
    if others:
        raise AnotherTerritory(
            f"This stack holds another synthetic territory than {territory.name} with seed {territory.seed}, "
            "or one that another version drew: load the size and seed it holds, or start a stack on another folder "
            "(--data)."
        )
    return [chunk for key, chunk in last.items() if key not in there]


async def _missing_dwellings(territory: Territory, url: str) -> list[int]:
    chunks = list(territory.dwelling_chunks())
    last = {territory.dwelling_reference(_last(chunk, territory.dwellings)): chunk for chunk in chunks}
    connection = await asyncpg.connect(asyncpg_url(url))
    try:
        rows = await connection.fetch("SELECT reference FROM dwelling WHERE reference = ANY($1)", list(last))
    finally:
        await connection.close()
    there = {row["reference"] for row in rows}
    return [chunk for key, chunk in last.items() if key not in there]
