from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.tenancy import ExaminationCase
from law.tenure import examination_cases, next_examination
from reference.days import add_months

ON = date(2026, 11, 22)
OVER, UNDER, ADAPTATION, DISABILITY, INCOME, _ = ExaminationCase


@pytest.mark.parametrize(
    ("signed", "on", "due"),
    [
        (date(2024, 5, 10), ON, date(2027, 5, 10)),
        (date(2023, 11, 22), ON, date(2026, 11, 22)),
        (date(2023, 11, 21), ON, date(2029, 11, 21)),
        (date(1985, 3, 31), ON, date(2027, 3, 31)),
        (date(2024, 2, 29), date(2026, 1, 1), date(2027, 2, 28)),
        (date(2024, 2, 29), date(2027, 3, 1), date(2030, 2, 28)),
        (date(2024, 2, 29), date(2035, 3, 1), date(2036, 2, 29)),
        (date(2026, 11, 22), ON, date(2029, 11, 22)),
        (date(2026, 12, 24), ON, date(2029, 12, 24)),
    ],
)
def test_next_examination(signed, on, due):
    assert next_examination(signed, on) == due


@given(st.dates(date(1950, 1, 1), date(2050, 1, 1)), st.dates(date(1950, 1, 1), date(2050, 1, 1)))
def test_an_examination_comes_every_three_years_from_the_signature(signed, on):
    due = next_examination(signed, on)
    anniversaries = [add_months(signed, 36 * times) for times in range(1, 40)]
    assert due == min(day for day in anniversaries if day >= on)


@pytest.mark.parametrize(
    ("facts", "cases"),
    [
        ({"persons": 2, "area_m2": 45, "rooms": 2}, ()),
        ({"persons": 1, "area_m2": 95, "rooms": 5}, (UNDER,)),
        ({"persons": 1, "area_m2": 60, "rooms": 3, "professional_rooms": 1}, ()),
        ({"persons": 5, "area_m2": 42, "rooms": 2}, (OVER,)),
        ({"persons": 5, "area_m2": 42, "rooms": 2, "overseas": True}, ()),
        ({"persons": 2, "adapted": True}, (ADAPTATION,)),
        ({"persons": 2, "adapted": True, "disabled_persons": 1}, ()),
        ({"persons": 1, "needs_another_home": True}, (DISABILITY,)),
        ({"persons": 1, "over_ceiling": True}, (INCOME,)),
        ({"persons": 1, "over_ceiling": False}, ()),
        ({"persons": 1}, ()),
        (
            {"persons": 1, "area_m2": 8, "rooms": 3, "adapted": True, "needs_another_home": True, "over_ceiling": True},
            (OVER, UNDER, ADAPTATION, DISABILITY, INCOME),
        ),
    ],
)
def test_the_five_cases_of_l442_5_2(facts, cases):
    assert examination_cases(ON, **facts) == cases
