"""The three-yearly examination: the committee's opinion, the interview, and one click from there.

The file of an examination tells of health: who reads it is logged.
"""

import datetime as dt
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Response
from pydantic import Field, model_validator

from chassis.auth import Agent
from chassis.http import Command, CommandRoute, CommandWork, Conflict, Invalid, NotFound
from chassis.work import Work
from contracts.demand import ApplicationStatus
from contracts.landlord import FieldError
from contracts.notices import TransferSuggested
from contracts.tenancy import ExaminationCase, SuitableHome
from contracts.values import CommuneCode, DwellingType, PersonId, RplsId, Siren, Value
from demand import store
from demand.api.forms import Why
from demand.api.tenancies import found_tenancy
from demand.domain.days import latest_today
from demand.domain.examination import Examination, Interview, Opinion, suitable_types
from demand.domain.one_click import suggested_types
from demand.domain.written import Number
from demand.tenure import Taken, examine_tenancy, record_opinion, start_application
from reference.days import civil_day

router = APIRouter(route_class=CommandRoute, tags=["examinations"])


class OpinionDocument(Value):
    on: dt.date
    rehouse: bool
    suitable: SuitableHome | None
    by: str


class InterviewDocument(Value):
    on: dt.date
    wants_to_move: bool | None
    by: str


class ExaminationDocument(Value):
    examination_id: UUID
    tenancy_id: UUID
    version: int
    landlord: Siren
    dwelling_reference: RplsId
    commune: CommuneCode
    in_priority_district: bool | None
    on: dt.date
    cases: tuple[ExaminationCase, ...]
    unknown: Annotated[tuple[str, ...], Field(description="What was not known, and might have made a case.")]
    rooms_freed: int
    opinion: OpinionDocument | None
    interview: InterviewDocument | None
    invited_on: dt.date | None
    application_id: UUID | None


class ExaminationSummary(Value):
    """An answer to a command; it is kept for repetitions of the request, so it tells nothing of the household."""

    examination_id: UUID
    tenancy_id: UUID
    version: int
    invited_on: dt.date | None
    application_id: UUID | None


class StartedDocument(Value):
    """The application that was opened, and what its wishes may begin with."""

    application_id: UUID
    status: ApplicationStatus
    person_ids: tuple[PersonId, ...]
    suggested_types: tuple[DwellingType, ...]
    suggested_commune: CommuneCode


class SuitableForm(SuitableHome, Command):
    @model_validator(mode="after")
    def _in_order(self) -> "SuitableForm":
        if self.smallest.value > self.largest.value:
            raise ValueError(f"smallest {self.smallest.value} is larger than largest {self.largest.value}")
        return self


class OpinionForm(Command):
    on: dt.date
    """The committee's session."""
    rehouse: bool
    suitable: SuitableForm | None = None
    """The features of a home that would suit; needed where the committee would rehouse."""


class InterviewForm(Command):
    on: dt.date
    wants_to_move: bool | None = None
    """What the tenant said; absent where she has not decided."""


class StartForm(Command):
    number: Number | None = None
    """The application number, where the national system has given one already."""


@router.get("/examinations/{examination_id}")
async def get_examination(examination_id: UUID, why: Why, agent: Agent, work: CommandWork) -> ExaminationDocument:
    """An examination with all its cases. The reading is logged."""
    found = await _found(examination_id, work)
    tenancy = await found_tenancy(found.tenancy_id, work)
    await store.log_reading(work.session, tenancy.leaseholders, who=agent.subject, why=why, now=work.now)
    return _document(found)


@router.get("/tenancies/{tenancy_id}/examinations")
async def list_examinations(tenancy_id: UUID, why: Why, agent: Agent, work: CommandWork) -> list[ExaminationDocument]:
    """All examinations of a lease, the latest first. The reading is logged."""
    tenancy = await found_tenancy(tenancy_id, work)
    await store.log_reading(work.session, tenancy.leaseholders, who=agent.subject, why=why, now=work.now)
    return [_document(one) for one in await store.examinations_of(work.session, tenancy_id)]


@router.post("/tenancies/{tenancy_id}/examinations", status_code=201)
async def examine_now(tenancy_id: UUID, agent: Agent, work: CommandWork) -> ExaminationSummary:
    """Examine a lease today, for instance after a household split; the three-yearly dates stay what they are."""
    tenancy = await found_tenancy(tenancy_id, work, lock=True)
    made = await examine_tenancy(work, tenancy, civil_day(work.now))
    if made is None:
        raise Conflict("The lease has ended, was never told, or lies in no zone that the decree names.")
    await store.log_step(work.session, tenancy_id, "examined", who=agent.subject, now=work.now)
    return _summary(await _found(made.id, work))


@router.post("/examinations/{examination_id}/opinion")
async def give_opinion(examination_id: UUID, form: OpinionForm, agent: Agent, work: CommandWork) -> ExaminationSummary:
    """Enter the committee's opinion on rehousing, with the features of a home that would suit."""
    before = await _found(examination_id, work, lock=True)
    errors = _day_errors(form.on, before, work)
    if form.rehouse and form.suitable is None:
        message = "a committee that would rehouse defines the features of a suitable home (CCH L442-5-2)"
        errors.append(FieldError(field="suitable", message=message))
    if errors:
        raise Invalid(errors)
    if not before.cases:
        raise Conflict("The examination found no case; nothing goes to the committee.")
    suitable = SuitableHome.model_validate(form.suitable.model_dump()) if form.suitable else None
    opinion = Opinion(on=form.on, rehouse=form.rehouse, suitable=suitable, by=agent.subject)
    return _summary(await record_opinion(work, before, opinion))


@router.post("/examinations/{examination_id}/interview")
async def record_interview(
    examination_id: UUID, form: InterviewForm, agent: Agent, work: CommandWork
) -> ExaminationSummary:
    """Note that the tenant was met, and whether she wants to move."""
    before = await _found(examination_id, work, lock=True)
    if errors := _day_errors(form.on, before, work):
        raise Invalid(errors)
    interview = Interview(on=form.on, wants_to_move=form.wants_to_move, by=agent.subject)
    return _summary(await _keep(before.change(interview=interview), work, step="interviewed", who=agent.subject))


@router.post("/examinations/{examination_id}/invite")
async def invite_tenant(examination_id: UUID, agent: Agent, work: CommandWork) -> ExaminationSummary:
    """Suggest to each leaseholder to talk about a home that fits better, by the channels that reach her."""
    before = await _found(examination_id, work, lock=True)
    tenancy = await found_tenancy(before.tenancy_id, work)
    today = civil_day(work.now)
    if before.invited_on is not None:
        raise Conflict(f"The tenant was invited on {before.invited_on}.")
    if not before.cases or not tenancy.sitting(today):
        raise Conflict("The examination found no case, or the lease has ended; there is nothing to suggest.")
    for person_id in tenancy.leaseholders:
        work.emit(
            TransferSuggested(notice_id=uuid4(), person_id=person_id, tenancy_id=tenancy.id, landlord=tenancy.landlord)
        )
    return _summary(await _keep(before.change(invited_on=today), work, step="invited", who=agent.subject))


@router.post("/examinations/{examination_id}/application", status_code=201)
async def start(
    examination_id: UUID, agent: Agent, work: CommandWork, response: Response, form: StartForm | None = None
) -> StartedDocument:
    """Open a transfer application with all that the landlord knows; it is registered until the wishes are said."""
    before = await _found(examination_id, work, lock=True)
    tenancy = await found_tenancy(before.tenancy_id, work, lock=True)
    if before.application_id is not None:
        raise Conflict(f"The application {before.application_id} was opened from this examination.")
    if tenancy.lease is None or not tenancy.sitting(civil_day(work.now)):
        raise Conflict("The lease has ended, or was never told; register an application instead.")
    try:
        opened = await start_application(work, before, tenancy, number=form.number if form else None, who=agent.subject)
    except Taken as taken:
        raise Conflict(str(taken)) from taken
    response.headers["Location"] = f"/v1/applications/{opened.id}"
    suitable = before.opinion.suitable if before.opinion else None
    return StartedDocument(
        application_id=opened.id,
        status=opened.status,
        person_ids=opened.persons,
        suggested_types=suggested_types(suitable, suitable_types(tenancy, civil_day(work.now))),
        suggested_commune=tenancy.lease.commune,
    )


async def _found(examination_id: UUID, work: Work, *, lock: bool = False) -> Examination:
    found = await store.examination(work.session, examination_id, lock=lock)
    if found is None:
        raise NotFound(f"No examination {examination_id} is known here, or its lease was forgotten.")
    return found


async def _keep(after: Examination, work: Work, *, step: str, who: str) -> Examination:
    await store.save_examination(work.session, after, work.now)
    await store.log_step(work.session, after.tenancy_id, step, who=who, now=work.now)
    return after


def _day_errors(on: dt.date, examination: Examination, work: Work) -> list[FieldError]:
    if on > latest_today(work.now):
        return [FieldError(field="on", message=f"{on} is in the future")]
    if on < examination.on:
        return [FieldError(field="on", message=f"{on} is before the examination of {examination.on}")]
    return []


def _summary(one: Examination) -> ExaminationSummary:
    return ExaminationSummary(
        examination_id=one.id,
        tenancy_id=one.tenancy_id,
        version=one.version,
        invited_on=one.invited_on,
        application_id=one.application_id,
    )


def _document(one: Examination) -> ExaminationDocument:
    opinion, interview = one.opinion, one.interview
    return ExaminationDocument(
        examination_id=one.id,
        tenancy_id=one.tenancy_id,
        version=one.version,
        landlord=one.landlord,
        dwelling_reference=one.dwelling_reference,
        commune=one.commune,
        in_priority_district=one.in_priority_district,
        on=one.on,
        cases=one.cases,
        unknown=one.unknown,
        rooms_freed=one.rooms_freed,
        opinion=OpinionDocument(on=opinion.on, rehouse=opinion.rehouse, suitable=opinion.suitable, by=opinion.by)
        if opinion
        else None,
        interview=InterviewDocument(on=interview.on, wants_to_move=interview.wants_to_move, by=interview.by)
        if interview
        else None,
        invited_on=one.invited_on,
        application_id=one.application_id,
    )
