"""The nearest single changes that would put an application on a home's shortlist.

Each is tried by the rules themselves: the application as it would be is explained against the home, and its key is
compared with those of the others on the list. So what is told is true to the letter: "accept T3: rank 1".
"""

import datetime as dt
import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from contracts.demand import ApplicationStatus
from contracts.household import CeilingRegime, Light
from contracts.values import DwellingFacts, DwellingType, WantedPlace
from matching.domain.application import Application
from matching.domain.explanation import Explanation, explain
from matching.domain.place import place_rank
from matching.domain.policy import Basis
from matching.domain.rules import Fact, Finding
from matching.domain.score import RankKey
from reference import communes
from reference.figures import Figure, figure

__all__ = ["Change", "ChangeCode", "NearMiss", "changes_for", "near_misses"]

_MOST_PLACES = 8
"""An application names eight places (DOMAIN §3.1)."""
_PERCENT_A_STEP, _DAYS_A_STEP = 5, 30
_NEW_PLACE, _OF_THE_LANDLORD = 2, 3


class ChangeCode(StrEnum):
    """What a household can change or prove. Nobody is ever told to need less: a need of access is no wish."""

    COMPLETE_APPLICATION = "complete_application"
    ACCEPT_TYPE = "accept_type"
    ADD_NEIGHBOURS = "add_neighbours"
    ADD_PLACE = "add_place"
    PREFER_PLACE = "prefer_place"
    """Ask for this place first: for an application that fits and ranks below the list."""
    RAISE_RENT = "raise_rent"
    LOWER_AREA = "lower_area"
    ACCEPT_FLOOR = "accept_floor"
    DROP_LIFT = "drop_lift"
    DROP_OUTDOOR_SPACE = "drop_outdoor_space"
    DROP_PARKING = "drop_parking"
    ACCEPT_LATER = "accept_later"
    PROVE_INCOME = "prove_income"
    """If the income of the last twelve months is no more than this, prove it (arrêté of 29 July 1987)."""
    MEET_CONDITIONS = "meet_conditions"
    """With the current landlord: the rent account or a plan kept, insurance, the visit."""
    FINISH_WORKS = "finish_works"
    """In the home to be left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    code: ChangeCode
    facts: Mapping[str, Fact]
    steps: int
    """How far it is from what the household said (`near_misses`)."""
    after: Application
    """The application as it would be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    change: Change
    rank: int
    """The place that the application would then have, from 1."""
    score: int


def near_misses(
    application: Application,
    home: DwellingFacts,
    explanation: Explanation,
    basis: Basis,
    *,
    vacancy_id: UUID,
    others: Sequence[RankKey],
    size: int,
) -> tuple[NearMiss, ...]:
    """The single changes by which the application would be among the first `size`, the nearest first.

    `others` are the keys of the shortlist without it, the best first, `size` of them where there are so many.

    A change goes just as far as lets the home in: nobody is taught to ask for points.

    Nearness is counted in steps from what the household said. One step: a type further, a floor further, each begun
    5 % of its rent limit or of its least area, each begun 30 days, a wish dropped, another place put first, the
    neighbours of a place it wants, a paper of its own. Two: a place it never named. Three: what the landlord must agree
    to or find done. Of equally near ones the better rank comes first, then the order of `ChangeCode`.
    """
    found = []
    tried = (
        _prefer(application, home) if explanation.fits else changes_for(application, home, explanation.excluding, basis)
    )
    for change in tried:
        after = explain(change.after, home, basis)
        if not after.fits:
            continue
        rank = bisect_left(others, after.key(change.after, vacancy_id, basis.seed)) + 1
        if rank <= size:
            found.append(NearMiss(change=change, rank=rank, score=after.score))
    order = list(ChangeCode)
    return tuple(sorted(found, key=lambda one: (one.change.steps, one.rank, order.index(one.change.code))))


def changes_for(
    application: Application, home: DwellingFacts, excluding: Sequence[Finding], basis: Basis
) -> Iterator[Change]:
    """The changes worth trying: for each rule that excludes what the household can do about it, if anything."""
    for finding in excluding:
        if propose := _PROPOSED.get(finding.code):
            yield from propose(application, home, finding, basis)


_Proposed = Iterator[Change]


def _wishing(
    application: Application, code: ChangeCode, steps: int, facts: Mapping[str, Fact] | None = None, **wishes: Any
) -> Change:
    after = replace(application, wishes=application.wishes.model_copy(update=wishes))
    return Change(code=code, facts=facts or {}, steps=steps, after=after)


def _prefer(application: Application, home: DwellingFacts) -> _Proposed:
    places = application.wishes.places
    if at := place_rank(application.wishes, home.commune):
        first = (places[at], *places[:at], *places[at + 1 :])
        yield _wishing(application, ChangeCode.PREFER_PLACE, 1, {"commune": places[at].commune}, places=first)


def _complete(application: Application, _home: DwellingFacts, _finding: Finding, _basis: Basis) -> _Proposed:
    after = replace(application, status=ApplicationStatus.ACTIVE)
    yield Change(code=ChangeCode.COMPLETE_APPLICATION, facts={}, steps=1, after=after)


def _places(application: Application, home: DwellingFacts, _finding: Finding, _basis: Basis) -> _Proposed:
    """The neighbours of the most preferred place that has this one beside it; and the place itself, named last."""
    places = application.wishes.places
    for at, wanted in enumerate(places):
        beside = communes.exists(wanted.commune) and home.commune in communes.neighbouring_places(wanted.commune)
        if beside and not wanted.neighbours:
            wider = (*places[:at], wanted.model_copy(update={"neighbours": True}), *places[at + 1 :])
            yield _wishing(application, ChangeCode.ADD_NEIGHBOURS, 1, {"commune": wanted.commune}, places=wider)
            break
    if len(places) < _MOST_PLACES:
        more = (*places, WantedPlace(commune=home.commune))
        yield _wishing(application, ChangeCode.ADD_PLACE, _NEW_PLACE, {"commune": home.commune}, places=more)


def _type(application: Application, home: DwellingFacts, _finding: Finding, _basis: Basis) -> _Proposed:
    wanted, offered = application.wishes.dwelling_types, home.dwelling_type
    if offered is DwellingType.UNKNOWN:
        return
    known = [abs(_rooms(offered) - _rooms(one)) for one in wanted if one is not DwellingType.UNKNOWN]
    facts = {"dwelling_type": offered.value}
    yield _wishing(application, ChangeCode.ACCEPT_TYPE, min(known, default=1), facts, dwelling_types=(*wanted, offered))


def _rent(application: Application, _home: DwellingFacts, finding: Finding, _basis: Basis) -> _Proposed:
    limit, rent = application.wishes.max_rent_cents or 0, finding.facts["rent_cents"]
    if isinstance(rent, int):
        facts = {"max_rent_cents": rent, "said_cents": limit}
        yield _wishing(application, ChangeCode.RAISE_RENT, _steps(rent - limit, limit), facts, max_rent_cents=rent)


def _area(application: Application, home: DwellingFacts, _finding: Finding, _basis: Basis) -> _Proposed:
    least = application.wishes.min_area_m2 or 0
    facts = {"min_area_m2": home.living_area_m2, "said_m2": least}
    steps = _steps(least - home.living_area_m2, least)
    yield _wishing(application, ChangeCode.LOWER_AREA, steps, facts, min_area_m2=home.living_area_m2)


def _floor(application: Application, home: DwellingFacts, _finding: Finding, _basis: Basis) -> _Proposed:
    lowest, highest, floor = application.wishes.lowest_floor, application.wishes.highest_floor, home.floor
    if floor is None:
        return
    low = None if lowest is None else min(lowest, floor)
    high = None if highest is None else max(highest, floor)
    steps = abs((low or 0) - (lowest or 0)) + abs((high or 0) - (highest or 0))
    yield _wishing(application, ChangeCode.ACCEPT_FLOOR, steps, {"floor": floor}, lowest_floor=low, highest_floor=high)


def _lift(application: Application, _home: DwellingFacts, _finding: Finding, _basis: Basis) -> _Proposed:
    yield _wishing(application, ChangeCode.DROP_LIFT, 1, lift=False)


def _outdoor_space(application: Application, _home: DwellingFacts, _finding: Finding, _basis: Basis) -> _Proposed:
    yield _wishing(application, ChangeCode.DROP_OUTDOOR_SPACE, 1, outdoor_space=False)


def _parking(application: Application, _home: DwellingFacts, _finding: Finding, _basis: Basis) -> _Proposed:
    yield _wishing(application, ChangeCode.DROP_PARKING, 1, parking=False)


def _later(application: Application, _home: DwellingFacts, _finding: Finding, basis: Basis) -> _Proposed:
    said, free = application.wishes.latest_on, basis.available_on
    if said and free:
        steps = math.ceil((free - said) / dt.timedelta(days=_DAYS_A_STEP))
        yield _wishing(application, ChangeCode.ACCEPT_LATER, steps, {"latest_on": free.isoformat()}, latest_on=free)


def _income(application: Application, _home: DwellingFacts, finding: Finding, basis: Basis) -> _Proposed:
    """A recent income counts where it is at least a tenth lower than that of year N-2."""
    household, ceiling = application.household, finding.facts["ceiling_euros"]
    declared = household.reference_tax_income_euros
    if household.ceiling_regime is not CeilingRegime.ORDINARY or declared is None or not isinstance(ceiling, int):
        return
    kept_percent = 100 - figure(Figure.RECENT_INCOME_FALL_PERCENT, basis.on).value
    most = min(ceiling, declared * kept_percent // 100)
    proven = household.model_copy(update={"ceiling_regime": CeilingRegime.RECENT_INCOME, "ceiling_income_euros": most})
    after = replace(application, household=proven)
    yield Change(code=ChangeCode.PROVE_INCOME, facts={"income_euros": most}, steps=1, after=after)


def _conditions(application: Application, _home: DwellingFacts, _finding: Finding, _basis: Basis) -> _Proposed:
    after = replace(application, meets_transfer_conditions=True)
    yield Change(code=ChangeCode.MEET_CONDITIONS, facts={}, steps=_OF_THE_LANDLORD, after=after)


def _works(application: Application, _home: DwellingFacts, _finding: Finding, _basis: Basis) -> _Proposed:
    after = replace(application, light=Light.MAY_MOVE)
    yield Change(code=ChangeCode.FINISH_WORKS, facts={}, steps=_OF_THE_LANDLORD, after=after)


def _rooms(dwelling_type: DwellingType) -> int:
    return int(dwelling_type.value[1:])


def _steps(beyond: float, said: float) -> int:
    """Each begun 5 % of what was said; of nothing, each whole one is a step."""
    return math.ceil(beyond * 100 / said / _PERCENT_A_STEP) if said else math.ceil(beyond)


_PROPOSED: Mapping[str, Callable[[Application, DwellingFacts, Finding, Basis], _Proposed]] = {
    "standing.not_complete": _complete,
    "place.not_wanted": _places,
    "dwelling_type.not_wanted": _type,
    "max_rent.above": _rent,
    "min_area.below": _area,
    "wanted_floor.missing": _floor,
    "wanted_lift.missing": _lift,
    "outdoor_space.missing": _outdoor_space,
    "parking.missing": _parking,
    "latest.too_late": _later,
    "income.above_ceiling": _income,
    "transfer_conditions.not_met": _conditions,
    "light.blocked": _works,
}
"""What helps against each finding that excludes. The rest is not the household's to change: the home's area under the
law's floor, a need of access, a type outside the territory's grid, the rent rule of CCH L442-3-1, an excluded home."""
