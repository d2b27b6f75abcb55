"""The ranking in SQL: the covering index of `posting` and the function `shortlist` (migration 0001)."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from matching.domain.policy import Scoring
from matching.domain.posting import Probe

__all__ = ["shortlist"]

_SHORTLIST = text(
    """
    SELECT application_id, score FROM shortlist(:buckets, :rent, :area, :ceilings, :stairs_to, :lacks_wheelchair,
        :lacks_step_free, :rent_percent_per_point, :rent_most, :area_per_point, :area_most, :tie_seed, :vacancy_id,
        :excluding, :wanted)
    """
).bindparams(
    bindparam("buckets", type_=ARRAY(Integer)),
    bindparam("ceilings", type_=ARRAY(Integer)),
    bindparam("vacancy_id", type_=Uuid),
    bindparam("excluding", type_=ARRAY(Uuid)),
)


async def shortlist(
    session: AsyncSession, probe: Probe, scoring: Scoring, *, vacancy_id: UUID, limit: int, excluding: Iterable[UUID]
) -> list[tuple[UUID, int]]:
    """The best applications that fit, with their scores, best first."""
    found = await session.execute(
        _SHORTLIST,
        {
            "buckets": probe.buckets,
            "rent": probe.rent_cents,
            "area": probe.area,
            "ceilings": probe.ceilings,
            "stairs_to": probe.stairs_to,
            "lacks_wheelchair": probe.lacks_wheelchair,
            "lacks_step_free": probe.lacks_step_free,
            "rent_percent_per_point": scoring.rent_percent_per_point,
            "rent_most": scoring.rent_most,
            "area_per_point": scoring.area_m2_per_point * 100,
            "area_most": scoring.area_most,
            "tie_seed": scoring.tie_seed,
            "vacancy_id": vacancy_id,
            "excluding": list(excluding),
            "wanted": limit,
        },
    )
    return [(row.application_id, row.score + probe.seniority) for row in found]
