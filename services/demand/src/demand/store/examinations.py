"""Queries on the three-yearly examination, and on whom to reach out to."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from chassis import sql
from contracts.tenancy import ExaminationCase, SuitableHome
from demand.domain.examination import Examination, Interview, Opinion
from demand.store.tenancies import json_value
from demand.store.tenancy_tables import ExaminationRow

_OUTREACH = """
    SELECT e.* FROM examination e JOIN tenancy t ON t.id = e.tenancy_id
    WHERE e.cases <> '[]' AND e.application_id IS NULL AND (t.ended_on IS NULL OR t.ended_on > $1)
        AND ($2::text IS NULL OR e.landlord = $2)
        AND ($3::text IS NULL OR e.commune = $3)
        AND ($4::boolean IS NULL OR coalesce(e.in_priority_district, false) = $4)
        AND ($5::text IS NULL OR e.cases ? $5)
        AND ($6::int IS NULL OR (e.rooms_freed, e.id) < ($6, $7::uuid))
        AND NOT EXISTS (SELECT FROM examination later WHERE later.tenancy_id = e.tenancy_id AND later.on > e.on)
        AND NOT EXISTS (SELECT FROM tenancy_application l JOIN application a ON a.id = l.application_id
            WHERE l.tenancy_id = e.tenancy_id AND l.state = 'confirmed' AND a.status IN ('registered', 'active'))
    ORDER BY e.rooms_freed DESC, e.id DESC LIMIT $8
"""

_LACKING = """
    SELECT tenancy_id FROM examination e
    WHERE tenancy_id = ANY($1::uuid[]) AND unknown <> '[]' AND opinion IS NULL
        AND NOT EXISTS (SELECT FROM examination later WHERE later.tenancy_id = e.tenancy_id AND later.on > e.on)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a page of the outreach list ends."""

    rooms_freed: int
    examination_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Outreach:
    """Which leases are looked for; None asks for nothing."""

    landlord: str | None = None
    commune: str | None = None
    in_priority_district: bool | None = None
    case: ExaminationCase | None = None


async def examination(session: AsyncSession, examination_id: UUID, *, lock: bool = False) -> Examination | None:
    """The examination; `lock` keeps it as it is until the transaction ends."""
    row = await session.get(ExaminationRow, examination_id, with_for_update=lock or None, populate_existing=True)
    return _examination(row) if row else None


async def examinations_of(session: AsyncSession, tenancy_id: UUID) -> list[Examination]:
    """All of a lease, the latest first."""
    rows = await session.scalars(
        select(ExaminationRow).where(ExaminationRow.tenancy_id == tenancy_id).order_by(col(ExaminationRow.on).desc())
    )
    return [_examination(row) for row in rows]


async def lacking(session: AsyncSession, tenancy_ids: Sequence[UUID]) -> list[UUID]:
    """Those of these leases whose last examination lacked something, and on which no committee spoke yet."""
    return list(await sql.column(session, _LACKING, list(tenancy_ids))) if tenancy_ids else []


async def outreach(
    session: AsyncSession, wanted: Outreach, *, on: dt.date, after: Place | None, limit: int
) -> list[Examination]:
    """Sitting leases whose last examination found a case, and whose household does not apply yet, by rooms freed."""
    rows = await sql.fetch(
        session,
        _OUTREACH,
        on,
        wanted.landlord,
        wanted.commune,
        wanted.in_priority_district,
        wanted.case.value if wanted.case else None,
        after.rooms_freed if after else None,
        after.examination_id if after else None,
        limit,
    )
    return [_examination(ExaminationRow(**_decoded(row))) for row in rows]


async def add_examination(session: AsyncSession, made: Examination, now: dt.datetime) -> bool:
    """Keep a new examination; False where that day's was made before."""
    values = {
        "id": made.id,
        "tenancy_id": made.tenancy_id,
        "landlord": made.landlord,
        "dwelling_reference": made.dwelling_reference,
        "commune": made.commune,
        "on": made.on,
        "in_priority_district": made.in_priority_district,
    }
    added = insert(ExaminationRow).values(**values, **_changing(made, now)).on_conflict_do_nothing()
    return (await session.execute(added.returning(col(ExaminationRow.id)))).first() is not None


async def save_examination(session: AsyncSession, changed: Examination, now: dt.datetime) -> None:
    await session.execute(
        update(ExaminationRow).where(col(ExaminationRow.id) == changed.id).values(**_changing(changed, now))
    )


def _changing(one: Examination, now: dt.datetime) -> dict[str, Any]:
    opinion, interview = one.opinion, one.interview
    return {
        "version": one.version,
        "cases": [case.value for case in one.cases],
        "unknown": list(one.unknown),
        "rooms_freed": one.rooms_freed,
        "opinion": {
            "on": opinion.on.isoformat(),
            "rehouse": opinion.rehouse,
            "suitable": opinion.suitable.model_dump(mode="json") if opinion.suitable else None,
            "by": opinion.by,
        }
        if opinion
        else None,
        "interview": {
            "on": interview.on.isoformat(),
            "wants_to_move": interview.wants_to_move,
            "by": interview.by,
        }
        if interview
        else None,
        "invited_on": one.invited_on,
        "application_id": one.application_id,
        "changed_at": now,
    }


def _decoded(row: Any) -> dict[str, Any]:
    found = dict(row)
    for name in ("cases", "unknown", "opinion", "interview"):
        found[name] = json_value(found[name])
    return found


def _examination(row: ExaminationRow) -> Examination:
    opinion, interview = row.opinion, row.interview
    return Examination(
        id=row.id,
        tenancy_id=row.tenancy_id,
        landlord=row.landlord,
        dwelling_reference=row.dwelling_reference,
        commune=row.commune,
        on=row.on,
        version=row.version,
        cases=tuple(ExaminationCase(case) for case in row.cases),
        unknown=tuple(row.unknown),
        rooms_freed=row.rooms_freed,
        in_priority_district=row.in_priority_district,
        opinion=Opinion(
            on=dt.date.fromisoformat(opinion["on"]),
            rehouse=opinion["rehouse"],
            suitable=SuitableHome.model_validate(opinion["suitable"]) if opinion["suitable"] else None,
            by=opinion["by"],
        )
        if opinion
        else None,
        interview=Interview(
            on=dt.date.fromisoformat(interview["on"]),
            wants_to_move=interview["wants_to_move"],
            by=interview["by"],
        )
        if interview
        else None,
        invited_on=row.invited_on,
        application_id=row.application_id,
    )
