"""Packed postings, one row an application, and what a replica has not read of them yet.

A row carries the transaction that wrote it. A replica remembers the snapshot of its last reading and asks for what
that snapshot did not show: a row that an older transaction commits later is never missed (DESIGN §6).
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis import sql
from matching.engine import FORMAT, Wanted, wanted_of

__all__ = ["Change", "Reading", "changes", "copy", "expected", "prune", "snapshot", "take_over", "wanted", "write"]

_WRITE = """
    INSERT INTO posting (application_id, writer, format, packed)
    SELECT id, pg_current_xact_id(), $3, packed FROM unnest($1::uuid[], $2::bytea[]) AS p(id, packed)
    ON CONFLICT (application_id) DO UPDATE
        SET writer = excluded.writer, format = excluded.format, packed = excluded.packed
"""
_CLOSE = """
    UPDATE posting SET writer = pg_current_xact_id(), packed = NULL
    WHERE application_id = ANY($1) AND packed IS NOT NULL
"""
_WANTED = (
    "SELECT application_id, packed FROM posting WHERE application_id = ANY($1) AND format = $2 AND packed IS NOT NULL"
)
_SNAPSHOT = "SELECT pg_current_snapshot()::text, pg_current_xact_id_if_assigned()::text"
# Two bounds, so that the plan looks into the index of writers however old the statistics are.
_CHANGES = """
    SELECT now.snapshot::text, now.own::text,
        (SELECT before <= pg_snapshot_xmin($1::text::pg_snapshot) FROM posting_pruned),
        p.application_id, CASE WHEN p.format = $2 THEN p.packed END, p.writer = now.own
    FROM (SELECT pg_current_snapshot() AS snapshot, pg_current_xact_id_if_assigned() AS own) AS now
    LEFT JOIN posting AS p
        ON p.writer >= pg_snapshot_xmin($1::text::pg_snapshot) AND p.writer < '18446744073709551615'::xid8
        AND NOT pg_visible_in_snapshot(p.writer, $1::text::pg_snapshot)
"""
_COPY = """
    SELECT application_id, packed FROM posting
    WHERE packed IS NOT NULL AND format = {} AND writer IS DISTINCT FROM pg_current_xact_id_if_assigned()
"""
_OWN = "SELECT EXISTS (SELECT FROM posting WHERE writer = pg_current_xact_id_if_assigned())"
_EXPECTED = "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'posting'::regclass"
_TAKE_OVER = """
    UPDATE posting SET writer = pg_current_xact_id() WHERE writer >= pg_snapshot_xmax(pg_current_snapshot())
"""
_PRUNE = """
    WITH closed AS (DELETE FROM posting WHERE packed IS NULL AND writer < $1::text::xid8)
    UPDATE posting_pruned SET before = greatest(before, $1::text::xid8)
"""


@dataclass(frozen=True, slots=True)
class Change:
    application_id: UUID
    packed: bytes | None
    """None where nobody is to be called for it any more."""


@dataclass(frozen=True, slots=True)
class Reading:
    changes: Sequence[Change]
    snapshot: str
    """What the next reading begins from."""
    whole: bool
    """False where rows that were closed since may have been pruned: everything has to be loaded anew."""


async def write(session: AsyncSession, packed: Iterable[tuple[UUID, bytes | None]]) -> None:
    """Keep what is packed of these applications, whose rows this transaction holds; None closes what was there."""
    of = dict(packed)
    standing = {application_id: one for application_id, one in of.items() if one is not None}
    if standing:
        await sql.execute(session, _WRITE, list(standing), list(standing.values()), FORMAT)
    if closed := [application_id for application_id in of if application_id not in standing]:
        await sql.execute(session, _CLOSE, closed)


async def wanted(session: AsyncSession, application_ids: Iterable[UUID]) -> list[tuple[UUID, Wanted]]:
    """What these applications want, a bucket at a time."""
    rows = await sql.fetch(session, _WANTED, list(application_ids), FORMAT)
    return [(application_id, one) for application_id, packed in rows for one in wanted_of(packed)]


async def snapshot(session: AsyncSession) -> str:
    """What this transaction would see now: what is loaded after it may be read a second time, never missed."""
    row = await sql.first(session, _SNAPSHOT)
    assert row is not None
    return _still_running(row[0], row[1])


async def copy(session: AsyncSession, take: Callable[[bytes], Awaitable[None]]) -> bool:
    """Send all that is packed, as PostgreSQL's binary COPY, to `take` in pieces of any length.

    Returns whether that was all that others committed: a row of one's own hides what was there before it.
    """
    await sql.copy_out(session, _COPY.format(FORMAT), take)
    return not (await sql.column(session, _OWN))[0]


async def expected(session: AsyncSession) -> int:
    """About how many there are."""
    return int((await sql.column(session, _EXPECTED))[0])


async def changes(session: AsyncSession, since: str) -> Reading:
    """What was committed since a snapshot. What this transaction itself wrote comes once it is committed."""
    rows = await sql.fetch(session, _CHANGES, since, FORMAT)
    now, own, whole = rows[0][:3]
    found = [Change(row[3], row[4]) for row in rows if row[3] is not None and not row[5]]
    # A row of one's own hides what others committed of it before: then this reading is made again.
    hidden = any(row[5] for row in rows)
    return Reading(found, since if hidden else _still_running(now, own), bool(whole))


async def take_over(session: AsyncSession) -> None:
    """Sign anew what transactions still to come have signed, as in a restored backup: it would be news for ever."""
    await sql.execute(session, _TAKE_OVER)


async def prune(session: AsyncSession, before: str) -> None:
    """Forget what was closed by transactions older than `before`; a replica that has read no further loads anew."""
    await sql.execute(session, _PRUNE, before)


def _still_running(snapshot: str, own: str | None) -> str:
    """The snapshot with the asking transaction among those that run: it may write after having read."""
    if own is None:
        return snapshot
    least, end, running = snapshot.split(":")
    if int(own) >= int(end):
        return snapshot
    ids = sorted({int(own), *map(int, filter(None, running.split(",")))})
    return f"{min(int(least), int(own))}:{end}:{','.join(map(str, ids))}"
