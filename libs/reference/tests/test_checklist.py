"""What a file must prove, by day."""

import datetime as dt

import pytest

from reference.checklist import Situation, UnknownRequirement, requirement, requirements
from reference.pieces import kinds

ON = dt.date(2026, 12, 1)


def test_everybody_proves_identity_stay_incomes_and_resources():
    asked = [one.name for one in requirements(ON) if one.when is Situation.ALWAYS]
    assert asked == ["identity", "right_of_stay", "tax_income", "recent_income", "resources"]


def test_each_is_proved_by_pieces_that_there_are_and_none_is_asked_before_its_day():
    asked = requirements(ON)
    assert all({piece.kind for piece in one.any_of} <= kinds() and one.any_of for one in asked)
    assert {one.when for one in asked} == set(Situation)
    assert requirements(dt.date(2020, 1, 1)) == ()


def test_an_unknown_one_is_named_with_those_there_are():
    assert requirement("identity").each_applicant
    with pytest.raises(UnknownRequirement, match="'weather'; known are identity, right_of_stay"):
        requirement("weather")
