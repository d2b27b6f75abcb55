"""HTTP under `/v1`: what agents see of shortlists, calls, files and committees, and how households answer."""

from fastapi import APIRouter

from chassis.http import CommandRoute
from matching.api import (
    calls,
    candidacies,
    explanations,
    minutes,
    opinions,
    own,
    ranking_page,
    sessions,
    shortlists,
)

router = APIRouter(prefix="/v1", route_class=CommandRoute)
for part in (shortlists, calls, explanations, own, ranking_page, candidacies, sessions, opinions, minutes):
    router.include_router(part.router)

__all__ = ["router"]
