"""Sessions of committees, their agendas and decisions."""

import datetime as dt
from collections.abc import Iterable, Sequence
from enum import StrEnum
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from matching.store.committee_tables import AgendaFileRow, AgendaHomeRow, DecisionRow, SessionRow

__all__ = [
    "HomeStatus",
    "add",
    "decision_on",
    "decisions_of",
    "files_of",
    "hold_session",
    "home",
    "homes_of",
    "list_home",
    "listed_on",
    "load_session",
    "sessions",
    "take_off",
]


class HomeStatus(StrEnum):
    """What became of a home on an agenda."""

    LISTED = "listed"
    DECIDED = "decided"
    ADJOURNED = "adjourned"
    """The session ended without a decision on it."""


async def add(session: AsyncSession, rows: Iterable[SessionRow | AgendaHomeRow | AgendaFileRow | DecisionRow]) -> None:
    session.add_all(rows)
    await session.flush()


async def load_session(session: AsyncSession, session_id: UUID) -> SessionRow | None:
    return await session.get(SessionRow, session_id)


async def hold_session(session: AsyncSession, session_id: UUID, *, shared: bool = False) -> SessionRow | None:
    """The session as committed last, locked until this transaction ends; `shared` where only its end must wait."""
    return await session.scalar(
        select(SessionRow)
        .where(col(SessionRow.id) == session_id)
        .with_for_update(read=shared)
        .execution_options(populate_existing=True)
    )


async def sessions(
    session: AsyncSession, *, landlord: str | None, since: dt.date | None, limit: int
) -> list[SessionRow]:
    """Sessions by day, of one landlord where asked."""
    statement = select(SessionRow).order_by(col(SessionRow.held_on), col(SessionRow.id)).limit(limit)
    if landlord is not None:
        statement = statement.where(col(SessionRow.landlord) == landlord)
    if since is not None:
        statement = statement.where(col(SessionRow.held_on) >= since)
    return list(await session.scalars(statement))


async def homes_of(session: AsyncSession, session_id: UUID) -> list[AgendaHomeRow]:
    """The homes on a session's agenda, in its order."""
    found = await session.scalars(
        select(AgendaHomeRow)
        .where(col(AgendaHomeRow.session_id) == session_id)
        .order_by(col(AgendaHomeRow.place))
        .execution_options(populate_existing=True)
    )
    return list(found)


async def home(session: AsyncSession, session_id: UUID, vacancy_id: UUID) -> AgendaHomeRow | None:
    return await session.get(AgendaHomeRow, (session_id, vacancy_id), populate_existing=True)


async def listed_on(session: AsyncSession, vacancy_id: UUID) -> UUID | None:
    """The session whose agenda a home is on, waiting for its decision."""
    return await session.scalar(
        select(col(AgendaHomeRow.session_id)).where(
            col(AgendaHomeRow.vacancy_id) == vacancy_id, col(AgendaHomeRow.status) == HomeStatus.LISTED.value
        )
    )


async def list_home(session: AsyncSession, row: AgendaHomeRow, files: Sequence[AgendaFileRow]) -> None:
    """Put a home last on the agenda, with its files."""
    last = await session.scalar(
        select(func.max(col(AgendaHomeRow.place))).where(col(AgendaHomeRow.session_id) == row.session_id)
    )
    row.place = (last or 0) + 1
    session.add(row)
    await session.flush()
    await add(session, files)


async def take_off(session: AsyncSession, row: AgendaHomeRow) -> None:
    """Take a home and its files off the agenda."""
    await session.execute(
        delete(AgendaFileRow).where(
            col(AgendaFileRow.session_id) == row.session_id, col(AgendaFileRow.vacancy_id) == row.vacancy_id
        )
    )
    await session.delete(row)
    await session.flush()


async def files_of(session: AsyncSession, session_id: UUID, vacancy_id: UUID | None = None) -> list[AgendaFileRow]:
    """The files on a session's agenda, of one home or of all, as the engine ranked them."""
    statement = select(AgendaFileRow).where(col(AgendaFileRow.session_id) == session_id)
    if vacancy_id is not None:
        statement = statement.where(col(AgendaFileRow.vacancy_id) == vacancy_id)
    return list(await session.scalars(statement.order_by(col(AgendaFileRow.proposed_rank))))


async def decisions_of(session: AsyncSession, session_id: UUID, vacancy_id: UUID | None = None) -> list[DecisionRow]:
    """What a session decided, of one home or of all, the first rank first."""
    statement = select(DecisionRow).where(col(DecisionRow.session_id) == session_id)
    if vacancy_id is not None:
        statement = statement.where(col(DecisionRow.vacancy_id) == vacancy_id)
    return list(await session.scalars(statement.order_by(col(DecisionRow.rank).nulls_last())))


async def decision_on(session: AsyncSession, candidacy_id: UUID) -> DecisionRow | None:
    return await session.get(DecisionRow, candidacy_id)
