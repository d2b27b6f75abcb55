"""The ranking in SQL: the covering index of `posting` and the function `shortlist` (migration 0001)."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis import sql
from matching.domain.policy import Scoring
from matching.domain.posting import Probe

__all__ = ["shortlist"]

_SHORTLIST = """
    SELECT application_id, score
    FROM shortlist($1::int[], $2, $3, $4::int[], $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::uuid[], $15)
"""


async def shortlist(
    session: AsyncSession, probe: Probe, scoring: Scoring, *, vacancy_id: UUID, limit: int, excluding: Iterable[UUID]
) -> list[tuple[UUID, int]]:
    """The best applications that fit, with their scores, best first."""
    found = await sql.fetch(
        session,
        _SHORTLIST,
        *(probe.buckets, probe.rent_cents, probe.area, probe.ceilings),
        *(probe.stairs_to, probe.lacks_wheelchair, probe.lacks_step_free),
        *(scoring.rent_percent_per_point, scoring.rent_most, scoring.area_m2_per_point * 100, scoring.area_most),
        *(scoring.tie_seed, vacancy_id, list(excluding), limit),
    )
    return [(application_id, score + probe.seniority) for application_id, score in found]
