"""Why, and why not."""

from uuid import UUID

import structlog
from fastapi import APIRouter

from chassis.auth import Agent
from chassis.http import CommandRoute, CommandWork, Gone, NotFound
from matching import wording
from matching.api.spoken import Spoken
from matching.domain.explanation import explain
from matching.domain.rationale import Rationale
from matching.policies import basis, library
from matching.store import applications, calls, vacancies
from matching.views.explanations import CallExplanationView, ExplanationView

__all__ = ["router"]

log = structlog.get_logger(__name__)
router = APIRouter(route_class=CommandRoute)


@router.get("/applications/{application_id}/explanations")
async def explain_application(
    application_id: UUID, vacancy_id: UUID, agent: Agent, spoken: Spoken, work: CommandWork
) -> ExplanationView:
    """Rule by rule and rubric by rubric, why an application fits a home or not, as both are now."""
    application = await applications.load(work.session, application_id)
    if application is None:
        raise NotFound(f"application_id: there is no application {application_id}; it may have been erased.")
    row = await vacancies.load(work.session, vacancy_id)
    vacancy = None if row is None else row.vacancy()
    if vacancy is None or vacancy.dwelling is None:
        raise NotFound(f"vacancy_id: there is no vacancy {vacancy_id} of a known home.")
    log.info("explanation read", by=agent.subject, application_id=str(application_id), vacancy_id=str(vacancy_id))
    now = basis(work.now, vacancy)
    explanation = explain(application, vacancy.dwelling, now)
    rationale = Rationale.of(application, explanation)
    return ExplanationView.of(explanation, rationale, now.policy, (application_id, vacancy_id), spoken)


@router.get("/calls/{call_id}/explanation")
async def explain_call(call_id: UUID, agent: Agent, spoken: Spoken, work: CommandWork) -> CallExplanationView:
    """Why a household was called and in which place, as it was then: what changed since changes nothing here."""
    call = await calls.load(work.session, call_id)
    if call is None:
        raise NotFound(f"call_id: there is no call {call_id}; take it from the vacancy's shortlist.")
    rationale = await calls.rationale_of(work.session, call_id)
    if rationale is None:
        raise Gone(wording.no_rationale(spoken))
    log.info("explanation read", by=agent.subject, application_id=str(call.application_id), call_id=str(call_id))
    ahead = await calls.ahead_of(work.session, call.vacancy_id, call.rank)
    return CallExplanationView.of(call, rationale, library().named(call.policy), ahead, spoken)
