"""Candidacies and their pieces."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from chassis import sql
from matching.domain.call import CallStatus
from matching.domain.candidacy import CandidacyStatus
from matching.domain.checklist import Verified
from matching.store import vacancies
from matching.store.candidacy_tables import CandidacyRow, PieceRow
from matching.store.tables import CallRow, VacancyRow

__all__ = [
    "add",
    "candidacy_for",
    "hold",
    "live_for",
    "load",
    "of_application",
    "of_vacancy",
    "pieces_of",
    "put_piece",
    "read",
    "scrub_erased",
    "uncalled",
    "vacancies_of",
]

_SCRUB = """
    WITH gone AS (
        SELECT id FROM candidacy WHERE application_id = ANY($1)
            AND NOT EXISTS (SELECT FROM application WHERE id = candidacy.application_id)
    ), unproved AS (
        DELETE FROM candidacy_piece USING gone WHERE candidacy_id = gone.id
    ), unexplained AS (
        UPDATE agenda_file SET rationale = NULL FROM gone WHERE candidacy_id = gone.id
    ), unsaid AS (
        UPDATE decision SET words = NULL FROM gone WHERE candidacy_id = gone.id
    )
    UPDATE candidacy SET person_ids = '{}', rationale = NULL, opened_because = NULL FROM gone
    WHERE candidacy.id = gone.id
"""
_LIVE = col(CandidacyRow.status) != CandidacyStatus.CLOSED.value


async def add(session: AsyncSession, row: CandidacyRow) -> None:
    session.add(row)
    await session.flush()


async def load(session: AsyncSession, candidacy_id: UUID) -> CandidacyRow | None:
    return await session.get(CandidacyRow, candidacy_id, populate_existing=True)


async def read(session: AsyncSession, candidacy_ids: Iterable[UUID]) -> dict[UUID, CandidacyRow]:
    """These candidacies as committed last, by id."""
    found = await session.scalars(
        select(CandidacyRow)
        .where(col(CandidacyRow.id).in_(list(candidacy_ids)))
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in found}


async def hold(session: AsyncSession, candidacy_id: UUID) -> tuple[VacancyRow, CandidacyRow] | None:
    """A candidacy under its vacancy's lock, both as committed last; None where there is none."""
    asked = select(col(CandidacyRow.vacancy_id)).where(col(CandidacyRow.id) == candidacy_id)
    vacancy_id = await session.scalar(asked)
    held = None if vacancy_id is None else await vacancies.hold(session, vacancy_id)
    row = await load(session, candidacy_id)
    return None if held is None or row is None else (held, row)


async def candidacy_for(session: AsyncSession, vacancy_id: UUID, application_id: UUID) -> CandidacyRow | None:
    """The one candidacy of a household for a home, whatever became of it."""
    return await session.scalar(
        select(CandidacyRow)
        .where(col(CandidacyRow.vacancy_id) == vacancy_id, col(CandidacyRow.application_id) == application_id)
        .execution_options(populate_existing=True)
    )


async def of_vacancy(session: AsyncSession, vacancy_id: UUID) -> list[CandidacyRow]:
    """Every candidacy for a home, the first opened first."""
    found = await session.scalars(
        select(CandidacyRow)
        .where(col(CandidacyRow.vacancy_id) == vacancy_id)
        .order_by(col(CandidacyRow.opened_at), col(CandidacyRow.id))
        .execution_options(populate_existing=True)
    )
    return list(found)


async def of_application(session: AsyncSession, application_id: UUID) -> list[CandidacyRow]:
    """Every candidacy of a household, the last opened first."""
    found = await session.scalars(
        select(CandidacyRow)
        .where(col(CandidacyRow.application_id) == application_id)
        .order_by(col(CandidacyRow.opened_at).desc(), col(CandidacyRow.id))
    )
    return list(found)


async def live_for(
    session: AsyncSession, vacancy_id: UUID, application_ids: Iterable[UUID] | None = None
) -> list[CandidacyRow]:
    """Candidacies for a home that are not closed, of these applications or of all."""
    statement = select(CandidacyRow).where(col(CandidacyRow.vacancy_id) == vacancy_id, _LIVE)
    if application_ids is not None:
        statement = statement.where(col(CandidacyRow.application_id).in_(list(application_ids)))
    found = await session.scalars(statement.order_by(col(CandidacyRow.id)).execution_options(populate_existing=True))
    return list(found)


async def vacancies_of(session: AsyncSession, application_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Vacancies for which these applications have a live candidacy, each with one of them."""
    found = await session.execute(
        select(col(CandidacyRow.vacancy_id), col(CandidacyRow.application_id)).where(
            col(CandidacyRow.application_id).in_(list(application_ids)), _LIVE
        )
    )
    return {row[0]: row[1] for row in found}


async def uncalled(session: AsyncSession, vacancy_id: UUID) -> frozenset[UUID]:
    """Of a home's live candidacies those whose call was withdrawn."""
    found = await session.scalars(
        select(col(CandidacyRow.id))
        .join(CallRow, col(CallRow.id) == col(CandidacyRow.call_id))
        .where(col(CandidacyRow.vacancy_id) == vacancy_id, _LIVE, col(CallRow.status) == CallStatus.WITHDRAWN.value)
    )
    return frozenset(found)


async def pieces_of(session: AsyncSession, candidacy_ids: Sequence[UUID]) -> dict[UUID, list[Verified]]:
    """What is verified of each of these files."""
    found = await session.scalars(
        select(PieceRow)
        .where(col(PieceRow.candidacy_id).in_(candidacy_ids))
        .order_by(col(PieceRow.requirement), col(PieceRow.person))
        .execution_options(populate_existing=True)
    )
    pieces: dict[UUID, list[Verified]] = {one: [] for one in candidacy_ids}
    for row in found:
        pieces[row.candidacy_id].append(row.verified())
    return pieces


async def put_piece(session: AsyncSession, candidacy_id: UUID, verified: Verified) -> None:
    """Keep a piece in place of the one that proved the same line before."""
    await session.merge(PieceRow.of(candidacy_id, verified))


async def scrub_erased(session: AsyncSession, application_ids: Iterable[UUID]) -> None:
    """Forget of whom files were whose application is gone; that the committee decided on so many stays countable."""
    await sql.execute(session, _SCRUB, list(application_ids))
