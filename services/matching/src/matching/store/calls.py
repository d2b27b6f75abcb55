"""Calls, issued and changed in one statement however many they are."""

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from chassis import sql
from matching.domain.call import Call, CallStatus, Candidate
from matching.domain.policy import Policy
from matching.domain.rationale import Rationale
from matching.store.tables import CallExplanationRow, CallRow

__all__ = [
    "ahead_of",
    "asked",
    "count_since",
    "free",
    "insert",
    "load",
    "of_application",
    "of_pool",
    "overdue",
    "rationale_of",
    "scrub_erased",
    "standing_for",
    "standing_of",
    "vacancy_of",
]

_INSERT = """
    WITH wanted AS (
        SELECT * FROM unnest($5::uuid[], $6::uuid[], $7::text[], $8::int[], $9::int[], $10::text[], $11::text[],
                $12::text[], $13::text[])
            AS r(id, application_id, person_ids, rank, score, points, reasons, to_verify, rationale)
    ), {taken} issued AS (
        INSERT INTO call (id, vacancy_id, pool_id, application_id, person_ids, rank, status, version, score, points,
            reasons, to_verify, policy, issued_at, answer_by)
        SELECT id, $1, $15, application_id, person_ids::uuid[], $14 + row_number() OVER (ORDER BY rank), 'open', 1,
            score, points::jsonb, reasons::text[], to_verify::text[], $2, $3, $4
        FROM {source}
        RETURNING id, application_id
    ), explained AS (
        INSERT INTO call_explanation (call_id, rationale)
        SELECT id, rationale::json FROM wanted JOIN issued USING (id)
    ), counted AS (
        UPDATE vacancy SET called = called + new.calls, standing = standing + new.calls
        FROM (SELECT count(*) AS calls FROM issued) AS new WHERE vacancy.id = $1
    )
    SELECT application_id FROM issued
"""
_TAKEN = """
    taken AS (
        INSERT INTO call_slot (application_id, slot, call_id)
        SELECT application_id, free.slot, id FROM wanted CROSS JOIN LATERAL (
            SELECT slot FROM generate_series(1, $16::int) AS slot
            WHERE NOT EXISTS (SELECT FROM call_slot AS held
                WHERE held.application_id = wanted.application_id AND held.slot = slot.slot)
            ORDER BY (slot + $17::int) % $16::int LIMIT 1
        ) AS free
        ORDER BY application_id
        ON CONFLICT DO NOTHING
        RETURNING call_id
    ),
"""
"""A free slot of each household, in the order of ids: looks that want the same ones wait in line and never in a ring.

Each home begins with another slot ($17), so that two rarely want the same one of a household that has several.
"""
_UNLIMITED = _INSERT.format(taken="", source="wanted")
_LIMITED = _INSERT.format(taken=_TAKEN, source="wanted JOIN taken ON call_id = id")
_FREE = "DELETE FROM call_slot WHERE call_id = ANY($1) RETURNING application_id"
_OF_APPLICATION = "SELECT id, rank FROM call WHERE vacancy_id = $1 AND application_id = $2"
_COUNT_SINCE = "SELECT count(*) FROM call WHERE application_id = $1 AND issued_at >= $2"
_ASKED = "SELECT count(*) FROM call WHERE pool_id = $1"
_STANDING_OF = """
    SELECT vacancy_id, application_id FROM call
    WHERE application_id = ANY($1) AND status IN ('open', 'interested') ORDER BY vacancy_id, application_id
"""
_SCRUB = """
    WITH forgotten AS (
        DELETE FROM call_explanation USING call
        WHERE call.id = call_id AND application_id = ANY($1)
            AND NOT EXISTS (SELECT FROM application WHERE id = call.application_id)
    )
    UPDATE call SET person_ids = '{}', answer_reason = NULL, to_verify = '{}'
    WHERE application_id = ANY($1) AND NOT EXISTS (SELECT FROM application WHERE id = call.application_id)
"""
_STANDING = tuple(status.value for status in CallStatus if status.holds_a_place)


async def insert(
    session: AsyncSession,
    issued: Sequence[tuple[Call, Candidate]],
    *,
    pool_id: UUID,
    policy: Policy,
    issued_at: dt.datetime,
) -> set[UUID]:
    """Write the calls of one vacancy, issued together, each with what it rested on, and count them on its row.

    Returns the applications that are called: all, but for those whose last slot another look took in this moment.
    Ranks follow each other without a gap. The row in the session keeps the numbers it was read with.
    """
    first = issued[0][0]
    rows = (
        (
            *(call.id, call.application_id, _literal(map(str, call.person_ids)), call.rank),
            *(candidate.explanation.score, json.dumps(candidate.explanation.points)),
            *(_literal(candidate.explanation.reasons), _literal(candidate.explanation.to_verify)),
            Rationale.of(candidate.application, candidate.explanation).written(),
        )
        for call, candidate in issued
    )
    values = (
        *(first.vacancy_id, policy.name, issued_at, first.answer_by, *zip(*rows, strict=True)),
        *(min(call.rank for call, _ in issued) - 1, pool_id),
    )
    if policy.most_live is None:
        return set(await sql.column(session, _UNLIMITED, *values))
    begin = first.vacancy_id.int % policy.most_live
    return set(await sql.column(session, _LIMITED, *values, policy.most_live, begin))


async def free(session: AsyncSession, call_ids: Sequence[UUID]) -> list[UUID]:
    """Give back the slots of calls that hold no place any more; return the applications that had some."""
    return await sql.column(session, _FREE, list(call_ids))


async def load(session: AsyncSession, call_id: UUID) -> CallRow | None:
    return await session.get(CallRow, call_id, populate_existing=True)


async def rationale_of(session: AsyncSession, call_id: UUID) -> Rationale | None:
    """What a call rested on; None for a call from before they were kept, and once its application is erased."""
    row = await session.get(CallExplanationRow, call_id)
    return None if row is None else Rationale.read(row.rationale)


async def ahead_of(session: AsyncSession, pool_id: UUID, rank: int) -> list[CallRow]:
    """The calls for a home, or for those like it, that were ranked before this one, by rank."""
    found = await session.scalars(
        select(CallRow).where(col(CallRow.pool_id) == pool_id, col(CallRow.rank) < rank).order_by(col(CallRow.rank))
    )
    return list(found)


async def of_application(session: AsyncSession, vacancy_id: UUID, application_id: UUID) -> tuple[UUID, int] | None:
    """The call of an application for a vacancy and its rank, if it was ever called."""
    row = await sql.first(session, _OF_APPLICATION, vacancy_id, application_id)
    return None if row is None else (row[0], row[1])


async def vacancy_of(session: AsyncSession, call_id: UUID) -> UUID | None:
    """The vacancy to hold before the call is touched."""
    return await session.scalar(select(col(CallRow.vacancy_id)).where(col(CallRow.id) == call_id))


async def asked(session: AsyncSession, pool_id: UUID) -> int:
    """How many households were called for a home and those like it."""
    return int((await sql.column(session, _ASKED, pool_id))[0])


async def count_since(session: AsyncSession, application_id: UUID, day: dt.date) -> int:
    """Calls that an application had since the beginning of a day (UTC)."""
    begun = dt.datetime.combine(day, dt.time(), dt.UTC)
    (found,) = await sql.column(session, _COUNT_SINCE, application_id, begun)
    return int(found)


async def of_pool(session: AsyncSession, pool_id: UUID) -> list[CallRow]:
    """Every call for a home and those like it, by rank: an interest in one of them counts for all."""
    found = await session.scalars(select(CallRow).where(col(CallRow.pool_id) == pool_id).order_by(col(CallRow.rank)))
    return list(found)


async def standing_for(
    session: AsyncSession, vacancy_id: UUID, application_ids: Iterable[UUID] | None = None
) -> list[CallRow]:
    """Calls that hold a place for a vacancy, of these applications or of all."""
    statement = select(CallRow).where(
        col(CallRow.vacancy_id) == vacancy_id,
        col(CallRow.status).in_(_STANDING),
    )
    if application_ids is not None:
        statement = statement.where(col(CallRow.application_id).in_(list(application_ids)))
    return list(await session.scalars(statement.execution_options(populate_existing=True)))


async def overdue(session: AsyncSession, vacancy_id: UUID, now: dt.datetime) -> list[CallRow]:
    """Calls for a vacancy that are open past their deadline."""
    found = await session.scalars(
        select(CallRow)
        .where(
            col(CallRow.vacancy_id) == vacancy_id,
            col(CallRow.status) == CallStatus.OPEN.value,
            col(CallRow.answer_by) <= now,
        )
        .execution_options(populate_existing=True)
    )
    return list(found)


async def standing_of(session: AsyncSession, application_ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """Vacancies for which these applications' calls hold a place, in the order in which they are locked, with them."""
    found: dict[UUID, list[UUID]] = {}
    for vacancy_id, application_id in await sql.fetch(session, _STANDING_OF, list(application_ids)):
        found.setdefault(vacancy_id, []).append(application_id)
    return found


async def scrub_erased(session: AsyncSession, application_ids: Iterable[UUID]) -> None:
    """Forget of whom calls were whose application is gone; that so many were asked stays countable."""
    await sql.execute(session, _SCRUB, list(application_ids))


def _literal(values: Iterable[str]) -> str:
    """An array of codes or ids in PostgreSQL's notation; none has a character that would need quotes."""
    return "{" + ",".join(values) + "}"
