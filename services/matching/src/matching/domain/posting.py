"""An application as the index keeps it: the same facts as the rules read, flat and in whole numbers."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from contracts.values import DwellingFacts, DwellingType
from matching.domain.application import Application
from matching.domain.place import bucket, buckets_reaching
from matching.domain.policy import Basis, Policy
from matching.domain.rules.income import LARGEST_CATEGORY, ceilings_by_category, highest_category
from matching.domain.rules.typology import adequate
from matching.domain.rules.wishes import hundredths
from matching.domain.score import needed_area, seniority_of, standing_points

__all__ = ["ANY_FLOOR", "NO_CEILING", "Posting", "Predicate", "Probe", "posting_of", "probe_for"]

ANY_FLOOR = 100
"""Higher than any floor: where stairs are no matter."""
NO_CEILING = 2**31 - 1
_GROUND = -100
"""Lower than any floor: a home that nobody has to climb to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicate:
    """What a home is compared with.

    `income_euros` is 0 where it is not stated and `category` the highest it may be: what is unknown never excludes.
    """

    application_id: UUID
    registered_on: dt.date
    max_rent_cents: int | None
    needed_area: int
    income_euros: int
    category: int
    max_floor: int
    needs_wheelchair: bool
    needs_step_free: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """Buckets with the part of the score that no home changes, and the predicate they share."""

    predicate: Predicate
    bases: dict[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A home as the index is asked for it."""

    buckets: tuple[int, ...]
    rent_cents: int
    area: int
    ceilings: tuple[int, ...]
    """Euros, by category from 1."""
    stairs_to: int
    lacks_wheelchair: bool
    lacks_step_free: bool
    seniority: int
    """What the present month adds to every base."""


def posting_of(application: Application, policy: Policy) -> Posting | None:
    """What the index keeps of an application; None where no home can be for it.

    A type that the policy holds far too large for the household gets no bucket.
    """
    if not application.active:
        return None
    household, wishes = application.household, application.wishes
    types = [
        kind
        for kind in wishes.dwelling_types
        if kind is not DwellingType.UNKNOWN and adequate(kind, household.persons_for_occupancy, policy)
    ]
    bases: dict[int, int] = {}
    for rank, wanted in enumerate(wishes.places):
        base = standing_points(application, rank, policy.scoring)
        for kind in types:
            bases.setdefault(bucket(wanted.commune, neighbours=wanted.neighbours, dwelling_type=kind), base)
    if not bases:
        return None
    highest = household.max_floor_without_lift
    return Posting(
        predicate=Predicate(
            application_id=application.id,
            registered_on=application.registered_on,
            max_rent_cents=wishes.max_rent_cents,
            needed_area=needed_area(application),
            income_euros=household.reference_tax_income_euros or 0,
            category=highest_category(application),
            max_floor=ANY_FLOOR if highest is None else highest,
            needs_wheelchair=household.needs_wheelchair,
            needs_step_free=household.needs_step_free,
        ),
        bases=bases,
    )


def probe_for(home: DwellingFacts, basis: Basis) -> Probe:
    """What the index compares for a home.

    Raises:
        UnknownCommune: the home's commune is in no list.
    """
    table = ceilings_by_category(home.financing, home.commune, basis.on)
    has_stairs = home.lift is False and home.floor is not None
    return Probe(
        buckets=buckets_reaching(home.commune, home.dwelling_type),
        rent_cents=home.rent_cents,
        area=hundredths(home.living_area_m2),
        ceilings=table or (NO_CEILING,) * LARGEST_CATEGORY,
        stairs_to=home.floor if has_stairs and home.floor is not None else _GROUND,
        lacks_wheelchair=home.wheelchair_accessible is False,
        lacks_step_free=home.step_free is False,
        seniority=seniority_of(basis.on, basis.policy.scoring),
    )
