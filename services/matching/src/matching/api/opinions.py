"""Examined leases on a committee's agenda, and its opinion on rehousing."""

from typing import Annotated, Self
from uuid import UUID

import structlog
from fastapi import APIRouter, Query
from pydantic import model_validator

from chassis.auth import Agent
from chassis.http import Command, CommandRoute, CommandWork, NotFound
from contracts.tenancy import SuitableHome
from contracts.told import Told
from contracts.values import Siren
from matching.acts import opining
from matching.api.committee import open_session, refusals
from matching.store import examinations
from matching.views.examinations import ExaminationItemView, ExaminationView

__all__ = ["router"]

log = structlog.get_logger(__name__)
router = APIRouter(route_class=CommandRoute)


class ExaminationListed(Command):
    examination_id: UUID


class SuitableForm(SuitableHome, Command):
    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.smallest.value > self.largest.value:
            raise ValueError(f"smallest {self.smallest.value} is larger than largest {self.largest.value}")
        return self


class OpinionForm(Command):
    rehouse: bool
    suitable: SuitableForm | None = None
    """The features of a home that would suit; needed where the committee would rehouse."""


@router.get("/examinations/waiting")
async def list_waiting(
    landlord: Siren, _: Agent, work: CommandWork, limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> list[ExaminationItemView]:
    """A landlord's examined leases that wait for a committee's opinion, the most rooms freed first."""
    return [ExaminationItemView.of(row) for row in await examinations.waiting(work.session, landlord, limit=limit)]


@router.get("/examinations/{examination_id}")
async def show_examination(examination_id: UUID, agent: Agent, work: CommandWork) -> ExaminationView:
    """An examined lease with all its cases. The reading is logged."""
    row = await examinations.load(work.session, examination_id)
    if row is None:
        raise _none(examination_id)
    log.info("examination read", by=agent.subject, examination_id=str(examination_id))
    return ExaminationView.seen(row)


@router.post("/committee-sessions/{session_id}/examinations", status_code=201)
async def put_examination(
    session_id: UUID, listed: ExaminationListed, agent: Agent, work: CommandWork
) -> ExaminationItemView:
    """Put an examined lease on the agenda of its landlord's committee."""
    with refusals():
        row = await opining.put_examination(await open_session(session_id, work), listed.examination_id, work)
    if row is None:
        raise _none(listed.examination_id)
    log.info("examination put on agenda", by=agent.subject, examination_id=str(row.id))
    return ExaminationItemView.of(row)


@router.delete("/committee-sessions/{session_id}/examinations/{examination_id}", status_code=204)
async def take_examination_off(session_id: UUID, examination_id: UUID, agent: Agent, work: CommandWork) -> None:
    """Take a lease off the agenda."""
    with refusals():
        taken = await opining.take_examination_off(await open_session(session_id, work), examination_id, work)
    if not taken:
        raise _not_listed(examination_id)
    log.info("examination taken off agenda", by=agent.subject, examination_id=str(examination_id))


@router.post("/committee-sessions/{session_id}/examinations/{examination_id}/opinion")
async def give_opinion(
    session_id: UUID, examination_id: UUID, form: OpinionForm, agent: Agent, work: CommandWork
) -> ExaminationItemView:
    """Enter the committee's opinion; demand records it with the examination."""
    suitable = SuitableHome.model_validate(form.suitable.model_dump()) if form.suitable else None
    with refusals():
        row = await opining.give_opinion(
            await open_session(session_id, work, shared=True),
            examination_id,
            rehouse=form.rehouse,
            suitable=suitable,
            by=agent.subject,
            work=work,
        )
    if row is None:
        raise _not_listed(examination_id)
    log.info("opinion given", by=agent.subject, examination_id=str(examination_id))
    return ExaminationItemView.of(row)


def _none(examination_id: UUID) -> NotFound:
    return NotFound(
        Told(
            f"examination_id : l'examen {examination_id} n'est pas connu ici ; chacun y est annoncé quand il est fait.",
            f"examination_id: no examination {examination_id} is known here; demand tells of each it makes.",
        )
    )


def _not_listed(examination_id: UUID) -> NotFound:
    return NotFound(
        Told(
            f"examination_id : le bail {examination_id} n'est pas à cet ordre du jour ; inscrivez-le d'abord.",
            f"examination_id: the lease {examination_id} is not on this agenda; put it there first.",
        )
    )
