"""Applications, homes and vacancies for tests: plain ones to vary, and random ones to compare."""

import datetime as dt
import random
import uuid
from pathlib import Path
from typing import Any

from contracts.demand import ApplicationRecorded, ApplicationStatus, HouseholdFacts, Wishes
from contracts.inventory import VacancyAnnounced
from contracts.values import ApplicationKind, DwellingFacts, DwellingType, Financing, WantedPlace
from matching.domain.application import Application
from matching.domain.policy import Basis, Policy
from matching.domain.vacancy import Vacancy, VacancyStatus
from matching.policies import Policies
from reference import communes

ON = dt.date(2026, 11, 22)
LANDLORD = "552032708"
TYPES = [kind for kind in DwellingType if kind is not DwellingType.UNKNOWN]
PLACES = ["75056", *communes.places(department="75"), *sorted(communes.neighbouring_places("75056"))]


def national() -> Policy:
    return Policies(Path(__file__).parents[3] / "policies" / "national").in_force(ON)


def basis() -> Basis:
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
        dwelling=home(**changes),
        expected_on=dt.date(2027, 1, 15),
    )


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
        ),
        wishes=Wishes(
            places=tuple(WantedPlace(commune=place, neighbours=wide) for place, wide in places.items()),
            dwelling_types=tuple(TYPES[size : size + draw.randint(1, 2)]),
            max_rent_cents=None if draw.random() < 0.2 else draw.randrange(25_000, 120_000, 500),
            min_area_m2=None if draw.random() < 0.6 else round(draw.uniform(9, 18) * persons, 1),
        ),
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
    )
