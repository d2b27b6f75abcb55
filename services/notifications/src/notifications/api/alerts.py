"""The switch that stops it all."""

import datetime as dt
from typing import Annotated

import structlog
from fastapi import APIRouter, Request
from pydantic import BaseModel, StringConstraints

from chassis.auth import Operator
from chassis.http import Command, CommandRoute, CommandWork
from chassis.work import Work
from notifications.api.access import settings_of
from notifications.domain.delivery import DeliveryState
from notifications.domain.reach import Mode
from notifications.settings import Settings
from notifications.store import alerts, deliveries

log = structlog.get_logger(__name__)
router = APIRouter(route_class=CommandRoute)

Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class AlertsView(BaseModel):
    """The switch, and what is behind it."""

    held: bool
    who: str | None
    """Who turned the switch last; `ceiling` when it turned itself."""
    why: str | None
    since: dt.datetime | None
    mode: Mode
    ceiling_per_minute: int
    handed_this_minute: int
    awaiting_contact: int
    pending: int
    sending: int


class SwitchTurned(Command):
    why: Why
    """For those who come after."""


@router.get("/alerts/state")
async def show_alerts(_operator: Operator, work: CommandWork, request: Request) -> AlertsView:
    return await _alerts(work, settings_of(request))


@router.post("/alerts/hold")
async def hold_alerts(turned: SwitchTurned, operator: Operator, work: CommandWork, request: Request) -> AlertsView:
    """Nothing leaves any more; what is due waits, and nothing is lost. A batch in a gateway's hands still ends."""
    await alerts.turn(work.session, held=True, who=operator.subject, why=turned.why, now=work.now)
    log.warning("alerts held", by=operator.subject, why=turned.why)
    return await _alerts(work, settings_of(request))


@router.post("/alerts/resume")
async def resume_alerts(turned: SwitchTurned, operator: Operator, work: CommandWork, request: Request) -> AlertsView:
    """What waited leaves, at the pace the ceiling allows."""
    await alerts.turn(work.session, held=False, who=operator.subject, why=turned.why, now=work.now)
    log.warning("alerts resumed", by=operator.subject, why=turned.why)
    return await _alerts(work, settings_of(request))


async def _alerts(work: Work, settings: Settings) -> AlertsView:
    switch = await alerts.hold(work.session)
    waiting = await deliveries.standing(work.session)
    return AlertsView(
        held=bool(switch and switch.held),
        who=switch.who if switch else None,
        why=switch.why if switch else None,
        since=switch.at if switch else None,
        mode=settings.mode,
        ceiling_per_minute=settings.ceiling_per_minute,
        handed_this_minute=await alerts.handed_this_minute(work.session, work.now),
        awaiting_contact=waiting[DeliveryState.AWAITING_CONTACT],
        pending=waiting[DeliveryState.PENDING],
        sending=waiting[DeliveryState.SENDING],
    )
