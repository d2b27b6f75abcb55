"""An application as the index keeps it: the same facts as the rules read, flat and in whole numbers.

It has one entry a wanted place, type, and scoring territory of the homes that the wish may reach, since each territory
counts by its own grid. Entries that can be compared by their base alone share a *scale*: territory, seniority formula,
and whether the formula's cap is reached. Within a scale time adds the same to all, so the order stays as it is.

Not here, and caught where candidates are explained again under their lock: `scope`, `holder`, and the exact rent that a
landlord keeps for its own tenants (`rent`).
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import IntFlag
from typing import NamedTuple
from uuid import UUID

from contracts.values import DwellingFacts, DwellingType
from law.adapted import AdaptedHomeOrder
from matching.domain.application import Application
from matching.domain.place import bucket, buckets_reaching
from matching.domain.policy import Basis, InForce, Policy
from matching.domain.rent import KEEPING
from matching.domain.rules.accessibility import for_a_wheelchair
from matching.domain.rules.adapted import ORDINARY, class_of, is_adapted, not_known_to_have_none
from matching.domain.rules.income import LARGEST_CATEGORY, ceilings_by_category, certain_income, highest_category
from matching.domain.rules.letting import may_be_let
from matching.domain.rules.money import affordable_rent
from matching.domain.rules.transfer import may_leave, rent_below
from matching.domain.rules.typology import adequate, persons_housed
from matching.domain.rules.wishes import hundredths
from matching.domain.score import freed_points, month_of, needed_area, place_points, standing_points
from matching.domain.whose import is_transfer, present_landlord
from policy.scoring import gated_points, open_gates

__all__ = [
    "ANY_FLOOR",
    "NO_CEILING",
    "Entry",
    "Need",
    "Posting",
    "Predicate",
    "Probe",
    "Scale",
    "posting_of",
    "probe_for",
]

ANY_FLOOR = 100
"""Higher than any floor: where stairs are no matter."""
NO_CEILING = 2**31 - 1
_GROUND = -100
"""Lower than any floor: a home that nobody has to climb to."""
_SCALES_PER_TERRITORY = 32


_CLASSES = {
    AdaptedHomeOrder.DISABLED: 32,
    AdaptedHomeOrder.ELDERLY: 64,
    AdaptedHomeOrder.OTHERS: 128,
}
_ORDINARY_PASS = (0,)
_ADAPTED_PASSES = tuple(sum(_CLASSES.values()) - one for one in _CLASSES.values())
_FITTINGS = range(1, 7)


class Need(IntFlag):
    """What a home must not be known to lack."""

    WHEELCHAIR = 1
    STEP_FREE = 2
    LIFT = 4
    OUTDOOR_SPACE = 8
    PARKING = 16
    DISABLED = 32
    """One of the three classes of an adapted home (CCH R441-4) each household is of: no need, and a probe says it is
    lacking to leave a class out."""
    ELDERLY = 64
    OTHERS = 128
    NOT_ADAPTED = 256
    """Of the others for certain: an adapted home must be left by a recorded search first."""
    EQUIPMENT = 512
    """Fittings of the SNE's code 1; those of 2 to 6 follow, each twice the one before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicate:
    """What a home is compared with.

    `income_euros` is 0 where it excludes nobody and `category` the highest it may be: what is unknown never excludes.
    """

    application_id: UUID
    registered_on: dt.date
    max_rent_cents: int | None
    rent_below_cents: int | None
    """The principal rent of a home of `landlord` must be lower than this."""
    needed_area: int
    income_euros: int
    category: int
    max_floor: int
    lowest_floor: int
    highest_floor: int
    needs: int
    latest_on: dt.date | None
    landlord: int
    """The SIREN of whose home a transfer leaves, 0 for everybody else."""


class Entry(NamedTuple):
    bucket: int
    scale: int
    base: int
    gated: tuple[int, ...]
    """Points of each rubric of the policy that counts towards some homes only; empty where all are 0."""
    affordable: int | None
    """The highest rent with charges that the territory's thresholds allow; None without a limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """Entries with the part of the score that no home changes, and the predicate they share."""

    predicate: Predicate
    entries: tuple[Entry, ...]

    @property
    def bases(self) -> dict[tuple[int, int], int]:
        return {(entry.bucket, entry.scale): entry.base for entry in self.entries}


class Scale(NamedTuple):
    """How the bases of one scale become scores today."""

    number: int
    added: int
    """What the present month adds to every base."""
    points_per_month: int
    cap_months: int
    """Where some may have passed the cap since they were posted: what is beyond is taken off. -1 without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A home as the index is asked for it."""

    buckets: tuple[int, ...]
    scales: tuple[Scale, ...]
    month: int
    rent_cents: int
    base_rent_cents: int
    area: int
    ceilings: tuple[int, ...]
    """Euros, by category from 1."""
    stairs_to: int
    floor: int | None
    lacks: int
    passes: tuple[int, ...]
    """What is lacking besides, pass after pass: all of one come before all of the next, whatever their scores."""
    landlord: int
    """Whose home it is, 0 where that was not told: its own tenants who give back a home too large must pay less."""
    own_landlord: int
    """Whose tenants may pay less than the rent of re-letting: no rent excludes them here; 0 for nobody."""
    owing: tuple[int, ...]
    """Landlords that owe the holder a right."""
    seed: str
    """Of the home's draw: a secret."""
    available_on: dt.date | None
    gates: tuple[int, ...]
    """Which gated rubrics count towards this home, from 0."""
    gates_most: int
    """The most that they can add: with rent and area the bound of the threshold stop."""

    @property
    def parts(self) -> "tuple[tuple[int, Probe], ...]":
        """The home asked for pass after pass, each with its order: one for everybody where it is not adapted."""
        return _parts(self)


def _siren(landlord: str | None) -> int:
    return int(landlord or 0)


def _parts(probe: Probe) -> tuple[tuple[int, Probe], ...]:
    if probe.passes == _ORDINARY_PASS:
        return ((ORDINARY, probe),)
    return tuple((at, replace(probe, lacks=probe.lacks | lacking)) for at, lacking in enumerate(probe.passes, start=1))


def posting_of(application: Application, policies: InForce) -> Posting | None:
    """What the index keeps of an application; None where no home can be for it.

    A type that a territory's grid does not have for the household gets no entry there.
    """
    if not application.active or not may_leave(application):
        return None
    entries = tuple(_entries(application, policies))
    if not entries:
        return None
    household, wishes = application.household, application.wishes
    highest = household.max_floor_without_lift
    return Posting(
        predicate=Predicate(
            application_id=application.id,
            registered_on=application.registered_on,
            max_rent_cents=wishes.max_rent_cents,
            rent_below_cents=rent_below(application),
            needed_area=needed_area(application, policies.on),
            income_euros=certain_income(household),
            category=highest_category(application),
            max_floor=ANY_FLOOR if highest is None else highest,
            lowest_floor=_GROUND if wishes.lowest_floor is None else wishes.lowest_floor,
            highest_floor=ANY_FLOOR if wishes.highest_floor is None else wishes.highest_floor,
            needs=Need.WHEELCHAIR * household.needs_wheelchair
            + Need.STEP_FREE * household.needs_step_free
            + Need.LIFT * wishes.lift
            + Need.OUTDOOR_SPACE * wishes.outdoor_space
            + Need.PARKING * wishes.parking
            + _adapted_needs(application, policies.on),
            latest_on=wishes.latest_on,
            landlord=_siren(present_landlord(application) if is_transfer(application) else None),
        ),
        entries=entries,
    )


class _Standing(NamedTuple):
    """What an application has in one territory, whatever the place."""

    scale: int
    points: int
    gated: tuple[int, ...]
    affordable: int | None
    types: tuple[DwellingType, ...]


def _entries(application: Application, policies: InForce) -> Iterator[Entry]:
    """An earlier wish brings no fewer points, so the first entry of a bucket is the one that counts."""
    known: dict[str, _Standing] = {}
    said: set[tuple[int, int]] = set()
    for rank, wanted in enumerate(application.wishes.places):
        for policy in policies.reached(wanted.commune, neighbours=wanted.neighbours):
            standing = known.get(policy.territory)
            if standing is None:
                standing = known[policy.territory] = _standing(application, policy, policies.on)
            of_place = standing.points + place_points(rank, policy.scoring)
            for kind in standing.types:
                base = of_place + freed_points(application, kind, policy)
                number = bucket(wanted.commune, neighbours=wanted.neighbours, dwelling_type=kind)
                if (number, standing.scale) not in said:
                    said.add((number, standing.scale))
                    yield Entry(number, standing.scale, base, standing.gated, standing.affordable)


def _adapted_needs(application: Application, on: dt.date) -> int:
    """The class of an adapted home's ranking, and the fittings that must be there."""
    order, needs = class_of(application, on), application.household.access_needs
    certain = order is AdaptedHomeOrder.OTHERS and not not_known_to_have_none(application)
    codes = set() if needs is None else set(needs.equipment)
    return _CLASSES[order] + Need.NOT_ADAPTED * certain + _fittings(codes)


def _fittings(codes: Iterable[int]) -> int:
    return sum(Need.EQUIPMENT << code - 1 for code in codes)


def _standing(application: Application, policy: Policy, on: dt.date) -> _Standing:
    persons = persons_housed(application)
    formula = policy.scoring.seniority_of(application.kind)
    months = month_of(on) - month_of(application.registered_on)
    capped = formula.cap_months is not None and months >= formula.cap_months
    seniority = (
        formula.points_per_month * formula.cap_months
        if capped and formula.cap_months is not None
        else -formula.points_per_month * month_of(application.registered_on)
    )
    gated = gated_points(policy, application, on) if policy.scoring.gated else ()
    return _Standing(
        scale=_scale(policy, policy.scoring.formulas.index(formula), capped=capped),
        points=standing_points(application, policy, on) + seniority,
        gated=gated if any(gated) else (),
        affordable=affordable_rent(application, policy),
        types=tuple(
            kind
            for kind in application.wishes.dwelling_types
            if kind is not DwellingType.UNKNOWN and adequate(kind, persons, policy)
        ),
    )


def _scale(policy: Policy, formula: int, *, capped: bool) -> int:
    return policy.scope.number * _SCALES_PER_TERRITORY + formula * 2 + capped


def _scales(policy: Policy, month: int) -> Iterator[Scale]:
    for at, formula in enumerate(policy.scoring.formulas):
        rate, cap = formula
        yield Scale(_scale(policy, at, capped=False), rate * month, rate, -1 if cap is None else cap)
        if cap is not None:
            yield Scale(_scale(policy, at, capped=True), 0, 0, -1)


def probe_for(home: DwellingFacts, basis: Basis) -> Probe | None:
    """What the index compares for a home; None for one that nobody may be called for.

    Raises:
        UnknownCommune: the home's commune is in no list.
    """
    if not may_be_let(home):
        return None
    table = ceilings_by_category(home.financing, home.commune, basis.on)
    has_stairs = home.lift is False and home.floor is not None
    gates = open_gates(basis.policy, home) if basis.policy.scoring.gated else ()
    month = month_of(basis.scoring_on)
    return Probe(
        buckets=buckets_reaching(home.commune, home.dwelling_type),
        scales=tuple(_scales(basis.policy, month)),
        month=month,
        rent_cents=home.rent_cents,
        base_rent_cents=home.base_rent_cents,
        area=hundredths(home.living_area_m2),
        ceilings=table or (NO_CEILING,) * LARGEST_CATEGORY,
        stairs_to=home.floor if has_stairs and home.floor is not None else _GROUND,
        floor=home.floor,
        lacks=Need.WHEELCHAIR * (for_a_wheelchair(home) is False)
        + Need.STEP_FREE * (home.step_free is False)
        + Need.LIFT * (has_stairs and (home.floor or 0) > 0)
        + Need.OUTDOOR_SPACE * (home.outdoor_space is False)
        + Need.PARKING * (home.parking is False)
        + Need.NOT_ADAPTED * (is_adapted(home) and not basis.around.search_found_nobody)
        + (_fittings(set(_FITTINGS) - set(home.equipment)) if home.equipment else 0),
        landlord=_siren(basis.landlord),
        own_landlord=_siren(basis.landlord if basis.around.rent_policy in KEEPING else None),
        owing=tuple(sorted(_siren(one) for one in basis.around.owing)),
        seed=basis.seed,
        passes=_ADAPTED_PASSES if is_adapted(home) else _ORDINARY_PASS,
        available_on=basis.available_on,
        gates=gates,
        gates_most=sum(basis.policy.scoring.gated[gate].most for gate in gates),
    )
