"""Vacancies as they stand."""

import datetime as dt
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from chassis.http import CommandRoute, CommandWork, NotFound, etag
from contracts.inventory import Designation
from contracts.landlord import WithdrawalReason
from contracts.values import HomeFacts, Reference, RplsId, Siren, Value
from inventory import store
from inventory.api.access import Reader, may_read, scope_of
from inventory.domain.dwelling import dwelling_id
from inventory.domain.standing import Stage, VacancyState
from reference.days import civil_day

router = APIRouter(route_class=CommandRoute, tags=["vacancies"])


class VacancyDocument(Value):
    vacancy_id: UUID
    landlord: Siren
    vacancy_reference: Reference
    dwelling_id: UUID
    dwelling_reference: RplsId
    version: int
    """Grows by one with each event that the world was told; 0 where it ended before anything was."""
    state: VacancyState
    ready_on: dt.date | None
    """Expected while announced, promised while available."""
    dwelling: HomeFacts
    """At the rent of re-letting; while it has no `base_rent_cents` the vacancy is told to nobody."""
    stage: Stage
    """Where it is in its life, today."""
    notice_ends_on: dt.date | None
    visited_on: dt.date | None
    offers_refused: int
    allocated_on: dt.date | None
    application_id: UUID | None
    """To whom the home is allocated or let, where the landlord said it."""
    designation: Designation | None
    withdrawal_reason: WithdrawalReason | None
    lease_signed_on: dt.date | None
    days_vacant: int | None
    changed_at: dt.datetime


class VacancyPage(Value):
    vacancies: list[VacancyDocument]
    next_after: UUID | None
    """Ask again with `after` set to this for the next page; null on the last."""


@router.get("/vacancies/{vacancy_id}")
async def get_vacancy(vacancy_id: UUID, reader: Reader, work: CommandWork, response: Response) -> VacancyDocument:
    row = await store.vacancy(work.session, vacancy_id)
    if row is None or not may_read(reader, row.landlord):
        raise NotFound(f"No vacancy {vacancy_id} that this token may read is known here.")
    response.headers["ETag"] = etag(row.version)
    named = await store.designated(work.session, [row.id])
    return _document(row, civil_day(work.now), named)


@router.get("/vacancies")
async def list_vacancies(
    reader: Reader,
    work: CommandWork,
    state: VacancyState | None = None,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> VacancyPage:
    """A page of vacancies by id: a landlord's own, or everybody's."""
    rows = await store.vacancies(work.session, landlord=scope_of(reader), state=state, after=after, limit=limit + 1)
    shown, today = rows[:limit], civil_day(work.now)
    named = await store.designated(work.session, [row.id for row in shown])
    return VacancyPage(
        vacancies=[_document(row, today, named) for row in shown],
        next_after=shown[-1].id if len(rows) > limit else None,
    )


def _document(row: store.VacancyRow, today: dt.date, named: set[UUID]) -> VacancyDocument:
    held = store.vacancy_of(row)
    standing = held.standing
    return VacancyDocument(
        vacancy_id=row.id,
        landlord=row.landlord,
        vacancy_reference=row.reference,
        dwelling_id=dwelling_id(row.dwelling_reference),
        dwelling_reference=row.dwelling_reference,
        version=row.version,
        state=VacancyState(row.state),
        ready_on=row.ready_on,
        dwelling=held.facts,
        stage=standing.stage(today, designated=row.id in named),
        notice_ends_on=row.notice_ends_on,
        visited_on=row.visited_on,
        offers_refused=row.offers_refused,
        allocated_on=row.allocated_on,
        application_id=row.application_id,
        designation=held.designation,
        withdrawal_reason=standing.withdrawal_reason,
        lease_signed_on=row.lease_signed_on,
        days_vacant=row.days_vacant,
        changed_at=row.changed_at,
    )
