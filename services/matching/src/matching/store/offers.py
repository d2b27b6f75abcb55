"""Offers. Two of a home, or two first-ranked ones of a household, cannot stand: PostgreSQL refuses the second."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from chassis import sql
from matching.domain.offer import Offer, OfferStatus
from matching.store import vacancies
from matching.store.offer_tables import OfferRow
from matching.store.tables import VacancyRow

__all__ = [
    "first_ranked_of",
    "hold",
    "insert",
    "load",
    "of_application",
    "of_landlord",
    "of_vacancy",
    "scrub_erased",
    "standing_for",
]

_INSERT = """
    INSERT INTO offer (id, vacancy_id, landlord, candidacy_id, application_id, person_ids, rank, on_condition,
        answer_by, status, version, made_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    ON CONFLICT DO NOTHING RETURNING id
"""
_SCRUB = """
    UPDATE offer SET person_ids = '{}', said = NULL
    WHERE application_id = ANY($1) AND NOT EXISTS (SELECT FROM application WHERE id = offer.application_id)
"""
_HOLDING = tuple(status.value for status in OfferStatus if status.holds_the_home)


async def insert(session: AsyncSession, offer: Offer, now: dt.datetime) -> bool:
    """Write a new offer; False where the home, or this household in first rank, has one that holds.

    Waits for a transaction that is writing such a one at this moment.
    """
    what = (offer.id, offer.vacancy_id, offer.landlord, offer.candidacy_id, offer.application_id)
    terms = (list(offer.person_ids), offer.rank, offer.on_condition, offer.answer_by)
    return bool(await sql.fetch(session, _INSERT, *what, *terms, offer.status.value, offer.version, now))


async def load(session: AsyncSession, offer_id: UUID) -> OfferRow | None:
    return await session.get(OfferRow, offer_id, populate_existing=True)


async def hold(session: AsyncSession, offer_id: UUID) -> tuple[VacancyRow, OfferRow] | None:
    """An offer under its vacancy's lock, both as committed last; None where there is none."""
    vacancy_id = await session.scalar(select(col(OfferRow.vacancy_id)).where(col(OfferRow.id) == offer_id))
    held = None if vacancy_id is None else await vacancies.hold(session, vacancy_id)
    row = await load(session, offer_id)
    return None if held is None or row is None else (held, row)


async def of_vacancy(session: AsyncSession, vacancy_id: UUID) -> list[OfferRow]:
    """Every offer of a home, in the order in which they were made."""
    found = await session.scalars(
        select(OfferRow)
        .where(col(OfferRow.vacancy_id) == vacancy_id)
        .order_by(col(OfferRow.made_at), col(OfferRow.rank))
        .execution_options(populate_existing=True)
    )
    return list(found)


async def of_landlord(
    session: AsyncSession, landlord: str, states: Collection[OfferStatus], *, after: UUID | None, limit: int
) -> list[OfferRow]:
    """One page of a landlord's offers in these states, by their last day, from the first after the offer `after`."""
    query = select(OfferRow).where(
        col(OfferRow.landlord) == landlord, col(OfferRow.status).in_([state.value for state in states])
    )
    if after is not None:
        last = await load(session, after)
        if last is None:
            return []
        query = query.where(tuple_(col(OfferRow.answer_by), col(OfferRow.id)) > (last.answer_by, last.id))
    found = await session.scalars(
        query.order_by(col(OfferRow.answer_by), col(OfferRow.id)).limit(limit).execution_options(populate_existing=True)
    )
    return list(found)


async def standing_for(session: AsyncSession, vacancy_id: UUID) -> OfferRow | None:
    """The offer that holds the home: standing or accepted. There is one at most."""
    found: OfferRow | None = await session.scalar(
        select(OfferRow)
        .where(col(OfferRow.vacancy_id) == vacancy_id, col(OfferRow.status).in_(_HOLDING))
        .execution_options(populate_existing=True)
    )
    return found


async def first_ranked_of(session: AsyncSession, application_id: UUID) -> OfferRow | None:
    """The offer that parks a household's other files: of first rank and holding, or else accepted."""
    found: OfferRow | None = await session.scalar(
        select(OfferRow)
        .where(
            col(OfferRow.application_id) == application_id,
            col(OfferRow.status).in_(_HOLDING),
            (col(OfferRow.rank) == 1) | (col(OfferRow.status) == OfferStatus.ACCEPTED.value),
        )
        .order_by(col(OfferRow.rank), col(OfferRow.made_at))
        .limit(1)
        .execution_options(populate_existing=True)
    )
    return found


async def of_application(session: AsyncSession, application_id: UUID) -> list[OfferRow]:
    """The offers of a household that hold a home."""
    found = await session.scalars(
        select(OfferRow)
        .where(col(OfferRow.application_id) == application_id, col(OfferRow.status).in_(_HOLDING))
        .order_by(col(OfferRow.vacancy_id))
        .execution_options(populate_existing=True)
    )
    return list(found)


async def scrub_erased(session: AsyncSession, application_ids: Iterable[UUID]) -> None:
    """Forget of whom offers were whose application is gone; that they were made stays countable."""
    ids: Sequence[UUID] = list(application_ids)
    await sql.execute(session, _SCRUB, ids)
