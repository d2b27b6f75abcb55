"""The demo's homes: what must arrive is exact although the policy limits the calls of a household."""

import datetime as dt
from collections import Counter
from dataclasses import replace

import pytest

from stack.demo.plan import Held, make_plan, sort_of
from stack.errors import CommandError
from stack.policies import without_limits
from stack.territory import Territory, applications, expected_alerts, joined

ON = dt.date(2026, 11, 22)
TOWN = replace(Territory.of("small"), dwellings=2_000, applications=1_500)


@pytest.fixture(scope="module")
def policies(request):
    return request.config.rootpath / "policies"


def planned(policies, number=4, **more):
    return make_plan(TOWN, number, label="plan", on=ON, policies=policies, **more)


def test_no_household_is_called_more_often_than_allowed_and_no_two_homes_are_alike(policies):
    plan = planned(policies, 6)
    called = Counter(one for calls in plan.expected.calls.values() for one in calls)
    assert max(called.values()) <= 5
    assert len({sort_of(one.landlord, one.dwelling) for one in plan.vacancies}) == 6
    homes = [(one.vacancy_id, one.dwelling) for one in plan.vacancies]
    alone = expected_alerts(joined(list(applications(TOWN))), homes, policies=policies, on=ON)
    assert alone == plan.expected, "each home is ranked by itself"


def test_what_a_stack_holds_already_counts(policies):
    first = planned(policies)
    (home, *_), calls = first.vacancies, first.expected.calls
    busy = dict.fromkeys(calls[home.vacancy_id], 5)
    again = planned(policies, held=Held(busy, frozenset({sort_of(home.landlord, home.dwelling)})))
    assert home.vacancy_id not in again.expected.calls
    assert not any(one in busy for called in again.expected.calls.values() for one in called)


def test_more_than_the_limit_allows_says_how_many_and_the_way_out(policies, tmp_path):
    everyone = Held({TOWN.id_of("application", index): 5 for index in range(TOWN.applications)})
    with pytest.raises(CommandError, match=r"only \d+ call no household more often .* MATCHING_POLICIES"):
        planned(policies, 6, held=everyone)
    assert len(planned(without_limits(policies, tmp_path), 6, held=everyone).vacancies) == 6


def test_a_copy_without_limits_says_nothing_of_them_and_all_else_the_same(policies, tmp_path):
    without_limits(policies, tmp_path)
    for file in policies.glob("*/*.toml"):
        left = (tmp_path / file.relative_to(policies)).read_text().splitlines()
        said = file.read_text().splitlines()
        dropped = [line for line in said if line not in left]
        assert not any("most_live" in line or "calls.pool" in line for line in left)
        assert all(
            line.split(" ")[0] in ("most_live", "[calls.pool]", "area_percent", "rent_percent", "days")
            for line in dropped
        )
