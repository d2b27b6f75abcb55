"""Hand-made households and homes: the plain check says what a person would who reads the rules."""

import dataclasses
import datetime as dt
import hashlib
import textwrap
from uuid import UUID, uuid5

import pytest

from contracts.values import Channel, DwellingFacts, DwellingType, Financing
from stack.territory.expected import Alert, expected_alerts
from stack.territory.read_back import Registered, columns_of

TODAY = dt.date(2026, 11, 22)
VACANCY = UUID(int=1)
EMAIL, SMS = 1, 2
POLICY = """
    territory = "test"
    valid_from = {valid_from}
    [shortlist]
    size = {size}
    [calls]
    at_once = {at_once}
    [typology]
    largest_type_by_persons = ["T2", "T3", "T4", "T5", "T6"]
    [scoring]
    [scoring.seniority]
    points_per_month = 2
    [scoring.kind]
    transfer = 24
    split = 12
    first = 0
    [scoring.place]
    points_by_preference = [16, 12, 9]
    [scoring.rent_headroom]
    percent_per_point = 2
    most = 15
    [scoring.area_fit]
    square_metres_per_point = 3
    most = 10
"""


@pytest.fixture
def policies(tmp_path):
    def write(valid_from="2026-11-01", at_once=20, size=40):
        text = POLICY.format(valid_from=valid_from, at_once=at_once, size=size)
        (tmp_path / f"{valid_from}.toml").write_text(textwrap.dedent(text))
        return tmp_path

    write()
    write.folder = tmp_path
    return write


def home(**changes):
    facts = {
        "commune": "75118",
        "street": "1 rue du Test",
        "dwelling_type": DwellingType.T2,
        "living_area_m2": 40.0,
        "financing": Financing.PLUS,
        "base_rent_cents": 40_000,
        "service_charges_cents": 10_000,
    }
    return DwellingFacts(**facts | changes)


def application(
    name="a", *, household=None, wishes=None, registered_on=dt.date(2026, 1, 15), kind="first", channels=(EMAIL,)
):
    facts = {
        "persons_for_occupancy": 1,
        "persons_for_ceiling": 1,
        "reference_tax_income_euros": 20_000,
        "needs_step_free": False,
        "needs_wheelchair": False,
        "max_floor_without_lift": None,
    }
    wanted = {
        "places": [{"commune": "75118", "neighbours": False}],
        "dwelling_types": ["T2"],
        "max_rent_cents": None,
        "min_area_m2": None,
    }
    return Registered(
        id=uuid5(UUID(int=0), name),
        kind=kind,
        registered_on=registered_on.toordinal(),
        persons=tuple(uuid5(UUID(int=0), f"{name}-{slot}") for slot in range(len(channels))),
        channels=channels,
        household=facts | (household or {}),
        wishes=wanted | (wishes or {}),
    )


def called(policies, *registered, of=None, on=TODAY):
    found = expected_alerts(columns_of(registered), [(VACANCY, of or home())], policies=policies.folder, on=on)
    return list(found.calls[VACANCY])


def ids(*names):
    return [uuid5(UUID(int=0), name) for name in names]


def wants(*places, **wishes):
    return {"places": [{"commune": code, "neighbours": wide} for code, wide in places], **wishes}


@pytest.mark.parametrize(
    ("one", "of", "fits"),
    [
        ({}, {}, True),
        # place
        ({"wishes": wants(("75119", False))}, {}, False),
        ({"wishes": wants(("75119", True))}, {}, True),
        ({"wishes": wants(("75109", True))}, {"commune": "93066"}, False),
        ({"wishes": wants(("75018", False), ("75118", False))}, {}, True),
        ({"wishes": wants(("75056", False))}, {}, True),
        ({"wishes": wants(("75056", True))}, {"commune": "93001"}, True),
        ({"wishes": wants(("75056", False))}, {"commune": "93001"}, False),
        # type and its policy
        ({"wishes": {"dwelling_types": ["T1", "T3"]}}, {}, False),
        ({"wishes": {"dwelling_types": ["T3"]}}, {"dwelling_type": DwellingType.T3}, False),
        (
            {"wishes": {"dwelling_types": ["T3"]}, "household": {"persons_for_occupancy": 2}},
            {"dwelling_type": DwellingType.T3},
            True,
        ),
        # rent with charges
        ({"wishes": {"max_rent_cents": 50_000}}, {}, True),
        ({"wishes": {"max_rent_cents": 49_999}}, {}, False),
        # area wished for, and the floor of the law: 9, 16, 25 … 70 m²
        ({"wishes": {"min_area_m2": 40.0}}, {}, True),
        ({"wishes": {"min_area_m2": 40.01}}, {}, False),
        ({"household": {"persons_for_occupancy": 2}}, {"living_area_m2": 16.0}, True),
        ({"household": {"persons_for_occupancy": 2}}, {"living_area_m2": 15.99}, False),
        ({"household": {"persons_for_occupancy": 4}}, {"living_area_m2": 33.9}, False),
        ({"household": {"persons_for_occupancy": 12}}, {"living_area_m2": 70.0}, True),
        # income: PLUS 2026 for one person in Paris is 26,920
        ({"household": {"reference_tax_income_euros": 26_920}}, {}, True),
        ({"household": {"reference_tax_income_euros": 26_921}}, {}, False),
        ({"household": {"reference_tax_income_euros": 26_921}}, {"financing": Financing.PLS}, True),
        ({"household": {"reference_tax_income_euros": None}}, {}, True),
        # a disabled person alone is in category 2; a need for an accessible home may go with a disability card
        ({"household": {"reference_tax_income_euros": 40_233, "needs_step_free": True}}, {}, True),
        ({"household": {"reference_tax_income_euros": 40_234, "needs_step_free": True}}, {}, False),
        # two persons may be a young couple: category 3
        ({"household": {"persons_for_ceiling": 2, "reference_tax_income_euros": 52_740}, "channels": (1, 1)}, {}, True),
        # three persons: a parent alone with two dependants is in category 4, a couple with a child in category 3
        ({"household": {"persons_for_ceiling": 3, "reference_tax_income_euros": 60_000}}, {}, True),
        (
            {"household": {"persons_for_ceiling": 3, "reference_tax_income_euros": 60_000}, "channels": (1, 1)},
            {},
            False,
        ),
        # accessibility: what nobody recorded excludes nobody
        ({"household": {"needs_wheelchair": True}}, {"wheelchair_accessible": False}, False),
        ({"household": {"needs_wheelchair": True}}, {"wheelchair_accessible": None}, True),
        ({"household": {"needs_step_free": True}}, {"step_free": False}, False),
        ({"household": {"needs_step_free": True}}, {"step_free": None}, True),
        ({"household": {"max_floor_without_lift": 1}}, {"floor": 2, "lift": False}, False),
        ({"household": {"max_floor_without_lift": 2}}, {"floor": 2, "lift": False}, True),
        ({"household": {"max_floor_without_lift": 1}}, {"floor": 2, "lift": True}, True),
        ({"household": {"max_floor_without_lift": 1}}, {"floor": 2, "lift": None}, True),
        ({"household": {"max_floor_without_lift": 1}}, {"floor": None, "lift": False}, True),
        ({}, {"floor": 9, "lift": False}, True),
    ],
)
def test_who_can_be_called(policies, one, of, fits):
    assert called(policies, application(**one), of=home(**of)) == (ids("a") if fits else [])


def test_the_longer_wait_comes_first(policies):
    earlier = application("earlier", registered_on=dt.date(2025, 12, 31))
    later = application("later", registered_on=dt.date(2026, 1, 1))
    assert called(policies, later, earlier) == ids("earlier", "later")


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        # a transfer's 24 points are a year of seniority; with a month less it still leads by 22
        ({"kind": "transfer", "registered_on": dt.date(2026, 2, 1)}, {"kind": "first"}),
        ({"kind": "split"}, {"kind": "first"}),
        ({"wishes": wants(("75118", False))}, {"wishes": wants(("75101", False), ("75118", False))}),
        # 16 % and 3 % under the limit: 8 points and 1
        ({"wishes": {"max_rent_cents": 60_000}}, {"wishes": {"max_rent_cents": 52_000}}),
        ({"wishes": {"max_rent_cents": 60_000}}, {"wishes": {"max_rent_cents": None}}),
        # 40 m² fit a household that asks for 40 better than one that needs 9
        ({"wishes": {"min_area_m2": 40.0}}, {"wishes": {"min_area_m2": None}}),
    ],
)
def test_what_counts(policies, better, worse):
    assert called(policies, application("worse", **worse), application("better", **better)) == ids("better", "worse")


def test_points_are_whole_numbers_rounded_down(policies):
    """3.99 % under the limit is one point, like 2 %: the older registration of the same month decides."""
    near = application("near", wishes={"max_rent_cents": 52_050}, registered_on=dt.date(2026, 1, 20))
    nearer = application("nearer", wishes={"max_rent_cents": 51_100}, registered_on=dt.date(2026, 1, 10))
    assert called(policies, near, nearer) == ids("nearer", "near")


def test_the_lot_parts_equal_scores_of_the_same_day(policies):
    names = [f"tie-{number}" for number in range(30)]
    drawn = sorted(ids(*names), key=lambda one: hashlib.sha256(f"5eed:{VACANCY}:{one}".encode()).digest())
    told = expected_alerts(
        columns_of([application(name) for name in names]),
        [(VACANCY, home())],
        policies=policies.folder,
        on=TODAY,
        seeds={VACANCY: "5eed"},
    )
    assert list(told.calls[VACANCY]) == drawn[:20]
    assert not told.undecided


@pytest.mark.parametrize(("equals", "undecided"), [(20, False), (21, True)])
def test_without_the_seed_it_is_said_where_the_lot_alone_parts_the_called_from_the_rest(policies, equals, undecided):
    everybody = columns_of([application(f"tie-{number}") for number in range(equals)])
    found = expected_alerts(everybody, [(VACANCY, home())], policies=policies.folder, on=TODAY)
    assert (VACANCY in found.undecided) is undecided
    assert len(found.calls[VACANCY]) == 20


@pytest.mark.parametrize(
    ("on", "free", "first"),
    [
        (TODAY, None, "waited"),
        (TODAY, TODAY, "waited"),
        (TODAY, dt.date(2026, 12, 1), "waits"),
        (dt.date(2026, 12, 1), TODAY, "waits"),
    ],
)
def test_a_home_that_comes_free_later_is_counted_for_that_day(policies, on, free, first):
    """Ten months count, which one has behind it and the other in December; a home is ranked for no day that is past."""
    file = policies.folder / "2026-11-01.toml"
    file.write_text(file.read_text().replace("points_per_month = 2", "points_per_month = 2\ncap_months = 10"))
    both = [
        application("waits", registered_on=dt.date(2026, 2, 15), wishes={"max_rent_cents": 53_000}),
        application("waited", registered_on=dt.date(2025, 1, 15), wishes={"max_rent_cents": 52_000}),
    ]
    days = {} if free is None else {VACANCY: free}
    found = expected_alerts(columns_of(both), [(VACANCY, home())], policies=policies.folder, on=on, available_on=days)
    assert found.calls[VACANCY][0] == ids(first)[0]


def test_the_worth_of_the_home_left_counts_for_tenants_alone(policies):
    text = (policies.folder / "2026-11-01.toml").read_text()
    (policies.folder / "2026-11-01.toml").write_text(text + "[freed_home]\nT2 = 2\nT5 = 40\n")
    leaves = {"current_home": {"dwelling_type": "T5"}}
    tenant = dataclasses.replace(application("tenant", kind="transfer"), **leaves)
    entrant = dataclasses.replace(application("entrant", kind="first", registered_on=dt.date(2025, 1, 15)), **leaves)
    hosted = dataclasses.replace(application("hosted", kind="split", registered_on=dt.date(2024, 10, 1)), **leaves)
    assert called(policies, entrant, hosted, tenant) == ids("tenant", "hosted", "entrant")


def test_no_more_are_called_than_the_policy_says(policies):
    everybody = [application(str(number), registered_on=dt.date(2026, 1, 1 + number)) for number in range(9)]
    policies(at_once=5)
    assert called(policies, *everybody) == ids("0", "1", "2", "3", "4")
    policies(at_once=50, size=3)
    assert called(policies, *everybody) == ids("0", "1", "2")


def test_the_policy_in_force_that_day(policies):
    everybody = [application(str(number)) for number in range(4)]
    policies(valid_from="2026-12-01", at_once=1)
    assert len(called(policies, *everybody)) == 4
    assert len(called(policies, *everybody, on=dt.date(2026, 12, 1))) == 1
    assert len(called(policies, *everybody, on=dt.date(2020, 1, 1))) == 4, "before the first, the first"


def test_a_place_that_is_reached_twice_counts_by_its_first_wish(policies):
    twice = application("twice", wishes=wants(("75119", True), ("75118", False)))
    second = application("second", wishes=wants(("75101", False), ("75118", False)), registered_on=dt.date(2026, 1, 1))
    assert called(policies, second, twice) == ids("twice", "second")


def test_every_person_is_told_on_every_channel_agreed_to(policies):
    household = {"persons_for_occupancy": 2, "persons_for_ceiling": 2}
    both = application("both", household=household, channels=(EMAIL | SMS, SMS))
    nobody = application("nobody", channels=(0,))
    found = expected_alerts(columns_of([both, nobody]), [(VACANCY, home())], policies=policies.folder, on=TODAY)
    assert len(found.calls[VACANCY]) == 2, "a household that wants no message is called all the same"
    assert found.alerts == {
        Alert(VACANCY, both.id, both.persons[0], Channel.EMAIL),
        Alert(VACANCY, both.id, both.persons[0], Channel.SMS),
        Alert(VACANCY, both.id, both.persons[1], Channel.SMS),
    }


def test_nobody_to_call(policies):
    assert called(policies, application(wishes=wants(("13201", False)))) == []


def test_no_policy_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="holds no policy"):
        expected_alerts(columns_of([application()]), [], policies=tmp_path, on=TODAY)
