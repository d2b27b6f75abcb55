"""The synthetic stock: real operations of Paris and real rows of RPLS, drawn whole.

A home has the rooms, area, loan, year, energy class and floor of one dwelling of the register: never a column alone.
In Paris an operation gives the address, the landlord and the loan, and the row is drawn among those of that loan;
where the stock is larger than what was funded since 2001, operations stand for more homes than they have.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from reference import samples
from reference.ceilings import Financing
from reference.rpls import EnergyClass, ceiling_financing
from stack.territory import rents
from stack.territory.columns import Columns
from stack.territory.draw import Floats, Ints, apportion, hashed, pick_by_share, stream
from stack.territory.extent import CHUNK, Territory
from stack.territory.figures import share
from stack.territory.geography import geography
from stack.territory.landlords import market

__all__ = ["ENERGY", "FINANCINGS", "NOT_KNOWN", "Dwellings", "dwelling_chunk", "dwellings", "operations_of"]

FINANCINGS = (Financing.PLAI, Financing.PLUS, Financing.PLS)
ENERGY = tuple(EnergyClass)
NOT_KNOWN = -99
_ROWS = 1
"""Purpose of the stream the rows are drawn from."""
_LIFT, _STEP_FREE, _LANDLORD = 21, 22, 23
_HOMES_A_BUILDING = 24
_ACCESSIBLE_SINCE = 2009
"""Buildings whose permit was asked for from 2007 on (loi 2005-102) are taken to be accessible."""
_LIFT_FROM_FLOOR = 5


@dataclass(frozen=True, slots=True, eq=False)
class Dwellings(Columns):
    """Homes as columns; a chunk of the territory, or any choice of rows."""

    territory: Territory
    index: Ints
    place: Ints
    operation: Ints
    """Row of `operations_of`, -1 outside Paris."""
    building: Ints
    """Number of the building in its place."""
    landlord: Ints
    rooms: Ints
    area_m2: Floats
    financing: Ints
    built_in: Ints
    energy: Ints
    floor: Ints
    lift: Ints
    """1, 0 or NOT_KNOWN, like the two after it."""
    step_free: Ints
    wheelchair: Ints
    rent_cents: Ints
    charges_cents: Ints

    def __len__(self) -> int:
        return len(self.index)


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """The register's rows, those of each financing together."""

    rooms: Ints
    area_m2: Floats
    financing: Ints
    built_in: Ints
    energy: Ints
    floor: Ints
    first: Ints
    """First row of each financing, and the number of rows after the last."""


@cache
def _register() -> _Rows:
    """Rows whose loan goes with one of the three ceilings; PLI and other loans are left out."""
    usable = [(ceiling_financing(row.financing), row) for row in samples.dwelling_samples()]
    rows = [(kind, row) for wanted in FINANCINGS for kind, row in usable if kind is wanted]
    financing = np.array([FINANCINGS.index(kind) for kind, _ in rows if kind], dtype=np.int64)
    return _Rows(
        rooms=np.array([min(row.rooms, 6) for _, row in rows]),
        area_m2=np.array([float(row.living_area_m2) for _, row in rows]),
        financing=financing,
        built_in=np.array([row.built_in for _, row in rows]),
        energy=np.array([ENERGY.index(row.energy) if row.energy else NOT_KNOWN for _, row in rows]),
        floor=np.array([NOT_KNOWN if row.floor is None else row.floor for _, row in rows]),
        first=np.searchsorted(financing, [0, 1, 2, 3]).astype(np.int64),
    )


@cache
def operations_of() -> tuple[samples.Operation, ...]:
    """The operations of family housing in Paris that funded at least one home."""
    return tuple(one for one in samples.operations() if one.is_family_housing and one.dwellings > 0)


@dataclass(frozen=True, slots=True, eq=False)
class _Slots:
    """Runs of consecutive homes that share place, operation and financing (-1: of no operation)."""

    first: Ints
    place: Ints
    operation: Ints
    financing: Ints


@lru_cache(maxsize=4)
def _slots(territory: Territory) -> _Slots:
    places = geography(territory)
    in_place: dict[str, list[tuple[int, int, int]]] = {}
    for number, one in enumerate(operations_of()):
        loans = ((rents.PLAI, one.plai), (rents.PLUS, one.plus + one.plus_cd), (rents.PLS, one.pls))
        in_place.setdefault(one.arrondissement, []).extend((number, loan, homes) for loan, homes in loans if homes)
    slots: list[tuple[int, int, int, int]] = []
    for place, code in enumerate(places.codes):
        funded = in_place.get(code, [(-1, -1, 1)])
        homes = apportion(int(places.dwellings[place]), [weight for *_, weight in funded])
        slots += [
            (place, operation, loan, int(count))
            for (operation, loan, _), count in zip(funded, homes, strict=True)
            if count
        ]
    place_of, operation_of, loan_of, count_of = (
        np.array(column, dtype=np.int64) for column in zip(*slots, strict=True)
    )
    first = np.concatenate([[0], np.cumsum(count_of)[:-1]]).astype(np.int64)
    return _Slots(first=first, place=place_of, operation=operation_of, financing=loan_of)


def dwellings(territory: Territory) -> Iterator[Dwellings]:
    """All homes, a chunk at a time."""
    return (dwelling_chunk(territory, chunk) for chunk in territory.dwelling_chunks())


def dwelling_chunk(territory: Territory, chunk: int) -> Dwellings:
    """The homes numbered from `chunk × CHUNK`; always the same ones."""
    places, slots, rows = geography(territory), _slots(territory), _register()
    index = np.arange(chunk * CHUNK, min((chunk + 1) * CHUNK, territory.dwellings))
    slot = np.searchsorted(slots.first, index, side="right") - 1
    place, operation = slots.place[slot], slots.operation[slot]
    rng = stream(territory.seed, territory.name, _ROWS, chunk)
    of_financing = np.maximum(slots.financing[slot], 0)
    any_loan = slots.financing[slot] < 0
    least = np.where(any_loan, 0, rows.first[of_financing])
    beyond = np.where(any_loan, rows.first[-1], rows.first[of_financing + 1])
    row = least + (rng.random(len(index)) * (beyond - least)).astype(np.int64)
    building = np.where(operation >= 0, operation, (index - places.first_dwelling[place]) // _HOMES_A_BUILDING)
    lift = _lift(territory, place, building, rows.floor[row])
    step_free = _step_free(territory, place, building, rows.built_in[row])
    reachable = (lift == 1) | (rows.floor[row] == 0)
    central = places.in_paris_and_neighbours[place]
    return Dwellings(
        territory=territory,
        index=index,
        place=place,
        operation=operation,
        building=building,
        landlord=_landlord(territory, place, operation, building),
        rooms=rows.rooms[row],
        area_m2=rows.area_m2[row],
        financing=rows.financing[row],
        built_in=rows.built_in[row],
        energy=rows.energy[row],
        floor=rows.floor[row],
        lift=lift,
        step_free=np.where((step_free == 1) & ~reachable, 0, step_free),
        wheelchair=np.where(step_free == 1, reachable.astype(np.int64), step_free),
        rent_cents=rents.rent_cents(
            rows.financing[row], central, rows.area_m2[row], rows.built_in[row], rng.random(len(index))
        ),
        charges_cents=rents.charges_cents(rows.area_m2[row], rng.random(len(index))),
    )


def _lift(territory: Territory, place: Ints, building: Ints, floor: Ints) -> Ints:
    has_lift = hashed(territory.seed, _LIFT, place, building) < share("home.lift")
    return (has_lift | (floor >= _LIFT_FROM_FLOOR)).astype(np.int64)


def _step_free(territory: Territory, place: Ints, building: Ints, built_in: Ints) -> Ints:
    """Whether the building's entrance and flats are accessible: by law in newer ones, mostly not recorded in others."""
    recorded = hashed(territory.seed, _STEP_FREE, place, building) >= share("home.step_free_unknown")
    return np.where(built_in >= _ACCESSIBLE_SINCE, 1, np.where(recorded, 0, NOT_KNOWN)).astype(np.int64)


def _landlord(territory: Territory, place: Ints, operation: Ints, building: Ints) -> Ints:
    owners = market(territory)
    of_operation = np.array([owners.of_operation[one.landlord] for one in operations_of()])
    found = of_operation[np.maximum(operation, 0)]
    for here in np.unique(place[operation < 0]):
        mine = (place == here) & (operation < 0)
        uniform = hashed(territory.seed, _LANDLORD, place[mine], building[mine])
        found[mine] = pick_by_share(owners.cumulated_shares[here], uniform)
    return np.asarray(found, dtype=np.int64)
