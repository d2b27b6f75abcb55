"""The dated record of CCH R441-2-15: read by agents, and by applicants by a signed link, where they may renew too."""

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field

from chassis.auth import Agent
from chassis.http import Command, CommandRoute, CommandWork, Conflict, NotFound, Unavailable
from chassis.links import Links
from chassis.work import Work
from contracts.demand import ApplicationStatus, ClosureReason
from contracts.values import ApplicationKind, Value
from demand import store
from demand.api.applications import found_application, log_reading
from demand.api.forms import Why
from demand.domain import life
from demand.domain.application import Application, Closed
from demand.domain.record import Entry, Step
from demand.handling import keep
from reference.days import civil_day
from reference.deadlines import deadline

router = APIRouter(route_class=CommandRoute, tags=["record"])
LINK_LASTS = dt.timedelta(days=30)


class StepDocument(Value):
    step: Step
    at: dt.datetime
    about: Annotated[UUID | None, Field(description="The call, file, offer, notice or vacancy it is about.")]
    detail: dict[str, Any]
    who: Annotated[str | None, Field(description="Who did it; an applicant reads `agent`.")]


class RecordDocument(Value):
    application_id: UUID
    kind: ApplicationKind
    status: ApplicationStatus
    registered_on: dt.date
    expires_on: dt.date | None
    renewable: Annotated[bool, Field(description="Whether the household is asked to renew now.")]
    closed_on: dt.date | None
    closure: ClosureReason | None
    steps: tuple[StepDocument, ...]


class LinkDocument(Value):
    token: Annotated[str, Field(description="Opens this application's record, and nothing else, without an account.")]
    expires_at: dt.datetime


class RenewalForm(Command):
    token: Annotated[str, Field(max_length=2000)]
    """What the applicant's link carries."""


def _links(request: Request) -> Links:
    links: Links | None = getattr(request.app.state, "links", None)
    if links is None:
        raise Unavailable("This service has no secret for links; the operator sets DEMAND_LINK_SECRET.")
    return links


Signed = Annotated[Links, Depends(_links)]
Token = Annotated[str, Query(max_length=2000)]


@router.get("/applications/{application_id}/record")
async def get_record(application_id: UUID, why: Why, agent: Agent, work: CommandWork) -> RecordDocument:
    """Every step in an application's handling with its date. The reading is logged."""
    found = await found_application(application_id, work)
    await log_reading(found, agent.subject, why, work)
    return _document(found, await store.record(work.session, found.id), for_applicant=False)


@router.post("/applications/{application_id}/link")
async def issue_link(application_id: UUID, why: Why, agent: Agent, links: Signed, work: CommandWork) -> LinkDocument:
    """A link by which the applicant reads her own record for a month. Its giving is logged as a reading."""
    found = await found_application(application_id, work)
    await log_reading(found, agent.subject, why, work)
    expires_at = work.now + LINK_LASTS
    return LinkDocument(token=links.issue(found.id, expires_at=expires_at), expires_at=expires_at)


@router.get("/record")
async def show_record(token: Token, links: Signed, work: CommandWork) -> RecordDocument:
    """The applicant's own record, by her link. Following it changes nothing."""
    found = await _linked(token, links, work)
    return _document(found, await store.record(work.session, found.id), for_applicant=True)


@router.post("/renewals")
async def renew_by_link(form: RenewalForm, links: Signed, work: CommandWork) -> RecordDocument:
    """The applicant keeps her application for another year. The same link followed again changes nothing more."""
    before = await _linked(form.token, links, work, lock=True)
    try:
        after = await keep(work, before, life.renew(before, civil_day(work.now)))
    except life.NotYet as not_yet:
        if not await _renewed_lately(before, work):
            raise Conflict(str(not_yet)) from not_yet
        after = before
    except Closed as closed:
        raise Conflict(str(closed)) from closed
    return _document(after, await store.record(work.session, after.id), for_applicant=True)


async def _renewed_lately(application: Application, work: Work) -> bool:
    """Whether a link that is still good was followed before: the answer is then the same, not a refusal.

    The renewal notice's lasts longest: from that notice to the day the number expired.
    """
    steps = await store.record(work.session, application.id)
    today = civil_day(work.now)
    asked = deadline("application.renewal_notice", today).before(today)
    return any(one.step is Step.RENEWED and civil_day(one.at) >= asked for one in steps)


async def _linked(token: str, links: Links, work: Work, *, lock: bool = False) -> Application:
    found = await store.application(work.session, links.verify(token, now=work.now), lock=lock)
    if found is None:
        raise NotFound("The application of this link was erased, a year after it was closed.")
    return found


def _document(application: Application, steps: list[Entry], *, for_applicant: bool) -> RecordDocument:
    return RecordDocument(
        application_id=application.id,
        kind=application.kind,
        status=application.status,
        registered_on=application.registered_on,
        expires_on=application.expires_on,
        renewable=application.open and application.notified_on is not None,
        closed_on=application.closed_on,
        closure=application.closure,
        steps=tuple(
            StepDocument(
                step=one.step,
                at=one.at,
                about=one.about,
                detail=dict(one.detail),
                who="agent" if for_applicant and one.who else one.who,
            )
            for one in steps
        ),
    )
