"""The engine against the rules, in memory: random applications and homes, and a stream of changes between them."""

import datetime as dt
import random
import uuid
from dataclasses import replace
from functools import partial

import matching_samples as samples
import pytest

from matching.domain.application import Application
from matching.domain.circumstances import Circumstances
from matching.domain.explanation import explain
from matching.domain.policy import Basis, InForce
from matching.domain.posting import posting_of, probe_for
from matching.domain.score import rank_key
from matching.engine import Engine, line, pack, wanted_of, warm_up
from matching.engine.compiling import VERSION
from matching.engine.question import Asked
from matching.engine.ranking import rank
from matching.engine.signature import most_for_area, most_for_rent

POLICIES = samples.policies()


@pytest.fixture(scope="module", autouse=True)
def compiled():
    warm_up()


def drawn(chance):
    return Application.recorded(samples.random_application(chance))


def packed(application, policies=POLICIES):
    return line(application.id, pack(posting_of(application, policies)))


def loaded(applications, policies=POLICIES):
    """As at the start of a replica."""
    engine = Engine()
    engine.begin_load(len(applications))
    engine.apply(b"".join(packed(one, policies) for one in applications))
    engine.end_load()
    return engine


def taken_in(applications, policies=POLICIES):
    """As they come, one by one."""
    engine = Engine()
    for one in applications:
        engine.apply(packed(one, policies))
    return engine


def asked(chance, policies):
    vacancy = replace(samples.vacancy(), dwelling=samples.random_home(chance))
    policy = policies.of(vacancy.dwelling.commune)
    scoring = replace(policy.scoring, points_for_rights_owed=9)
    basis = Basis(
        policy=replace(policy, scoring=scoring),
        on=policies.on,
        available_on=vacancy.available_on,
        landlord=chance.choice((None, "999000077", samples.LANDLORD)),
        seed="5eed",
        around=Circumstances(
            owing=chance.choice((frozenset(), frozenset({samples.LANDLORD}))),
            search_found_nobody=chance.random() < 0.5,
        ),
    )
    return vacancy, basis, probe_for(vacancy.dwelling, basis)


def by_the_rules(applications, vacancy, basis):
    explained = ((one, explain(one, vacancy.dwelling, basis)) for one in applications)
    fitting = [
        (rank_key(one, found.score, vacancy.id, basis.seed, order=found.order), one.id)
        for one, found in explained
        if found.fits
    ]
    return sorted(fitting)


def best(engine, probe, scoring, *, limit, **named):
    """Pass after pass, as `matching.index` asks."""
    found = []
    for _, part in probe.parts:
        found += engine.shortlist(part, scoring, limit=limit - len(found), **named) if len(found) < limit else []
    return found


def before(engine, probe, scoring, key, **named):
    last = (1 << 40, dt.date.max, b"")
    parts = [(order, part) for order, part in probe.parts if order <= key[0]]
    return sum(engine.ahead(part, scoring, key[1:] if order == key[0] else last, **named) for order, part in parts)


def compare(engines, applications, chance, policies=POLICIES, homes=20):
    """Every engine's answers for random homes, in whole and with some excluded; returns how many fitted."""
    fitting = 0
    for _ in range(homes):
        vacancy, basis, probe = asked(chance, policies)
        ranked = by_the_rules(applications, vacancy, basis)
        if probe is None:
            assert ranked == []
            continue
        fitting += len(ranked)
        expected = [(application_id, -key[1]) for key, application_id in ranked]
        without = {application_id for application_id, _ in expected[:40:2]}
        for engine in engines:
            shortlist = partial(best, engine, probe, basis.policy.scoring, vacancy_id=vacancy.id)
            for limit in (1, 20, len(ranked) + 1):
                assert shortlist(limit=limit) == expected[:limit]
            left = [one for one in expected if one[0] not in without]
            assert shortlist(limit=20, excluding=without | {uuid.uuid4()}) == left[:20]
            for at in {0, len(ranked) // 2, len(ranked) - 1} if ranked else ():
                key, one = ranked[at]
                for excluding in (set(), {one}):
                    ahead = before(engine, probe, basis.policy.scoring, key, vacancy_id=vacancy.id, excluding=excluding)
                    assert ahead == at
    return fitting


@pytest.mark.parametrize("seed", range(4))
def test_loaded_at_once_or_taken_in_one_by_one_the_answers_are_the_rules(seed):
    chance = random.Random(seed)
    applications = [drawn(chance) for _ in range(600)]
    engines = [loaded(applications), taken_in(applications)]
    assert len(engines[0]) == len(engines[1]) == sum(posting_of(one, POLICIES) is not None for one in applications)
    assert compare(engines, applications, chance) > 100


def test_a_stream_of_changes_leaves_exactly_what_is_true_at_the_end():
    """Thousands of changes, closings and reopenings, whose lists grow, split, shrink and empty; asked in between."""
    chance = random.Random(17)
    known = {one.id: one for one in (drawn(chance) for _ in range(500))}
    engines = [loaded(list(known.values())), taken_in(list(known.values()))]
    ids = [*known, *(uuid.UUID(int=chance.getrandbits(128), version=4) for _ in range(200))]
    for _ in range(4):
        for _ in range(1_500):
            changed = replace(drawn(chance), id=chance.choice(ids))
            closed = chance.random() < 0.2
            stream = line(changed.id, None) if closed else packed(changed)
            for engine in engines:
                assert engine.apply(stream) == len(stream)
            known.pop(changed.id, None)
            if not closed:
                known[changed.id] = changed
        assert compare(engines, list(known.values()), chance, homes=8) > 40
    for application_id in ids:
        for engine in engines:
            engine.apply(line(application_id, None))
    assert compare(engines, [], chance, homes=8) == 0
    assert [len(engine) for engine in engines] == [0, 0]


def test_what_is_freed_is_used_again():
    """The same applications changed for ever take no more memory than a few times what they took at first."""
    chance = random.Random(3)
    applications = [drawn(chance) for _ in range(2_000)]
    engine = loaded(applications)
    for _ in range(3):
        for one in applications:
            engine.apply(packed(replace(drawn(chance), id=one.id)))
    settled = engine.nbytes
    for _ in range(6):
        for one in applications:
            engine.apply(packed(replace(drawn(chance), id=one.id)))
    assert engine.nbytes <= settled * 1.1


def test_changes_follow_a_policy_and_time_passes_caps():
    chance = random.Random(8)
    applications = [drawn(chance) for _ in range(800)]
    before = samples.policies(dt.date(2026, 11, 21))
    engine = loaded(applications, before)
    assert compare([engine], applications, chance, before) > 40
    for one in applications:
        engine.apply(packed(one))
    assert compare([engine], applications, chance) > 40
    later = InForce(POLICIES.policies, dt.date(2029, 11, 30))
    assert compare([engine], applications, chance, later) > 40


def test_among_many_equals_registration_and_the_draw_decide():
    """More equal scores than the ranking has room for at first."""
    chance = random.Random(4)
    one = Application.recorded(samples.recorded())
    applications = [replace(one, id=uuid.UUID(int=chance.getrandbits(128), version=4)) for _ in range(900)]
    applications += [
        replace(other, registered_on=other.registered_on - dt.timedelta(days=1), id=uuid.uuid4())
        for other in applications[:3]
    ]
    engines = [loaded(applications), taken_in(applications)]
    vacancy = samples.vacancy()
    basis = Basis(policy=POLICIES.of("75118"), on=POLICIES.on, available_on=vacancy.available_on)
    expected = [(found, -key[1]) for key, found in by_the_rules(applications, vacancy, basis)]
    probe = probe_for(vacancy.dwelling, basis)
    for engine in engines:
        found = engine.shortlist(probe, basis.policy.scoring, vacancy_id=vacancy.id, limit=20)
        assert found == expected[:20]


def test_a_stream_may_be_cut_anywhere():
    chance = random.Random(6)
    applications = [drawn(chance) for _ in range(300)]
    stream = b"".join(map(packed, applications))
    engine, left = Engine(), b""
    for start in range(0, len(stream), 777):
        left += stream[start : start + 777]
        left = left[engine.apply(left) :]
    assert left == b""
    assert compare([engine], applications, chance, homes=10) > 20


def test_what_is_packed_tells_the_buckets_it_wants():
    chance = random.Random(2)
    for _ in range(200):
        posting = posting_of(drawn(chance), POLICIES)
        if posting is None:
            continue
        limit = posting.predicate.max_rent_cents
        told = list(wanted_of(pack(posting)))
        assert sorted(one.bucket for one in told) == sorted(entry.bucket for entry in posting.entries)
        assert {one.max_rent for one in told} == {-1 if limit is None else limit}
        assert {one.needed_area for one in told} == {posting.predicate.needed_area}


def test_the_bounds_of_rent_and_area_are_the_most_that_any_row_of_the_signature_can_have():
    """Rents in steps of 200 cents, areas of half a square metre, the last step for all above."""
    chance = random.Random(12)
    for _ in range(200):
        asked = Asked(*(0,) * len(Asked._fields))._replace(
            rent=chance.randrange(1, 220_000),
            rent_percent_per_point=chance.randrange(1, 12),
            rent_most=chance.randrange(25),
            area=chance.randrange(900, 15_000),
            area_per_point=100 * chance.randrange(1, 9),
            area_most=chance.randrange(15),
        )
        for_rent, for_area = most_for_rent.py_func(asked), most_for_area.py_func(asked)
        for step in range(1023):
            limit = step * 200 + 199
            points = (limit - asked.rent) * 100 // limit // asked.rent_percent_per_point
            assert for_rent[step] == max(0, min(asked.rent_most, points))
        for step in range(255):
            lost = max(0, asked.area - (step * 50 + 49)) // asked.area_per_point
            assert for_area[255 - step] == max(0, asked.area_most - lost)
        assert (for_rent[1023], for_area[0]) == (asked.rent_most, asked.area_most)


def test_a_compiled_copy_is_found_by_the_version_of_all_that_is_compiled():
    """numba itself would read a copy of `rank` whose helpers in other files have changed since."""
    assert VERSION in rank._cache._impl.filename_base
