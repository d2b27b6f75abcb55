"""Homes that households of signed moves leave: the landlord says whether they come free (DOMAIN §11, the chain)."""

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

import structlog
from fastapi import APIRouter, Query, Response
from pydantic import Field, StringConstraints

from chassis.auth import Principal
from chassis.http import Command, CommandRoute, CommandWork, Conflict, Invalid, NotFound, etag
from chassis.work import Work
from contracts.event import Envelope
from contracts.inventory import HomeLeftDenial
from contracts.landlord import FieldError, NoticeCase, NoticeReceived, Outcome
from contracts.topics import LANDLORD_VACANCY
from contracts.values import CommuneCode, DwellingType, Reference, RplsId, Siren, Value
from inventory import chains, receiving, store
from inventory.api.access import Reader, scope_of
from inventory.domain.chain import LeftState
from inventory.domain.vacancy import vacancy_id as id_of
from reference.days import civil_day

log = structlog.get_logger(__name__)
router = APIRouter(route_class=CommandRoute, tags=["homes left"])
_SOURCE = "//parcours/inventory/homes-left"
_NAMED_BY_RULES = ("dwelling_reference", "vacancy_reference", "received_on")


class HomeLeftConfirmed(Command):
    """The notice for the home left, as the landlord's system would send it (`landlord.notice.received`)."""

    dwelling_reference: Annotated[
        RplsId | None, Field(description="Needed where the move did not tell which dwelling is left.")
    ] = None
    vacancy_reference: Reference
    received_on: dt.date
    notice_months: Literal[1, 2, 3] | None = None
    works_days: Annotated[int, Field(ge=0, le=730)] | None = None
    case: NoticeCase = NoticeCase.SAME_LANDLORD
    """Says the months by the landlord's parameters, where `notice_months` is absent."""


class HomeLeftRefused(Command):
    because: HomeLeftDenial
    said: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)] | None = None
    """In the landlord's own words; they stay here."""


class HomeLeftDocument(Value):
    vacancy_id: UUID
    """The home that the household moved into."""
    landlord: Siren | None
    """Of the home left; None where nobody said it: an agent names the dwelling."""
    dwelling_reference: RplsId | None
    commune: CommuneCode | None
    dwelling_type: DwellingType | None
    signed_on: dt.date
    chain_id: UUID
    step: int
    """Of the move in its chain."""
    state: LeftState
    asked_on: dt.date
    days_awaiting: Annotated[int, Field(ge=0)]
    """Since it was asked: until today, or until the answer."""
    followed_by: UUID | None
    """The vacancy in which the home left comes free."""
    denied_because: HomeLeftDenial | None
    said: str | None


class HomeLeftPage(Value):
    homes: list[HomeLeftDocument]
    next_skip: int | None
    """Ask again with `skip` set to this for the next page; null on the last."""


@router.get("/homes-left")
async def list_homes_left(
    reader: Reader,
    work: CommandWork,
    state: LeftState | None = None,
    skip: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> HomeLeftPage:
    """A page of homes left, the longest asked first: a landlord's own, or everybody's."""
    rows = await store.homes_left(work.session, landlord=scope_of(reader), state=state, skip=skip, limit=limit + 1)
    return HomeLeftPage(
        homes=[_document(row, work.now) for row in rows[:limit]], next_skip=skip + limit if len(rows) > limit else None
    )


@router.get("/homes-left/{vacancy_id}")
async def get_home_left(vacancy_id: UUID, reader: Reader, work: CommandWork, response: Response) -> HomeLeftDocument:
    """What the household that moved into this home leaves."""
    return _shown(await _found(vacancy_id, reader, work), work, response)


@router.post("/homes-left/{vacancy_id}/confirm")
async def confirm_home_left(
    vacancy_id: UUID, told: HomeLeftConfirmed, reader: Reader, work: CommandWork, response: Response
) -> HomeLeftDocument:
    """Say that the home comes free. It is announced as by the landlord's own notice, and in its chain.

    An agent may say it for the landlord; who did is kept. The same confirmation twice is one.
    """
    row = await _found(vacancy_id, reader, work)
    reference = told.dwelling_reference or row.reference
    if reference is None:
        raise Invalid(
            [FieldError(field="dwelling_reference", message="the move told of no dwelling: name the one left")]
        )
    if row.landlord is None:
        row.landlord = await _owner(reference, work)
    if row.reference not in {None, reference}:
        raise Conflict(
            f"dwelling_reference: the household leaves {row.reference}, not {reference}; leave the field out, or deny"
        )
    if row.followed_by not in {None, id_of(row.landlord, told.vacancy_reference)}:
        raise Conflict(f"vacancy_reference: the home left already comes free in vacancy {row.followed_by}.")
    row.reference, row.state, row.answered_by = reference, LeftState.AWAITING.value, reader.subject
    if row.followed_by is not None:
        row.state = LeftState.CONFIRMED.value
    await work.session.flush()
    await _receive(row, told, work)
    await chains.join(row, work)
    log.info("home left confirmed", by=reader.subject, vacancy_id=str(vacancy_id), landlord=row.landlord)
    return _shown(row, work, response)


@router.post("/homes-left/{vacancy_id}/deny")
async def deny_home_left(
    vacancy_id: UUID, told: HomeLeftRefused, reader: Reader, work: CommandWork, response: Response
) -> HomeLeftDocument:
    """Say that the home does not come free, and why; the chain ends here."""
    row = await _found(vacancy_id, reader, work)
    if row.followed_by is not None:
        raise Conflict(f"because: the home left already comes free in vacancy {row.followed_by}; withdraw that one.")
    if row.state != LeftState.DENIED.value or row.denied_because != told.because.value:
        await chains.deny(row, told.because, told.said, who=reader.subject, work=work)
        log.info("home left denied", by=reader.subject, vacancy_id=str(vacancy_id), because=told.because.value)
    return _shown(row, work, response)


async def _receive(row: store.HomeLeftRow, told: HomeLeftConfirmed, work: Work) -> None:
    """The landlord's notice, by this door; what Kafka's door would reject is a problem here, and changes nothing."""
    assert row.landlord is not None, "the dwelling's owner is asked"
    given = told.model_dump(exclude={"dwelling_reference"}, exclude_none=True)
    notice = NoticeReceived(**given, dwelling_reference=row.reference)
    command, topic = work.cause, work.topic
    work.topic = LANDLORD_VACANCY.of(row.landlord)
    work.cause = Envelope(
        id=f"{row.vacancy_id}:{told.vacancy_reference}",
        type=NoticeReceived.TYPE,
        source=_SOURCE,
        time=work.now,
        subject=notice.key,
        correlation_id=command.correlation_id or command.id,
        causation_id=command.id,
        traceparent=command.traceparent,
    )
    receipt = await receiving.receive(notice, work, same_body=True)
    work.cause, work.topic = command, topic
    if receipt.outcome is Outcome.REJECTED:
        raise Invalid([_named(error) for error in receipt.errors])


def _named(error: FieldError) -> FieldError:
    """The error under a field that the form has."""
    if error.field in _NAMED_BY_RULES:
        return error
    if error.field == "id":
        message = "this vacancy was confirmed before with another notice; change it by an event of the landlord"
        return FieldError(field="vacancy_reference", message=message)
    return error


async def _owner(reference: str, work: Work) -> str:
    home = await store.dwelling(work.session, reference)
    if home is None:
        message = f"dwelling {reference} is not recorded; record it with PUT /v1/dwellings/{reference} first"
        raise Invalid([FieldError(field="dwelling_reference", message=message)])
    return home.landlord


async def _found(vacancy_id: UUID, reader: Principal, work: Work) -> store.HomeLeftRow:
    row = await store.home_left(work.session, vacancy_id)
    if row is None or scope_of(reader) not in {None, row.landlord}:
        raise NotFound(f"No home left by a move into {vacancy_id} is known here that this token may read.")
    return row


def _shown(row: store.HomeLeftRow, work: Work, response: Response) -> HomeLeftDocument:
    response.headers["ETag"] = etag(row.version)
    return _document(row, work.now)


def _document(row: store.HomeLeftRow, now: dt.datetime) -> HomeLeftDocument:
    return HomeLeftDocument(
        vacancy_id=row.vacancy_id,
        landlord=row.landlord,
        dwelling_reference=row.reference,
        commune=row.commune,
        dwelling_type=DwellingType(row.dwelling_type) if row.dwelling_type else None,
        signed_on=row.signed_on,
        chain_id=row.chain_id,
        step=row.step,
        state=LeftState(row.state),
        asked_on=civil_day(row.asked_at),
        days_awaiting=max(0, ((row.answered_at or now) - row.asked_at).days),
        followed_by=row.followed_by,
        denied_because=HomeLeftDenial(row.denied_because) if row.denied_because else None,
        said=row.said,
    )
