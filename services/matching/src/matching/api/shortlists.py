"""What agents see of a home's shortlist."""

from uuid import UUID

import structlog
from fastapi import APIRouter

from chassis.auth import Agent
from chassis.http import CommandRoute, CommandWork
from matching.acts import calling
from matching.api.known import no_vacancy
from matching.grounds import basis
from matching.store import calls, vacancies
from matching.views.calls import CallSummary, NextView, ShortlistView

__all__ = ["router"]

log = structlog.get_logger(__name__)
router = APIRouter(route_class=CommandRoute)


@router.get("/vacancies/{vacancy_id}/shortlist")
async def shortlist(vacancy_id: UUID, agent: Agent, work: CommandWork) -> ShortlistView:
    """The households called for a home and those like it, by rank, and the next in line for this one."""
    row = await vacancies.load(work.session, vacancy_id)
    if row is None:
        raise no_vacancy(vacancy_id)
    log.info("shortlist read", by=agent.subject, vacancy_id=str(vacancy_id))
    vacancy = row.vacancy()
    now = await basis(work.session, vacancy, work.now)
    called = await calls.of_pool(work.session, row.pool_id or row.id)
    room = now.policy.shortlist_size - len(called)
    following = (
        await calling.candidates(
            work.session, vacancy, now, limit=room, excluding={call.application_id for call in called}, lock=False
        )
        if vacancy.open and room > 0
        else []
    )
    return ShortlistView(
        vacancy_id=vacancy_id,
        status=vacancy.status,
        dwelling=vacancy.dwelling,
        available_on=vacancy.available_on,
        policy=now.policy.name,
        places=now.policy.calls_at_once,
        standing=row.standing,
        called=[CallSummary.of(call) for call in called],
        next_in_line=[NextView.of(candidate) for candidate in following],
    )
