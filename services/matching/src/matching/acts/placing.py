"""An application's place among those that fit a home, as of now; and for a miss what would have made it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from matching.domain.application import Application
from matching.domain.explanation import Explanation
from matching.domain.near_miss import NearMiss, near_misses
from matching.domain.policy import Basis
from matching.domain.score import points
from matching.domain.vacancy import Vacancy
from matching.index import index
from matching.store import applications

__all__ = ["Ahead", "Placing", "place"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """A household of the list, without anything that tells who it is."""

    rank: int
    application_id: UUID
    score: int
    points: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """`rank` is None where a rule excludes the application; then `first` is the head of the list without it."""

    rank: int | None
    size: int
    """How many the shortlist holds."""
    scores: tuple[int, ...]
    """Of those ahead that are on the shortlist; of the whole shortlist for who is excluded."""
    first: tuple[Ahead, ...]
    nearest: tuple[NearMiss, ...]

    @property
    def on_shortlist(self) -> bool:
        return self.rank is not None and self.rank <= self.size

    @property
    def ahead(self) -> int | None:
        return None if self.rank is None else self.rank - 1


async def place(
    session: AsyncSession,
    application: Application,
    explanation: Explanation,
    vacancy: Vacancy,
    now: Basis,
    *,
    shown: int,
    nearest: bool,
) -> Placing:
    """Where the application stands, with the first `shown` of those ahead, and with `nearest` what would have made it.

    One look at the ranking, and one read of those shown.
    """
    assert vacancy.dwelling is not None
    size = now.policy.shortlist_size
    key = explanation.key(application, vacancy.id, now.seed) if explanation.fits else None
    others, rank = await index.standing(session, vacancy, now, key, limit=size, excluding={application.id})
    before = others if rank is None else others[: rank - 1]
    found: tuple[NearMiss, ...] = ()
    if nearest and (rank is None or rank > size):
        keys = [one for one, _ in others]
        found = near_misses(
            application, vacancy.dwelling, explanation, now, vacancy_id=vacancy.id, others=keys, size=size
        )
    return Placing(
        rank=rank,
        size=size,
        scores=tuple(-one[1] for one, _ in before),
        first=await _shown(session, vacancy, now, [one for _, one in before[:shown]]),
        nearest=found,
    )


async def _shown(session: AsyncSession, vacancy: Vacancy, now: Basis, ids: Sequence[UUID]) -> tuple[Ahead, ...]:
    assert vacancy.dwelling is not None
    read = await applications.read(session, ids, lock=False) if ids else {}
    found = []
    for rank, application_id in enumerate(ids, start=1):
        counted = points(read[application_id], vacancy.dwelling, now)
        found.append(Ahead(rank=rank, application_id=application_id, score=sum(counted.values()), points=counted))
    return tuple(found)
