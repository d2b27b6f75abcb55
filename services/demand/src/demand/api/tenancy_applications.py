"""Which application is of a sitting tenancy's household: found by the home it names, said by an agent."""

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from chassis.auth import Agent
from chassis.http import Command, CommandRoute, CommandWork, Conflict
from contracts.values import Value
from demand import store
from demand.api.applications import found_application
from demand.api.tenancies import found_tenancy
from demand.tenure import confirm_application, refuse_application

router = APIRouter(route_class=CommandRoute, tags=["tenancies"])


class LinkedApplicationDocument(Value):
    application_id: UUID
    tenancy_id: UUID
    state: Literal["found", "confirmed", "refused"]
    same_names: Annotated[int, Field(description="Applicants who have a leaseholder's name.")]
    found_at: dt.datetime
    decided_by: str | None
    decided_at: dt.datetime | None


class LinkForm(Command):
    confirmed: bool
    """Whether the application is of the tenancy's household."""


@router.get("/tenancy-applications")
async def list_links(
    _: Agent,
    work: CommandWork,
    state: Annotated[Literal["found", "confirmed", "refused"], Query()] = "found",
    tenancy_id: Annotated[UUID | None, Query()] = None,
    after: Annotated[UUID | None, Query(description="The last application of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[LinkedApplicationDocument]:
    """Applications that name the home of a sitting tenancy, for an agent to say whether they are its household's."""
    found = await store.links(work.session, tenancy_id=tenancy_id, state=state, after=after, limit=limit)
    return [_link_document(one) for one in found]


@router.put("/tenancies/{tenancy_id}/applications/{application_id}")
async def decide_link(
    tenancy_id: UUID, application_id: UUID, form: LinkForm, agent: Agent, work: CommandWork
) -> LinkedApplicationDocument:
    """Say whether an application is of the tenancy's household; if so, the conditions are checked from now on."""
    tenancy = await found_tenancy(tenancy_id, work, lock=True)
    application = await found_application(application_id, work, lock=True)
    other = await store.tenancy_of(work.session, application_id)
    if form.confirmed and other not in {None, tenancy_id}:
        raise Conflict(f"The application {application_id} is of the tenancy {other}; refuse that one first.")
    if form.confirmed and not application.open:
        raise Conflict(f"The application {application_id} is closed.")
    decide = confirm_application if form.confirmed else refuse_application
    await decide(work, application, tenancy, who=agent.subject)
    step = "application_confirmed" if form.confirmed else "application_refused"
    await store.log_step(work.session, tenancy_id, step, who=agent.subject, reason=str(application_id), now=work.now)
    links = await store.links(work.session, tenancy_id=tenancy_id, limit=1000)
    return next(_link_document(one) for one in links if one.application_id == application_id)


def _link_document(link: store.Link) -> LinkedApplicationDocument:
    return LinkedApplicationDocument.model_validate(link, from_attributes=True)
