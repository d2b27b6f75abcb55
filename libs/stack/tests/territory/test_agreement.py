"""The plain check and matching, written apart, agree on every household and home of a slice."""

import datetime as dt

import pytest

from contracts.values import DwellingType, Financing
from matching.domain.application import Application
from matching.domain.explanation import explain
from matching.domain.policy import Basis
from matching.domain.score import rank_key
from matching.policies import Policies
from stack.territory import Territory, application_chunk, expected_alerts, plan_vacancies
from stack.territory.records import application_records

ON = dt.date(2026, 11, 22)
SLICE = Territory("slice", 8, Territory.of("small").places, dwellings=4_000, applications=1_500)


@pytest.fixture(scope="module")
def policies(request):
    return request.config.rootpath / "policies" / "national"


def test_the_same_households_in_the_same_order(policies):
    policy = Policies(policies).in_force(ON)
    basis = Basis(policy=policy, on=ON)
    rows = application_chunk(SLICE, 0)
    applications = [Application.recorded(record) for record in application_records(rows, SLICE)]
    plan = plan_vacancies(SLICE, 30, label="agreement", on=ON)
    expected = expected_alerts(rows, [(one.vacancy_id, one.dwelling) for one in plan], policies=policies, on=ON)
    assert len({one.dwelling.dwelling_type for one in plan} & set(DwellingType)) >= 4
    assert {one.dwelling.financing for one in plan} == {Financing.PLAI, Financing.PLUS, Financing.PLS}
    for one in plan:
        fitting = [
            (application, explanation.score)
            for application in applications
            if (explanation := explain(application, one.dwelling, basis)).fits
        ]
        fitting.sort(key=lambda pair: rank_key(*pair, one.vacancy_id, policy.scoring.tie_seed))
        called = tuple(application.id for application, _ in fitting[: policy.calls_at_once])
        assert expected.calls[one.vacancy_id] == called
    assert sum(map(len, expected.calls.values())) > 300
