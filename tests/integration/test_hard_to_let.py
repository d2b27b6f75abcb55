"""A home that nobody takes, from its landlord's word to the household that reads why it is asked."""

import datetime as dt
from pathlib import Path
from uuid import UUID

import pytest
from chain_play import DAY, LANDLORD, SIREN, Play
from chain_town import SECRET, ChainTown

from chassis.auth import Role
from chassis.links import ANSWER, RECORD, Links
from chassis.testing import bearer
from contracts.inventory import VacancyHardToLet, VacancyReleased
from contracts.landlord import DwellingAvailable
from contracts.matching import CallIssued
from contracts.values import Language
from notifications.domain.reasons import in_words

pytestmark = pytest.mark.timeout(300)
OPERATOR = bearer(Role.OPERATOR)
TOURS, JOUE, AMBOISE = "37261", "37122", "37003"
POLICIES = Path(__file__).parents[2] / "policies"


@pytest.fixture
async def play(postgres_server, monkeypatch):
    from matching.policies import library

    monkeypatch.setenv("MATCHING_POLICIES", str(POLICIES))
    library.cache_clear()
    async with ChainTown(postgres_server) as town:
        await town.ask("PUT", f"inventory/landlords/{SIREN}", {"name": "Val de Loire Essai"}, who=OPERATOR)
        yield Play(town)


async def test_after_ninety_days_households_one_wish_away_are_asked_and_told_why(play):
    town = play.town
    home = await play.records(TOURS)
    beside = await play.registers(JOUE, registered_on="2019-10-01")
    smaller = await play.registers(TOURS, registered_on="2020-10-01", dwelling_type="T2")
    await play.registers(JOUE, registered_on="2001-10-01", dwelling_type="T2")
    await play.registers(AMBOISE, registered_on="2001-10-01")
    await play.says(DwellingAvailable(**home.names, available_on=town.now.date()))
    (released,) = await town.published(VacancyReleased)
    home.vacancy = released["vacancy_id"]

    await town.at(town.now + 90 * DAY)
    assert (await town.ask("GET", "inventory/hard-to-let", who=LANDLORD))["homes"] == []
    assert await play.called(home) == []
    assert (await play.explains(beside, home))["widened"] is None

    await town.at(town.now + DAY)
    (told,) = await town.published(VacancyHardToLet)
    assert (told["days_vacant"], told["offers_refused"]) == (91, 0)
    called = {one["application_id"]: one for one in await play.called(home)}
    assert {who: one["reasons"][0] for who, one in called.items()} == {
        beside: "widened_neighbours",
        smaller: "widened_type",
    }, "one wish away, not two, and not far"
    assert {one["policy"] for one in called.values()} == {"tours-metropole/2026-11-23"}

    # The queue, where somebody sees to it.
    (line,) = (await town.ask("GET", "inventory/hard-to-let"))["homes"]
    found = {"cause": "rent", "next_action": "Revoir le loyer de relocation", "owner": "Agence Nord"}
    where = f"inventory/hard-to-let/{line['vacancy_id']}"
    await town.ask("PUT", where, found, who={**LANDLORD, "If-Match": f'"{line["version"]}"'})
    (line,) = (await town.ask("GET", "inventory/hard-to-let"))["homes"]
    assert found.items() <= line.items()

    # What the household reads: the message's reasons, the page of its link, why, in both languages.
    issued = {one["application_id"]: one for one in await town.published(CallIssued)}
    for who, french, english in (
        (beside, "dans une commune voisine", "in a commune next to a place"),
        (smaller, "une pièce de plus ou de moins", "one room more or less"),
    ):
        assert french in in_words(issued[who]["reasons"], Language.FRENCH)[0]
        assert english in in_words(issued[who]["reasons"], Language.ENGLISH)[0]
        token = Links(SECRET, ANSWER).issue(UUID(issued[who]["call_id"]), expires_at=town.now + dt.timedelta(days=3))
        for language, said in (("fr", french), ("en", english)):
            page = await town.ask("GET", "matching/answers", who={"Accept-Language": language}, token=token)
            assert said in page["widened"]
        at_call = await town.ask("GET", "matching/answers/explanation", who={}, token=token)
        own = Links(SECRET, RECORD).issue(UUID(who), expires_at=town.now + dt.timedelta(days=3))
        of_now = await town.ask("GET", "matching/own/explanations", who={}, token=own, vacancy_id=home.vacancy)
        assert (at_call["fits"], of_now["fits"]) == (True, False)
        assert at_call["widened"] == of_now["widened"]
        assert of_now["widened"].startswith("Faute de preneur, un souhait est élargi d'un")
    sent = "SELECT count(*) FROM delivery WHERE purpose = 'call' AND channel = 'email' AND state = 'pending'"
    assert await town.scalar("notifications", sent) == len(called)
    explained = await play.explains(smaller, home)
    assert (explained["fits"], explained["call_id"]) == (False, called[smaller]["id"])
    assert "élargi d'une pièce" in explained["widened"]

    # A no costs nothing: the application is what it was, and the home is asked for no more.
    await play.answers_call(called[smaller], "not_interested")
    await town.at(town.now + 2 * DAY)
    assert len(await town.published(CallIssued)) == len(called)
    assert await town.dead_letters() == {}
