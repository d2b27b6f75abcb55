from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law.category import Category, category_of, category_of_household, is_young_household
from law.households import Custody, Member, Relation

ON = date(2026, 11, 22)
HOLDER = Member(Relation.LEASEHOLDER, date(1970, 1, 1))
SPOUSE = Member(Relation.SPOUSE, date(1972, 1, 1))
YOUNG = Member(Relation.LEASEHOLDER, date(1998, 11, 22))  # 28
YOUNG_SPOUSE = Member(Relation.SPOUSE, date(1999, 11, 22))  # 27
CHILD = Member(Relation.CHILD, date(2016, 1, 1))
VISITING = Member(Relation.CHILD, date(2016, 1, 1), tax_attached=False, custody=Custody.VISITING)
EXPECTED = Member(Relation.CHILD, unborn=True)
HOSTED = Member(Relation.OTHER, date(1990, 1, 1), tax_attached=False)


def disabled(member):
    return Member(member.relation, member.born_on, disabled=True)


@pytest.mark.parametrize(
    ("members", "number", "extra"),
    [
        ((HOLDER,), 1, 0),
        ((HOLDER, EXPECTED), 1, 0),
        ((HOLDER, HOSTED), 1, 0),
        ((HOLDER, SPOUSE), 2, 0),
        ((HOLDER, HOLDER), 2, 0),
        ((disabled(HOLDER),), 2, 0),
        ((HOLDER, SPOUSE, CHILD), 3, 0),
        ((HOLDER, CHILD), 3, 0),
        ((YOUNG, YOUNG_SPOUSE), 3, 0),
        ((YOUNG, YOUNG), 2, 0),
        ((disabled(HOLDER), SPOUSE), 3, 0),
        ((disabled(YOUNG), YOUNG_SPOUSE), 3, 0),
        ((HOLDER, disabled(CHILD)), 3, 0),
        ((HOLDER, VISITING), 2, 0),
        ((HOLDER, CHILD, VISITING), 3, 0),
        ((HOLDER, CHILD, CHILD), 4, 0),
        ((HOLDER, SPOUSE, disabled(CHILD)), 4, 0),
        ((HOLDER, SPOUSE, CHILD, CHILD), 4, 0),
        ((HOLDER, *[CHILD] * 3), 5, 0),
        ((HOLDER, SPOUSE, *[CHILD] * 3), 5, 0),
        ((HOLDER, SPOUSE, CHILD, disabled(CHILD)), 5, 0),
        ((HOLDER, *[CHILD] * 4), 6, 0),
        ((HOLDER, SPOUSE, *[CHILD] * 4), 6, 0),
        ((HOLDER, SPOUSE, *[CHILD] * 2, disabled(CHILD)), 6, 0),
        ((HOLDER, *[CHILD] * 5), 6, 1),
        ((HOLDER, SPOUSE, *[CHILD] * 5), 6, 1),
        ((HOLDER, SPOUSE, *[CHILD] * 3, disabled(CHILD)), 6, 1),
    ],
)
def test_category_of_a_household(members, number, extra):
    assert category_of_household(members, ON) == Category(number, extra)


def test_ages_of_a_young_household_add_up_to_55():
    assert is_young_household((YOUNG, YOUNG_SPOUSE), ON)
    assert not is_young_household((YOUNG, YOUNG_SPOUSE), date(2027, 11, 22))
    assert not is_young_household((YOUNG, YOUNG_SPOUSE, CHILD), ON)
    assert not is_young_household((YOUNG, Member(Relation.SPOUSE)), ON)
    assert is_young_household((YOUNG, YOUNG_SPOUSE, EXPECTED), ON)


def test_nobody_has_no_category():
    with pytest.raises(ValueError, match="0 persons"):
        category_of(0)


@given(st.integers(1, 15), st.booleans(), st.booleans())
def test_a_person_more_never_lowers_the_category(persons, alone, disabled):
    def rank(count):
        found = category_of(count, dependants_of_one=count - 1 if alone else 0, disabled=disabled)
        return found.number + found.extra_persons

    assert rank(persons) < rank(persons + 1)
    assert rank(persons) - persons in (0, 1)
