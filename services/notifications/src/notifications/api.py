"""HTTP: what was told to whom, the switch that stops it all, and the SMS gateway's reports."""

import datetime as dt
import hmac
from typing import Annotated, Any, Self
from uuid import UUID

import structlog
from fastapi import APIRouter, Header, Query, Request, Security
from pydantic import BaseModel, Field, StringConstraints

from chassis.auth import Operator, Principal, Role, bearer
from chassis.http import (
    Command,
    CommandRoute,
    CommandWork,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Unauthorized,
    Unavailable,
)
from chassis.work import Work
from contracts.landlord import FieldError
from contracts.notifications import SuppressionReason
from contracts.values import Channel
from notifications.domain.delivery import DeliveryState, Purpose
from notifications.domain.reach import Mode
from notifications.domain.report import ReportStatus
from notifications.reports import Report, Verdict, settle
from notifications.settings import Settings
from notifications.store import alerts, deliveries
from notifications.store.tables import DeliveryRow

log = structlog.get_logger(__name__)
router = APIRouter(prefix="/v1", route_class=CommandRoute)

MOST_REPORTS = 500
Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


def _reader(request: Request, _documented: Annotated[Any, Security(bearer)] = None) -> Principal:
    principal: Principal | None = request.state.principal
    if principal is None:
        raise Unauthorized("A token is needed: send Authorization: Bearer <token>.")
    if not principal.roles & {Role.AGENT, Role.OPERATOR}:
        raise Forbidden("The role agent or operator is needed.")
    return principal


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


Reader = Annotated[Principal, Security(_reader)]


class DeliveryView(BaseModel):
    """One message: how it stands. Nothing here says who the person is."""

    id: UUID
    call_id: UUID
    purpose: Purpose
    person_id: UUID
    channel: Channel
    state: DeliveryState
    attempts: int
    unknown_outcomes: int
    """Attempts of which nobody knows whether the message left; each may have made a second copy."""
    suppression: SuppressionReason | None
    last_reason: str | None
    """Why the last attempt that failed did."""
    next_attempt_at: dt.datetime | None
    deliver_by: dt.datetime
    created_at: dt.datetime
    sent_at: dt.datetime | None
    delivered_at: dt.datetime | None

    @classmethod
    def of(cls, row: DeliveryRow) -> Self:
        return cls(
            id=row.id,
            call_id=row.call_id,
            purpose=Purpose(row.purpose),
            person_id=row.person_id,
            channel=Channel(row.channel),
            state=DeliveryState(row.state),
            attempts=row.attempt,
            unknown_outcomes=row.unknown_outcomes,
            suppression=SuppressionReason(row.suppression) if row.suppression else None,
            last_reason=row.last_reason,
            next_attempt_at=row.due_at if row.state == DeliveryState.PENDING else None,
            deliver_by=row.deliver_by,
            created_at=row.created_at,
            sent_at=row.sent_at,
            delivered_at=row.delivered_at,
        )


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


class SmsReport(Command):
    """What the SMS gateway says became of a message; `reference` is ours, `id` the gateway's. One of them is needed."""

    reference: UUID | None = None
    id: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    status: ReportStatus
    at: dt.datetime | None = None
    reason: Annotated[str, Field(max_length=500)] | None = None


class SmsReports(Command):
    """Many reports at once, as gateways collect them."""

    reports: Annotated[list[SmsReport], Field(min_length=1, max_length=MOST_REPORTS)]


class ReportTaken(BaseModel):
    delivery_id: UUID
    state: DeliveryState


class ReportAnswered(BaseModel):
    """What became of one report. `again`: it was taken too early, and is to be sent again in a moment."""

    verdict: Verdict
    delivery_id: UUID | None
    state: DeliveryState | None


class ReportsAnswered(BaseModel):
    """One answer a report, in the order of the reports."""

    reports: list[ReportAnswered]


@router.get("/deliveries")
async def list_deliveries(
    reader: Reader,
    work: CommandWork,
    call_id: UUID | None = None,
    person_id: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[DeliveryView]:
    """The messages about a call, to a person, or both; newest first."""
    if call_id is None and person_id is None:
        error = FieldError(field="query.call_id", message="call_id or person_id is needed.")
        raise Invalid([error], "Say whose deliveries: give call_id, person_id or both.")
    log.info("deliveries read", by=reader.subject, call_id=str(call_id), person_id=str(person_id))
    rows = await deliveries.listed(work.session, call_id=call_id, person_id=person_id, limit=limit)
    return [DeliveryView.of(row) for row in rows]


@router.get("/alerts/state")
async def show_alerts(_operator: Operator, work: CommandWork, request: Request) -> AlertsView:
    return await _alerts(work, _settings(request))


@router.post("/alerts/hold")
async def hold_alerts(turned: SwitchTurned, operator: Operator, work: CommandWork, request: Request) -> AlertsView:
    """Nothing leaves any more; what is due waits, and nothing is lost. A batch in a gateway's hands still ends."""
    await alerts.turn(work.session, held=True, who=operator.subject, why=turned.why, now=work.now)
    log.warning("alerts held", by=operator.subject, why=turned.why)
    return await _alerts(work, _settings(request))


@router.post("/alerts/resume")
async def resume_alerts(turned: SwitchTurned, operator: Operator, work: CommandWork, request: Request) -> AlertsView:
    """What waited leaves, at the pace the ceiling allows."""
    await alerts.turn(work.session, held=False, who=operator.subject, why=turned.why, now=work.now)
    log.warning("alerts resumed", by=operator.subject, why=turned.why)
    return await _alerts(work, _settings(request))


@router.post("/sms/reports")
async def report_sms(
    report: SmsReport, work: CommandWork, request: Request, x_gateway_token: Annotated[str | None, Header()] = None
) -> ReportTaken:
    """What became of an SMS, told by the gateway. The same report again changes nothing."""
    _require_gateway(x_gateway_token, _settings(request))
    (answer,) = await settle([_told(report, "reference")], work)
    match answer.verdict:
        case Verdict.NOT_KNOWN:
            raise NotFound("reference, id: no SMS was sent under either; give the Idempotency-Key it came with.")
        case Verdict.AGAIN:
            raise Unavailable("The message is still being handed over; report it again in a moment.")
        case Verdict.NEVER_SENT:
            raise Conflict("reference: nothing of this delivery was handed over yet.")
    assert answer.delivery_id
    assert answer.state
    return ReportTaken(delivery_id=answer.delivery_id, state=answer.state)


@router.post("/sms/reports/batch")
async def report_many_sms(
    told: SmsReports, work: CommandWork, request: Request, x_gateway_token: Annotated[str | None, Header()] = None
) -> ReportsAnswered:
    """What became of many SMS, in one request: all that can be settled is, and each report has its answer."""
    _require_gateway(x_gateway_token, _settings(request))
    reports = [_told(report, f"reports[{place}].reference") for place, report in enumerate(told.reports)]
    answers = await settle(reports, work)
    return ReportsAnswered(
        reports=[ReportAnswered(verdict=one.verdict, delivery_id=one.delivery_id, state=one.state) for one in answers]
    )


def _told(report: SmsReport, field: str) -> Report:
    if report.reference is None and report.id is None:
        raise Invalid([FieldError(field=field, message="reference or id is needed.")])
    return Report(reference=report.reference, gateway_reference=report.id, status=report.status, reason=report.reason)


def _require_gateway(token: str | None, settings: Settings) -> None:
    expected = settings.sms_report_token
    if expected is None:
        raise Forbidden("Delivery reports are not taken here: NOTIFICATIONS_SMS_REPORT_TOKEN is not set.")
    if not hmac.compare_digest((token or "").encode(), expected.get_secret_value().encode()):
        raise Unauthorized("X-Gateway-Token: not the token that was agreed on with the gateway.")


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
