"""Queries on vacancies and on the ledger of what was told of them."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from chassis import sql
from chassis.receipts import receipt_of
from contracts.allocation import OfferEvent
from contracts.arrival import Earlier
from contracts.event import Envelope, Event
from contracts.inventory import Designation
from contracts.landlord import LandlordEvent, Outcome, ReceiptIssued, WithdrawalReason
from inventory.domain.dwelling import Dwelling, home_facts
from inventory.domain.receipt import Arrival, Known
from inventory.domain.standing import Standing, Told, VacancyState
from inventory.domain.vacancy import Link, Vacancy
from inventory.store import stock
from inventory.store.tables import VacancyEventRow, VacancyRow

OPEN = (VacancyState.ANNOUNCED.value, VacancyState.AVAILABLE.value)
_ACCEPTED = Outcome.ACCEPTED.value

# They read columns, not rows of a session: one poll is one session, and what it remembers would be stale.
_NAMES = ("id", "landlord", "reference", "dwelling_reference")
_TOLD = (
    *("version", "facts", "state", "ready_on", "base_rent_cents", "service_charges_cents", "withdrawal_reason"),
    *("lease_signed_on", "notice_ends_on", "visited_on", "offers_refused", "allocated_on", "application_id"),
    *("days_vacant", "designation", "chain_id", "follows_vacancy_id", "changed_at"),
)
_COLUMNS = (*_NAMES, *_TOLD)
_VACANCY = f"SELECT {', '.join(_COLUMNS)} FROM vacancy WHERE id = $1"  # noqa: S608 - constants
_OF_DWELLING = f"""
    SELECT {", ".join(_COLUMNS)} FROM vacancy WHERE dwelling_reference = $1 ORDER BY changed_at DESC, id
"""  # noqa: S608 - constants
_SAVE = f"""
    INSERT INTO vacancy AS v ({", ".join(_COLUMNS)})
    VALUES ({", ".join(f"${place}" for place in range(1, len(_COLUMNS) + 1))})
    ON CONFLICT (id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _TOLD)}
    WHERE v.dwelling_reference = excluded.dwelling_reference
    RETURNING id
"""  # noqa: S608 - constants
_TOLD_OF = f"""
    SELECT source, event_id, type, happened_at, body FROM vacancy_event
    WHERE vacancy_id = $1 AND outcome = '{_ACCEPTED}' ORDER BY arrival
"""  # noqa: S608 - a constant
_MEETS = f"""
    SELECT {", ".join(f"v.{name}" for name in _COLUMNS)},
        EXISTS (SELECT FROM home_left WHERE reference = $5 AND state = 'awaiting') AS awaited,
        e.source, e.event_id, e.type, e.happened_at, e.body_hash, e.body, e.outcome, e.vacancy_id
    FROM (SELECT) AS arrival
        LEFT JOIN vacancy AS v ON v.id = $4
        LEFT JOIN vacancy_event AS e ON (e.landlord = $1 AND e.event_id = $2 AND e.source = $3)
            OR (e.vacancy_id = $4 AND e.outcome = '{_ACCEPTED}')
    ORDER BY e.arrival
"""  # noqa: S608 - constants
"""A row for each line of the ledger, or one; each with the vacancy."""
_ENTER = """
    INSERT INTO vacancy_event
        (landlord, source, event_id, type, happened_at, body_hash, body, outcome, errors, vacancy_id, received_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What an arrival meets: all that is needed to judge it and to fold its vacancy."""

    known: Known
    dwelling: Dwelling | None
    vacancy: Vacancy | None
    told: tuple[Told, ...]
    """What counts of what was told of its vacancy, in order of arrival."""
    awaited: bool
    """Whether a household of a chain is to leave its dwelling."""


async def before(session: AsyncSession, arrival: Arrival) -> Before:
    """What this arrival meets.

    Its dwelling is locked first, so that arrivals for one vacancy are folded one after the other.
    """
    home = await stock.dwelling(session, arrival.event.dwelling_reference, lock=True)
    registered = (home is not None and home.landlord == arrival.landlord) or bool(
        await stock.landlord(session, arrival.landlord)
    )
    envelope, vacancy_id = arrival.envelope, arrival.vacancy_id
    named = (arrival.landlord, envelope.id, envelope.source, vacancy_id, arrival.event.dwelling_reference)
    rows = await sql.fetch(session, _MEETS, *named)
    row = rows[0] if rows[0]["id"] else None
    told = tuple(_told(one) for one in rows if one["vacancy_id"] == vacancy_id and one["outcome"] == _ACCEPTED)
    return Before(
        known=Known(
            registered=registered,
            owner=home.landlord if home else None,
            vacancy_dwelling=row["dwelling_reference"] if row else None,
            earlier=_earlier(rows, envelope),
        ),
        dwelling=home,
        vacancy=_vacancy(row) if row else None,
        told=told,
        awaited=rows[0]["awaited"],
    )


def _earlier(rows: Sequence[Mapping[str, Any]], envelope: Envelope) -> Earlier | None:
    """What came before under this id."""
    again = [row for row in rows if (row["event_id"], row["source"]) == (envelope.id, envelope.source)]
    if not again:
        return None
    accepted = any(row["outcome"] == _ACCEPTED for row in again)
    return Earlier(body_hash=again[0]["body_hash"], accepted=accepted)


async def enter(
    session: AsyncSession, receipt: ReceiptIssued, *, happened_at: dt.datetime, arrival: Arrival | None = None
) -> None:
    """Add an arrival to the ledger with what became of it; `arrival` is absent where the body could not be read."""
    accepted = receipt.outcome is Outcome.ACCEPTED
    await sql.execute(
        session,
        _ENTER,
        *(receipt.landlord, receipt.event_source, receipt.event_id, receipt.event_type, happened_at),
        arrival.body_hash if arrival else None,
        arrival.told.event.model_dump_json() if arrival and accepted else None,
        receipt.outcome.value,
        json.dumps([error.model_dump() for error in receipt.errors]),
        *(receipt.vacancy_id, receipt.received_at),
    )


async def told_of(session: AsyncSession, vacancy_id: UUID) -> tuple[Told, ...]:
    """All that counts of what was told of a vacancy, in order of arrival."""
    return tuple(_told(row) for row in await sql.fetch(session, _TOLD_OF, vacancy_id))


async def enter_answer(
    session: AsyncSession, vacancy: Vacancy, event: OfferEvent, envelope: Envelope, now: dt.datetime
) -> None:
    """Add to the ledger what matching says of an offer of this home."""
    await sql.execute(
        session,
        _ENTER,
        *(vacancy.landlord, envelope.source, envelope.id, envelope.type, envelope.time, None),
        *(event.model_dump_json(), _ACCEPTED, "[]", vacancy.id, now),
    )


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
    values = (
        *(vacancy.id, vacancy.landlord, vacancy.reference, vacancy.dwelling_reference, vacancy.version),
        *(vacancy.facts.model_dump_json(), standing.state.value, standing.ready_on),
        *(standing.base_rent_cents, standing.service_charges_cents),
        standing.withdrawal_reason.value if standing.withdrawal_reason else None,
        *(standing.lease_signed_on, standing.notice_ends_on, standing.visited_on, standing.offers_refused),
        *(standing.allocated_on, standing.application_id, standing.days_vacant),
        vacancy.designation.model_dump_json() if vacancy.designation else None,
        vacancy.link.chain_id if vacancy.link else None,
        vacancy.link.follows_vacancy_id if vacancy.link else None,
        now,
    )
    return bool(await sql.fetch(session, _SAVE, *values))


async def vacancy(session: AsyncSession, vacancy_id: UUID) -> VacancyRow | None:
    return await session.get(VacancyRow, vacancy_id)


async def hold(session: AsyncSession, vacancy_id: UUID) -> Vacancy | None:
    """The vacancy, its dwelling locked as an arrival locks it: nothing else moves it until the transaction ends."""
    held = await hold_at_home(session, vacancy_id)
    return held[0] if held else None


async def hold_at_home(session: AsyncSession, vacancy_id: UUID) -> tuple[Vacancy, Dwelling] | None:
    """The vacancy and its dwelling, locked."""
    found = await sql.first(session, _VACANCY, vacancy_id)
    if found is None:
        return None
    home = await stock.dwelling(session, found["dwelling_reference"], lock=True)
    row = await sql.first(session, _VACANCY, vacancy_id)
    assert home, "a vacancy is of a dwelling that is recorded"
    assert row, "it was found a moment ago"
    return _vacancy(row), home


async def open_vacancies(session: AsyncSession, dwelling_reference: str) -> list[Vacancy]:
    """The vacancies that a change of this dwelling changes too."""
    rows = await session.scalars(
        select(VacancyRow).where(VacancyRow.dwelling_reference == dwelling_reference, col(VacancyRow.state).in_(OPEN))
    )
    return [vacancy_of(row) for row in rows]


async def vacancies_at(session: AsyncSession, dwelling_reference: str) -> list[Vacancy]:
    """Every vacancy that this dwelling had, the one that changed last first."""
    return [_vacancy(row) for row in await sql.fetch(session, _OF_DWELLING, dwelling_reference)]


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


def vacancy_of(row: VacancyRow) -> Vacancy:
    """The vacancy that a row keeps."""
    return _vacancy(row.model_dump())


def _vacancy(row: Mapping[Any, Any]) -> Vacancy:
    return Vacancy(
        id=row["id"],
        landlord=row["landlord"],
        reference=row["reference"],
        dwelling_reference=row["dwelling_reference"],
        facts=home_facts(row["facts"]),
        standing=Standing(
            state=VacancyState(row["state"]),
            ready_on=row["ready_on"],
            base_rent_cents=row["base_rent_cents"],
            service_charges_cents=row["service_charges_cents"],
            withdrawal_reason=WithdrawalReason(row["withdrawal_reason"]) if row["withdrawal_reason"] else None,
            lease_signed_on=row["lease_signed_on"],
            notice_ends_on=row["notice_ends_on"],
            visited_on=row["visited_on"],
            offers_refused=row["offers_refused"],
            allocated_on=row["allocated_on"],
            application_id=row["application_id"],
            days_vacant=row["days_vacant"],
        ),
        designation=Designation.model_validate(row["designation"]) if row["designation"] else None,
        link=Link(chain_id=row["chain_id"], follows_vacancy_id=row["follows_vacancy_id"]) if row["chain_id"] else None,
        version=row["version"],
    )


def _told(row: Mapping[Any, Any]) -> Told:
    event = Event.REGISTRY[row["type"]].model_validate(row["body"])
    assert isinstance(event, LandlordEvent | OfferEvent)
    return Told(event=event, time=row["happened_at"], source=row["source"], event_id=row["event_id"])
