"""Queries on tenancies, on the ledger of what landlords sent of them, and on what people did with it.

The road of an event takes a run of arrivals at a time: a landlord's first load is a hundred thousand leases.
"""

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from chassis import sql
from chassis.receipts import receipt_of
from contracts.arrival import Earlier
from contracts.event import Event
from contracts.landlord import Outcome, ReceiptIssued
from contracts.tenancy import TenancyEvent
from demand.domain.tenancy import Contest, Fact, Settlement, Statement, Tenancy
from demand.domain.tenancy_receipt import Arrival
from demand.store.tenancy_tables import TenancyEventRow, TenancyRow, TenancyStepRow

_LOCK = """
    SELECT pg_advisory_xact_lock(hashtextextended(key, 0))
    FROM (SELECT DISTINCT key FROM unnest($1::text[]) AS key ORDER BY key) AS ordered
"""
"""Rows that are not there yet cannot be locked, and two leases of one home are judged together."""
_LEDGER = """
    SELECT source, event_id, body_hash, outcome
    FROM tenancy_event
    JOIN unnest($2::text[], $3::text[]) AS told(source, event_id) USING (source, event_id)
    WHERE landlord = $1 ORDER BY arrival
"""
_ENTER = """
    INSERT INTO tenancy_event
        (landlord, source, event_id, type, happened_at, body_hash, outcome, errors, tenancy_id, received_at)
    SELECT landlord, source, event_id, type, happened_at, body_hash, outcome, errors::jsonb, tenancy_id, received_at
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::bytea[], $7::text[],
        $8::text[], $9::uuid[], $10::timestamptz[])
        AS r(landlord, source, event_id, type, happened_at, body_hash, outcome, errors, tenancy_id, received_at)
"""
_COLUMNS = "id, landlord, reference, dwelling_reference, version, statements, contests, refused_offers"
_OF_HOMES = f"""
    SELECT {_COLUMNS} FROM tenancy WHERE id = ANY($1::uuid[]) OR dwelling_reference = ANY($2::text[])
"""  # noqa: S608 - constants
_ONE = f"SELECT {_COLUMNS} FROM tenancy WHERE id = $1"  # noqa: S608 - constants
_SAVE = """
    INSERT INTO tenancy (id, landlord, reference, dwelling_reference, version, statements, contests, refused_offers,
        ended_on, changed_at)
    SELECT id, landlord, reference, dwelling_reference, version, statements::jsonb, contests::jsonb,
        refused_offers::jsonb, ended_on, $10
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::int[], $6::text[], $7::text[], $8::text[],
        $9::date[])
        AS r(id, landlord, reference, dwelling_reference, version, statements, contests, refused_offers, ended_on)
    ON CONFLICT (id) DO UPDATE SET version = excluded.version, statements = excluded.statements,
        contests = excluded.contests, refused_offers = excluded.refused_offers, ended_on = excluded.ended_on,
        changed_at = excluded.changed_at
"""
_SAVE_LEASEHOLDERS = """
    INSERT INTO leaseholder (tenancy_id, place, person_id)
    SELECT * FROM unnest($1::uuid[], $2::int[], $3::uuid[]) ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the ledger: what became of an arrival; `arrival` is absent where the body could not be read."""

    receipt: ReceiptIssued
    happened_at: dt.datetime
    arrival: Arrival | None = None


async def lock_tenancies(session: AsyncSession, arrivals: Iterable[Arrival]) -> None:
    """Keep the leases and homes that these arrivals name to this transaction."""
    keys = {key for one in arrivals for key in (str(one.tenancy_id), one.event.dwelling_reference)}
    await sql.execute(session, _LOCK, sorted(keys))


async def earlier_arrivals(session: AsyncSession, arrivals: Sequence[Arrival]) -> dict[tuple[str, str], Earlier]:
    """What came before under the ids of these arrivals, which are one landlord's."""
    sources, ids = zip(*{arrival.id for arrival in arrivals}, strict=True)
    found: dict[tuple[str, str], Earlier] = {}
    for row in await sql.fetch(session, _LEDGER, arrivals[0].landlord, list(sources), list(ids)):
        key, accepted = (row["source"], row["event_id"]), row["outcome"] == Outcome.ACCEPTED.value
        first = found.get(key)
        found[key] = Earlier(
            body_hash=first.body_hash if first else row["body_hash"],
            accepted=accepted or bool(first and first.accepted),
        )
    return found


async def tenancies_of(session: AsyncSession, ids: Sequence[UUID], homes: Sequence[str] = ()) -> list[Tenancy]:
    """The tenancies with these ids, and all of these homes."""
    return [_tenancy(row) for row in await sql.fetch(session, _OF_HOMES, list(ids), list(homes))]


async def tenancy(session: AsyncSession, tenancy_id: UUID, *, lock: bool = False) -> Tenancy | None:
    """The tenancy; `lock` keeps it as it is until the transaction ends."""
    if lock:
        await sql.execute(session, _LOCK, [str(tenancy_id)])
    row = await sql.first(session, _ONE, tenancy_id)
    return _tenancy(row) if row else None


async def save_tenancies(session: AsyncSession, tenancies: Sequence[Tenancy], now: dt.datetime) -> None:
    if not tenancies:
        return
    await sql.execute(
        session,
        _SAVE,
        [one.id for one in tenancies],
        [one.landlord for one in tenancies],
        [one.reference for one in tenancies],
        [one.dwelling_reference for one in tenancies],
        [one.version for one in tenancies],
        [_statements_json(one) for one in tenancies],
        [_contests_json(one) for one in tenancies],
        [json.dumps([day.isoformat() for day in one.refused_offers]) for one in tenancies],
        [one.ended_on for one in tenancies],
        now,
    )


async def save_leaseholders(session: AsyncSession, tenancies: Sequence[Tenancy]) -> None:
    """Note which persons these leases name."""
    rows = [(one.id, place, person) for one in tenancies for place, person in enumerate(one.leaseholders)]
    if rows:
        await sql.execute(session, _SAVE_LEASEHOLDERS, *(list(column) for column in zip(*rows, strict=True)))


async def enter_tenancy_events(session: AsyncSession, entries: Sequence[Entry]) -> None:
    """Add arrivals to the ledger with what became of each."""
    await sql.execute(
        session,
        _ENTER,
        [one.receipt.landlord for one in entries],
        [one.receipt.event_source for one in entries],
        [one.receipt.event_id for one in entries],
        [one.receipt.event_type for one in entries],
        [one.happened_at for one in entries],
        [one.arrival.body_hash if one.arrival else None for one in entries],
        [one.receipt.outcome.value for one in entries],
        [json.dumps([error.model_dump() for error in one.receipt.errors]) for one in entries],
        [one.receipt.tenancy_id for one in entries],
        [one.receipt.received_at for one in entries],
    )


async def tenancy_receipts(
    session: AsyncSession, landlord: str, event_id: str, *, source: str | None = None
) -> list[ReceiptIssued]:
    """What became of each arrival under this id, in order of arrival."""
    query = select(TenancyEventRow).where(TenancyEventRow.landlord == landlord, TenancyEventRow.event_id == event_id)
    if source is not None:
        query = query.where(TenancyEventRow.source == source)
    rows = await session.scalars(query.order_by(col(TenancyEventRow.arrival)))
    return [receipt_of(row, tenancy_id=row.tenancy_id) for row in rows]


async def find_tenancies(
    session: AsyncSession, *, landlord: str | None, dwelling_reference: str | None, reference: str | None, limit: int
) -> list[UUID]:
    """The ids of tenancies by home, or by the landlord's own name of the lease, the latest first."""
    query = select(TenancyRow.id)
    for column, value in (
        (TenancyRow.landlord, landlord),
        (TenancyRow.dwelling_reference, dwelling_reference),
        (TenancyRow.reference, reference),
    ):
        if value is not None:
            query = query.where(column == value)
    newest = col(TenancyRow.ended_on).desc().nulls_first()
    return list(await session.scalars(query.order_by(newest, col(TenancyRow.id)).limit(limit)))


async def forget_tenancy(session: AsyncSession, tenancy_id: UUID) -> None:
    """Forget a lease, its examinations, contests and links; the ledger keeps that events came, not what they said."""
    await sql.execute(session, "DELETE FROM tenancy WHERE id = $1", tenancy_id)


async def log_step(
    session: AsyncSession,
    tenancy_id: UUID,
    step: str,
    *,
    who: str,
    now: dt.datetime,
    fact: Fact | None = None,
    reason: str | None = None,
) -> None:
    """Add to what was done with a tenancy, by whom and why."""
    await session.execute(
        insert(TenancyStepRow).values(
            tenancy_id=tenancy_id, step=step, fact=fact.value if fact else None, who=who, reason=reason, at=now
        )
    )


async def steps_of(session: AsyncSession, tenancy_id: UUID) -> Sequence[TenancyStepRow]:
    query = select(TenancyStepRow).where(TenancyStepRow.tenancy_id == tenancy_id)
    return (await session.scalars(query.order_by(col(TenancyStepRow.id)))).all()


def _statements_json(one: Tenancy) -> str:
    return json.dumps(
        {
            fact.value: {
                "type": said.event.TYPE,
                "body": said.event.model_dump(mode="json"),
                "time": said.time.isoformat(),
                "source": said.source,
                "event_id": said.event_id,
            }
            for fact, said in one.statements.items()
        }
    )


def _contests_json(one: Tenancy) -> str:
    return json.dumps(
        {
            fact.value: {
                "statement": contest.statement,
                "reason": contest.reason,
                "by": contest.by,
                "at": contest.at.isoformat(),
                "settlement": {
                    "stands": contest.settlement.stands,
                    "reason": contest.settlement.reason,
                    "by": contest.settlement.by,
                    "at": contest.settlement.at.isoformat(),
                }
                if contest.settlement
                else None,
            }
            for fact, contest in one.contests.items()
        }
    )


def _tenancy(row: Any) -> Tenancy:
    return Tenancy(
        id=row["id"],
        landlord=row["landlord"],
        reference=row["reference"],
        dwelling_reference=row["dwelling_reference"],
        version=row["version"],
        statements={Fact(name): _statement(said) for name, said in json_value(row["statements"]).items()},
        contests={Fact(name): _contest(said) for name, said in json_value(row["contests"]).items()},
        refused_offers=tuple(dt.date.fromisoformat(day) for day in json_value(row["refused_offers"])),
    )


def json_value(value: Any) -> Any:
    """JSON as the driver gives it: text, where nobody told it otherwise."""
    return json.loads(value) if isinstance(value, str) else value


def _statement(said: dict[str, Any]) -> Statement:
    event = Event.REGISTRY[said["type"]].model_validate(said["body"])
    assert isinstance(event, TenancyEvent)
    return Statement(
        event=event,
        time=dt.datetime.fromisoformat(said["time"]),
        source=said["source"],
        event_id=said["event_id"],
    )


def _contest(said: dict[str, Any]) -> Contest:
    settled = said["settlement"]
    source, event_id = said["statement"]
    return Contest(
        statement=(source, event_id),
        reason=said["reason"],
        by=said["by"],
        at=dt.datetime.fromisoformat(said["at"]),
        settlement=Settlement(
            stands=settled["stands"],
            reason=settled["reason"],
            by=settled["by"],
            at=dt.datetime.fromisoformat(settled["at"]),
        )
        if settled
        else None,
    )
