from datetime import date

import pytest

from law.households import (
    Custody,
    Member,
    Relation,
    Share,
    age,
    consumption_units,
    disabled_persons,
    minors,
    persons_for_ceiling,
    persons_for_occupancy,
    persons_for_type,
)

ON = date(2026, 11, 22)
HOLDER = Member(Relation.LEASEHOLDER, date(1980, 1, 1))
SPOUSE = Member(Relation.SPOUSE, date(1982, 1, 1))
CHILD = Member(Relation.CHILD, date(2016, 5, 5))
TEENAGER = Member(Relation.CHILD, date(2011, 5, 5))
SHARED = Member(Relation.CHILD, date(2016, 5, 5), custody=Custody.SHARED)
VISITING = Member(Relation.CHILD, date(2016, 5, 5), custody=Custody.VISITING, tax_attached=False)
EXPECTED = Member(Relation.CHILD, unborn=True)
FRIEND = Member(Relation.OTHER, date(1990, 1, 1), tax_attached=False)
GRANDMOTHER = Member(Relation.ASCENDANT, date(1950, 1, 1), disabled=True)


@pytest.mark.parametrize(
    ("members", "ceiling", "occupancy"),
    [
        ((HOLDER,), 1, 1),
        ((HOLDER, SPOUSE, CHILD), 3, 3),
        ((HOLDER, EXPECTED), 1, 1),
        ((HOLDER, VISITING), 2, 2),
        ((HOLDER, SHARED), 2, 2),
        ((HOLDER, FRIEND), 1, 2),
        ((HOLDER, HOLDER, FRIEND, GRANDMOTHER), 3, 4),
    ],
)
def test_persons_for_ceiling_and_for_occupancy(members, ceiling, occupancy):
    assert (persons_for_ceiling(members), persons_for_occupancy(members)) == (ceiling, occupancy)


@pytest.mark.parametrize(
    ("members", "births", "custody", "persons"),
    [
        ((HOLDER, EXPECTED), True, Share.FULL, 2),
        ((HOLDER, EXPECTED), False, Share.FULL, 1),
        ((HOLDER, SHARED), True, Share.FULL, 2),
        ((HOLDER, SHARED), True, Share.HALF, 2),
        ((HOLDER, SHARED), True, Share.NONE, 1),
        ((HOLDER, SHARED, VISITING), True, Share.HALF, 2),
        ((HOLDER, SHARED, VISITING, VISITING), True, Share.HALF, 3),
        ((HOLDER, SPOUSE, CHILD, FRIEND), True, Share.NONE, 4),
        ((VISITING,), True, Share.NONE, 1),
    ],
)
def test_persons_for_type_is_the_policy_s(members, births, custody, persons):
    assert persons_for_type(members, births=births, custody=custody) == persons


@pytest.mark.parametrize(
    ("members", "units"),
    [
        ((HOLDER,), 1.0),
        ((HOLDER, SPOUSE), 1.5),
        ((HOLDER, SPOUSE, CHILD), 1.8),
        ((HOLDER, SPOUSE, CHILD, CHILD), 2.1),
        ((HOLDER, SPOUSE, CHILD, TEENAGER), 2.3),
        ((HOLDER, VISITING, EXPECTED), 1.0),
        ((HOLDER, Member(Relation.CHILD)), 1.5),
    ],
)
def test_consumption_units(members, units):
    assert consumption_units(members, ON) == units


def test_fourteen_years_are_completed_on_the_birthday():
    child = Member(Relation.CHILD, date(2012, 11, 23))
    assert consumption_units((HOLDER, child), ON) == 1.3
    assert consumption_units((HOLDER, child), date(2026, 11, 23)) == 1.5


def test_age_in_completed_years():
    assert age(date(1961, 11, 22), ON) == 65
    assert age(date(1961, 11, 23), ON) == 64
    assert age(date(2024, 2, 29), date(2025, 2, 28)) == 0
    assert age(date(2024, 2, 29), date(2025, 3, 1)) == 1


def test_minors_and_disabled_persons():
    household = (HOLDER, CHILD, TEENAGER, EXPECTED, GRANDMOTHER, Member(Relation.CHILD))
    assert minors(household, ON) == 2
    assert disabled_persons(household) == 1
