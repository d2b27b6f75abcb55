"""Applications, homes and vacancies for tests: plain ones to vary, and random ones to compare."""

import datetime as dt
import itertools
import random
import uuid
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from contracts.demand import ApplicationRecorded, ApplicationStatus, CurrentHome, HouseholdFacts, Wishes
from contracts.household import AccessNeeds, CeilingRegime, Light, Priority, Reason
from contracts.inventory import VacancyAnnounced
from contracts.values import (
    Accessibility,
    ApplicationKind,
    DwellingFacts,
    DwellingType,
    Financing,
    LettingExclusion,
    WantedPlace,
)
from matching.domain.application import Application
from matching.domain.policy import Basis, InForce, Policy
from matching.domain.vacancy import Vacancy, VacancyStatus
from policy import Library
from reference import communes

ON = dt.date(2026, 11, 22)
LANDLORD = "552032708"
TYPES = [kind for kind in DwellingType if kind is not DwellingType.UNKNOWN]
_NUMBERS = itertools.count(1)
PLAINE_COMMUNE = communes.places(ept="200057867")
PLACES = list(
    dict.fromkeys(
        ["75056", *communes.places(department="75"), *sorted(communes.neighbouring_places("75056")), *PLAINE_COMMUNE]
    )
)


POLICIES = Path(__file__).parents[3] / "policies"
LIBRARY = Library(POLICIES)


def policies(on: dt.date = ON) -> InForce:
    """Paris, Plaine Commune, Tours and the country, as shipped."""
    return LIBRARY.in_force(on)


def national() -> Policy:
    return policies().national


def basis() -> Basis:
    """As if Paris had no grid of its own: the numbers of these tests are the country's."""
    return Basis(policy=national(), on=ON)


def household(**changes: Any) -> HouseholdFacts:
    facts = {"persons_for_occupancy": 2, "persons_for_ceiling": 2, "reference_tax_income_euros": 20_000}
    return HouseholdFacts(**(facts | changes))


def wishes(**changes: Any) -> Wishes:
    said = {"places": (WantedPlace(commune="75118"),), "dwelling_types": (DwellingType.T2, DwellingType.T3)}
    return Wishes(**(said | changes))


def recorded(**changes: Any) -> ApplicationRecorded:
    fields = {
        "application_id": uuid.uuid4(),
        "version": 1,
        "kind": ApplicationKind.TRANSFER,
        "status": ApplicationStatus.ACTIVE,
        "registered_on": dt.date(2023, 5, 4),
        "person_ids": (uuid.uuid4(), uuid.uuid4()),
        "household": household(),
        "wishes": wishes(),
    }
    return ApplicationRecorded(**(fields | changes))


def fitting(count: int, **changes: Any) -> list[ApplicationRecorded]:
    """Applications that fit `home()`, each later one of the list registered earlier and so ahead."""
    return [
        recorded(registered_on=dt.date(2024, 1, 1) - dt.timedelta(days=40 * number), **changes)
        for number in range(count)
    ]


def application(**changes: Any) -> Application:
    return Application.recorded(recorded(**changes))


def home(**changes: Any) -> DwellingFacts:
    facts = {
        "commune": "75118",
        "street": "3 rue Riquet",
        "dwelling_type": DwellingType.T2,
        "living_area_m2": 46.5,
        "financing": Financing.PLUS,
        "base_rent_cents": 45_000,
        "service_charges_cents": 6_000,
        "floor": 2,
        "lift": False,
        "step_free": False,
        "wheelchair_accessible": False,
    }
    return DwellingFacts(**(facts | changes))


def announced(vacancy_id: uuid.UUID | None = None, *, version: int = 1, **changes: Any) -> VacancyAnnounced:
    return VacancyAnnounced(
        vacancy_id=vacancy_id or uuid.uuid4(),
        version=version,
        dwelling_id=uuid.uuid4(),
        landlord=LANDLORD,
        dwelling=home(**({"street": f"3 rue Riquet, bâtiment {next(_NUMBERS)}"} | changes)),
        expected_on=dt.date(2027, 1, 15),
    )


def calls_as(monkeypatch: Any, **changes: Any) -> None:
    """Policies as shipped, but for how calls go."""
    shipped = [replace(policy, **changes) for policy in policies().policies]
    fixed = SimpleNamespace(in_force=lambda on: InForce(shipped, on), policies=shipped)
    monkeypatch.setattr("matching.policies.library", lambda: fixed)


def vacancy(**changes: Any) -> Vacancy:
    return Vacancy(
        id=uuid.uuid4(),
        status=VacancyStatus.ANNOUNCED,
        status_version=1,
        landlord=LANDLORD,
        dwelling_id=uuid.uuid4(),
        dwelling=home(**changes),
        dwelling_version=1,
        available_on=dt.date(2027, 1, 15),
        available_version=1,
    )


def random_facts(draw: random.Random, persons: int) -> dict[str, Any]:
    """What demand works out, known of about half the households."""
    if draw.random() < 0.4:
        return {}
    return {
        "persons_for_type": draw.choice((None, persons, persons + 1)),
        "income_category": draw.choice((None, min(6, persons), min(6, persons + 1))),
        "ceiling_income_euros": None if draw.random() < 0.5 else int(draw.lognormvariate(9.9, 0.6)),
        "ceiling_regime": draw.choice([CeilingRegime.ORDINARY] * 6 + list(CeilingRegime)[:-1]),
        "first_quartile": draw.choice((None, True, False)),
        "over_occupied": draw.choice((None, True, False)),
        "under_occupied": draw.choice((None, True, False)),
        "effort_percent": draw.choice((None, 20.0, 34.0, 55.0, 75.0)),
        "disabled_persons": draw.choice((None, 0, 0, 1)),
        "reasons": tuple(draw.sample([one for one in Reason if one is not Reason.UNKNOWN], draw.randint(0, 2))),
        "priorities": tuple(draw.sample([one for one in Priority if one is not Priority.UNKNOWN], draw.randint(0, 1))),
        "refused_offers": draw.choice((None, None, 0, 1, 4)),
        "monthly_resources_cents": draw.choice((None, None, 0, 90_000, 150_000, 250_000)),
        "housing_aid_cents": draw.choice((None, 0, 15_000, 30_000)),
        "consumption_units": draw.choice((None, 1.0, 1.8)),
        "eldest_born_in": draw.choice((None, 1950, 1960, 1961, 1990)),
        "access_needs": draw.choices((None, AccessNeeds(), AccessNeeds(equipment=(2,))), [18, 1, 1])[0],
    }


def random_application(draw: random.Random) -> ApplicationRecorded:
    """An application drawn so that every rule says yes and no often, and equal scores happen."""
    persons = draw.choices(range(1, 10), [38, 22, 15, 12, 7, 3, 1, 1, 1])[0]
    size = min(5, max(0, persons - 1 + draw.choice((-1, 0, 0, 1))))
    places = {draw.choice(PLACES): draw.random() < 0.4 for _ in range(draw.randint(1, 4))}
    return recorded(
        application_id=uuid.UUID(int=draw.getrandbits(128), version=4),
        kind=draw.choice(list(ApplicationKind)[:3]),
        status=ApplicationStatus.WITHDRAWN if draw.random() < 0.05 else ApplicationStatus.ACTIVE,
        registered_on=dt.date(2026, 11, 1) - dt.timedelta(days=int(draw.expovariate(1 / 700))),
        person_ids=tuple(uuid.UUID(int=draw.getrandbits(128), version=4) for _ in range(draw.randint(1, 2))),
        household=HouseholdFacts(
            persons_for_occupancy=persons,
            persons_for_ceiling=max(1, persons - draw.choice((0, 0, 1))),
            reference_tax_income_euros=None if draw.random() < 0.1 else int(draw.lognormvariate(9.9, 0.6)),
            needs_step_free=draw.random() < 0.06,
            needs_wheelchair=draw.random() < 0.03,
            max_floor_without_lift=draw.randint(0, 4) if draw.random() < 0.12 else None,
            **random_facts(draw, persons),
        ),
        wishes=Wishes(
            places=tuple(WantedPlace(commune=place, neighbours=wide) for place, wide in places.items()),
            dwelling_types=tuple(TYPES[size : size + draw.randint(1, 2)]),
            max_rent_cents=None if draw.random() < 0.2 else draw.randrange(25_000, 120_000, 500),
            min_area_m2=None if draw.random() < 0.6 else round(draw.uniform(9, 18) * persons, 1),
            lowest_floor=draw.randint(0, 2) if draw.random() < 0.1 else None,
            highest_floor=draw.randint(2, 8) if draw.random() < 0.1 else None,
            lift=draw.random() < 0.1,
            outdoor_space=draw.random() < 0.05,
            parking=draw.random() < 0.05,
            latest_on=dt.date(2026, 12, 1) + dt.timedelta(days=draw.randint(0, 90)) if draw.random() < 0.1 else None,
        ),
        current_home=CurrentHome(
            landlord=draw.choice((None, LANDLORD)),
            dwelling_type=draw.choice((None, *TYPES)),
            base_rent_cents=draw.choice((None, draw.randrange(20_000, 80_000, 100))),
            living_area_m2=draw.choice((None, round(draw.uniform(5, 25) * persons, 1))),
            main_rooms=draw.choice((None, draw.randint(1, 5))),
        ),
        light=draw.choice([None] * 9 + [Light.MAY_MOVE, Light.BLOCKED]),
        meets_transfer_conditions=draw.choice([None, True, True, True, False]),
    )


def random_home(draw: random.Random, *, known: bool = False) -> DwellingFacts:
    size = draw.choices(range(6), [18, 28, 30, 17, 6, 1])[0]
    maybe = (True, False, None)
    return home(
        commune=draw.choice(PLACES[1:]),
        dwelling_type=TYPES[size],
        living_area_m2=round(max(9.0, draw.gauss(22 + 17 * size, 7)), 2),
        financing=draw.choice([kind for kind in Financing if not known or kind is not Financing.UNKNOWN]),
        base_rent_cents=draw.randrange(18_000, 90_000, 100),
        floor=draw.choice((None, 0, 1, 2, 3, 5, 8)),
        lift=draw.choice(maybe),
        step_free=draw.choice(maybe),
        wheelchair_accessible=draw.choice(maybe),
        outdoor_space=draw.choice(maybe),
        parking=draw.choice(maybe),
        in_priority_district=draw.choice(maybe),
        exclusions=(LettingExclusion.TO_BE_SOLD,) if draw.random() < 0.03 else (),
        accessibility=draw.choices((None, *list(Accessibility)[:3]), [18, 1, 1, 1])[0],
        equipment=draw.choice(((), (), (1, 3), (2, 3, 4, 5, 6))),
    )
