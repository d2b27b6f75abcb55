"""How anybody is ranked, for anybody to read."""

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import CommandRoute, CommandWork, NotFound
from contracts.values import ApplicationKind
from matching.api.spoken import Spoken
from matching.policies import in_force
from matching.views.view import View
from matching.words.ranking_page import ranking_page
from reference.communes import UnknownCommune

__all__ = ["router"]

Commune = Annotated[str, Query(pattern="^([0-9]{2}|2[AB])[0-9]{3}$", description="INSEE code of the homes' commune.")]
router = APIRouter(route_class=CommandRoute)


class RankingPageView(View):
    territory: str
    policy: str
    valid_from: dt.date
    illustrative: bool
    """No grid was adopted there: the numbers stand in for it."""
    points: list[str]
    said: list[str]


@router.get("/how-you-are-ranked")
async def how_you_are_ranked(
    commune: Commune,
    spoken: Spoken,
    work: CommandWork,
    kind: ApplicationKind = ApplicationKind.TRANSFER,
) -> RankingPageView:
    """What counts for homes of a commune, how much, and who decides: from the policy in force. No account is needed."""
    try:
        policy = in_force(work.now).of(commune)
    except UnknownCommune as error:
        raise NotFound(f"commune: {error}") from None
    page = ranking_page(policy, kind, spoken)
    return RankingPageView(
        territory=page.territory,
        policy=page.policy,
        valid_from=page.valid_from,
        illustrative=page.illustrative,
        points=list(page.points),
        said=list(page.said),
    )
