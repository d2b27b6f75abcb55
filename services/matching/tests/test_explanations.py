"""Explanations as they are kept and read: what a call rested on stays, whatever changes."""

import datetime as dt
import json
import random
import uuid
from dataclasses import replace

import matching_samples as samples
import pytest
from matching_samples import announced, fitting, household

from chassis.auth import Role
from chassis.testing import bearer
from contracts.demand import HouseholdFacts
from contracts.household import CeilingRegime, Light
from contracts.values import ApplicationKind
from matching.api import router
from matching.domain.application import Application
from matching.domain.evidence import READS, Word, evidence
from matching.domain.explanation import explain
from matching.domain.policy import Basis
from matching.domain.rationale import Rationale
from matching.domain.rules import RULES, Rule


def cases(count, seed):
    chance = random.Random(seed)
    policies = samples.policies()
    for _ in range(count):
        application, home = Application.recorded(samples.random_application(chance)), samples.random_home(chance)
        yield application, home, Basis(policy=policies.of(home.commune), on=policies.on)


def test_what_a_call_rested_on_is_read_as_it_was_written():
    rules = set()
    for application, home, basis in cases(1_500, seed=5):
        explanation = explain(application, home, basis)
        rationale = Rationale.of(application, explanation)
        assert Rationale.read(json.loads(rationale.written())) == rationale
        assert sum(explanation.points.values()) == explanation.score
        rules |= {finding.rule for finding in rationale.findings}
    assert rules == set(Rule)


def test_a_rule_reads_no_fact_of_the_household_that_its_evidence_does_not_name():
    """Two households that differ only in facts a rule is not said to read: it finds the same of both."""
    chance = random.Random(9)
    others = [Application.recorded(samples.random_application(chance)) for _ in range(40)]
    facts = [name for name in HouseholdFacts.model_fields if name != "verified"]
    for application, home, basis in cases(150, seed=6):
        other = chance.choice(others).household
        for rule in RULES:
            found = rule(application, home, basis)
            unread = {name: getattr(other, name) for name in facts if name not in READS.get(found.rule, ())}
            changed = replace(application, household=application.household.model_copy(update=unread))
            assert rule(changed, home, basis) == found, found.rule


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("persons_for_occupancy", Word.VERIFIED),
        ("reference_tax_income_euros", Word.DECLARED),
        ("registered_on", Word.RECORDED),
        ("kind", Word.RECORDED),
        ("light", Word.LANDLORD),
        ("meets_transfer_conditions", Word.LANDLORD),
    ],
)
def test_each_fact_says_on_whose_word_it_stands(name, word):
    application = samples.application(
        household=household(verified=("persons_for_occupancy",)), light=Light.MAY_MOVE, meets_transfer_conditions=True
    )
    explanation = explain(application, samples.home(), samples.basis())
    words = {one.name: one.word for one in evidence(application, explanation.findings, explanation.criteria)}
    assert words[name] is word


def test_what_nobody_needs_is_not_kept():
    """A household without needs of access leaves no word of them; nor of reasons that no criterion read."""
    application = samples.application(household=household(reasons=("06",), disabled_persons=1))
    explanation = explain(application, samples.home(), samples.basis())
    names = {one.name for one in evidence(application, explanation.findings, explanation.criteria)}
    assert not names & {"needs_wheelchair", "needs_step_free", "max_floor_without_lift", "reasons", "disabled_persons"}


@pytest.fixture
async def client(harness):
    async with harness.http(router) as client:
        yield client


AGENT = bearer(Role.AGENT)


async def called(harness, client, **changes):
    """A home with three called; the explanation of the second."""
    everyone = fitting(3, **changes)
    await harness.handle(*everyone)
    vacancy = announced()
    await harness.handle(vacancy)
    await harness.run_due()
    shortlist = (await client.get(f"/v1/vacancies/{vacancy.vacancy_id}/shortlist", headers=AGENT)).json()
    return {one.application_id: one for one in everyone}, vacancy, shortlist["called"]


async def explanation(client, call, language="fr"):
    headers = AGENT | {"Accept-Language": language}
    return await client.get(f"/v1/calls/{call['id']}/explanation", headers=headers)


async def test_a_calls_explanation_reads_the_same_whatever_changed_since(harness, client):
    everyone, vacancy, calls = await called(harness, client, household=household(verified=("persons_for_ceiling",)))
    second = calls[1]
    before = (await explanation(client, second)).json()
    assert (before["rank"], before["on"], before["policy"]) == (2, "2026-11-22", "paris/2026-11-22")
    assert [(one["rank"], one["application_id"]) for one in before["ahead"]] == [(1, calls[0]["application_id"])]
    assert sum(before["ahead"][0]["points"].values()) == before["ahead"][0]["score"] == calls[0]["score"]
    assert sum(before["points"].values()) == before["score"] == second["score"]
    assert {one["rule"] for one in before["findings"]} == set(Rule)
    words = {one["name"]: one["word"] for one in before["facts"]}
    assert (words["persons_for_ceiling"], words["persons_for_occupancy"]) == ("verified", "declared")
    assert "CALEOL" in before["decides"]

    known = everyone[uuid.UUID(second["application_id"])]
    other = household(persons_for_occupancy=3, reference_tax_income_euros=9_000, ceiling_regime=CeilingRegime.WAIVED)
    await harness.handle(
        known.model_copy(update={"version": 2, "household": other, "kind": ApplicationKind.FIRST}),
        announced(vacancy.vacancy_id, version=2, base_rent_cents=44_000),
    )
    harness.clock.advance(dt.timedelta(days=370))
    assert (await explanation(client, second)).json() == before
    assert (await explanation(client, second, "en")).json()["findings"][0]["sentence"] == "The application is active."


async def test_the_explanation_of_a_call_goes_with_its_application(harness, client):
    everyone, _, calls = await called(harness, client)
    erased = everyone[uuid.UUID(calls[1]["application_id"])]
    await harness.edge.process([replace(harness.record(erased), value=None, offset=9)])
    await harness.run_due()
    gone = await explanation(client, calls[1])
    assert (gone.status_code, "effacée" in gone.json()["detail"]) == (410, True)
    assert (await explanation(client, calls[0])).status_code == 200
    assert await harness.scalar("SELECT count(*) FROM call_explanation") == 2


async def test_explanations_of_calls_are_for_agents(client):
    path = f"/v1/calls/{uuid.uuid4()}/explanation"
    assert (await client.get(path)).status_code == 401
    assert (await client.get(path, headers=bearer(Role.LANDLORD, "552032708"))).status_code == 403
    assert (await client.get(path, headers=AGENT)).status_code == 404
