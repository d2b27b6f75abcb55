"""HTTP under `/v1`, for agents: applications, and the persons behind them."""

from fastapi import APIRouter

from chassis.http import CommandRoute
from demand.api import applications, persons

router = APIRouter(prefix="/v1", route_class=CommandRoute)
router.include_router(applications.router)
router.include_router(persons.router)

__all__ = ["router"]
