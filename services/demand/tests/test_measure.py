"""The state machine of a measure, its wear grid and the light (DOMAIN §11.18)."""

import datetime as dt
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.household import Light
from demand.domain.measure import (
    UNDER_WAY,
    Measure,
    NotNow,
    Place,
    Stage,
    Terms,
    WrongDay,
    light_of,
)
from demand.domain.wear import Damage, WearGrid, WearLine, WorksItem, grid_errors, works_list

DAY = dt.date(2026, 9, 14)
TERMS = Terms(visit_valid_months=6, threshold_cents=200_00, contract_lets_move=False)
PLACE = Place(id=UUID(int=7), partner="999000003")
PAINT = WearLine(item="paint", useful_life_years=7, free_years=1, yearly_percent=12, residual_percent=10)


def opened(**over):
    known = {
        "id": UUID(int=1),
        "landlord": "552032708",
        "commune": "37261",
        "in_priority_district": True,
        "tenancy_id": UUID(int=2),
        "opened_on": DAY,
        "stage_on": DAY,
    }
    return Measure(**known | over)


def owing(cents):
    return (WorksItem(item="paint", amount_cents=cents, wear_cents=0),)


def visited(cents=1_860_00, *, on=DAY, terms=TERMS):
    return opened().visit(owing(cents), on, terms)[0]


def started(terms=TERMS):
    return visited().prescribe(PLACE, DAY)[0].contract(DAY, terms)[0].start(DAY)[0]


@pytest.mark.parametrize(
    ("age", "wear"),
    [(0, 0), (1, 0), (2, 12_00), (4, 36_00), (6, 60_00), (7, 90_00), (30, 90_00)],
)
def test_wear_by_age(age, wear):
    assert PAINT.wear_cents(100_00, age) == wear


def test_a_part_of_a_cent_is_the_tenants():
    assert PAINT.wear_cents(101, 2) == 13


@given(
    amount=st.integers(0, 10_000_00),
    age=st.integers(0, 80),
    life=st.integers(1, 50),
    free=st.integers(0, 50),
    yearly=st.integers(0, 100),
    residual=st.integers(0, 100),
)
def test_wear_grows_with_age_and_never_passes_the_price(amount, age, life, free, yearly, residual):
    line = WearLine(
        item="x",
        useful_life_years=life,
        free_years=min(free, life),
        yearly_percent=yearly,
        residual_percent=residual,
    )
    wear = line.wear_cents(amount, age)
    assert 0 <= wear <= amount
    assert wear <= line.wear_cents(amount, age + 1)


class TestWorksList:
    GRID = WearGrid(landlord="552032708", valid_from=dt.date(2025, 1, 1), lines=(PAINT,))

    def test_takes_wear_off_by_the_grid_or_as_stated(self):
        found = [
            Damage(item="paint", amount_cents=500_00, age_years=4),
            Damage(item="door", amount_cents=300_00, wear_cents=100_00),
        ]
        works, errors = works_list(found, self.GRID)
        assert errors == []
        assert [item.chargeable_cents for item in works] == [320_00, 200_00]

    @pytest.mark.parametrize(
        ("damage", "grid", "field"),
        [
            (Damage(item="door", amount_cents=1, age_years=1), GRID, "works[0].item"),
            (Damage(item="paint", amount_cents=1), GRID, "works[0].age_years"),
            (Damage(item="paint", amount_cents=1, age_years=1), None, "works[0].wear_cents"),
            (Damage(item="paint", amount_cents=1, wear_cents=2), GRID, "works[0].wear_cents"),
        ],
    )
    def test_names_what_keeps_a_line_from_being_reckoned(self, damage, grid, field):
        works, (error,) = works_list([damage], grid)
        assert works == ()
        assert error.field == field

    def test_a_grid_names_an_item_once(self):
        late = replace(PAINT, free_years=8)
        assert [error.field for error in grid_errors([PAINT, late])] == ["lines[1].item", "lines[1].free_years"]


@pytest.mark.parametrize(
    ("owed", "threshold", "light"),
    [
        (0, 0, Light.MAY_MOVE),
        (1, 0, Light.BLOCKED),
        (199_99, 200_00, Light.MAY_MOVE),
        (200_00, 200_00, Light.BLOCKED),
    ],
)
def test_costs_below_the_threshold_do_not_block(owed, threshold, light):
    assert visited(owed, terms=replace(TERMS, threshold_cents=threshold)).light is light


def test_the_whole_way_gives_green_light_at_its_end():
    measure, lights, told = opened(), [], []
    for step, arguments in (
        ("visit", (owing(1_860_00), DAY, TERMS)),
        ("prescribe", (PLACE, dt.date(2026, 9, 21))),
        ("contract", (dt.date(2026, 10, 2), TERMS)),
        ("start", (dt.date(2026, 10, 12),)),
        ("complete", (dt.date(2026, 11, 20), TERMS)),
    ):
        measure, (event,) = getattr(measure, step)(*arguments)
        lights.append(event.light)
        told.append((event.TYPE.split(".")[2], event.version, event.on))
    assert lights == [Light.BLOCKED] * 4 + [Light.MAY_MOVE]
    assert told == [
        ("state-visited", 2, DAY),
        ("prescribed", 3, dt.date(2026, 9, 21)),
        ("contracted", 4, dt.date(2026, 10, 2)),
        ("started", 5, dt.date(2026, 10, 12)),
        ("completed", 6, dt.date(2026, 11, 20)),
    ]
    assert measure.valid_until == dt.date(2027, 5, 20)
    assert event.tenancy_id == UUID(int=2)
    assert event.in_priority_district is True


def test_a_signed_contract_may_be_enough_by_the_terms():
    terms = replace(TERMS, contract_lets_move=True)
    contracted, (event,) = visited().prescribe(PLACE, DAY)[0].contract(DAY, terms)
    assert event.light is Light.MAY_MOVE
    assert contracted.abandon("moved away", DAY)[0].light is Light.BLOCKED


class TestLapse:
    def test_a_visit_holds_six_months_date_to_date(self):
        day = dt.date(2026, 8, 31)
        measure = opened(opened_on=day, stage_on=day).visit((), day, TERMS)[0]
        assert measure.valid_until == dt.date(2027, 2, 28)
        assert measure.lapse(dt.date(2027, 2, 28)) == (measure, ())
        lapsed, (event,) = measure.lapse(dt.date(2027, 3, 1))
        assert (lapsed.stage, lapsed.light, event.light) == (Stage.LAPSED, None, None)

    def test_works_found_owing_still_stand_in_the_way(self):
        lapsed, (event,) = visited().prescribe(PLACE, DAY)[0].lapse(dt.date(2027, 3, 15))
        assert (lapsed.stage, event.light) == (Stage.LAPSED, Light.BLOCKED)

    def test_works_under_way_lapse_not(self):
        assert started().lapse(dt.date(2030, 1, 1))[1] == ()

    def test_a_completion_holds_as_long_as_a_visit(self):
        completed = started().complete(DAY, TERMS)[0]
        lapsed, (event,) = completed.lapse(dt.date(2027, 3, 15))
        assert (lapsed.stage, event.light) == (Stage.COMPLETED, None)
        assert lapsed.lapse(dt.date(2028, 3, 15)) == (lapsed, ())

    def test_nothing_is_prescribed_or_signed_on_an_old_visit(self):
        with pytest.raises(NotNow, match="held until 2027-03-14"):
            visited().prescribe(PLACE, dt.date(2027, 3, 15))


def test_a_place_is_given_back_only_while_no_works_began():
    prescribed = visited().prescribe(PLACE, DAY)[0]
    assert prescribed.gives_back(prescribed.abandon("ill", DAY)[0]) == PLACE
    assert prescribed.gives_back(prescribed.lapse(dt.date(2028, 1, 1))[0]) == PLACE
    assert started().gives_back(started().abandon("ill", DAY)[0]) is None


def test_a_step_before_the_one_it_follows_is_refused():
    with pytest.raises(WrongDay, match="2026-09-13 is before 2026-09-14"):
        visited().prescribe(PLACE, DAY - dt.timedelta(days=1))


def test_the_light_is_that_of_the_last_visit():
    old = visited()
    new = opened(id=UUID(int=3), opened_on=dt.date(2027, 4, 1), stage_on=dt.date(2027, 4, 1))
    assert light_of([]) is None
    assert light_of([new]) is None
    assert light_of([new, old]) is Light.BLOCKED
    seen = new.visit((), dt.date(2027, 4, 2), TERMS)[0]
    assert light_of([seen, old]) is Light.MAY_MOVE


STEPS = {
    "visit": lambda measure, on, terms, cents: measure.visit(owing(cents), on, terms),
    "prescribe": lambda measure, on, *_: measure.prescribe(PLACE, on),
    "contract": lambda measure, on, terms, _: measure.contract(on, terms),
    "start": lambda measure, on, *_: measure.start(on),
    "complete": lambda measure, on, terms, _: measure.complete(on, terms),
    "abandon": lambda measure, on, *_: measure.abandon("why", on),
    "lapse": lambda measure, on, *_: measure.lapse(on),
}


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(sorted(STEPS)), st.integers(-5, 120), st.integers(0, 3_000_00)), max_size=25
    ),
    contract_lets_move=st.booleans(),
)
def test_whatever_is_tried_the_measure_goes_one_way(steps, contract_lets_move):
    terms = replace(TERMS, contract_lets_move=contract_lets_move)
    measure, on, told = opened(), DAY, []
    for name, days, cents in steps:
        on = on + dt.timedelta(days=days)
        before = measure
        try:
            measure, events = STEPS[name](before, on, terms, cents)
        except (NotNow, WrongDay):
            assert measure is before
            continue
        told += events
        if measure is before:
            assert events == ()
            continue
        assert measure.version == before.version + 1
        assert measure.stage_on >= before.stage_on
        assert all(event.version == measure.version and event.light == measure.light for event in events)
        held = measure.place is not None and before.gives_back(measure) is None
        if measure.stage in (Stage.PRESCRIBED, Stage.CONTRACTED, Stage.STARTED, Stage.COMPLETED):
            assert held
        if before.stage not in UNDER_WAY:
            assert name == "lapse"
    types = [event.TYPE for event in told]
    for once in ("prescribed", "contracted", "started", "completed", "abandoned"):
        assert types.count(f"demand.measure.{once}.v1") <= 1
    if measure.stage is Stage.COMPLETED:
        assert measure.light in (Light.MAY_MOVE, None)
    if measure.light is Light.MAY_MOVE and measure.blocks:
        assert measure.stage is Stage.COMPLETED or contract_lets_move
    assert [event.version for event in told] == sorted({event.version for event in told})
