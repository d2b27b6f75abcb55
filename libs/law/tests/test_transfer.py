from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law.households import Member, Relation
from law.mobility_aid import mobility_aid
from law.transfer import Protection, protections, rent_is_lawful, right_to_stay_ends, within_reach
from reference.communes import UnknownCommune
from reference.figures import Reading

ON = date(2026, 11, 22)
HOLDER = Member(Relation.LEASEHOLDER, date(1980, 1, 1))
OFFERS = (date(2026, 1, 10), date(2026, 3, 1), date(2026, 8, 31))
PARIS_10, PARIS_15, PARIS_18, AUBERVILLIERS, SAINT_DENIS = "75110", "75115", "75118", "93001", "93066"
TOURS, LA_RICHE, AMBOISE = "37261", "37195", "37003"


@pytest.mark.parametrize(
    ("offered", "current", "lawful"), [(49_999, 50_000, True), (50_000, 50_000, False), (1, None, None)]
)
def test_the_principal_rent_must_be_lower(offered, current, lawful):
    assert rent_is_lawful(offered, current) is lawful


@pytest.mark.parametrize(
    ("members", "more", "found"),
    [
        ((HOLDER,), {}, set()),
        ((Member(Relation.LEASEHOLDER, date(1961, 11, 22)),), {}, set()),
        ((Member(Relation.LEASEHOLDER, date(1961, 11, 21)),), {}, {Protection.AGE}),
        ((HOLDER, Member(Relation.SPOUSE, date(1955, 1, 1))), {}, {Protection.AGE}),
        ((HOLDER, Member(Relation.ASCENDANT, date(1930, 1, 1))), {}, set()),
        ((Member(Relation.LEASEHOLDER, disabled=True),), {}, {Protection.DISABILITY}),
        ((HOLDER, Member(Relation.CHILD, date(2015, 1, 1), disabled=True)), {}, {Protection.DISABILITY}),
        ((HOLDER, Member(Relation.OTHER, date(1990, 1, 1), disabled=True, tax_attached=False)), {}, set()),
        ((HOLDER,), {"loss_of_autonomy": True}, {Protection.LOSS_OF_AUTONOMY}),
        ((HOLDER,), {"in_priority_district": True}, {Protection.PRIORITY_DISTRICT}),
        ((HOLDER,), {"in_priority_district": False}, set()),
    ],
)
def test_who_cannot_lose_the_right_to_stay(members, more, found):
    assert protections(members, ON, **more) == found


def test_the_right_to_stay_ends_six_months_after_the_third_offer_in_whatever_order():
    for offers in permutations(OFFERS):
        assert right_to_stay_ends(offers, frozenset(), in_decree_zone=True) == date(2027, 2, 28)
    assert right_to_stay_ends((*OFFERS, date(2026, 9, 30)), frozenset(), in_decree_zone=True) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("offers", "protected_by", "zone"),
    [
        (OFFERS[:2], frozenset(), True),
        ((), frozenset(), True),
        (OFFERS, frozenset(), False),
        *((OFFERS, frozenset({protection}), True) for protection in Protection),
    ],
)
def test_otherwise_it_stays(offers, protected_by, zone):
    assert right_to_stay_ends(offers, protected_by, in_decree_zone=zone) is None


@given(st.lists(st.dates(date(2010, 1, 1), date(2040, 1, 1)), max_size=6))
def test_a_fourth_offer_changes_nothing(offers):
    ends = right_to_stay_ends(offers, frozenset(), in_decree_zone=True)
    assert (ends is None) == (len(offers) < 3)
    if ends:
        assert right_to_stay_ends([*offers, max(offers)], frozenset(), in_decree_zone=True) == ends
        assert ends > sorted(offers)[2]


@pytest.mark.parametrize(
    ("current", "offered", "km", "near"),
    [
        (PARIS_18, PARIS_18, None, True),
        (PARIS_18, PARIS_10, None, True),
        (PARIS_18, PARIS_15, None, False),
        (PARIS_18, AUBERVILLIERS, 7, True),
        (PARIS_18, TOURS, None, False),
        (AUBERVILLIERS, PARIS_18, None, True),
        (AUBERVILLIERS, PARIS_18, 5.1, False),
        (AUBERVILLIERS, SAINT_DENIS, 4.9, True),
        (TOURS, TOURS, None, True),
        (TOURS, TOURS, 5.0, True),
        (TOURS, TOURS, 6.0, False),
        (TOURS, LA_RICHE, None, True),
        (TOURS, AMBOISE, 1, False),
    ],
)
def test_where_an_offer_may_lie(current, offered, km, near):
    assert within_reach(current, offered, ON, distance_km=km) is near


def test_a_place_that_is_not():
    with pytest.raises(UnknownCommune):
        within_reach("99999", TOURS, ON)


@pytest.mark.parametrize(
    ("dependants", "movers", "moving", "works"),
    [(0, True, 1_000, 1_500), (0, False, 400, 1_500), (3, True, 1_000, 3_000)],
)
def test_mobility_aid(dependants, movers, moving, works):
    aid = mobility_aid(ON, dependants=dependants, with_movers=movers)
    assert (aid.moving_euros, aid.works_euros) == (moving, works)
    assert (aid.since, aid.reading) == (date(2009, 9, 22), Reading.READ_IN_OLDER_VERSION)


def test_mobility_aid_counts_no_fewer_than_nobody():
    with pytest.raises(ValueError, match="-1 dependants"):
        mobility_aid(ON, dependants=-1, with_movers=True)
