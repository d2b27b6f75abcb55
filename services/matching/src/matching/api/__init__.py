"""HTTP under `/v1`: what agents see from shortlists to chains of moves, and how households answer."""

from fastapi import APIRouter

from chassis.http import CommandRoute
from matching.api import (
    calls,
    candidacies,
    chains,
    draws,
    explanations,
    minutes,
    offers,
    opinions,
    own,
    ranking_page,
    sessions,
    shortlists,
)

router = APIRouter(prefix="/v1", route_class=CommandRoute)
for part in (
    shortlists,
    calls,
    explanations,
    own,
    ranking_page,
    candidacies,
    sessions,
    opinions,
    minutes,
    offers,
    chains,
    draws,
):
    router.include_router(part.router)

__all__ = ["router"]
