"""Chains of moves: each home follows the one that its household moves into."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from chassis import sql
from matching.store.candidacy_tables import CandidacyRow
from matching.store.committee_tables import AgendaFileRow, DecisionRow, SessionRow
from matching.store.offer_tables import MoveRow, OfferRow
from matching.store.tables import CallRow, VacancyRow

__all__ = ["AllOf", "Decided", "all_of", "homes_of", "move", "step_of"]


class Decided(NamedTuple):
    decision: DecisionRow
    application_id: UUID
    proposed_rank: int
    held_on: dt.date


def _by_home() -> defaultdict[UUID, list[Any]]:
    return defaultdict(list)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf:
    """What happened around homes, by vacancy."""

    moves: Mapping[UUID, MoveRow]
    calls: defaultdict[UUID, list[CallRow]] = field(default_factory=_by_home)
    files: defaultdict[UUID, list[CandidacyRow]] = field(default_factory=_by_home)
    decisions: defaultdict[UUID, list[Decided]] = field(default_factory=_by_home)
    offers: defaultdict[UUID, list[OfferRow]] = field(default_factory=_by_home)


_LONGEST = 1_000
"""Moves in a chain: a guard against a ring, which no honest landlord tells."""
_UP = f"""
    WITH RECURSIVE up AS (
        SELECT id, follows_vacancy_id, 1 AS step FROM vacancy WHERE id = $1
        UNION ALL
        SELECT v.id, v.follows_vacancy_id, step + 1 FROM vacancy AS v JOIN up ON v.id = up.follows_vacancy_id
        WHERE step < {_LONGEST}
    )
    SELECT id, step FROM up ORDER BY step DESC LIMIT 1
"""  # noqa: S608 - a constant
_DOWN = f"""
    WITH RECURSIVE down AS (
        SELECT id, 1 AS step FROM vacancy WHERE id = $1
        UNION ALL
        SELECT v.id, step + 1 FROM vacancy AS v JOIN down ON v.follows_vacancy_id = down.id WHERE step < {_LONGEST}
    )
    SELECT id, step FROM down ORDER BY step, id
"""  # noqa: S608 - a constant


async def move(session: AsyncSession, vacancy_id: UUID) -> MoveRow | None:
    return await session.get(MoveRow, vacancy_id, populate_existing=True)


async def step_of(session: AsyncSession, vacancy_id: UUID) -> int:
    """The place of a home in its chain, from 1."""
    found = await sql.first(session, _UP, vacancy_id)
    return 1 if found is None else int(found["step"])


async def homes_of(session: AsyncSession, vacancy_id: UUID) -> list[tuple[int, VacancyRow]]:
    """The homes of the chain in which this one stands, each with its step, from the vacancy that began it."""
    first = await sql.first(session, _UP, vacancy_id)
    if first is None:
        return []
    steps = {row["id"]: row["step"] for row in await sql.fetch(session, _DOWN, first["id"])}
    rows = await session.scalars(select(VacancyRow).where(col(VacancyRow.id).in_(list(steps))))
    return sorted(
        ((steps[row.id], row) for row in rows), key=lambda one: (one[0], one[1].announced_on or dt.date.max, one[1].id)
    )


async def all_of(session: AsyncSession, vacancy_ids: Sequence[UUID]) -> AllOf:
    """What happened around these homes, each kind in one query."""
    homes = list(vacancy_ids)
    calls = await session.scalars(select(CallRow).where(col(CallRow.vacancy_id).in_(homes)).order_by(col(CallRow.rank)))
    files = await session.scalars(
        select(CandidacyRow)
        .where(col(CandidacyRow.vacancy_id).in_(homes))
        .order_by(col(CandidacyRow.opened_at), col(CandidacyRow.id))
    )
    decisions = await session.execute(
        select(DecisionRow, col(CandidacyRow.application_id), col(AgendaFileRow.proposed_rank), col(SessionRow.held_on))
        .join(CandidacyRow, col(CandidacyRow.id) == col(DecisionRow.candidacy_id))
        .join(SessionRow, col(SessionRow.id) == col(DecisionRow.session_id))
        .join(
            AgendaFileRow,
            (col(AgendaFileRow.session_id) == col(DecisionRow.session_id))
            & (col(AgendaFileRow.candidacy_id) == col(DecisionRow.candidacy_id)),
        )
        .where(col(DecisionRow.vacancy_id).in_(homes))
        .order_by(col(DecisionRow.rank).nulls_last(), col(AgendaFileRow.proposed_rank))
    )
    offers = await session.scalars(
        select(OfferRow).where(col(OfferRow.vacancy_id).in_(homes)).order_by(col(OfferRow.made_at), col(OfferRow.rank))
    )
    moves = await session.scalars(select(MoveRow).where(col(MoveRow.vacancy_id).in_(homes)))
    found = AllOf(moves={row.vacancy_id: row for row in moves})
    for call in calls:
        found.calls[call.vacancy_id].append(call)
    for file in files:
        found.files[file.vacancy_id].append(file)
    for decision, application_id, proposed_rank, held_on in decisions:
        found.decisions[decision.vacancy_id].append(Decided(decision, application_id, proposed_rank, held_on))
    for offer in offers:
        found.offers[offer.vacancy_id].append(offer)
    return found
