"""THE SEAM. The ranking is asked through `Index`; today it answers from SQL, and only this module changes with it."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from matching.domain.policy import Basis
from matching.domain.posting import probe_for
from matching.domain.vacancy import Vacancy
from matching.store import ranking

__all__ = ["Index", "Ranked", "SqlIndex", "index"]


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


index: Index = SqlIndex()
