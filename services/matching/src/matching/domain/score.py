"""Points by rubric. A score only ever aids a decision (DOMAIN §3.2, §7)."""

import datetime as dt
import hashlib
from enum import StrEnum
from uuid import UUID

from contracts.values import ApplicationKind, DwellingFacts
from matching.domain.application import Application
from matching.domain.place import place_rank
from matching.domain.policy import Basis, Scoring
from matching.domain.rules.occupancy import min_surface
from matching.domain.rules.wishes import hundredths

__all__ = ["Rubric", "draw", "needed_area", "points", "rank_key", "seniority_of", "standing_points"]


class Rubric(StrEnum):
    SENIORITY = "seniority"
    KIND = "kind"
    PLACE = "place"
    RENT_HEADROOM = "rent_headroom"
    AREA_FIT = "area_fit"


def points(application: Application, home: DwellingFacts, basis: Basis) -> dict[Rubric, int]:
    """Points of each rubric; their sum is the score."""
    scoring = basis.policy.scoring
    rank = place_rank(application.wishes, home.commune)
    return {
        Rubric.SENIORITY: seniority_of(basis.on, scoring) - seniority_of(application.registered_on, scoring),
        Rubric.KIND: _kind(application.kind, scoring),
        Rubric.PLACE: 0 if rank is None else _place(rank, scoring),
        Rubric.RENT_HEADROOM: _rent_headroom(application.wishes.max_rent_cents, home.rent_cents, scoring),
        Rubric.AREA_FIT: _area_fit(needed_area(application), hundredths(home.living_area_m2), scoring),
    }


def standing_points(application: Application, rank: int, scoring: Scoring) -> int:
    """What does not depend on the home, for the wanted place of this rank, counted from the year 0.

    With `seniority_of` the present day it makes the part of the score that an index can be sorted by: time adds
    the same to all, so the order stays.
    """
    return _kind(application.kind, scoring) + _place(rank, scoring) - seniority_of(application.registered_on, scoring)


def seniority_of(day: dt.date, scoring: Scoring) -> int:
    """Seniority points of a calendar month, counted from the year 0."""
    return scoring.points_per_month * (day.year * 12 + day.month)


def needed_area(application: Application) -> int:
    """The area that the law or the household asks for, whichever is more, in hundredths of a square metre."""
    least = hundredths(min_surface(application.household.persons_for_occupancy))
    return max(least, hundredths(application.wishes.min_area_m2 or 0))


def draw(tie_seed: str, vacancy_id: UUID, application_id: UUID) -> bytes:
    """The lot that parts equal scores of the same registration date: the smaller goes first.

    The seed is published with the policy, so anyone can check the draw afterwards.
    """
    return hashlib.sha256(f"{tie_seed}:{vacancy_id}:{application_id}".encode()).digest()


def rank_key(application: Application, score: int, vacancy_id: UUID, tie_seed: str) -> tuple[int, dt.date, bytes]:
    """What a shortlist is sorted by: the score, then the older registration, then the draw."""
    return -score, application.registered_on, draw(tie_seed, vacancy_id, application.id)


def _kind(kind: ApplicationKind, scoring: Scoring) -> int:
    return scoring.points_by_kind.get(kind, 0)


def _place(rank: int, scoring: Scoring) -> int:
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
