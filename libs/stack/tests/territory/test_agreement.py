"""The plain check and matching, written apart, agree on every household and home of a slice."""

import datetime as dt
import random
from uuid import UUID

import pytest

from contracts.demand import CurrentHome
from contracts.household import AccessNeeds, CeilingRegime, Light, Priority, Reason
from contracts.values import Accessibility, DwellingType, Financing, LettingExclusion
from matching.domain.application import Application
from matching.domain.explanation import explain
from matching.domain.policy import Basis
from matching.domain.score import rank_key
from policy import Library
from stack.territory import Territory, application_chunk, expected_alerts, plan_vacancies
from stack.territory.read_back import Registered, columns_of
from stack.territory.records import application_records

ON = dt.date(2026, 11, 22)
LANDLORDS = ("999000001", "999000002")
SLICE = Territory("slice", 8, Territory.of("small").places, dwellings=4_000, applications=1_500)


@pytest.fixture(scope="module")
def policies(request):
    return request.config.rootpath / "policies"


def test_the_same_households_in_the_same_order(policies):
    in_force = Library(policies).in_force(ON)
    rows = application_chunk(SLICE, 0)
    applications = [Application.recorded(record) for record in application_records(rows, SLICE)]
    plan = plan_vacancies(SLICE, 30, label="agreement", on=ON)
    seeds = {one.vacancy_id: one.vacancy_id.hex * 2 for one in plan}
    homes = [(one.vacancy_id, one.dwelling) for one in plan]
    expected = expected_alerts(rows, homes, policies=policies, on=ON, seeds=seeds)
    assert len({one.dwelling.dwelling_type for one in plan} & set(DwellingType)) >= 4
    assert {one.dwelling.financing for one in plan} == {Financing.PLAI, Financing.PLUS, Financing.PLS}
    territories = set()
    for one in plan:
        policy = in_force.of(one.dwelling.commune)
        territories.add(policy.territory)
        basis = Basis(policy=policy, on=ON)
        fitting = [
            (application, explanation)
            for application in applications
            if (explanation := explain(application, one.dwelling, basis)).fits
        ]
        fitting.sort(key=lambda pair: in_order(*pair, one.vacancy_id, seeds[one.vacancy_id]))
        called = tuple(application.id for application, _ in fitting[: policy.calls_at_once])
        assert expected.calls[one.vacancy_id] == called
    assert sum(map(len, expected.calls.values())) > 300
    assert {"paris", "national"} <= territories


def test_households_that_tell_all_are_ranked_alike_too(policies):
    """Registered ones with derived facts, reasons, priorities, comforts and lights, in the three territories."""
    chance = random.Random(4)
    records = [_told(chance, record) for record in application_records(application_chunk(SLICE, 0), SLICE)]
    read = columns_of(
        Registered(
            id=one.application_id,
            kind=one.kind.value,
            registered_on=one.registered_on.toordinal(),
            persons=one.person_ids,
            channels=(1,) * len(one.person_ids),
            household=one.household.model_dump(mode="json"),
            wishes=one.wishes.model_dump(mode="json"),
            current_home=one.current_home and one.current_home.model_dump(mode="json"),
            light=one.light and one.light.value,
            meets_transfer_conditions=one.meets_transfer_conditions,
        )
        for one in records
    )
    assert read.tell_more(read.index).mean() > 0.9
    everyone, in_force = [Application.recorded(one) for one in records], Library(policies).in_force(ON)
    homes = [
        one.dwelling.model_copy(
            update={
                "in_priority_district": chance.choice([True, False, None]),
                "parking": chance.choice([True, False, None]),
                "exclusions": (LettingExclusion.TO_BE_SOLD,) if chance.random() < 0.05 else (),
                "accessibility": chance.choice([None] * 3 + list(Accessibility)[:3]),
                "wheelchair_accessible": chance.choice([one.dwelling.wheelchair_accessible, None]),
                "equipment": chance.choice([(), (), (1, 2), (3, 4)]),
                "main_rooms": chance.choice([None, None, int(one.dwelling.dwelling_type[1:]) + 2]),
            }
        )
        for one in plan_vacancies(SLICE, 120, label="told", on=ON)
    ]
    vacancies = [(UUID(int=number), home) for number, home in enumerate(homes)]
    free_on = {vacancy_id: chance.choice([dt.date(2026, 11, 1), dt.date(2027, 1, 1)]) for vacancy_id, _ in vacancies}
    seeds = {vacancy_id: vacancy_id.hex * 2 for vacancy_id, _ in vacancies}
    landlords = {vacancy_id: chance.choice(LANDLORDS) for vacancy_id, _ in vacancies}
    expected = expected_alerts(
        read, vacancies, policies=policies, on=ON, available_on=free_on, seeds=seeds, landlords=landlords
    )
    territories = set()
    for vacancy_id, home in vacancies:
        policy = in_force.of(home.commune)
        basis = Basis(policy=policy, on=ON, available_on=free_on[vacancy_id], landlord=landlords[vacancy_id])
        fitting = [(one, found) for one in everyone if (found := explain(one, home, basis)).fits]
        fitting.sort(key=lambda pair: in_order(*pair, vacancy_id, seeds[vacancy_id]))
        assert expected.calls[vacancy_id] == tuple(one.id for one, _ in fitting[: policy.calls_at_once])
        territories |= {policy.territory} if fitting else set()
    assert territories == {"paris", "plaine-commune", "national"}


def in_order(application, explanation, vacancy_id, seed):
    return rank_key(application, explanation.score, vacancy_id, seed, order=explanation.order)


def _told(chance, record):
    household = record.household.model_copy(
        update={
            "persons_for_type": chance.choice([None, record.household.persons_for_occupancy + 1]),
            "income_category": chance.choice([None, 1, 3, 6]),
            "income_category_extra_persons": chance.choice([0, 0, 1]),
            "ceiling_income_euros": chance.choice([None, 9_000, 30_000, 60_000]),
            "ceiling_regime": chance.choice(list(CeilingRegime)[:-1]),
            "monthly_resources_cents": chance.choice([None, 0, 90_000, 150_000, 250_000]),
            "housing_aid_cents": chance.choice([None, 0, 15_000, 30_000]),
            "consumption_units": chance.choice([None, 1.0, 1.8]),
            "eldest_born_in": chance.choice([None, 1950, 1960, 1990]),
            "access_needs": chance.choice([None, None, AccessNeeds(), AccessNeeds(equipment=(2,))]),
            "first_quartile": chance.choice([None, True, False]),
            "over_occupied": chance.choice([None, True, False]),
            "under_occupied": chance.choice([None, True, False]),
            "effort_percent": chance.choice([None, 25.0, 40.0, 71.0]),
            "disabled_persons": chance.choice([None, 0, 1]),
            "occupation_index": chance.choice([None, -2, 0]),
            "reasons": tuple(chance.sample(list(Reason)[:-1], chance.randint(0, 3))),
            "priorities": tuple(chance.sample(list(Priority)[:-1], chance.randint(0, 2))),
            "refused_offers": chance.choice([None, 0, 1, 3]),
        }
    )
    wishes = record.wishes.model_copy(
        update={
            "lowest_floor": chance.choice([None, None, None, 1]),
            "highest_floor": chance.choice([None, None, None, 4]),
            "lift": chance.random() < 0.2,
            "parking": chance.random() < 0.1,
            "latest_on": chance.choice([None] * 6 + [dt.date(2026, 12, 31), dt.date(2027, 1, 1)]),
        }
    )
    home = CurrentHome(
        dwelling_type=chance.choice([None, *list(DwellingType)[:6]]),
        base_rent_cents=chance.choice([None, 30_000, 60_000]),
        living_area_m2=chance.choice([None, 10.0, 45.0]),
        main_rooms=chance.choice([None, 1, 3]),
        landlord=chance.choice([None, *LANDLORDS]),
    )
    return record.model_copy(
        update={
            "household": household,
            "wishes": wishes,
            "current_home": home,
            "light": chance.choice([None, None, None, Light.MAY_MOVE, Light.BLOCKED]),
            "meets_transfer_conditions": chance.choice([None, None, True, False]),
        }
    )
