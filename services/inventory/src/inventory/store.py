"""Tables of inventory and every query on them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Identity, LargeBinary, and_, or_, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel, col, select

from contracts.event import Event
from contracts.landlord import FieldError, LandlordEvent, Outcome, ReceiptIssued, WithdrawalReason
from contracts.values import DwellingFacts
from inventory.domain.dwelling import Dwelling
from inventory.domain.receipt import Arrival, Earlier, Known
from inventory.domain.vacancy import Standing, Told, Vacancy, VacancyState

OPEN = (VacancyState.ANNOUNCED.value, VacancyState.AVAILABLE.value)
AFRESH = {"populate_existing": True}
"""One poll is one session: a row written by a statement of the record before must not be read from its memory."""


class Table(SQLModel, registry=registry()):
    """The tables of inventory have a registry of their own: other services use the same names in their databases."""


class LandlordRow(Table, table=True):
    __tablename__ = "landlord"

    siren: str = Field(primary_key=True)
    name: str
    version: int
    registered_at: dt.datetime = Field(sa_type=DateTime(timezone=True))


class DwellingRow(Table, table=True):
    __tablename__ = "dwelling"

    reference: str = Field(primary_key=True)
    id: UUID = Field(unique=True)
    landlord: str = Field(foreign_key="landlord.siren")
    version: int
    facts: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    changed_at: dt.datetime = Field(sa_type=DateTime(timezone=True))


class VacancyRow(Table, table=True):
    __tablename__ = "vacancy"

    id: UUID = Field(primary_key=True)
    landlord: str = Field(foreign_key="landlord.siren")
    reference: str
    dwelling_reference: str = Field(foreign_key="dwelling.reference")
    version: int
    facts: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    state: str
    ready_on: dt.date | None
    base_rent_cents: int | None
    service_charges_cents: int | None
    withdrawal_reason: str | None
    lease_signed_on: dt.date | None
    changed_at: dt.datetime = Field(sa_type=DateTime(timezone=True))


class VacancyEventRow(Table, table=True):
    """One arrival, by whatever door, and what became of it."""

    __tablename__ = "vacancy_event"

    arrival: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    landlord: str
    source: str
    event_id: str
    type: str
    happened_at: dt.datetime = Field(sa_type=DateTime(timezone=True))
    body_hash: bytes | None = Field(sa_column=Column(LargeBinary))
    body: dict[str, Any] | None = Field(sa_column=Column(JSONB(none_as_null=True)))
    outcome: str
    errors: list[dict[str, str]] = Field(sa_column=Column(JSONB, nullable=False))
    vacancy_id: UUID | None
    received_at: dt.datetime = Field(sa_type=DateTime(timezone=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What an arrival meets: all that is needed to judge it and to fold its vacancy."""

    known: Known
    dwelling: Dwelling | None
    vacancy: Vacancy | None
    told: tuple[Told, ...]


async def landlord(session: AsyncSession, siren: str, *, lock: bool = False) -> LandlordRow | None:
    return await session.get(LandlordRow, siren, with_for_update={"key_share": True} if lock else None)


async def register_landlord(session: AsyncSession, siren: str, name: str, now: dt.datetime) -> LandlordRow:
    row = LandlordRow(siren=siren, name=name, version=1, registered_at=now)
    session.add(row)
    await session.flush()
    return row


async def dwelling(session: AsyncSession, reference: str, *, lock: bool = False) -> Dwelling | None:
    """The dwelling; `lock` keeps it, and with it all its vacancies, as they are until the transaction ends."""
    query = select(DwellingRow).where(DwellingRow.reference == reference)
    row = await session.scalar(query.with_for_update(key_share=True) if lock else query, execution_options=AFRESH)
    return _dwelling(row) if row else None


async def save_dwelling(session: AsyncSession, dwelling: Dwelling, now: dt.datetime) -> None:
    """Keep a dwelling that is new (version 1) or changed; a second new one under its reference breaks the key."""
    values = {"version": dwelling.version, "facts": dwelling.facts.model_dump(mode="json"), "changed_at": now}
    if dwelling.version == 1:
        names = {"reference": dwelling.reference, "id": dwelling.id, "landlord": dwelling.landlord}
        await session.execute(insert(DwellingRow).values(**names, **values))
    else:
        await session.execute(
            update(DwellingRow).where(col(DwellingRow.reference) == dwelling.reference).values(**values)
        )


async def before(session: AsyncSession, arrival: Arrival) -> Before:
    """What this arrival meets.

    Its dwelling is locked first, so that arrivals for one vacancy are folded one after the other.
    """
    home = await dwelling(session, arrival.event.dwelling_reference, lock=True)
    registered = (home is not None and home.landlord == arrival.landlord) or bool(
        await landlord(session, arrival.landlord)
    )
    row = await vacancy(session, arrival.vacancy_id)
    told, earlier = await _ledger(session, arrival)
    return Before(
        known=Known(
            registered=registered,
            owner=home.landlord if home else None,
            vacancy_dwelling=row.dwelling_reference if row else None,
            earlier=earlier,
        ),
        dwelling=home,
        vacancy=_vacancy(row) if row else None,
        told=told,
    )


async def _ledger(session: AsyncSession, arrival: Arrival) -> tuple[tuple[Told, ...], Earlier | None]:
    """What was told of the arrival's vacancy, and what came before under its id."""
    same_id = and_(
        col(VacancyEventRow.landlord) == arrival.landlord,
        col(VacancyEventRow.event_id) == arrival.envelope.id,
        col(VacancyEventRow.source) == arrival.envelope.source,
    )
    accepted = col(VacancyEventRow.outcome) == Outcome.ACCEPTED.value
    same_vacancy = and_(col(VacancyEventRow.vacancy_id) == arrival.vacancy_id, accepted)
    rows = (
        await session.scalars(
            select(VacancyEventRow).where(or_(same_id, same_vacancy)).order_by(col(VacancyEventRow.arrival))
        )
    ).all()
    told = tuple(
        _told(row) for row in rows if row.vacancy_id == arrival.vacancy_id and row.outcome == Outcome.ACCEPTED.value
    )
    again = [row for row in rows if (row.event_id, row.source) == (arrival.envelope.id, arrival.envelope.source)]
    if not again:
        return told, None
    taken = any(row.outcome == Outcome.ACCEPTED.value for row in again)
    return told, Earlier(body_hash=again[0].body_hash, accepted=taken)


async def enter(
    session: AsyncSession, receipt: ReceiptIssued, *, happened_at: dt.datetime, arrival: Arrival | None = None
) -> None:
    """Add an arrival to the ledger with what became of it; `arrival` is absent where the body could not be read."""
    accepted = receipt.outcome is Outcome.ACCEPTED
    session.add(
        VacancyEventRow(
            landlord=receipt.landlord,
            source=receipt.event_source,
            event_id=receipt.event_id,
            type=receipt.event_type,
            happened_at=happened_at,
            body_hash=arrival.body_hash if arrival else None,
            body=arrival.event.model_dump(mode="json") if arrival and accepted else None,
            outcome=receipt.outcome.value,
            errors=[error.model_dump() for error in receipt.errors],
            vacancy_id=receipt.vacancy_id,
            received_at=receipt.received_at,
        )
    )
    await session.flush()


async def receipts(
    session: AsyncSession, landlord: str, event_id: str, *, source: str | None = None
) -> list[ReceiptIssued]:
    """What became of each arrival under this id, in order of arrival."""
    query = select(VacancyEventRow).where(VacancyEventRow.landlord == landlord, VacancyEventRow.event_id == event_id)
    if source is not None:
        query = query.where(VacancyEventRow.source == source)
    rows = await session.scalars(query.order_by(col(VacancyEventRow.arrival)))
    return [
        ReceiptIssued(
            landlord=row.landlord,
            event_id=row.event_id,
            event_source=row.source,
            event_type=row.type,
            outcome=Outcome(row.outcome),
            errors=tuple(FieldError.model_validate(error) for error in row.errors),
            vacancy_id=row.vacancy_id,
            received_at=row.received_at,
        )
        for row in rows
    ]


async def save_vacancy(session: AsyncSession, vacancy: Vacancy, now: dt.datetime) -> bool:
    """Keep the vacancy; False where its reference was just taken for another dwelling."""
    standing = vacancy.standing
    values = {
        "version": vacancy.version,
        "facts": vacancy.facts.model_dump(mode="json"),
        "state": standing.state.value,
        "ready_on": standing.ready_on,
        "base_rent_cents": standing.base_rent_cents,
        "service_charges_cents": standing.service_charges_cents,
        "withdrawal_reason": standing.withdrawal_reason.value if standing.withdrawal_reason else None,
        "lease_signed_on": standing.lease_signed_on,
        "changed_at": now,
    }
    row = insert(VacancyRow).values(
        id=vacancy.id,
        landlord=vacancy.landlord,
        reference=vacancy.reference,
        dwelling_reference=vacancy.dwelling_reference,
        **values,
    )
    saved = await session.execute(
        row.on_conflict_do_update(
            index_elements=["id"],
            set_=values,
            where=col(VacancyRow.dwelling_reference) == row.excluded.dwelling_reference,
        ).returning(col(VacancyRow.id))
    )
    return saved.first() is not None


async def vacancy(session: AsyncSession, vacancy_id: UUID) -> VacancyRow | None:
    return await session.get(VacancyRow, vacancy_id, populate_existing=True)


async def open_vacancies(session: AsyncSession, dwelling_reference: str) -> list[Vacancy]:
    """The vacancies that a change of this dwelling changes too."""
    rows = await session.scalars(
        select(VacancyRow).where(VacancyRow.dwelling_reference == dwelling_reference, col(VacancyRow.state).in_(OPEN))
    )
    return [_vacancy(row) for row in rows]


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


def _dwelling(row: DwellingRow) -> Dwelling:
    return Dwelling(
        reference=row.reference,
        landlord=row.landlord,
        facts=DwellingFacts.model_validate(row.facts),
        version=row.version,
    )


def _vacancy(row: VacancyRow) -> Vacancy:
    return Vacancy(
        id=row.id,
        landlord=row.landlord,
        reference=row.reference,
        dwelling_reference=row.dwelling_reference,
        facts=DwellingFacts.model_validate(row.facts),
        standing=Standing(
            state=VacancyState(row.state),
            ready_on=row.ready_on,
            base_rent_cents=row.base_rent_cents,
            service_charges_cents=row.service_charges_cents,
            withdrawal_reason=WithdrawalReason(row.withdrawal_reason) if row.withdrawal_reason else None,
            lease_signed_on=row.lease_signed_on,
        ),
        version=row.version,
    )


def _told(row: VacancyEventRow) -> Told:
    event = Event.REGISTRY[row.type].model_validate(row.body)
    assert isinstance(event, LandlordEvent)
    return Told(event=event, time=row.happened_at, source=row.source, event_id=row.event_id)
