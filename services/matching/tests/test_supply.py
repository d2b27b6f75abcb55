"""Where supply met an application over twelve months, against counting by hand; and how long others had waited."""

import datetime as dt
import random
import uuid
from collections import Counter, defaultdict
from dataclasses import replace

import matching_samples as samples
import pytest
from matching_samples import announced, home, household, recorded, wishes
from pydantic import SecretStr
from supply_samples import PastHome, opens, random_past_home

from chassis.auth import Role
from chassis.links import RECORD, Links
from chassis.testing import NOON, bearer
from contracts.demand import ApplicationStatus
from contracts.household import Light
from contracts.inventory import VacancyLet, VacancyWithdrawn
from contracts.landlord import WithdrawalReason
from contracts.values import DwellingType, Language, WantedPlace
from matching.acts import supplying
from matching.api import router
from matching.domain.application import Application
from matching.domain.evidence import HEALTH
from matching.domain.near_miss import ChangeCode
from matching.domain.place import place_rank
from matching.domain.rules import Rule, Verdict, findings
from matching.domain.supply import DEGREES, holding_back
from matching.domain.vacancy import VacancyStatus
from matching.engine.past_homes import PAST_HOME, Homes, columns_of
from matching.engine.screening import BITS, excluded_from
from matching.engine.supplied import supply_of
from matching.store import supply as in_store
from matching.store import vacancies
from matching.words.changes import change_sentence
from matching.words.rule_names import rule_name
from matching.words.sentences import sentence

SECRET = SecretStr("a secret of more than thirty-two bytes")
AGENT = bearer(Role.AGENT)
TODAY = dt.date(2026, 11, 22)


def counted(application, homes):
    return supply_of(application, columns([PastHome(dwelling=one) for one in homes]), [samples.policies()])


def columns(homes):
    return columns_of(b"".join(past.packed() for past in homes))


def plainly(application, homes):
    """The same home by home, by the rules themselves and by every change that lets a home in."""
    missed, alone, opened, reached, fitted = Counter(), Counter(), defaultdict(list), 0, 0
    for past in homes:
        basis = past.basis(samples.policies(past.told_on))
        excluding = [finding for finding in findings(application, past.dwelling, basis) if finding.excludes]
        if place_rank(application.wishes, past.dwelling.commune) is not None:
            rules = {None if finding.rule in HEALTH else finding.rule for finding in excluding}
            reached, fitted = reached + 1, fitted + (not rules)
            missed.update(rules)
            alone.update(rules if len(rules) == 1 else ())
        for change in opens(application, past.dwelling, excluding, basis):
            opened[what(change)].append(change)
    return (reached, fitted), {rule: (number, alone[rule]) for rule, number in missed.items()}, opened


def what(change):
    return change.code, None if change.code in DEGREES else next(iter(change.facts.values()), None)


def test_a_year_of_homes_counts_as_the_rules_do_home_by_home():
    """Two years' worth, so that policies and figures change in between."""
    chance, seen, told = random.Random(4), Counter(), TODAY
    homes = []
    for _ in range(220):
        told -= dt.timedelta(days=chance.randint(0, 6))
        homes.append(random_past_home(chance, told))
    in_columns, eras = columns(homes), supplying.eras(samples.LIBRARY, told, TODAY)
    assert len(eras) > 2
    for _ in range(40):
        one = Application.recorded(samples.random_application(chance))
        supply = supply_of(one, in_columns, eras)
        counts, missed, opened = plainly(one, homes)
        assert (supply.compared, supply.fitted) == counts
        assert {row.rule: (row.homes, row.alone) for row in supply.missed} == missed
        assert [row.homes for row in supply.missed] == sorted((number for number, _ in missed.values()), reverse=True)
        furthest = Counter()
        for opening in supply.openings:
            furthest[what(opening)] = max(furthest[what(opening)], opening.homes)
            assert any(opening.facts.items() <= dict(change.facts).items() for change in opened[what(opening)])
        assert furthest == {of: len(changes) for of, changes in opened.items()}
        seen.update(code for code, _ in furthest)
    assert set(seen) >= {ChangeCode.ADD_PLACE, ChangeCode.ACCEPT_TYPE, ChangeCode.RAISE_RENT, ChangeCode.PROVE_INCOME}


def test_each_bit_is_of_a_rule():
    chance, said, policies = random.Random(8), Counter(), samples.policies()
    homes = [random_past_home(chance, policies.on) for _ in range(150)]
    in_columns = Homes.of(columns(homes))
    for _ in range(100):
        one = Application.recorded(samples.random_application(chance))
        for past, bits in zip(homes, excluded_from(one, in_columns, policies).tolist(), strict=True):
            found = findings(one, past.dwelling, past.basis(policies))
            rules = {finding.rule for finding in found if finding.excludes}
            assert {rule for rule in Rule if bits & BITS[rule]} == rules, (one, past)
            said.update(rules)
    never = {Rule.OFFERED_RENT, Rule.HOLDER, Rule.SCOPE}
    assert set(said) == set(Rule) - never


async def test_the_database_keeps_a_home_as_it_is_read(harness):
    chance = random.Random(6)
    homes = [random_past_home(chance) for _ in range(150)]
    async with harness.work() as work:
        for past in homes:
            held = await vacancies.meet(work.session, uuid.uuid4())
            told = {"landlord": past.landlord, "dwelling": past.dwelling, "available_on": past.available_on}
            held.vacancy, held.told_on = replace(held.vacancy, status=VacancyStatus.RELEASED, **told), past.told_on
            await vacancies.keep(work.session, held)
    async with harness.work() as work:
        places = {past.dwelling.commune for past in homes}
        reached, packed = await in_store.homes_in(work.session, places, since=TODAY, until=TODAY, limit=1_000)
    size = PAST_HOME.itemsize
    kept = [packed[at : at + size] for at in range(0, len(packed), size)]
    assert reached == len(kept)
    assert sorted(kept) == sorted(past.packed() for past in homes)


def test_the_change_that_opens_most_comes_first_and_opens_just_so_many():
    """Each opening is checked by making the change and comparing all homes once more."""
    application = samples.application(wishes=wishes(dwelling_types=("T2",), max_rent_cents=50_000))
    homes = [
        *(home(dwelling_type=DwellingType.T3, base_rent_cents=40_000) for _ in range(4)),
        *(home(base_rent_cents=45_000 + 1_000 * number) for number in range(5)),  # 510 to 550 euros
        home(commune="93066", base_rent_cents=40_000),
        home(commune="93048", base_rent_cents=40_000),
        home(base_rent_cents=40_000),
    ]
    supply = counted(application, homes)
    assert (supply.compared, supply.fitted) == (10, 1)
    said = [(one.code, dict(one.facts), one.homes) for one in supply.openings]
    assert said == [
        (ChangeCode.RAISE_RENT, {"max_rent_cents": 55_000}, 5),
        (ChangeCode.ACCEPT_TYPE, {"dwelling_type": "T3"}, 4),
        (ChangeCode.RAISE_RENT, {"max_rent_cents": 53_000}, 3),
        (ChangeCode.ADD_NEIGHBOURS, {"commune": "75118"}, 1),
        (ChangeCode.ADD_PLACE, {"commune": "93048"}, 1),
        (ChangeCode.ADD_PLACE, {"commune": "93066"}, 1),
    ]
    for cents, opened in ((55_000, 5), (53_000, 3)):
        changed = replace(application, wishes=application.wishes.model_copy(update={"max_rent_cents": cents}))
        assert counted(changed, homes).fitted == 1 + opened
    assert change_sentence(supply.openings[0].code, supply.openings[0].facts, Language.FRENCH) == (
        "Porter le loyer maximal à 550,00 €, charges comprises."
    )


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"status": ApplicationStatus.REGISTERED}, ["standing.not_complete"]),
        ({"status": ApplicationStatus.CLOSED}, ["standing.withdrawn"]),
        ({"meets_transfer_conditions": False}, ["transfer_conditions.not_met"]),
        ({"light": Light.BLOCKED}, ["light.blocked"]),
        ({"wishes": wishes(dwelling_types=("T6",))}, ["typology.none_wanted"]),
        (
            {"light": Light.BLOCKED, "meets_transfer_conditions": False},
            ["transfer_conditions.not_met", "light.blocked"],
        ),
    ],
)
def test_what_keeps_an_application_out_of_every_list_is_told(changes, codes):
    found = holding_back(samples.application(**changes), samples.policies())
    assert [one.code for one in found] == codes
    assert all(one.verdict in (Verdict.POLICY, Verdict.NOT_WISHED) for one in found)
    assert all(sentence(one, language) for one in found for language in (Language.FRENCH, Language.ENGLISH))


def test_every_rule_has_a_name_and_needs_of_access_have_one_together():
    names = {rule: rule_name(rule, Language.FRENCH) for rule in Rule}
    assert {names[rule] for rule in Rule if rule in HEALTH} == {"Besoins d'accès"}
    others = [name for rule, name in names.items() if rule not in HEALTH]
    assert len(set(others)) == len(others)


@pytest.fixture
async def client(harness):
    async with harness.http(router, links=Links(SECRET), record_links=Links(SECRET, RECORD)) as client:
        yield client


async def read_supply(client, application):
    path = f"/v1/applications/{application.application_id}/supply"
    response = await client.get(path, headers=AGENT | {"Accept-Language": "en"})
    assert response.status_code == 200, response.text
    return response.json()


def let(vacancy, application, on):
    return VacancyLet(
        vacancy_id=vacancy.vacancy_id, version=9, lease_signed_on=on, application_id=application.application_id
    )


async def test_a_year_of_supply_is_read_by_agents_and_by_the_household_alike(harness, client):
    one = recorded(
        wishes=wishes(dwelling_types=("T2",), places=(WantedPlace(commune="75118"),)),
        household=household(needs_wheelchair=True),
    )
    await harness.handle(one)
    gone = announced(wheelchair_accessible=True)
    await harness.handle(
        gone,
        VacancyWithdrawn(vacancy_id=gone.vacancy_id, version=2, reason=WithdrawalReason.NOTICE_WITHDRAWN),
        announced(wheelchair_accessible=True),
        announced(wheelchair_accessible=True, dwelling_type="T3"),
        announced(dwelling_type="T3"),
        announced(),
        announced(commune="93066", wheelchair_accessible=True),
        announced(commune="37261", wheelchair_accessible=True),
    )
    await harness.run_due()
    seen = await read_supply(client, one)
    assert (seen["reached"], seen["compared"], seen["fitted"], seen["called"]) == (4, 4, 1, 1)
    assert [(row["rule"], row["name"], row["homes"], row["alone"]) for row in seen["missed"]] == [
        (None, "Needs of access", 2, 1),
        ("dwelling_type", "Type asked for", 2, 1),
    ]
    assert [(row["sentence"], row["homes"]) for row in seen["openings"]] == [
        ("Accept T3.", 1),
        ("Add the neighbours of Paris 18e Arrondissement.", 1),
        ("Add Saint-Denis.", 1),
    ]
    assert (seen["matched"], seen["held_back_by"]) == (True, [])
    assert "wheelchair" not in str(seen)

    token = Links(SECRET, RECORD).issue(one.application_id, expires_at=NOON + dt.timedelta(days=900))
    query, english = {"token": token}, {"Accept-Language": "en"}
    assert (await client.get("/v1/own/supply", params=query, headers=english)).json() == seen
    assert (await client.get("/v1/own/supply", params={"token": token[:-2]})).status_code == 404

    harness.clock.advance(dt.timedelta(days=366))
    late = await read_supply(client, one)
    assert (late["reached"], late["missed"], late["openings"], late["called"]) == (0, [], [], 0)
    await harness.handle(one.model_copy(update={"version": 2, "light": Light.BLOCKED}))
    late = await read_supply(client, one)
    assert (late["matched"], late["held_back_by"]) == (False, ["Works in the home to be left hold the move back."])


async def test_only_homes_that_came_up_since_the_application_count(harness, client):
    vacancy = announced()
    await harness.handle(vacancy)
    harness.clock.advance(dt.timedelta(days=10))
    young = recorded(registered_on=TODAY + dt.timedelta(days=5))
    old = recorded()
    await harness.handle(young, old, announced(vacancy.vacancy_id, version=2, base_rent_cents=44_000))
    assert [(await read_supply(client, one))["reached"] for one in (young, old)] == [0, 1]


async def test_of_more_homes_than_are_compared_the_view_says_how_many(harness, client, monkeypatch):
    monkeypatch.setattr(supplying, "MOST_HOMES", 3)
    one = recorded()
    await harness.handle(one, *(announced() for _ in range(5)))
    seen = await read_supply(client, one)
    assert (seen["reached"], seen["compared"]) == (5, 3)


async def test_waits_are_told_by_place_and_type_of_eleven_lettings_and_not_of_ten(harness, client):
    who = recorded(wishes=wishes(places=(WantedPlace(commune="75056"), WantedPlace(commune="75019"))))
    signed = dt.date(2026, 11, 20)
    housed = [recorded(registered_on=signed - dt.timedelta(days=300 + 60 * number)) for number in range(11)]
    homes = [announced(commune="75018" if number == 99 else "75118") for number in range(11)]
    await harness.handle(who, *housed, *homes)
    for vacancy, application in list(zip(homes, housed, strict=True))[:10]:
        await harness.handle(let(vacancy, application, signed))
    await harness.run_due()
    suppressed = (await read_supply(client, who))["waits"]
    assert {(row["lettings"], row["median_months"]) for row in suppressed} == {(None, None)}
    assert [(row["commune"], row["dwelling_type"]) for row in suppressed] == [
        (place, kind) for place in ("75056", "75019") for kind in ("T2", "T3")
    ]
    last = let(homes[10], housed[10], signed)
    await harness.handle(last)
    await harness.handle(last.model_copy(update={"version": 12}))
    await harness.run_due()
    waits = {(row["commune"], row["dwelling_type"]): row for row in (await read_supply(client, who))["waits"]}
    assert (waits["75056", "T2"]["lettings"], waits["75056", "T2"]["median_months"]) == (11, 19.7)  # of 600 days
    assert waits["75019", "T2"]["lettings"] is None
    assert waits["75056", "T2"]["place"] == "Paris"

    harness.clock.advance(dt.timedelta(days=400))
    assert (await read_supply(client, who))["waits"][0]["lettings"] is None
    assert await harness.scalar("SELECT count(*) FROM letting") == 11
    await harness.run_due()
    assert await harness.scalar("SELECT count(*) FROM letting") == 0


async def test_more_than_a_process_takes_on_at_once_are_asked_to_come_again(harness, client, monkeypatch):
    one = recorded()
    await harness.handle(one, announced())
    path = f"/v1/applications/{one.application_id}/supply"
    monkeypatch.setattr(supplying, "MOST_AT_ONCE", 0)
    busy = await client.get(path, headers=AGENT)
    assert (busy.status_code, busy.json()["detail"]) == (503, "Trop de demandes à la fois : réessayez dans un instant.")
    monkeypatch.setattr(supplying, "MOST_AT_ONCE", 1)
    for _ in range(2):  # a turn is given back
        assert (await client.get(path, headers=AGENT)).status_code == 200
