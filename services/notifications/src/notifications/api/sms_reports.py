"""What the SMS gateway reports of messages."""

import datetime as dt
import hmac
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Request
from pydantic import BaseModel, Field

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
from contracts.landlord import FieldError
from notifications.api.access import settings_of
from notifications.domain.delivery import DeliveryState
from notifications.domain.report import ReportStatus
from notifications.sending.reports import Report, Verdict, settle
from notifications.settings import Settings

router = APIRouter(route_class=CommandRoute)

MOST_REPORTS = 500


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


@router.post("/sms/reports")
async def report_sms(
    report: SmsReport, work: CommandWork, request: Request, x_gateway_token: Annotated[str | None, Header()] = None
) -> ReportTaken:
    """What became of an SMS, told by the gateway. The same report again changes nothing."""
    _require_gateway(x_gateway_token, settings_of(request))
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
    _require_gateway(x_gateway_token, settings_of(request))
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
