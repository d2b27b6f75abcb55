"""What ends a term or an application: renewal, the six reasons of CCH R441-2-8, and duplicates."""

import datetime as dt
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from chassis.auth import Agent
from chassis.http import Command, CommandRoute, CommandWork, Conflict, Invalid
from contracts.demand import ClosureReason
from contracts.landlord import FieldError
from contracts.values import Value
from demand import store
from demand.api.applications import ApplicationSummary, found_application, log_reading, summary
from demand.api.forms import Why
from demand.domain import life
from demand.domain.application import Closed
from demand.domain.days import latest_today
from demand.domain.record import Step
from demand.handling import Did, keep, tell_persons
from reference.days import civil_day

T = TypeVar("T")
router = APIRouter(prefix="/applications/{application_id}", route_class=CommandRoute, tags=["life of an application"])


class WarnedReason(StrEnum):
    """Reasons that take a month's notice."""

    NO_ANSWER = "no_answer"
    INADMISSIBLE = "inadmissible"


class WarningForm(Command):
    reason: WarnedReason
    since: dt.date
    """When the letter that stayed without answer was sent, or the committee decided."""


class HousedForm(Command):
    lease_signed_on: dt.date


class WithdrawalForm(Command):
    written_on: dt.date | None = None
    """The day of the household's writing; today where absent."""


class MergeForm(Command):
    duplicate: UUID
    """The application that is closed into this one; the eldest date of both stays."""


class Duplicate(Value):
    application_id: UUID
    registered_on: dt.date
    number: Annotated[str | None, Field(description="Its number; none once its applicant was erased.")]


@router.post("/renew")
async def renew_application(
    application_id: UUID, agent: Agent, work: CommandWork, response: Response
) -> ApplicationSummary:
    """Keep the application for another year, at the household's word (CCH R441-2-7)."""
    before = await found_application(application_id, work, lock=True)
    after = _decided(lambda: life.renew(before, civil_day(work.now)))
    return summary(await keep(work, before, after, who=agent.subject), response)


@router.post("/withdraw")
async def withdraw_application(
    application_id: UUID, agent: Agent, work: CommandWork, response: Response, form: WithdrawalForm | None = None
) -> ApplicationSummary:
    """Close an application at the household's written wish; it is erased when its time of retention is over."""
    before = await found_application(application_id, work, lock=True)
    if not before.open:
        return summary(before, response)
    written_on = form.written_on if form and form.written_on else civil_day(work.now)
    _in_the_past("written_on", written_on, work.now)
    after = _decided(lambda: life.close(before, ClosureReason.WITHDRAWN, civil_day(work.now)))
    closing = {"written_on": written_on}
    return summary(await keep(work, before, after, who=agent.subject, closing=closing), response)


@router.post("/housed")
async def house_application(
    application_id: UUID, form: HousedForm, agent: Agent, work: CommandWork, response: Response
) -> ApplicationSummary:
    """Close an application because a home was allocated and the lease signed."""
    before = await found_application(application_id, work, lock=True)
    _in_the_past("lease_signed_on", form.lease_signed_on, work.now)
    after = _decided(lambda: life.close(before, ClosureReason.HOUSED, civil_day(work.now)))
    closing = {"lease_signed_on": form.lease_signed_on}
    return summary(await keep(work, before, after, who=agent.subject, closing=closing), response)


@router.post("/warning")
async def warn_of_closure(
    application_id: UUID, form: WarningForm, agent: Agent, work: CommandWork, response: Response
) -> ApplicationSummary:
    """Tell the household that its application will be closed; a month later the clock closes it, unless it answers."""
    before = await found_application(application_id, work, lock=True)
    _in_the_past("since", form.since, work.now)
    after = _decided(lambda: life.warn(before, ClosureReason(form.reason.value), civil_day(work.now)))
    if after is before:
        return summary(before, response)
    steps = tell_persons(work, after, Step.CLOSURE_WARNED, reason=form.reason.value, since=form.since)
    return summary(await keep(work, before, after, steps, who=agent.subject), response)


@router.delete("/warning")
async def lift_warning(application_id: UUID, agent: Agent, work: CommandWork, response: Response) -> ApplicationSummary:
    """Take the announced closure back: the household answered, or the committee decided again."""
    before = await found_application(application_id, work, lock=True)
    after = _decided(lambda: life.lift(before))
    return summary(await keep(work, before, after, who=agent.subject), response)


@router.get("/duplicates")
async def find_duplicates(application_id: UUID, why: Why, agent: Agent, work: CommandWork) -> list[Duplicate]:
    """Open applications of somebody with the same name and birth date, the eldest first. The reading is logged."""
    found = await found_application(application_id, work)
    others = await store.duplicates(work.session, found.persons, but=found.id)
    for other in others:
        await log_reading(other, agent.subject, why, work)
    return [
        Duplicate(application_id=other.id, registered_on=other.registered_on, number=other.number) for other in others
    ]


@router.post("/merge")
async def merge_applications(
    application_id: UUID, form: MergeForm, agent: Agent, work: CommandWork, response: Response
) -> ApplicationSummary:
    """Close a duplicate into this application, which keeps the eldest date of both; both records say so."""
    ids = sorted({application_id, form.duplicate})  # always in the same order: two merges never wait for each other
    rows = {one: await found_application(one, work, lock=True) for one in ids}
    kept, other = rows[application_id], rows[form.duplicate]
    if other.merged_into == kept.id:
        return summary(kept, response)
    merged, closed = _decided(lambda: life.merge(kept, other, civil_day(work.now)))
    await keep(work, other, closed, who=agent.subject)
    detail = {"registered_on": merged.registered_on, "was": kept.registered_on}
    after = await keep(work, kept, merged, [Did(Step.MERGED, detail, other.id)], who=agent.subject)
    return summary(after, response)


def _decided(decide: Callable[[], T]) -> T:
    """The decision, or the conflict that the law makes of it."""
    try:
        return decide()
    except (Closed, life.NotYet, life.Unlawful) as refused:
        raise Conflict(str(refused)) from refused


def _in_the_past(field: str, day: dt.date, now: dt.datetime) -> None:
    if day > latest_today(now):
        raise Invalid([FieldError(field=field, message=f"{day} is in the future")])
