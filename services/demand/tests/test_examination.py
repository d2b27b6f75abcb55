"""The three-yearly examination: its dates, its cases, what is filled in from it."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenancy_samples import NOON, ended, lease, occupancy, tenancy

from contracts.tenancy import ExaminationCase, Occupant, SuitableHome
from contracts.values import DwellingType, Financing
from demand.domain.declaration import Relation
from demand.domain.examination import Outside, examination_of, in_zone, suitable_types
from demand.domain.one_click import file_of, suggested_types
from demand.domain.tenancy import Fact
from law.tenure import next_examination
from reference.days import add_months

ON = dt.date(2026, 11, 23)
CASE = ExaminationCase


def cases(*events, **over):
    return examination_of(tenancy(*events), ON, **{"financing": Financing.PLUS, "adapted": False, **over})


def test_a_lady_of_71_alone_in_five_rooms_of_a_priority_district():
    found = cases(lease(), occupancy(1955), in_priority_district=True)
    assert (found.cases, found.rooms_freed) == ((CASE.UNDER_OCCUPIED,), 3)
    assert found.in_priority_district
    assert found.unknown == ()
    told = found.made()
    assert (told.on, told.rooms_freed, told.cases) == (ON, 3, (CASE.UNDER_OCCUPIED,))


@pytest.mark.parametrize(
    ("rooms", "area", "born", "expected", "freed"),
    [
        (3, 60.0, (1955,), (CASE.UNDER_OCCUPIED,), 1),
        (2, 45.0, (1955,), (), 0),
        (4, 80.0, (1955, 1990), (CASE.UNDER_OCCUPIED,), 1),
        (4, 80.0, (1955, 1990, 1992), (), 0),
        (2, 42.9, (1980, 2010, 2012, 2015, 2020), (CASE.OVER_OCCUPIED,), 0),
        (2, 43.0, (1980, 2010, 2012, 2015, 2020), (), 0),
    ],
)
def test_occupation(rooms, area, born, expected, freed):
    home = lease(main_rooms=rooms, dwelling_type=f"T{rooms}", living_area_m2=area)
    found = cases(home, occupancy(*born))
    assert (found.cases, found.rooms_freed) == (expected, freed)


@pytest.mark.parametrize(
    ("events", "over", "expected"),
    [
        ((lease(main_rooms=2, adapted=True), occupancy(1955)), {}, (CASE.ADAPTATION_NO_LONGER_NEEDED,)),
        ((lease(main_rooms=2), occupancy(1955)), {"adapted": True}, (CASE.ADAPTATION_NO_LONGER_NEEDED,)),
        ((lease(main_rooms=2), occupancy(1955, loss_of_autonomy=True)), {}, (CASE.DISABILITY_NEEDS_ANOTHER,)),
        ((lease(main_rooms=2), occupancy(1955, reference_tax_income_euros=26_920)), {}, ()),
        (
            (lease(main_rooms=2), occupancy(1955, reference_tax_income_euros=26_921)),
            {},
            (CASE.INCOME_OVER_CEILING,),
        ),
    ],
)
def test_the_other_cases(events, over, expected):
    assert cases(*events, **over).cases == expected


def test_what_is_not_known_is_no_case_and_is_named():
    assert cases(lease()).unknown == ("occupancy",)
    assert cases(lease(), occupancy(1955, reference_tax_income_euros=None)).unknown == ("income",)
    assert cases(lease(), occupancy(1955), financing=None).unknown == ("financing",)
    contested = tenancy(lease(), occupancy(1955)).contest(Fact.OCCUPANCY, reason="my son is back", by="tenant", at=NOON)
    found = examination_of(contested, ON, financing=Financing.PLUS)
    assert (found.cases, found.unknown) == ((), ("occupancy",))


@pytest.mark.parametrize(("commune", "examined"), [("75118", True), ("37261", True), ("23096", False)])
def test_only_the_zones_of_the_decree(commune, examined):
    assert in_zone(commune, ON) is examined
    assert not in_zone(commune, dt.date(2017, 1, 28))


def test_an_ended_lease_and_a_quiet_commune_are_outside():
    for events in ((lease(), ended()), (lease(commune="23096"),), ()):
        with pytest.raises(Outside):
            cases(*events)


@given(st.dates(dt.date(1950, 1, 1), dt.date(2026, 1, 1)), st.integers(1, 30))
def test_examinations_never_drift(signed_on, times):
    day = signed_on
    for _ in range(times):
        day = next_examination(signed_on, day + dt.timedelta(days=1))
    assert day == add_months(signed_on, 36 * times)


@given(st.dates(dt.date(1950, 1, 1), dt.date(2026, 1, 1)), st.dates(dt.date(1950, 1, 1), dt.date(2040, 1, 1)))
def test_the_next_is_the_first_that_is_not_past(signed_on, today):
    day = next_examination(signed_on, today)
    assert day >= today
    assert day > signed_on
    turn = round(((day.year - signed_on.year) * 12 + day.month - signed_on.month) / 36)
    assert day == add_months(signed_on, 36 * turn)
    assert turn == 1 or add_months(signed_on, 36 * (turn - 1)) < today


def test_a_lease_of_29_february_comes_back_to_it():
    leap = dt.date(2024, 2, 29)
    assert next_examination(leap, dt.date(2027, 1, 1)) == dt.date(2027, 2, 28)
    assert next_examination(leap, dt.date(2036, 2, 29)) == dt.date(2036, 2, 29)


@pytest.mark.parametrize(
    ("born", "types"), [((1955,), ("T1", "T2")), ((1955, 1960), ("T2", "T3")), (tuple(range(1980, 1987)), ("T6",))]
)
def test_types_that_fit(born, types):
    assert suitable_types(tenancy(lease(), occupancy(*born)), ON) == types
    defined = SuitableHome(smallest=DwellingType.T2, largest=DwellingType.T4)
    assert suggested_types(defined, types) == ("T2", "T3", "T4")


class TestOneClick:
    def members(self, home, *occupants):
        told = occupancy(1955).model_copy(
            update={"occupants": tuple(Occupant.model_validate(one) for one in occupants)}
        )
        return file_of(tenancy(home, told), ON).declaration.members

    def test_all_that_is_known_is_filled_in_and_the_wishes_are_hers(self):
        file = file_of(tenancy(lease(), occupancy(1955)), ON, cases=(CASE.UNDER_OCCUPIED,), in_priority_district=True)
        (member,) = file.declaration.members
        assert (member.relation, member.birth_date) == (Relation.APPLICANT, dt.date(1955, 3, 2))
        assert (file.housing.home.base_rent_cents, file.housing.home.in_priority_district) == (610_00, True)
        assert file.declaration.main_reason.value == "10"
        assert file.wishes is None
        assert not file.complete

    def test_a_couple_with_children_one_of_whom_visits(self):
        couple = [{"given_name": name, "family_name": "Roux"} for name in ("Ana", "Paul")]
        members = self.members(
            lease(leaseholders=couple),
            {"relation": "child", "born_in": 2015, "visiting": True},
            {"relation": "leaseholder", "born_in": 1985},
            {"relation": "spouse", "born_in": 1983},
            {"relation": "ascendant", "born_in": 1950},
        )
        assert [(one.relation.value, one.birth_date.year, one.custody and one.custody.value) for one in members] == [
            ("applicant", 1985, None),
            ("spouse", 1983, None),
            ("child", 2015, "D"),
            ("ascendant", 1950, None),
        ]
        assert members[1].person_id is not None
        assert members[2].person_id is None

    def test_a_second_leaseholder_who_left_does_not_apply(self):
        couple = [
            {"given_name": "Ana", "family_name": "Roux", "birth_date": "1985-01-01"},
            {"given_name": "Paul", "family_name": "Roux", "birth_date": "1983-01-01"},
        ]
        members = self.members(lease(leaseholders=couple), {"relation": "leaseholder", "born_in": 1985})
        assert [one.relation for one in members] == [Relation.APPLICANT]

    def test_a_baby_of_this_year_is_born_already(self):
        members = self.members(
            lease(), {"relation": "leaseholder", "born_in": 1955}, {"relation": "child", "born_in": 2026}
        )
        assert members[1].birth_date == ON

    def test_nothing_is_declared_of_a_household_that_is_not_known(self):
        assert file_of(tenancy(lease()), ON).declaration is None
