"""Why, and why not."""

from uuid import UUID

import structlog
from fastapi import APIRouter

from chassis.auth import Agent
from chassis.http import CommandRoute, CommandWork, NotFound
from matching.api.spoken import Spoken
from matching.domain.explanation import explain
from matching.policies import basis
from matching.store import applications, vacancies
from matching.views.explanations import ExplanationView
from policy.explain import lines

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
    return ExplanationView.of(
        explain(application, vacancy.dwelling, now),
        application_id=application_id,
        vacancy_id=vacancy_id,
        rubrics=lines(now.policy, application, vacancy.dwelling, now.on),
        language=spoken,
    )
