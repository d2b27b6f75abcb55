import datetime as dt
import hashlib
import random
import uuid

import matching_samples as samples
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_samples import application, home, household, wishes

from contracts.values import ApplicationKind, WantedPlace
from matching.domain.application import Application
from matching.domain.explanation import explain
from matching.domain.policy import Basis, InForce
from matching.domain.posting import posting_of, probe_for
from matching.domain.score import Rubric, draw, points


def test_points_by_rubric():
    who = application(
        kind=ApplicationKind.TRANSFER,
        registered_on=dt.date(2023, 5, 31),
        household=household(persons_for_occupancy=2),
        wishes=wishes(
            places=(WantedPlace(commune="75101"), WantedPlace(commune="75118")), max_rent_cents=60_000, min_area_m2=40
        ),
    )
    assert points(who, home(), samples.basis()) == {
        Rubric.SENIORITY: 42 * 2,  # May 2023 to November 2026
        Rubric.KIND: 24,
        Rubric.PLACE: 12,  # second choice
        Rubric.RENT_HEADROOM: 7,  # 510 of 600 euros leaves 15 %
        Rubric.AREA_FIT: 8,  # 6.5 m² more than asked for: two steps of 3 m²
    }
    assert explain(who, home(), samples.basis()).score == 84 + 24 + 12 + 7 + 8


@pytest.mark.parametrize(("limit", "headroom"), [(None, 0), (51_000, 0), (52_100, 1), (100_000, 15), (0, 0)])
def test_headroom_counts_below_a_stated_limit_only(limit, headroom):
    who = application(wishes=wishes(max_rent_cents=limit))
    assert points(who, home(), samples.basis())[Rubric.RENT_HEADROOM] == headroom


@pytest.mark.parametrize("month", [1, 11])
def test_what_is_posted_and_what_a_home_adds_make_the_score(month):
    """And the home adds no more than the bound that the index stops at."""
    chance, fitting, mixed = random.Random(month), 0, 0
    policies = InForce(samples.policies().policies, dt.date(2027, month, 7))
    for _ in range(2_000):
        who = Application.recorded(samples.random_application(chance))
        wanted = who.wishes.places[-1].commune.replace("75056", "75113")
        place = {"commune": wanted, "dwelling_type": who.wishes.dwelling_types[0]}
        a_home = samples.random_home(chance).model_copy(update=place)
        basis = Basis(policy=policies.of(a_home.commune), on=policies.on, available_on=dt.date(2026, 12, 24))
        explanation, scoring = explain(who, a_home, basis), basis.policy.scoring
        gated = sum(explanation.points.get(rubric.name, 0) for rubric in scoring.gated)
        added = explanation.points[Rubric.RENT_HEADROOM] + explanation.points[Rubric.AREA_FIT]
        assert 0 <= added <= scoring.most_dynamic
        if explanation.fits:
            fitting += 1
            posting, probe = posting_of(who, policies), probe_for(a_home, basis)
            assert 0 <= gated <= probe.gates_most
            mixed += gated > 0
            today = {scale.number: scale.added for scale in probe.scales}
            best = max(
                entry.base + today[entry.scale]
                for entry in posting.entries
                if entry.bucket in probe.buckets and entry.scale in today
            )
            assert best + added + gated == explanation.score
    assert fitting > 100
    assert mixed > 1


@given(
    one=st.dates(dt.date(2000, 1, 1), dt.date(2026, 11, 1)), other=st.dates(dt.date(2000, 1, 1), dt.date(2026, 11, 1))
)
def test_time_changes_no_order(one, other):
    def gap(on):
        basis = Basis(policy=samples.national(), on=on)
        first, second = (points(application(registered_on=day), home(), basis) for day in (one, other))
        return first[Rubric.SENIORITY] - second[Rubric.SENIORITY]

    assert gap(dt.date(2026, 11, 2)) == gap(dt.date(2031, 3, 30))


def test_the_draw_is_what_the_policy_file_says():
    vacancy_id, application_id = uuid.UUID(int=1), uuid.UUID(int=2)
    assert (
        draw("seed", vacancy_id, application_id)
        == hashlib.sha256(b"seed:00000000-0000-0000-0000-000000000001:00000000-0000-0000-0000-000000000002").digest()
    )
    assert draw("seed", vacancy_id, application_id) != draw("other", vacancy_id, application_id)


def test_reasons_tell_what_the_household_asked_for_and_nothing_sensitive():
    plain = application(registered_on=samples.ON, kind=ApplicationKind.FIRST)
    assert explain(plain, home(), samples.basis()).reasons == ("wanted_place", "dwelling_type")
    full = application(
        household=household(needs_wheelchair=True, needs_step_free=True, max_floor_without_lift=1),
        wishes=wishes(places=(WantedPlace(commune="75119", neighbours=True),), max_rent_cents=60_000, min_area_m2=30),
    )
    accessible = home(wheelchair_accessible=True, step_free=True, lift=True)
    assert explain(full, accessible, samples.basis()).reasons == (
        "neighbouring_place", "dwelling_type", "rent", "area", "seniority", "transfer",
    )  # fmt: skip


def test_a_cap_ends_seniority_and_parts_the_scales():
    """Plaine Commune counts a transfer's wait up to 60 months: who is past it stands still, and is kept apart."""
    plaine = samples.policies().of("93066")
    basis = Basis(policy=plaine, on=samples.ON)

    def seniority(registered_on):
        who = application(registered_on=registered_on, wishes=wishes(places=(WantedPlace(commune="93066"),)))
        (scale,) = {entry.scale for entry in posting_of(who, samples.policies()).entries}
        return points(who, home(commune="93066"), basis)[Rubric.SENIORITY], scale

    reached, just_under = seniority(dt.date(2021, 11, 30)), seniority(dt.date(2021, 12, 1))
    assert (reached[0], just_under[0]) == (120, 118)
    assert seniority(dt.date(2010, 1, 1)) == reached
    assert reached[1] == just_under[1] + 1


def test_a_wish_with_neighbours_is_posted_for_each_territory_it_reaches():
    """75018 touches Paris and Plaine Commune: two bases, each by the grid there."""
    who = application(wishes=wishes(places=(WantedPlace(commune="75118", neighbours=True),)))
    entries = posting_of(who, samples.policies()).entries
    paris, plaine = samples.policies().of("75118"), samples.policies().of("93066")
    by_scale = {entry.scale // 32: entry.base for entry in entries}
    assert set(by_scale) == {paris.scope.number, plaine.scope.number}
    assert by_scale[paris.scope.number] != by_scale[plaine.scope.number]
    alone = application(wishes=wishes(places=(WantedPlace(commune="75118"),)))
    assert {entry.scale // 32 for entry in posting_of(alone, samples.policies()).entries} == {paris.scope.number}
    assert {scale.number // 32 for scale in probe_for(home(), Basis(policy=paris, on=samples.ON)).scales} == {
        paris.scope.number
    }


def test_refused_offers_take_points_off_as_many_as_count():
    tours = Basis(policy=samples.policies().of("37261"), on=samples.ON)
    where = wishes(places=(WantedPlace(commune="37261"),))
    found = [
        points(application(household=household(refused_offers=refused), wishes=where), home(commune="37261"), tours)
        for refused in (None, 0, 2, 9)
    ]
    assert [one.get(Rubric.REFUSALS, 0) for one in found] == [0, 0, -10, -15]
