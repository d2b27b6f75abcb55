"""Points by rubric. A score only ever aids a decision (DOMAIN §3.2, §7)."""

import datetime as dt
import hashlib
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from contracts.values import DwellingFacts
from law.occupation import min_surface
from matching.domain.application import Application
from matching.domain.place import place_rank
from matching.domain.policy import Basis, Policy
from matching.domain.rules.wishes import hundredths
from policy.model import Scoring
from policy.scoring import Counted, counted, standing_rubrics

__all__ = [
    "RankKey",
    "Rubric",
    "draw",
    "month_of",
    "needed_area",
    "place_points",
    "points",
    "points_and_criteria",
    "rank_key",
    "standing_points",
]

RankKey: TypeAlias = tuple[int, dt.date, bytes]
"""What a shortlist is sorted by: the score below zero, the day of registration, the draw."""


class Rubric(StrEnum):
    """The rubrics that every policy has; its own come beside them by their names in the file."""

    SENIORITY = "seniority"
    KIND = "kind"
    PLACE = "place"
    RENT_HEADROOM = "rent_headroom"
    AREA_FIT = "area_fit"
    REFUSALS = "refusals"


def points(application: Application, home: DwellingFacts, basis: Basis) -> dict[str, int]:
    """Points of each rubric; their sum is the score. Of the policy's own, those that brought some."""
    return points_and_criteria(application, home, basis)[0]


def points_and_criteria(
    application: Application, home: DwellingFacts, basis: Basis
) -> tuple[dict[str, int], tuple[Counted, ...]]:
    """Points of each rubric, and the criteria of the policy's own rubrics that counted."""
    scoring = basis.policy.scoring
    rank = place_rank(application.wishes, home.commune)
    found: dict[str, int] = {
        Rubric.SENIORITY: scoring.seniority_of(application.kind).points(application.registered_on, basis.on),
        Rubric.KIND: scoring.points_by_kind.get(application.kind, 0),
        Rubric.PLACE: 0 if rank is None else place_points(rank, scoring),
        Rubric.RENT_HEADROOM: _rent_headroom(application.wishes.max_rent_cents, home.rent_cents, scoring),
        Rubric.AREA_FIT: _area_fit(needed_area(application, basis.on), hundredths(home.living_area_m2), scoring),
    }
    if refusals := _refusals(application, scoring):
        found[Rubric.REFUSALS] = refusals
    criteria = counted(basis.policy, application, home, basis.on) if scoring.rubrics else ()
    for one in criteria:
        found[one.rubric] = found.get(one.rubric, 0) + one.points
    return found, criteria


def standing_points(application: Application, policy: Policy, on: dt.date) -> int:
    """What depends neither on the home, nor on the place, nor on time. `on` is the day; nothing counted here moves."""
    scoring = policy.scoring
    rubrics = standing_rubrics(policy, application, on) if scoring.standing else 0
    return scoring.points_by_kind.get(application.kind, 0) + _refusals(application, scoring) + rubrics


def month_of(day: dt.date) -> int:
    """Calendar months since the year 0: what seniority counts in."""
    return day.year * 12 + day.month


def needed_area(application: Application, on: dt.date) -> int:
    """The area that the law or the household asks for, whichever is more, in hundredths of a square metre."""
    least = hundredths(min_surface(application.household.persons_for_occupancy, on))
    return max(least, hundredths(application.wishes.min_area_m2 or 0))


def draw(tie_seed: str, vacancy_id: UUID, application_id: UUID) -> bytes:
    """The lot that parts equal scores of the same registration date: the smaller goes first.

    The seed is published with the policy, so anyone can check the draw afterwards.
    """
    return hashlib.sha256(f"{tie_seed}:{vacancy_id}:{application_id}".encode()).digest()


def rank_key(application: Application, score: int, vacancy_id: UUID, tie_seed: str) -> RankKey:
    """Its place on a shortlist: by the score, then the older registration, then the draw."""
    return -score, application.registered_on, draw(tie_seed, vacancy_id, application.id)


def _refusals(application: Application, scoring: Scoring) -> int:
    """Refused offers take points off, as many as the policy counts. Calls are no offers (DOMAIN §11.2)."""
    return -scoring.points_per_refusal * min(application.household.refused_offers or 0, scoring.refusals_counted)


def place_points(rank: int, scoring: Scoring) -> int:
    return scoring.points_by_place_rank[min(rank, len(scoring.points_by_place_rank) - 1)]


def _rent_headroom(limit: int | None, rent: int, scoring: Scoring) -> int:
    """A point for each so many percent the rent stays below the household's limit; none without a limit."""
    if not limit or rent > limit:
        return 0
    return min(scoring.rent_most, (limit - rent) * 100 // limit // scoring.rent_percent_per_point)


def _area_fit(needed: int, area: int, scoring: Scoring) -> int:
    """All points where the area is just what is needed, one less for each so many square metres beyond."""
    beyond = max(0, area - needed) // (scoring.area_m2_per_point * 100)
    return max(0, scoring.area_most - beyond)
