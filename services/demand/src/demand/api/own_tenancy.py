"""What a landlord states of a tenant, for herself: by a signed link, without an account, and hers to contest."""

import datetime as dt
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field

from chassis.auth import Agent
from chassis.http import CommandRoute, CommandWork, Unavailable
from chassis.links import Links
from contracts.values import Value
from demand import store
from demand.api.tenancies import (
    AssessmentDocument,
    ContestDocument,
    ContestForm,
    TenancyDocument,
    assessment_document,
    contest,
    found_tenancy,
    tenancy_document,
)
from reference.days import civil_day

router = APIRouter(route_class=CommandRoute, tags=["tenancies"])
LINK_LASTS = dt.timedelta(days=30)
TENANT = "tenant"
"""Who contests by a link."""


class TenancyLinkDocument(Value):
    token: Annotated[str, Field(description="Opens this tenancy, and nothing else, without an account.")]
    expires_at: dt.datetime


class OwnTenancyDocument(Value):
    """What the landlord states, and what of its conditions for a move is met."""

    tenancy: TenancyDocument
    conditions: AssessmentDocument


class OwnContestForm(ContestForm):
    token: Annotated[str, Field(max_length=2000)]
    """What the tenant's link carries."""


def _links(request: Request) -> Links:
    links: Links | None = getattr(request.app.state, "tenancy_links", None)
    if links is None:
        raise Unavailable("This service has no secret for links; the operator sets DEMAND_LINK_SECRET.")
    return links


Signed = Annotated[Links, Depends(_links)]


@router.post("/tenancies/{tenancy_id}/link")
async def issue_tenancy_link(tenancy_id: UUID, agent: Agent, links: Signed, work: CommandWork) -> TenancyLinkDocument:
    """A link by which the tenant reads what her landlord states of her, and contests it, for a month."""
    tenancy = await found_tenancy(tenancy_id, work)
    await store.log_step(work.session, tenancy.id, "link_given", who=agent.subject, now=work.now)
    expires_at = work.now + LINK_LASTS
    return TenancyLinkDocument(token=links.issue(tenancy.id, expires_at=expires_at), expires_at=expires_at)


@router.get("/own-tenancy")
async def show_own_tenancy(
    token: Annotated[str, Query(max_length=2000)], links: Signed, work: CommandWork
) -> OwnTenancyDocument:
    """What the landlord states of the tenant, by her link. Following it changes nothing."""
    tenancy = await found_tenancy(links.verify(token, now=work.now), work)
    today = civil_day(work.now)
    return OwnTenancyDocument(
        tenancy=_without_names(tenancy_document(tenancy, today)),
        conditions=await assessment_document(tenancy, today, work),
    )


@router.post("/own-tenancy/contests", status_code=201)
async def contest_own_fact(form: OwnContestForm, links: Signed, work: CommandWork) -> ContestDocument:
    """The tenant says that something her landlord states is wrong: it counts as unknown until it is settled."""
    return await contest(links.verify(form.token, now=work.now), form, work, who=TENANT)


def _without_names(document: TenancyDocument) -> TenancyDocument:
    """Agents are not named to tenants, nor other tenants' acts to each other."""
    facts = [
        fact.model_copy(update={"contest": _by_whom(fact.contest)}) if fact.contest else fact for fact in document.facts
    ]
    return document.model_copy(update={"facts": facts})


def _by_whom(contest: ContestDocument) -> ContestDocument:
    settled = contest.settlement
    return contest.model_copy(
        update={
            "by": contest.by if contest.by == TENANT else "agent",
            "settlement": settled.model_copy(update={"by": "agent"}) if settled else None,
        }
    )
