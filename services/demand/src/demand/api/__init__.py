"""HTTP under `/v1`: for agents applications and the persons behind them, for applicants their own record by link."""

from fastapi import APIRouter

from chassis.http import CommandRoute
from demand.api import (
    applications,
    conditions,
    examinations,
    facts,
    life,
    measures,
    outreach,
    own_tenancy,
    partners,
    persons,
    record,
    tenancies,
    tenancy_applications,
    tenancy_events,
)

router = APIRouter(prefix="/v1", route_class=CommandRoute)
for part in (
    applications,
    life,
    facts,
    record,
    persons,
    tenancy_events,
    tenancies,
    tenancy_applications,
    own_tenancy,
    conditions,
    outreach,  # its paths come before /examinations/{examination_id}
    examinations,
    measures,
    partners,
):
    router.include_router(part.router)

__all__ = ["router"]
