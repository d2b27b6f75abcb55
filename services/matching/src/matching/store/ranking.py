"""The ranking in SQL: the covering index of `posting` and the function `shortlist` (migration 0002)."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis import sql
from matching.domain.posting import Probe
from policy.model import Scoring

__all__ = ["shortlist"]

_SHORTLIST = """
    SELECT application_id, score
    FROM shortlist($1::int[], $2::bigint[], $3::int[], $4::int[], $5::int[], $6, $7, $8, $9, $10::int[], $11, $12::int,
        $13::smallint, $14::date, $15::int[], $16, $17, $18, $19, $20, $21, $22, $23::uuid[], $24)
"""


async def shortlist(
    session: AsyncSession, probe: Probe, scoring: Scoring, *, vacancy_id: UUID, limit: int, excluding: Iterable[UUID]
) -> list[tuple[UUID, int]]:
    """The best applications that fit, with their scores, best first."""
    found = await sql.fetch(
        session,
        _SHORTLIST,
        probe.buckets,
        *map(list, zip(*probe.scales, strict=True)),
        *(probe.month, probe.rent_cents, probe.base_rent_cents, probe.area, probe.ceilings),
        *(probe.stairs_to, probe.floor, int(probe.lacks), probe.available_on),
        *([gate + 1 for gate in probe.gates], probe.gates_most),
        *(scoring.rent_percent_per_point, scoring.rent_most, scoring.area_m2_per_point * 100, scoring.area_most),
        *(scoring.tie_seed, vacancy_id, list(excluding), limit),
    )
    return [(application_id, score) for application_id, score in found]
