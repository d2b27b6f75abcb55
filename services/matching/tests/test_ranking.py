"""The index against the rules: the same applications, scores and order as a ranking written out in full."""

import random
from dataclasses import replace

import matching_samples as samples
import pytest

from matching.domain.application import Application
from matching.domain.explanation import explain
from matching.domain.rules import RULES
from matching.domain.score import rank_key
from matching.index import Ranked, index
from matching.store import applications

APPLICATIONS = 2_000
VACANCIES = 150


def in_order(applications, vacancy, basis):
    """All that fit, best first."""
    assert vacancy.dwelling is not None
    home, seed = vacancy.dwelling, basis.policy.scoring.tie_seed
    fitting = [
        (rank_key(one, explain(one, home, basis).score, vacancy.id, seed), one.id)
        for one in applications
        if not any(rule(one, home, basis).excludes for rule in RULES)
    ]
    return [Ranked(application_id, -key[0]) for key, application_id in sorted(fitting)]


@pytest.mark.parametrize("points_per_month", [2, 0])
async def test_the_index_ranks_as_the_rules_do(harness, points_per_month):
    """Without points for seniority many scores are equal, and registration dates and the draw decide."""
    chance = random.Random(20261101)
    basis = samples.basis()
    scoring = replace(basis.policy.scoring, points_per_month=points_per_month)
    basis = replace(basis, policy=replace(basis.policy, scoring=scoring))
    events = [samples.random_application(chance) for _ in range(APPLICATIONS)]
    everyone = [Application.recorded(event) for event in events]
    fitting = equal = 0
    async with harness.work() as work:
        for start in range(0, APPLICATIONS, 500):
            await applications.record(work.session, events[start : start + 500], basis.policy)
    async with harness.work() as work:
        for _ in range(VACANCIES):
            vacancy = replace(samples.vacancy(), dwelling=samples.random_home(chance))
            expected = in_order(everyone, vacancy, basis)
            for limit in (1, 5, 20, 60):
                assert await index.shortlist(work.session, vacancy, basis, limit=limit) == expected[:limit]
            called = frozenset(one.application_id for one in expected[:40:2])
            left = [one for one in expected if one.application_id not in called]
            found = await index.shortlist(work.session, vacancy, basis, limit=20, excluding=called)
            assert found == left[:20]
            fitting += len(expected)
            equal += len(expected) - len({one.score for one in expected})
    assert fitting > 10 * VACANCIES
    assert equal > VACANCIES
