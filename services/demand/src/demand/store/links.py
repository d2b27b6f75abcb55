"""Which application is of which tenancy's household: found by the home and the names, said by an agent."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis import sql

_FIND = """
    INSERT INTO tenancy_application (application_id, tenancy_id, state, same_names, found_at)
    SELECT a.id, t.id, 'found', (
        SELECT count(*) FROM leaseholder l
        JOIN person h ON h.id = l.person_id
        JOIN person p ON p.id IN (a.applicant, a.co_applicant)
            AND lower(p.family_name) = lower(h.family_name) AND lower(p.given_name) = lower(h.given_name)
        WHERE l.tenancy_id = t.id
    ), $2::timestamptz
    FROM tenancy t JOIN application a ON a.housing->'home'->>'reference' = t.dwelling_reference
    WHERE {side}.id = ANY($1::uuid[]) AND a.status IN ('registered', 'active')
        AND (t.ended_on IS NULL OR t.ended_on > ($2::timestamptz AT TIME ZONE 'UTC')::date)
    ON CONFLICT (application_id, tenancy_id) DO UPDATE SET same_names = excluded.same_names
        WHERE tenancy_application.state = 'found'
"""
_FIND_BY_TENANCY, _FIND_BY_APPLICATION = _FIND.format(side="t"), _FIND.format(side="a")
_LINKED = (
    "SELECT DISTINCT tenancy_id FROM tenancy_application WHERE state = 'confirmed' AND tenancy_id = ANY($1::uuid[])"
)
_LINKED_OF = """
    SELECT DISTINCT l.tenancy_id FROM tenancy_application l JOIN tenancy t ON t.id = l.tenancy_id
    WHERE l.state = 'confirmed' AND t.landlord = $1
"""
_OF = """
    SELECT application_id, tenancy_id, state, same_names, found_at, decided_by, decided_at
    FROM tenancy_application
    WHERE ($1::uuid IS NULL OR tenancy_id = $1) AND ($2::text IS NULL OR state = $2)
        AND ($3::uuid IS NULL OR application_id > $3)
    ORDER BY application_id, tenancy_id LIMIT $4
"""
_DECIDE = """
    INSERT INTO tenancy_application (application_id, tenancy_id, state, same_names, found_at, decided_by, decided_at)
    VALUES ($1, $2, $3, 0, $5, $4, $5)
    ON CONFLICT (application_id, tenancy_id) DO UPDATE SET state = excluded.state, decided_by = excluded.decided_by,
        decided_at = excluded.decided_at
"""
_TENANCY_OF = "SELECT tenancy_id FROM tenancy_application WHERE application_id = $1 AND state = 'confirmed'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """`same_names` counts the applicants whose names are a leaseholder's."""

    application_id: UUID
    tenancy_id: UUID
    state: str
    same_names: int
    found_at: dt.datetime
    decided_by: str | None
    decided_at: dt.datetime | None


async def find_links(
    session: AsyncSession, *, tenancies: Sequence[UUID] = (), applications: Sequence[UUID] = (), now: dt.datetime
) -> None:
    """Note the applications that name the home of a sitting tenancy; what an agent said stays."""
    for statement, ids in ((_FIND_BY_TENANCY, tenancies), (_FIND_BY_APPLICATION, applications)):
        if ids:
            await sql.execute(session, statement, list(ids), now)


async def linked(session: AsyncSession, tenancies: Sequence[UUID]) -> list[UUID]:
    """Those of these tenancies to which an agent confirmed an application."""
    return list(await sql.column(session, _LINKED, list(tenancies))) if tenancies else []


async def linked_of(session: AsyncSession, landlord: str) -> list[UUID]:
    """A landlord's tenancies to which an agent confirmed an application."""
    return list(await sql.column(session, _LINKED_OF, landlord))


async def links(
    session: AsyncSession,
    *,
    tenancy_id: UUID | None = None,
    state: str | None = None,
    after: UUID | None = None,
    limit: int = 100,
) -> list[Link]:
    return [Link(**dict(row)) for row in await sql.fetch(session, _OF, tenancy_id, state, after, limit)]


async def tenancy_of(session: AsyncSession, application_id: UUID) -> UUID | None:
    """The tenancy an agent confirmed to be this application's."""
    row = await sql.first(session, _TENANCY_OF, application_id)
    return row["tenancy_id"] if row else None


async def decide_link(
    session: AsyncSession, application_id: UUID, tenancy_id: UUID, *, confirmed: bool, who: str, now: dt.datetime
) -> None:
    """What an agent says. Another tenancy may not be confirmed for the application: check `tenancy_of` first."""
    state = "confirmed" if confirmed else "refused"
    await sql.execute(session, _DECIDE, application_id, tenancy_id, state, who, now)
