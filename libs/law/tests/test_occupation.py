from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law.households import Custody, Member, Relation, Sex, age
from law.occupation import (
    _children_rooms,
    counted_rooms,
    min_surface,
    occupation_index,
    over_occupied,
    over_occupied_for_dalo,
    spare_rooms,
    under_occupied,
)
from reference.figures import UnknownFigure

ON = date(2026, 11, 22)
HOLDER = Member(Relation.LEASEHOLDER, date(1980, 1, 1))
SPOUSE = Member(Relation.SPOUSE, date(1982, 1, 1))
FRIEND = Member(Relation.OTHER, date(1990, 1, 1))


def child(born_in, sex=None, **more):
    return Member(Relation.CHILD, date(born_in, 6, 1), sex=sex, **more)


GIRL_4, BOY_4 = child(2022, Sex.FEMALE), child(2022, Sex.MALE)
GIRL_12, BOY_12 = child(2014, Sex.FEMALE), child(2014, Sex.MALE)


def test_least_areas_of_r822_25():
    assert [min_surface(persons, ON) for persons in range(1, 10)] == [9, 16, 25, 34, 43, 52, 61, 70, 70]


def test_least_areas_overseas():
    areas = [min_surface(persons, ON, overseas=True) for persons in range(1, 11)]
    assert areas == [9, 13, 19, 25, 31, 37, 43, 49, 54, 54]


def test_nobody_has_no_least_area():
    with pytest.raises(ValueError, match="0 persons"):
        min_surface(0, ON)


def test_a_figure_is_not_known_before_its_text():
    with pytest.raises(UnknownFigure, match=r"2019-08-31.*R822-25.*2019-09-01"):
        min_surface(1, date(2019, 8, 31))


@pytest.mark.parametrize(
    ("area", "persons", "over"), [(9, 1, False), (8.99, 1, True), (15.5, 2, True), (70, 12, False)]
)
def test_over_occupation(area, persons, over):
    assert over_occupied(area, persons, ON) is over


@pytest.mark.parametrize(
    ("members", "area", "over"),
    [
        ((HOLDER, SPOUSE), 15, False),
        ((HOLDER, child(2010)), 15, True),
        ((HOLDER, child(2010)), 16, False),
        ((HOLDER, Member(Relation.SPOUSE, date(1980, 1, 1), disabled=True)), 15, True),
    ],
)
def test_dalo_asks_for_a_minor_or_a_disabled_person(members, area, over):
    assert over_occupied_for_dalo(area, members, ON) is over


@pytest.mark.parametrize(
    ("rooms", "persons", "under"),
    [(3, 1, True), (2, 1, False), (4, 2, True), (4, 3, False), (5, 1, True), (1, 1, False)],
)
def test_under_occupation_of_l621_2(rooms, persons, under):
    assert under_occupied(rooms, persons, ON) is under


def test_professional_rooms_are_not_counted():
    assert counted_rooms(3, 1) == 2
    assert not under_occupied(3, 1, ON, professional_rooms=1)


def test_spare_rooms():
    assert [spare_rooms(rooms, 1, ON) for rooms in range(1, 6)] == [0, 0, 1, 2, 3]
    assert spare_rooms(5, 1, ON, professional_rooms=2) == 1


@pytest.mark.parametrize(
    ("rooms", "area", "members", "index"),
    [
        (2, 40, (HOLDER,), 0),
        (1, 25, (HOLDER,), 0),
        (1, 24, (HOLDER,), -1),
        (2, 40, (HOLDER, SPOUSE), 0),
        (3, 60, (HOLDER, FRIEND), 0),
        (3, 60, (HOLDER, SPOUSE, GIRL_12), 0),
        (3, 73, (HOLDER, SPOUSE, GIRL_12, GIRL_4), 0),
        (3, 73, (HOLDER, SPOUSE, GIRL_12, BOY_12), -1),
        (3, 73, (HOLDER, SPOUSE, GIRL_4, BOY_4), 0),
        (3, 71, (HOLDER, SPOUSE, GIRL_4, BOY_4), -1),
        (2, 73, (HOLDER, SPOUSE, GIRL_12, BOY_12), -2),
        (5, 100, (HOLDER,), 3),
        (2, 40, (HOLDER, child(2014, custody=Custody.VISITING)), 0),
        (3, 60, (Member(Relation.LEASEHOLDER, date(2008, 1, 1)), child(2025)), 0),
    ],
)
def test_insee_occupation_index(rooms, area, members, index):
    assert occupation_index(rooms, area, members, ON) == index


def fewest_rooms(children):
    """By trying every pairing."""
    if not children:
        return 0
    first, *others = children
    rooms = [1 + fewest_rooms(others)]
    for index, other in enumerate(others):
        both_small = all(age(one.born_on, ON) < 7 for one in (first, other))
        if both_small or (first.sex is not None and first.sex is other.sex):
            rooms.append(1 + fewest_rooms(others[:index] + others[index + 1 :]))
    return min(rooms)


@given(st.lists(st.sampled_from([GIRL_4, BOY_4, child(2022), GIRL_12, BOY_12, child(2014)]), max_size=7))
def test_children_share_as_many_rooms_as_can_be(children):
    assert _children_rooms(children, ON) == fewest_rooms(children)


@given(st.integers(1, 30))
def test_a_person_more_never_needs_less(persons):
    for overseas in (False, True):
        assert min_surface(persons, ON, overseas=overseas) <= min_surface(persons + 1, ON, overseas=overseas)


def test_metropolitan_areas_follow_the_formula():
    for fewer, more in combinations(range(2, 9), 2):
        assert min_surface(more, ON) - min_surface(fewer, ON) == 9 * (more - fewer)
