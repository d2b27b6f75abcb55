"""The public record of a home's draw, and the search that an adapted home asks for."""

from typing import Annotated
from uuid import UUID

import structlog
from fastapi import APIRouter
from pydantic import Field

from chassis.auth import Agent, Asking, Role
from chassis.http import Command, CommandRoute, CommandWork, Conflict, NotFound
from contracts.told import Told
from matching.api.known import no_vacancy
from matching.domain.rules.adapted import is_adapted
from matching.store import circumstances, draws, vacancies
from matching.views.draws import DrawView

__all__ = ["router"]

log = structlog.get_logger(__name__)
router = APIRouter(route_class=CommandRoute)


class SearchRecorded(Command):
    """Nobody was found for whom an adapted home is for (CCH R441-4)."""

    note: Annotated[str, Field(min_length=10, max_length=1000)]
    """Where and how it was searched; no name of a person."""


@router.get("/vacancies/{vacancy_id}/draw")
async def show_draw(vacancy_id: UUID, asking: Asking, work: CommandWork) -> DrawView:
    """The seal of a home's draw, and once the home is let or gone the seed and the lots. No account is needed."""
    drawn = await draws.load(work.session, vacancy_id)
    if drawn is None:
        raise NotFound(
            Told(
                f"vacancy_id : aucun tirage n'est scellé pour {vacancy_id} ; l'annonce est peut-être en chemin.",
                f"vacancy_id: no draw is sealed for a vacancy {vacancy_id}; its announcement may be on its way.",
            )
        )
    to_an_agent = asking is not None and Role.AGENT in asking.roles
    return DrawView.of(drawn, await draws.kept(work.session, vacancy_id), to_an_agent=to_an_agent)


@router.post("/vacancies/{vacancy_id}/adapted-search", status_code=204)
async def record_search(vacancy_id: UUID, search: SearchRecorded, agent: Agent, work: CommandWork) -> None:
    """Record that nobody disabled, or elderly in need, was found for an adapted home: others are called from now on."""
    held = await vacancies.hold(work.session, vacancy_id)
    if held is None:
        raise no_vacancy(vacancy_id)
    home = held.vacancy().dwelling
    if home is None or not is_adapted(home):
        raise Conflict(
            Told(
                "vacancy_id : le logement n'est pas adapté au handicap : aucune recherche n'est nécessaire.",
                "vacancy_id: the home is not adapted for disability, so nobody has to be searched for first.",
            )
        )
    await circumstances.searched(work.session, vacancy_id, by=agent.subject, note=search.note, now=work.now)
    log.info("adapted search recorded", by=agent.subject, vacancy_id=str(vacancy_id))
    work.due("match_vacancy", str(vacancy_id))
