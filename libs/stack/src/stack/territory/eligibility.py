"""Who can be called for a home, said once more and apart from the service that calls: part of the plain check.

Excluded is only what is certain. A fact that nobody stated (an income, a lift, whether a home is step-free) excludes
no household: it is verified later (DOMAIN §11.4).
"""

import datetime as dt
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from contracts.values import DwellingFacts, DwellingType, Financing
from reference import ceilings, communes, zones
from stack.territory.applications import Applications
from stack.territory.draw import Ints
from stack.territory.households import NONE, Households
from stack.territory.policy_text import PolicyText

__all__ = ["Wishers", "allowed", "needed_area"]

_COUPLE = 2
_MOST_PERSONS = 20


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
    applications: Applications, rows: Ints, home: DwellingFacts, policy: PolicyText, on: dt.date
) -> npt.NDArray[np.bool_]:
    """Which of the rows nothing certain excludes: rent, area, over-occupation, income, access, size of the home."""
    households, wishes = applications.households.take(rows), applications.wishes.take(rows)
    limit = wishes.max_rent_cents
    persons = households.persons
    largest = np.array(policy.largest_rooms)[np.minimum(persons, len(policy.largest_rooms)) - 1]
    fits = (limit == NONE) | (home.rent_cents <= limit)
    fits &= round(home.living_area_m2 * 100) >= needed_area(applications, rows)
    fits &= int(home.dwelling_type.value[1:]) <= largest
    ceiling = np.array(_ceilings(home.financing, home.commune, on))[_category(households) - 1]
    fits &= (households.income_euros == NONE) | (households.income_euros <= ceiling)
    if home.wheelchair_accessible is False:
        fits &= households.wheelchair == 0
    if home.step_free is False:
        fits &= households.step_free == 0
    if home.lift is False and home.floor is not None:
        fits &= (households.max_floor == NONE) | (home.floor <= households.max_floor)
    return np.asarray(fits, dtype=np.bool_)


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
def _ceilings(financing: Financing, commune: str, on: dt.date) -> tuple[int, ...]:
    """Euros a year for 1, 2, 3… persons."""
    loan, zone = ceilings.Financing(financing.value), zones.ceiling_zone(commune)
    return tuple(
        ceilings.income_ceiling_for_persons(loan, zone, persons=persons, on=on).euros
        for persons in range(1, _MOST_PERSONS + 2)
    )
