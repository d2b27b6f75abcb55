"""Points by rubric. A score only ever aids a decision (DOMAIN §3.2, §7)."""

import datetime as dt
import hashlib
from collections.abc import Callable
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from contracts.values import DwellingFacts, DwellingType
from law.occupation import min_surface
from matching.domain.application import Application
from matching.domain.place import place_rank
from matching.domain.policy import Basis, Policy
from matching.domain.rules.occupancy import type_of
from matching.domain.rules.wishes import hundredths
from matching.domain.whose import is_transfer, present_landlord
from policy.model import Scoring
from policy.scoring import Counted, counted, standing_rubrics

__all__ = [
    "RankKey",
    "Rubric",
    "draw",
    "draws",
    "freed_points",
    "month_of",
    "needed_area",
    "owed_points",
    "place_points",
    "points",
    "points_and_criteria",
    "rank_key",
    "standing_points",
]

RankKey: TypeAlias = tuple[int, int, dt.date, bytes]
"""What a shortlist is sorted by: `Explanation.order`, the score below zero, the day of registration, the draw."""


class Rubric(StrEnum):
    """The rubrics that every policy has; its own come beside them by their names in the file."""

    SENIORITY = "seniority"
    KIND = "kind"
    PLACE = "place"
    RENT_HEADROOM = "rent_headroom"
    AREA_FIT = "area_fit"
    REFUSALS = "refusals"
    FREED_HOME = "freed_home"
    RIGHTS_OWED = "rights_owed"


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
        Rubric.SENIORITY: scoring.seniority_of(application.kind).points(application.registered_on, basis.scoring_on),
        Rubric.KIND: scoring.points_by_kind.get(application.kind, 0),
        Rubric.PLACE: 0 if rank is None else place_points(rank, scoring),
        Rubric.RENT_HEADROOM: _rent_headroom(application.wishes.max_rent_cents, home.rent_cents, scoring),
        Rubric.AREA_FIT: _area_fit(needed_area(application, basis.on), hundredths(home.living_area_m2), scoring),
    }
    if refusals := _refusals(application, scoring):
        found[Rubric.REFUSALS] = refusals
    if freed := freed_points(application, home.dwelling_type, basis.policy):
        found[Rubric.FREED_HOME] = freed
    if owed := owed_points(application, basis):
        found[Rubric.RIGHTS_OWED] = owed
    criteria = counted(basis.policy, application, home, basis.scoring_on) if scoring.rubrics else ()
    for one in criteria:
        found[one.rubric] = found.get(one.rubric, 0) + one.points
    return found, criteria


def standing_points(application: Application, policy: Policy, on: dt.date) -> int:
    """What depends neither on the home, nor on the place, nor on time. `on` is the day; nothing counted here moves."""
    scoring = policy.scoring
    rubrics = standing_rubrics(policy, application, on) if scoring.standing else 0
    return scoring.points_by_kind.get(application.kind, 0) + _refusals(application, scoring) + rubrics


def freed_points(application: Application, dwelling_type: DwellingType, policy: Policy) -> int:
    """What the stock gains where a tenant leaves a home for one of this type: worth left less worth taken, 0 at least.

    By the policy's `[freed_home]`. Only the home's type counts, so a bucket of the index has it in its base.
    """
    left = _left_behind(application)
    if left is None:
        return 0
    worth = policy.freed_home_points
    return max(0, worth.get(left, 0) - worth.get(dwelling_type, 0))


def owed_points(application: Application, basis: Basis) -> int:
    """For a tenant whose landlord owes a right to the holder whose turn the home is: the home left can settle it."""
    owed = is_transfer(application) and present_landlord(application) in basis.around.owing
    return basis.policy.scoring.points_for_rights_owed if owed else 0


def _left_behind(application: Application) -> DwellingType | None:
    """The type of the home of the stock that a transfer leaves; None where there is none, or nobody said."""
    home = application.current_home
    if home is None or not is_transfer(application):
        return None
    if home.dwelling_type is not None and home.dwelling_type is not DwellingType.UNKNOWN:
        return home.dwelling_type
    return None if home.main_rooms is None else type_of(home.main_rooms)


def month_of(day: dt.date) -> int:
    """Calendar months since the year 0: what seniority counts in."""
    return day.year * 12 + day.month


def needed_area(application: Application, on: dt.date) -> int:
    """The area that the law or the household asks for, whichever is more, in hundredths of a square metre."""
    least = hundredths(min_surface(application.household.persons_for_occupancy, on))
    return max(least, hundredths(application.wishes.min_area_m2 or 0))


def draw(seed: str, vacancy_id: UUID, application_id: UUID) -> bytes:
    """The lot that parts equal scores of the same registration date: the smaller goes first.

    `seed` is the vacancy's, in hexadecimal: sealed before anybody is ranked, told once the home is let or gone
    (`matching.domain.draw`).
    """
    return draws(seed, vacancy_id)(application_id)


def draws(seed: str, vacancy_id: UUID) -> Callable[[UUID], bytes]:
    """`draw` for many applications of one vacancy: what they share is hashed once."""
    begun = hashlib.sha256(f"{seed}:{vacancy_id}:".encode())

    def lot(application_id: UUID) -> bytes:
        whole = begun.copy()
        whole.update(str(application_id).encode())
        return whole.digest()

    return lot


def rank_key(application: Application, score: int, vacancy_id: UUID, seed: str, *, order: int = 0) -> RankKey:
    """Its place on a shortlist: by the order of an adapted home, the score, the older registration, the draw."""
    return order, -score, application.registered_on, draw(seed, vacancy_id, application.id)


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
