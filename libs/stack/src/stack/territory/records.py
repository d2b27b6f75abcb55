"""Rows of the territory in the words of the contracts."""

import datetime as dt
from collections.abc import Iterator
from functools import cache

import numpy as np

from contracts.demand import (
    ApplicationRecorded,
    ApplicationStatus,
    Consent,
    ContactRecorded,
    CurrentHome,
    HouseholdFacts,
    Wishes,
)
from contracts.event import deterministic_id
from contracts.inventory import DwellingRecorded
from contracts.values import (
    ApplicationKind,
    DwellingFacts,
    DwellingType,
    EnergyClass,
    Financing,
    WantedPlace,
)
from stack.territory.applications import KINDS, Applications
from stack.territory.draw import hashed, pick_by_share
from stack.territory.dwellings import ENERGY, FINANCINGS, NOT_KNOWN, Dwellings, operations_of
from stack.territory.extent import Territory
from stack.territory.geography import geography
from stack.territory.households import NONE
from stack.territory.landlords import market
from stack.territory.persons import person

__all__ = ["application_records", "contact_records", "dwelling_facts", "dwelling_records"]

TYPES = (DwellingType.T1, DwellingType.T2, DwellingType.T3, DwellingType.T4, DwellingType.T5, DwellingType.T6)
LOANS = tuple(Financing(loan.value) for loan in FINANCINGS)
ENERGY_CLASSES = tuple(EnergyClass(one.value) for one in ENERGY)
_STREETS = (
    "allée des Acacias", "rue de l'Aubépine", "rue des Bleuets", "square des Bruyères", "rue des Capucines",
    "rue des Cerisiers", "allée des Charmes", "rue des Coquelicots", "rue du Cytise", "place des Érables",
    "rue des Fougères", "rue des Genêts", "allée du Houx", "rue des Jonquilles", "rue des Lilas", "place du Mûrier",
    "rue des Noisetiers", "allée des Ormes", "rue des Peupliers", "rue des Pivoines", "rue du Romarin",
    "rue des Saules", "square du Sureau", "rue des Tilleuls",
)  # fmt: skip
_HIGHEST_NUMBER = 90
_STREET, _HOME_LANDLORD = 31, 32
_ORIGIN = "synthetic"
"""Where a synthetic consent was said."""


def dwelling_facts(homes: Dwellings) -> Iterator[DwellingFacts]:
    codes, streets = geography(homes.territory).codes, _streets(homes)
    for row, street in enumerate(streets):
        energy = int(homes.energy[row])
        yield DwellingFacts(
            commune=codes[homes.place[row]],
            street=street,
            dwelling_type=TYPES[homes.rooms[row] - 1],
            living_area_m2=float(homes.area_m2[row]),
            financing=LOANS[homes.financing[row]],
            base_rent_cents=int(homes.rent_cents[row]),
            service_charges_cents=int(homes.charges_cents[row]),
            floor=_known(int(homes.floor[row])),
            lift=_yes_or_no(int(homes.lift[row])),
            step_free=_yes_or_no(int(homes.step_free[row])),
            wheelchair_accessible=_yes_or_no(int(homes.wheelchair[row])),
            energy_class=None if energy == NOT_KNOWN else ENERGY_CLASSES[energy],
            built_in=int(homes.built_in[row]),
        )


def dwelling_records(homes: Dwellings) -> Iterator[DwellingRecorded]:
    landlords = market(homes.territory).landlords
    for row, (index, facts) in enumerate(zip(homes.index, dwelling_facts(homes), strict=True)):
        reference = homes.territory.dwelling_reference(int(index))
        yield DwellingRecorded(
            dwelling_id=deterministic_id("dwelling", reference),
            version=1,
            landlord=landlords[homes.landlord[row]].siren,
            reference=reference,
            dwelling=facts,
        )


def application_records(rows: Applications, territory: Territory) -> Iterator[ApplicationRecorded]:
    homes = _current_homes(rows, territory)
    for row, index in enumerate(rows.index):
        persons = range(int(rows.households.applicants[row]))
        kind = KINDS[rows.kind[row]]
        yield ApplicationRecorded(
            application_id=rows.names.application(int(index)),
            version=1,
            kind=kind,
            status=ApplicationStatus.ACTIVE,
            registered_on=dt.date.fromordinal(int(rows.registered_on[row])),
            person_ids=tuple(rows.names.person(int(index), slot) for slot in persons),
            household=_household(rows, row),
            wishes=_wishes(rows, row),
            current_home=homes.get(row),
        )


def contact_records(rows: Applications) -> Iterator[ContactRecorded]:
    """Every applicant and co-applicant, in the order of the applications."""
    for row, index in enumerate(rows.index):
        for slot in range(int(rows.households.applicants[row])):
            who = person(rows, row, slot)
            yield ContactRecorded(
                person_id=rows.names.person(int(index), slot),
                version=1,
                given_name=who.given_name,
                family_name=who.family_name,
                email=who.email,
                phone=who.phone,
                language=who.language,
                consents=tuple(
                    Consent(channel=channel, granted=granted, given_on=who.consents_given_on, origin=_ORIGIN)
                    for channel, granted in who.consents
                ),
            )


def _household(rows: Applications, row: int) -> HouseholdFacts:
    facts = rows.households
    return HouseholdFacts(
        persons_for_occupancy=int(facts.persons[row]),
        persons_for_ceiling=int(facts.persons_for_ceiling[row]),
        reference_tax_income_euros=_stated(facts.income_euros[row]),
        needs_step_free=bool(facts.step_free[row]),
        needs_wheelchair=bool(facts.wheelchair[row]),
        max_floor_without_lift=_stated(facts.max_floor[row]),
    )


def _wishes(rows: Applications, row: int) -> Wishes:
    wanted = rows.wishes
    area = _stated(wanted.min_area[row])
    return Wishes(
        places=tuple(
            _wanted(rows.codes[place], bool(wide))
            for place, wide in zip(wanted.places[row], wanted.neighbours[row], strict=True)
            if place != NONE
        ),
        dwelling_types=tuple(kind for bit, kind in enumerate(TYPES) if wanted.types[row] >> bit & 1),
        max_rent_cents=_stated(wanted.max_rent_cents[row]),
        min_area_m2=None if area is None else area / 100,
    )


@cache
def _wanted(commune: str, neighbours: bool) -> WantedPlace:
    return WantedPlace(commune=commune, neighbours=neighbours)


def _current_homes(rows: Applications, territory: Territory) -> dict[int, CurrentHome]:
    """The homes that tenants of the stock would leave: a landlord of the place, a type near the household's size."""
    owners, tenants = market(territory), np.flatnonzero(rows.kind == KINDS.index(ApplicationKind.TRANSFER))
    of_landlord = hashed(territory.seed, _HOME_LANDLORD, rows.index[tenants])
    homes = {}
    for at, row in enumerate(tenants.tolist()):
        shares = owners.cumulated_shares[rows.home[row]]
        owner = int(pick_by_share(shares, of_landlord[at : at + 1])[0])
        homes[row] = CurrentHome(
            landlord=owners.landlords[owner].siren,
            commune=rows.codes[rows.home[row]],
            dwelling_type=TYPES[rows.left_rooms[row] - 1],
        )
    return homes


def _streets(homes: Dwellings) -> list[str]:
    """The address of the operation in Paris; elsewhere one that says it is invented."""
    operations = operations_of()
    drawn = hashed(homes.territory.seed, _STREET, homes.place, homes.building)
    number = homes.building % _HIGHEST_NUMBER + 1
    return [
        operations[operation].address
        if operation >= 0
        else f"{number[row]} {_STREETS[int(drawn[row] * len(_STREETS))]} (adresse fictive)"
        for row, operation in enumerate(homes.operation.tolist())
    ]


def _known(number: int) -> int | None:
    return None if number == NOT_KNOWN else number


def _stated(number: int) -> int | None:
    return None if number == NONE else int(number)


def _yes_or_no(number: int) -> bool | None:
    return None if number == NOT_KNOWN else bool(number)
