"""The hard-to-let queue: homes that nobody takes, why, what is done next, and by whom (DOMAIN §11.17)."""

import datetime as dt
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field, StringConstraints

from chassis.http import Command, CommandRoute, CommandWork, IfMatch, NotFound, check_version, etag
from contracts.inventory import HardToLetCause
from contracts.values import CommuneCode, DwellingType, Reference, RplsId, Siren, Value
from inventory import store
from inventory.api.access import Reader, may_read, scope_of
from inventory.domain.dwelling import home_facts
from reference.days import civil_day

router = APIRouter(route_class=CommandRoute, tags=["hard to let"])

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class HardToLetFound(Command):
    """What was found of a home that nobody takes."""

    cause: HardToLetCause
    next_action: Line | None = None
    owner: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)] | None = None
    """Who sees to it: a service or an agent."""


class HardToLetDocument(Value):
    vacancy_id: UUID
    version: int
    landlord: Siren
    vacancy_reference: Reference
    dwelling_reference: RplsId
    commune: CommuneCode
    dwelling_type: DwellingType
    vacant_since: dt.date
    days_vacant: Annotated[int, Field(ge=0)]
    offers_refused: Annotated[int, Field(ge=0)]
    entered_on: dt.date
    cause: HardToLetCause
    next_action: str | None
    owner: str | None


class HardToLetPage(Value):
    homes: list[HardToLetDocument]
    next_skip: int | None
    """Ask again with `skip` set to this for the next page; null on the last."""


@router.get("/hard-to-let")
async def list_hard_to_let(
    reader: Reader,
    work: CommandWork,
    skip: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> HardToLetPage:
    """A page of the queue, the longest vacant first: a landlord's own homes, or everybody's."""
    lines = await store.queue(work.session, landlord=scope_of(reader), skip=skip, limit=limit + 1)
    today = civil_day(work.now)
    return HardToLetPage(
        homes=[_document(line, today) for line in lines[:limit]], next_skip=skip + limit if len(lines) > limit else None
    )


@router.put("/hard-to-let/{vacancy_id}")
async def record_hard_to_let(
    vacancy_id: UUID,
    found: HardToLetFound,
    expected: IfMatch,
    reader: Reader,
    work: CommandWork,
    response: Response,
) -> HardToLetDocument:
    """Say why nobody takes the home, what is done next and who sees to it."""
    queued = await store.queued(work.session, vacancy_id)
    if queued is None or not may_read(reader, queued[1].landlord):
        raise NotFound(f"Vacancy {vacancy_id} is not in the hard-to-let queue that this token may read.")
    line = queued[0]
    check_version(line.version, expected)
    line.cause, line.next_action, line.owner = found.cause.value, found.next_action, found.owner
    line.version, line.changed_at = line.version + 1, work.now
    response.headers["ETag"] = etag(line.version)
    return _document(queued, civil_day(work.now))


def _document(queued: store.Queued, today: dt.date) -> HardToLetDocument:
    line, vacancy = queued
    home = home_facts(vacancy.facts)
    since = vacancy.ready_on or line.entered_on
    return HardToLetDocument(
        vacancy_id=vacancy.id,
        version=line.version,
        landlord=vacancy.landlord,
        vacancy_reference=vacancy.reference,
        dwelling_reference=vacancy.dwelling_reference,
        commune=home.commune,
        dwelling_type=home.dwelling_type,
        vacant_since=since,
        days_vacant=max(0, (today - since).days),
        offers_refused=vacancy.offers_refused,
        entered_on=line.entered_on,
        cause=HardToLetCause(line.cause),
        next_action=line.next_action,
        owner=line.owner,
    )
