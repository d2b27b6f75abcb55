"""Who can be called for a home, said once more and apart from the service that calls: part of the plain check.

Excluded is only what is certain. A fact that nobody stated (an income, a lift, whether a home is step-free) excludes
no household: it is verified later (DOMAIN §11.4).
"""

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from contracts.values import Accessibility, ApplicationKind, DwellingFacts, DwellingType, Financing
from reference import ceilings, communes, zones
from stack.territory.applications import KINDS, Applications
from stack.territory.draw import Ints
from stack.territory.households import NONE, Households
from stack.territory.policy_text import PolicyText

__all__ = ["Wishers", "allowed", "classes", "needed_area"]

_COUPLE = 2
_MOST_PERSONS = 20
_MOST_ROOMS = 6
_OTHERS, _ELDERLY = 3, 65
_ROUNDING = 1e-6


class Wishers:
    """Who wants a home in a place, looked up by place."""

    def __init__(self, applications: Applications) -> None:
        places = applications.wishes.places
        rows, preference = np.nonzero(places != NONE)
        wanted = places[rows, preference]
        by_place = np.argsort(wanted, kind="stable")
        self._types = applications.wishes.types
        self._codes = applications.codes
        self._rows, self._preference = rows[by_place], preference[by_place]
        self._wide = applications.wishes.neighbours[self._rows, self._preference] == 1
        self._first = np.searchsorted(wanted[by_place], np.arange(len(self._codes) + 1))

    def of(self, commune: str, dwelling_type: DwellingType) -> tuple[Ints, Ints]:
        """Rows that want this type here, and the position (from 0) of the first wish that reaches the place."""
        entries = [np.zeros(0, dtype=np.int64)]
        for place, itself in _reaching(self._codes, commune):
            here = np.arange(self._first[place], self._first[place + 1])
            entries.append(here if itself else here[self._wide[here]])
        found = np.concatenate(entries)
        bit = 1 << (int(dwelling_type.value[1:]) - 1)
        found = found[self._types[self._rows[found]] & bit != 0]
        found = found[np.lexsort((self._preference[found], self._rows[found]))]
        rows, first = np.unique(self._rows[found], return_index=True)
        return rows, self._preference[found][first]


@lru_cache(maxsize=4096)
def _reaching(codes: tuple[str, ...], commune: str) -> tuple[tuple[int, bool], ...]:
    """Which wanted places reach `commune`: itself, the city it is an arrondissement of, and those that touch it."""
    whole = (commune, communes.parent_of(commune))
    return tuple(
        (place, code in whole)
        for place, code in enumerate(codes)
        if code in whole or (communes.exists(code) and commune in communes.neighbouring_places(code))
    )


def allowed(
    applications: Applications,
    rows: Ints,
    home: DwellingFacts,
    policy: PolicyText,
    on: dt.date,
    available_on: dt.date | None = None,
    landlord: str | None = None,
) -> npt.NDArray[np.bool_]:
    """Which of the rows nothing certain excludes: rent, area, over-occupation, income, access, size of the home."""
    households, wishes = applications.households.take(rows), applications.wishes.take(rows)
    limit = wishes.max_rent_cents
    rooms = int(home.dwelling_type.value[1:])
    housed = _housed(applications, rows)
    adequate = np.array([rooms in allowed_rooms for allowed_rooms in policy.rooms])
    fits = (limit == NONE) | (home.rent_cents <= limit)
    fits &= round(home.living_area_m2 * 100) >= needed_area(applications, rows)
    fits &= adequate[np.minimum(housed, len(policy.rooms)) - 1]
    fits &= not any(exclusion.value != "unknown" for exclusion in home.exclusions)
    table = _ceilings(home.financing, home.commune, on)
    if table is not None:
        plain = ~applications.tell_more(rows)
        ceiling = np.array(table)[_category(households) - 1]
        fits &= ~plain | (households.income_euros == NONE) | (households.income_euros <= ceiling)
    if home.main_rooms is not None:
        types = np.array([min(home.main_rooms, _MOST_ROOMS) in allowed_rooms for allowed_rooms in policy.rooms])
        tolerated = types[np.minimum(housed, len(policy.rooms)) - 1]
        fits &= (home.main_rooms <= households.persons + 1) | tolerated  # CCH L621-2
    if _for_a_wheelchair(home) is False:
        fits &= households.wheelchair == 0
    if home.step_free is False:
        fits &= households.step_free == 0
    if home.lift is False and home.floor is not None:
        fits &= (households.max_floor == NONE) | (home.floor <= households.max_floor)
    told = np.flatnonzero(fits & applications.tell_more(rows))
    for at in told.tolist():
        row = int(rows[at])
        fits[at] = (
            _nothing_told_excludes(applications, row, home, available_on, table, landlord)
            and _can_pay(applications.more[row]["household"], home, policy)
            and _is_fitted(applications.more[row]["household"], home, on)
        )
    return np.asarray(fits, dtype=np.bool_)


def _housed(applications: Applications, rows: Ints) -> Ints:
    """Persons to find a type for."""
    housed = applications.households.persons[rows].copy()
    for at in np.flatnonzero(applications.tell_more(rows)).tolist():
        housed[at] = applications.more[rows[at]]["household"].get("persons_for_type") or housed[at]
    return housed


def _nothing_told_excludes(
    applications: Applications,
    row: int,
    home: DwellingFacts,
    available_on: dt.date | None,
    ceilings_of_home: tuple[int, ...] | None,
    landlord: str | None,
) -> bool:
    """The rules that only registered applications can fail, one after the other, as the texts say them."""
    said = applications.more[row]
    household, wishes, present = said["household"], said["wishes"], said["current_home"] or {}
    if said["light"] == "blocked" or said["meets_transfer_conditions"] is False:
        return False
    transfer = KINDS[applications.kind[row]] is ApplicationKind.TRANSFER
    rent = present.get("base_rent_cents")
    inside = transfer and landlord is not None and present.get("landlord") == landlord
    if inside and household.get("under_occupied") and rent is not None and home.base_rent_cents >= rent:
        return False  # CCH L442-3-1, of what her own landlord offers
    if ceilings_of_home is not None and household.get("ceiling_regime", "ordinary") in ("ordinary", "recent_income"):
        category = household.get("income_category")
        if category is None:
            category = int(_category(applications.households.take(np.array([row])))[0])
            if household.get("disabled_persons"):
                category = max(category, int(applications.households.persons_for_ceiling[row]) + 1)
        else:
            category += household.get("income_category_extra_persons") or 0
        income = household.get("ceiling_income_euros")
        if income is None:
            income = household.get("reference_tax_income_euros")
        if income is not None and income > ceilings_of_home[category - 1]:
            return False
    lowest, highest, latest = wishes.get("lowest_floor"), wishes.get("highest_floor"), wishes.get("latest_on")
    if home.floor is not None:
        if (lowest is not None and home.floor < lowest) or (highest is not None and home.floor > highest):
            return False
        if wishes.get("lift") and home.lift is False and home.floor > 0:
            return False
    if (wishes.get("outdoor_space") and home.outdoor_space is False) or (
        wishes.get("parking") and home.parking is False
    ):
        return False
    return latest is None or available_on is None or available_on.isoformat() <= latest


def _can_pay(household: Mapping[str, Any], home: DwellingFacts, policy: PolicyText) -> bool:
    """Rent and charges net of the aid had now, against resources and what is left; the unknown excludes nobody."""
    resources, aid = household.get("monthly_resources_cents"), household.get("housing_aid_cents")
    if not resources or aid is None:
        return True
    rent = home.base_rent_cents + home.service_charges_cents
    if (rent - aid) * 100 > policy.most_effort_percent * resources:
        return False
    units, least = household.get("consumption_units"), policy.least_residual_euros
    return not (units and least) or (resources - rent + aid) + _ROUNDING >= least * 100 * units * 30


def _is_fitted(household: Mapping[str, Any], home: DwellingFacts, on: dt.date) -> bool:
    """Fittings needed; and an adapted home is not for those who certainly need none (CCH R441-4)."""
    wanted = set((household.get("access_needs") or {}).get("equipment") or ())
    if home.equipment and not wanted <= set(home.equipment):
        return False
    adapted = home.accessibility is Accessibility.ADAPTED
    return not (adapted and household.get("disabled_persons") == 0 and _class(household, on) == _OTHERS)


def classes(applications: Applications, rows: Ints, home: DwellingFacts, on: dt.date) -> Ints:
    """To whom an adapted home goes first: 1 the disabled, 2 the elderly in need, 3 others; 0 all for any other home."""
    found = np.zeros(len(rows), dtype=np.int64)
    if home.accessibility is Accessibility.ADAPTED:
        found[:] = np.where(applications.households.wheelchair[rows] == 1, 1, _OTHERS)
        for at in np.flatnonzero(applications.tell_more(rows)).tolist():
            found[at] = _class(applications.more[rows[at]]["household"], on)
    return found


def _class(household: Mapping[str, Any], on: dt.date) -> int:
    if household.get("disabled_persons") or household.get("needs_wheelchair"):
        return 1
    state = household.get("needs_step_free") or household.get("access_needs") is not None
    state = state or household.get("max_floor_without_lift") is not None
    state = state or {"07", "08"} & set(household.get("reasons") or ())
    born = household.get("eldest_born_in")
    return 2 if state and born is not None and on.year - born > _ELDERLY else _OTHERS


def _for_a_wheelchair(home: DwellingFacts) -> bool | None:
    if home.wheelchair_accessible is not None or home.accessibility in {None, Accessibility.UNKNOWN}:
        return home.wheelchair_accessible
    return home.accessibility is not Accessibility.NOT_ACCESSIBLE


def needed_area(applications: Applications, rows: Ints) -> Ints:
    """Hundredths of a square metre: what the household asks for, at least the floor of the law (CCH R822-25).

    9 m² for one person, 16 for two, 9 more for each other up to 70.
    """
    persons = applications.households.persons[rows]
    floor = np.where(persons == 1, 9, np.minimum(70, 16 + 9 * (persons - 2))) * 100
    needed: Ints = np.maximum(floor, applications.wishes.min_area[rows])
    return needed


def _category(households: Households) -> Ints:
    """The highest category of ceilings the household may be in (arrêté of 29 July 1987, annex; DOMAIN §4.5).

    One more than its persons where it may be a young couple or a parent alone with dependants, and where a need for an
    accessible home may go with a disability card: the ceiling of a lower category would exclude without certainty.
    """
    persons = households.persons_for_ceiling
    parent_alone = (households.applicants == 1) & (persons > 1)
    disabled = (households.wheelchair == 1) | (households.step_free == 1)
    highest: Ints = persons + ((persons == _COUPLE) | parent_alone | disabled)
    return highest


@lru_cache(maxsize=4096)
def _ceilings(financing: Financing, commune: str, on: dt.date) -> tuple[int, ...] | None:
    """Euros a year for 1, 2, 3… persons; None for a loan without a ceiling of social housing."""
    if financing.value not in {one.value for one in ceilings.Financing}:
        return None
    loan, zone = ceilings.Financing(financing.value), zones.ceiling_zone(commune)
    return tuple(
        ceilings.income_ceiling_for_persons(loan, zone, persons=persons, on=on).euros
        for persons in range(1, _MOST_PERSONS + 2)
    )
