"""HTTP under `/v1`: what was told to whom, the switch that stops it all, the SMS gateway's reports, and letters."""

from fastapi import APIRouter

from chassis.http import CommandRoute
from notifications.api import alerts, deliveries, letters, sms_reports

router = APIRouter(prefix="/v1", route_class=CommandRoute)
for part in (deliveries, alerts, sms_reports, letters):
    router.include_router(part.router)

__all__ = ["router"]
