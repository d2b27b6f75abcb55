"""Why, and why not: for agents of anybody, each reading logged."""

from typing import Annotated
from uuid import UUID

import structlog
from fastapi import APIRouter, Query

from chassis.auth import Agent
from chassis.http import CommandRoute, CommandWork, Gone, Unavailable
from chassis.work import Work
from contracts.values import Language
from matching.acts.placing import place
from matching.acts.supplying import Busy, year_of
from matching.api.known import known_application, known_home, no_call
from matching.api.spoken import Spoken
from matching.domain.application import Application
from matching.domain.explanation import explain
from matching.domain.widening import wish_widened
from matching.grounds import basis
from matching.policies import library
from matching.store import calls
from matching.views.explanations import CallExplanationView, ExplanationView
from matching.views.supply import SupplyView
from matching.words import wording

__all__ = ["router", "supply_view"]

log = structlog.get_logger(__name__)
router = APIRouter(route_class=CommandRoute)
Shown = Annotated[int, Query(ge=0, le=40, description="How many of those ahead to show.")]
Nearest = Annotated[bool, Query(description="Whether to look for the changes that would have made it.")]


@router.get("/applications/{application_id}/explanations")
async def explain_application(
    application_id: UUID,
    vacancy_id: UUID,
    agent: Agent,
    spoken: Spoken,
    work: CommandWork,
    shown: Shown = 10,
    nearest: Nearest = True,
) -> ExplanationView:
    """Rule by rule and rubric by rubric, in which place, and for a miss the nearest changes, as both are now."""
    application = await known_application(application_id, work)
    vacancy = await known_home(vacancy_id, work)
    assert vacancy.dwelling is not None
    log.info("explanation read", by=agent.subject, application_id=str(application_id), vacancy_id=str(vacancy_id))
    now = await basis(work.session, vacancy, work.now)
    explanation = explain(application, vacancy.dwelling, now)
    placing = await place(work.session, application, explanation, vacancy, now, shown=shown, nearest=nearest)
    call = await calls.of_application(work.session, vacancy_id, application_id)
    beyond = wish_widened(application, vacancy.dwelling, now, hard_to_let=vacancy.hard_to_let)
    return ExplanationView.of(explanation, application, vacancy, placing, call, now.policy, spoken, widened=beyond)


@router.get("/applications/{application_id}/supply")
async def show_supply(application_id: UUID, agent: Agent, spoken: Spoken, work: CommandWork) -> SupplyView:
    """Twelve months: homes that reached the wanted places, misses by rule, what would open most, expected waits."""
    application = await known_application(application_id, work)
    log.info("supply read", by=agent.subject, application_id=str(application_id))
    return await supply_view(application, work, spoken)


@router.get("/calls/{call_id}/explanation")
async def explain_call(call_id: UUID, agent: Agent, spoken: Spoken, work: CommandWork) -> CallExplanationView:
    """Why a household was called and in which place, as it was then: what changed since changes nothing here."""
    call = await calls.load(work.session, call_id)
    if call is None:
        raise no_call(call_id)
    rationale = await calls.rationale_of(work.session, call_id)
    if rationale is None:
        raise Gone(wording.NO_RATIONALE)
    log.info("explanation read", by=agent.subject, application_id=str(call.application_id), call_id=str(call_id))
    ahead = await calls.ahead_of(work.session, call.pool_id, call.rank)
    return CallExplanationView.of(call, rationale, library().named(call.policy), ahead, spoken)


async def supply_view(application: Application, work: Work, spoken: Language) -> SupplyView:
    try:
        year = await year_of(work.session, application, work.now)
    except Busy:
        raise Unavailable(wording.BUSY) from None
    return SupplyView.of(application.id, year, spoken)
