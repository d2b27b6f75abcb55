"""Queries on vacancies and on the ledger of what was told of them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, or_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from chassis.receipts import receipt_of
from contracts.allocation import OfferEvent
from contracts.arrival import Earlier
from contracts.event import Envelope, Event
from contracts.inventory import Designation
from contracts.landlord import LandlordEvent, Outcome, ReceiptIssued, WithdrawalReason
from inventory.domain.dwelling import Dwelling, home_facts
from inventory.domain.receipt import Arrival, Known
from inventory.domain.vacancy import Link, Standing, Told, Vacancy, VacancyState
from inventory.store import stock
from inventory.store.tables import VACANCY, VACANCY_EVENT, VacancyEventRow, VacancyRow

OPEN = (VacancyState.ANNOUNCED.value, VacancyState.AVAILABLE.value)
_ACCEPTED = Outcome.ACCEPTED.value

# Statements on the road of every event are built once: building one takes longer than running it.
# They read columns, not rows of a session: one poll is one session, and what it remembers would be stale.
_VACANCY = VACANCY.select().where(VACANCY.c.id == bindparam("vacancy_id"))
_LEDGER = (
    VACANCY_EVENT.select()
    .where(
        or_(
            and_(
                VACANCY_EVENT.c.landlord == bindparam("landlord"),
                VACANCY_EVENT.c.event_id == bindparam("event_id"),
                VACANCY_EVENT.c.source == bindparam("source"),
            ),
            and_(VACANCY_EVENT.c.vacancy_id == bindparam("vacancy_id"), VACANCY_EVENT.c.outcome == _ACCEPTED),
        )
    )
    .order_by(VACANCY_EVENT.c.arrival)
)
_ENTER = insert(VACANCY_EVENT)
_NEW = insert(VACANCY)
_NAMES = {"id", "landlord", "reference", "dwelling_reference"}
_SAVE = _NEW.on_conflict_do_update(
    index_elements=["id"],
    set_={name: _NEW.excluded[name] for name in VACANCY.c.keys() if name not in _NAMES},  # noqa: SIM118 - no dict
    where=VACANCY.c.dwelling_reference == _NEW.excluded.dwelling_reference,
).returning(VACANCY.c.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What an arrival meets: all that is needed to judge it and to fold its vacancy."""

    known: Known
    dwelling: Dwelling | None
    vacancy: Vacancy | None
    told: tuple[Told, ...]


async def before(session: AsyncSession, arrival: Arrival) -> Before:
    """What this arrival meets.

    Its dwelling is locked first, so that arrivals for one vacancy are folded one after the other.
    """
    home = await stock.dwelling(session, arrival.event.dwelling_reference, lock=True)
    registered = (home is not None and home.landlord == arrival.landlord) or bool(
        await stock.landlord(session, arrival.landlord)
    )
    row = (await session.execute(_VACANCY, {"vacancy_id": arrival.vacancy_id})).first()
    told, earlier = await _ledger(session, arrival)
    return Before(
        known=Known(
            registered=registered,
            owner=home.landlord if home else None,
            vacancy_dwelling=row.dwelling_reference if row else None,
            earlier=earlier,
        ),
        dwelling=home,
        vacancy=vacancy_of(row) if row else None,
        told=told,
    )


async def _ledger(session: AsyncSession, arrival: Arrival) -> tuple[tuple[Told, ...], Earlier | None]:
    """What was told of the arrival's vacancy, and what came before under its id."""
    envelope = arrival.envelope
    names = {
        "landlord": arrival.landlord,
        "event_id": envelope.id,
        "source": envelope.source,
        "vacancy_id": arrival.vacancy_id,
    }
    rows = (await session.execute(_LEDGER, names)).all()
    told = tuple(_told(row) for row in rows if row.vacancy_id == arrival.vacancy_id and row.outcome == _ACCEPTED)
    again = [row for row in rows if (row.event_id, row.source) == (envelope.id, envelope.source)]
    if not again:
        return told, None
    return told, Earlier(body_hash=again[0].body_hash, accepted=any(row.outcome == _ACCEPTED for row in again))


async def enter(
    session: AsyncSession, receipt: ReceiptIssued, *, happened_at: dt.datetime, arrival: Arrival | None = None
) -> None:
    """Add an arrival to the ledger with what became of it; `arrival` is absent where the body could not be read."""
    accepted = receipt.outcome is Outcome.ACCEPTED
    values = {
        "landlord": receipt.landlord,
        "source": receipt.event_source,
        "event_id": receipt.event_id,
        "type": receipt.event_type,
        "happened_at": happened_at,
        "body_hash": arrival.body_hash if arrival else None,
        "body": arrival.told.event.model_dump(mode="json") if arrival and accepted else None,
        "outcome": receipt.outcome.value,
        "errors": [error.model_dump() for error in receipt.errors],
        "vacancy_id": receipt.vacancy_id,
        "received_at": receipt.received_at,
    }
    await session.execute(_ENTER, values)


async def told_of(session: AsyncSession, vacancy_id: UUID) -> tuple[Told, ...]:
    """All that counts of what was told of a vacancy, in order of arrival."""
    nobody = {"landlord": "", "event_id": "", "source": "", "vacancy_id": vacancy_id}
    return tuple(_told(row) for row in (await session.execute(_LEDGER, nobody)).all())


async def enter_answer(
    session: AsyncSession, vacancy: Vacancy, event: OfferEvent, envelope: Envelope, now: dt.datetime
) -> None:
    """Add to the ledger what matching says of an offer of this home."""
    values = {
        "landlord": vacancy.landlord,
        "source": envelope.source,
        "event_id": envelope.id,
        "type": envelope.type,
        "happened_at": envelope.time,
        "body_hash": None,
        "body": event.model_dump(mode="json"),
        "outcome": _ACCEPTED,
        "errors": [],
        "vacancy_id": vacancy.id,
        "received_at": now,
    }
    await session.execute(_ENTER, values)


async def receipts(
    session: AsyncSession, landlord: str, event_id: str, *, source: str | None = None
) -> list[ReceiptIssued]:
    """What became of each arrival under this id, in order of arrival."""
    query = select(VacancyEventRow).where(VacancyEventRow.landlord == landlord, VacancyEventRow.event_id == event_id)
    if source is not None:
        query = query.where(VacancyEventRow.source == source)
    rows = await session.scalars(query.order_by(col(VacancyEventRow.arrival)))
    return [receipt_of(row, vacancy_id=row.vacancy_id) for row in rows]


async def save_vacancy(session: AsyncSession, vacancy: Vacancy, now: dt.datetime) -> bool:
    """Keep the vacancy; False where its reference was just taken for another dwelling."""
    standing = vacancy.standing
    values = {
        "id": vacancy.id,
        "landlord": vacancy.landlord,
        "reference": vacancy.reference,
        "dwelling_reference": vacancy.dwelling_reference,
        "version": vacancy.version,
        "facts": vacancy.facts.model_dump(mode="json"),
        "state": standing.state.value,
        "ready_on": standing.ready_on,
        "base_rent_cents": standing.base_rent_cents,
        "service_charges_cents": standing.service_charges_cents,
        "withdrawal_reason": standing.withdrawal_reason.value if standing.withdrawal_reason else None,
        "lease_signed_on": standing.lease_signed_on,
        "notice_ends_on": standing.notice_ends_on,
        "visited_on": standing.visited_on,
        "offers_refused": standing.offers_refused,
        "allocated_on": standing.allocated_on,
        "application_id": standing.application_id,
        "days_vacant": standing.days_vacant,
        "designation": vacancy.designation.model_dump(mode="json") if vacancy.designation else None,
        "chain_id": vacancy.link.chain_id if vacancy.link else None,
        "follows_vacancy_id": vacancy.link.follows_vacancy_id if vacancy.link else None,
        "changed_at": now,
    }
    return (await session.execute(_SAVE, values)).first() is not None


async def vacancy(session: AsyncSession, vacancy_id: UUID) -> VacancyRow | None:
    return await session.get(VacancyRow, vacancy_id)


async def hold(session: AsyncSession, vacancy_id: UUID) -> Vacancy | None:
    """The vacancy, its dwelling locked as an arrival locks it: nothing else moves it until the transaction ends."""
    found = await vacancy(session, vacancy_id)
    if found is None:
        return None
    await stock.dwelling(session, found.dwelling_reference, lock=True)
    row = (await session.execute(_VACANCY, {"vacancy_id": vacancy_id})).first()
    return vacancy_of(row)


async def open_vacancies(session: AsyncSession, dwelling_reference: str) -> list[Vacancy]:
    """The vacancies that a change of this dwelling changes too."""
    rows = await session.scalars(
        select(VacancyRow).where(VacancyRow.dwelling_reference == dwelling_reference, col(VacancyRow.state).in_(OPEN))
    )
    return [vacancy_of(row) for row in rows]


async def vacancies_at(session: AsyncSession, dwelling_reference: str) -> list[Vacancy]:
    """Every vacancy that this dwelling had, the one that changed last first."""
    rows = await session.execute(
        VACANCY.select()
        .where(VACANCY.c.dwelling_reference == dwelling_reference)
        .order_by(VACANCY.c.changed_at.desc(), VACANCY.c.id)
    )
    return [vacancy_of(row) for row in rows]


async def vacancies(
    session: AsyncSession,
    *,
    landlord: str | None,
    state: VacancyState | None,
    after: UUID | None,
    limit: int,
) -> Sequence[VacancyRow]:
    """One page of vacancies by id, from the first after `after`; all landlords' where none is named."""
    query = select(VacancyRow)
    if landlord is not None:
        query = query.where(VacancyRow.landlord == landlord)
    if state is not None:
        query = query.where(VacancyRow.state == state.value)
    if after is not None:
        query = query.where(col(VacancyRow.id) > after)
    return (await session.scalars(query.order_by(col(VacancyRow.id)).limit(limit))).all()


def vacancy_of(row: Any) -> Vacancy:
    """The vacancy that a row keeps."""
    return Vacancy(
        id=row.id,
        landlord=row.landlord,
        reference=row.reference,
        dwelling_reference=row.dwelling_reference,
        facts=home_facts(row.facts),
        standing=Standing(
            state=VacancyState(row.state),
            ready_on=row.ready_on,
            base_rent_cents=row.base_rent_cents,
            service_charges_cents=row.service_charges_cents,
            withdrawal_reason=WithdrawalReason(row.withdrawal_reason) if row.withdrawal_reason else None,
            lease_signed_on=row.lease_signed_on,
            notice_ends_on=row.notice_ends_on,
            visited_on=row.visited_on,
            offers_refused=row.offers_refused,
            allocated_on=row.allocated_on,
            application_id=row.application_id,
            days_vacant=row.days_vacant,
        ),
        designation=Designation.model_validate(row.designation) if row.designation else None,
        link=Link(chain_id=row.chain_id, follows_vacancy_id=row.follows_vacancy_id) if row.chain_id else None,
        version=row.version,
    )


def _told(row: Any) -> Told:
    event = Event.REGISTRY[row.type].model_validate(row.body)
    assert isinstance(event, LandlordEvent | OfferEvent)
    return Told(event=event, time=row.happened_at, source=row.source, event_id=row.event_id)
