"""The index against the rules: the same applications, scores and order as a ranking written out in full."""

import datetime as dt
import random
import uuid
from collections import Counter
from dataclasses import replace

import matching_samples as samples
import pytest

from matching.domain.application import Application
from matching.domain.explanation import explain
from matching.domain.policy import Basis, InForce
from matching.domain.rules import RULES
from matching.domain.score import rank_key
from matching.index import Ranked, index
from matching.store import applications

APPLICATIONS = 2_000
VACANCIES = 150
PAGE = 500


def in_order(applications, vacancy, basis):
    """All that fit, best first."""
    assert vacancy.dwelling is not None
    home = vacancy.dwelling
    fitting = []
    for one in applications:
        if not any(rule(one, home, basis).excludes for rule in RULES):
            explained = explain(one, home, basis)
            fitting.append((rank_key(one, explained.score, vacancy.id, basis.seed, order=explained.order), one.id))
    return [Ranked(application_id, -key[1], key[0], key[2]) for key, application_id in sorted(fitting)]


def everyone(chance):
    events = [samples.random_application(chance) for _ in range(APPLICATIONS)]
    return events, [Application.recorded(event) for event in events]


async def record(harness, events, policies):
    async with harness.work() as work:
        for start in range(0, len(events), PAGE):
            await applications.record(work.session, events[start : start + PAGE], policies)


async def count_ahead(session, vacancy, basis, expected, everyone):
    """The first, one in the middle and the last of a list, each with as many ahead as its place says."""
    known = {one.id: one for one in everyone}
    for at in {0, len(expected) // 2, len(expected) - 1} if expected else ():
        one = expected[at]
        key = rank_key(known[one.application_id], one.score, vacancy.id, basis.seed, order=one.order)
        for limit, apart in ((3, set()), (40, {one.application_id})):
            keys, rank = await index.standing(session, vacancy, basis, key, limit=limit, excluding=apart)
            assert rank == at + 1
            others = [o for o in expected if o.application_id not in apart][:limit]
            assert [Ranked(who, -of[1], of[0], of[2]) for of, who in keys] == others
        if at:
            apart = {expected[0].application_id}
            _, rank = await index.standing(session, vacancy, basis, key, limit=5, excluding=apart)
            assert rank == at


async def compare(harness, everyone, policies, chance, vacancies=VACANCIES, *, adapted=True):
    """Rank random homes both ways; return how many fitted, by territory, and how many scores were equal."""
    fitting, equal = Counter(), 0
    for _ in range(vacancies):
        home = samples.random_home(chance)
        if not adapted:
            home = home.model_copy(update={"accessibility": None})
        vacancy = replace(samples.vacancy(), dwelling=home)
        policy = policies.of(vacancy.dwelling.commune)
        basis = Basis(policy=policy, on=policies.on, available_on=vacancy.available_on, seed="5eed")
        expected = in_order(everyone, vacancy, basis)
        async with harness.work() as work:
            for limit in (1, 5, 20, 60):
                assert await index.shortlist(work.session, vacancy, basis, limit=limit) == expected[:limit]
            called = frozenset(one.application_id for one in expected[:40:2])
            left = [one for one in expected if one.application_id not in called]
            found = await index.shortlist(work.session, vacancy, basis, limit=20, excluding=called)
            assert found == left[:20]
            await count_ahead(work.session, vacancy, basis, expected, everyone)
        fitting[policy.territory] += len(expected)
        equal += len(expected) - len({one.score for one in expected})
    return fitting, equal


def without_seniority(policies):
    """Many scores are equal then, and registration dates and the draw decide."""
    return InForce(
        [
            replace(policy, scoring=replace(policy.scoring, seniority={
                kind: formula._replace(points_per_month=0) for kind, formula in policy.scoring.seniority.items()
            }))
            for policy in policies.policies
        ],
        policies.on,
    )  # fmt: skip


@pytest.mark.parametrize("seniority", [True, False])
async def test_the_index_ranks_as_the_rules_do_in_every_territory(harness, seniority):
    """Paris, Plaine Commune and the country have grids of their own, and wishes with neighbours reach across."""
    chance = random.Random(20261101)
    policies = samples.policies() if seniority else without_seniority(samples.policies())
    events, known = everyone(chance)
    await record(harness, events, policies)
    fitting, equal = await compare(harness, known, policies, chance)
    assert set(fitting) == {"paris", "plaine-commune", "national"}
    assert min(fitting.values()) > 100, fitting
    assert equal > VACANCIES


async def test_the_index_ranks_as_the_rules_do_long_after_caps_were_reached(harness):
    """Nothing was posted again for three years: those who passed a cap since are counted without the months beyond.

    But for adapted homes: ages move, and all is posted again at New Year.
    """
    chance = random.Random(7)
    events, known = everyone(chance)
    await record(harness, events, samples.policies())
    later = InForce(samples.policies().policies, dt.date(2029, 11, 30))
    fitting, _ = await compare(harness, known, later, chance, vacancies=60, adapted=False)
    assert fitting["plaine-commune"] > 60


async def test_the_index_follows_another_policy_once_all_is_posted_again(harness):
    chance = random.Random(11)
    events, known = everyone(chance)
    before, after = samples.policies(dt.date(2026, 11, 21)), samples.policies()
    assert {policy.name for policy in before.policies} == {"national/2026-11-01"}
    await record(harness, events, before)
    await compare(harness, known, before, chance, vacancies=20)
    last = uuid.UUID(int=0)
    while last:
        async with harness.work() as work:
            last = await applications.repost(work.session, last, PAGE, after)
    fitting, _ = await compare(harness, known, after, chance, vacancies=60)
    assert set(fitting) == {"paris", "plaine-commune", "national"}
