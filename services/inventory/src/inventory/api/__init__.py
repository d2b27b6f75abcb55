"""HTTP under `/v1`: landlords, dwellings, vacancies, reservation rights, and the door that stands in for Kafka's."""

from fastapi import APIRouter

from chassis.http import CommandRoute
from inventory.api import (
    agreements,
    flow_report,
    hard_to_let,
    homes_left,
    letters,
    parameters,
    participations,
    rights,
    stock,
    turns,
    vacancies,
    vacancy_events,
)

router = APIRouter(prefix="/v1", route_class=CommandRoute)
for part in (
    stock,
    parameters,
    vacancy_events,
    vacancies,
    hard_to_let,
    homes_left,
    agreements,
    turns,
    letters,
    rights,
    flow_report,
    participations,
):
    router.include_router(part.router)

__all__ = ["router"]
