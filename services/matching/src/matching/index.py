"""THE SEAM. The ranking is asked through `Index`; today it answers from SQL, and only this module changes with it."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from matching.domain.policy import Basis
from matching.domain.posting import probe_for
from matching.domain.score import RankKey, draw
from matching.domain.vacancy import Vacancy
from matching.store import applications, ranking

__all__ = ["Index", "Ranked", "SqlIndex", "index"]

_FIRST_LOOK, _LOOK_FURTHER = 100, 8


@dataclass(frozen=True, slots=True)
class Ranked:
    application_id: UUID
    score: int


class Index(Protocol):
    async def shortlist(
        self,
        session: AsyncSession,
        vacancy: Vacancy,
        basis: Basis,
        *,
        limit: int,
        excluding: AbstractSet[UUID] = frozenset(),
    ) -> list[Ranked]:
        """The best `limit` active applications that fit the home, best first.

        Exactly those that no rule excludes (`matching.domain.rules`), by score, then the older registration, then
        the draw (`matching.domain.score`). It sees everything committed before the call. Rows are not locked: the
        caller checks them again under their lock.
        """
        ...

    async def ahead(
        self,
        session: AsyncSession,
        vacancy: Vacancy,
        basis: Basis,
        key: RankKey,
        *,
        excluding: AbstractSet[UUID] = frozenset(),
    ) -> int:
        """How many of those that `shortlist` would give without a limit come before this key.

        The key may be that of nobody there: an application as it would be after a change, which is then `excluding`.
        """
        ...


class SqlIndex:
    """Answers from matching's own database, in its transaction."""

    async def shortlist(
        self,
        session: AsyncSession,
        vacancy: Vacancy,
        basis: Basis,
        *,
        limit: int,
        excluding: AbstractSet[UUID] = frozenset(),
    ) -> list[Ranked]:
        if vacancy.dwelling is None:
            return []
        probe = probe_for(vacancy.dwelling, basis)
        if probe is None:
            return []
        found = await ranking.shortlist(
            session,
            probe,
            basis.policy.scoring,
            vacancy_id=vacancy.id,
            limit=limit,
            excluding=excluding,
        )
        return [Ranked(application_id, score) for application_id, score in found]

    async def ahead(
        self,
        session: AsyncSession,
        vacancy: Vacancy,
        basis: Basis,
        key: RankKey,
        *,
        excluding: AbstractSet[UUID] = frozenset(),
    ) -> int:
        """From ever longer shortlists, until one ends below the key: as dear as the place is far down."""
        score, limit = -key[0], _FIRST_LOOK
        while True:
            found = await self.shortlist(session, vacancy, basis, limit=limit, excluding=excluding)
            if len(found) < limit or found[-1].score < score:
                break
            limit *= _LOOK_FURTHER
        equal = [one.application_id for one in found if one.score == score]
        registered = await applications.registered_on(session, equal) if equal else {}
        seed = basis.policy.scoring.tie_seed
        before = [one for one in equal if (key[0], registered[one], draw(seed, vacancy.id, one)) < key]
        return sum(one.score > score for one in found) + len(before)


index: Index = SqlIndex()
