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
    own_tenancy,
    partners,
    persons,
    record,
    tenancies,
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
    own_tenancy,
    conditions,
    examinations,
    measures,
    partners,
):
    router.include_router(part.router)

__all__ = ["router"]
