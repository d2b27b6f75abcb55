"""Loading a whole stock at once, by `parcours load`: as fast as the database takes it, and still told by events.

Each chunk is one transaction: COPY into a staging table, one insert into the dwellings, and an outbox row for each
dwelling that was new. A load that was interrupted is simply run again.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from functools import partial

import asyncpg

from chassis import loading
from chassis.database import asyncpg_url
from chassis.loading import Loaded
from chassis.outbox import bulk_insert
from chassis.work import Outgoing, outgoing_of
from contracts.event import Envelope
from contracts.inventory import DwellingRecorded
from inventory.domain.dwelling import place_error

CHUNK = 2000
"""Dwellings a transaction; the outbox takes a lock for each, and PostgreSQL has room for some 6,000 by default."""

_STAGING = "CREATE TEMPORARY TABLE staging (payload jsonb NOT NULL) ON COMMIT DELETE ROWS"
_INSERT = """
    INSERT INTO dwelling (reference, id, landlord, version, facts, reletting_base_rent_cents, changed_at)
    SELECT payload->>'reference', (payload->>'dwelling_id')::uuid, payload->>'landlord',
           (payload->>'version')::int, payload->'dwelling', (payload->>'reletting_base_rent_cents')::int, $1
    FROM staging ON CONFLICT (reference) DO NOTHING
    RETURNING reference
"""
_LANDLORDS = """
    INSERT INTO landlord (siren, name, version, registered_at)
    SELECT siren, name, 1, $3 FROM unnest($1::text[], $2::text[]) AS given(siren, name)
    ON CONFLICT (siren) DO NOTHING
"""


async def load_landlords(url: str, landlords: Iterable[tuple[str, str]], *, now: dt.datetime) -> Loaded:
    """Register landlords, each (SIREN, name), that are not registered yet."""
    rows = list(landlords)
    connection = await asyncpg.connect(asyncpg_url(url))
    try:
        status = await connection.execute(_LANDLORDS, [siren for siren, _ in rows], [name for _, name in rows], now)
    finally:
        await connection.close()
    return Loaded(len(rows), int(status.rpartition(" ")[2]))


async def load_dwellings(
    url: str,
    dwellings: Iterable[DwellingRecorded],
    *,
    now: dt.datetime,
    progress: Callable[[int], None] | None = None,
) -> Loaded:
    """Record dwellings, each in version 1, of landlords that are registered; those already recorded stay as they are.

    `progress` is told how many rows are committed, after each chunk.

    Raises:
        ValueError: a dwelling lies where none can; what came before its chunk is kept.
        asyncpg.ForeignKeyViolationError: a landlord is not registered.
    """
    store = partial(_load, load=Envelope.new("inventory.load", source="inventory", time=now))
    return await loading.load(url, dwellings, store, size=CHUNK, staging=_STAGING, progress=progress)


async def _load(connection: asyncpg.Connection, chunk: Sequence[DwellingRecorded], *, load: Envelope) -> int:
    rows = {one.reference: _outgoing(one, load) for one in chunk}
    payloads = [(row.payload.decode(),) for row in rows.values() if row.payload]
    await connection.copy_records_to_table("staging", records=payloads, columns=["payload"])
    fresh = [rows[row["reference"]] for row in await connection.fetch(_INSERT, load.time)]
    await bulk_insert(connection, fresh)
    return len(fresh)


def _outgoing(recorded: DwellingRecorded, load: Envelope) -> Outgoing:
    if wrong := place_error(recorded.dwelling.commune):
        raise ValueError(f"dwelling {recorded.reference}: commune: {wrong}")
    return outgoing_of(recorded, service=load.source, now=load.time, cause=load)
