"""What a household leaves behind: asked of its landlord, found in the vacancy that opens there, in any order."""

import asyncio
import datetime as dt
import itertools
import json

import pytest
from inventory_samples import (
    DWELLING,
    LANDLORD,
    OFFERED_TO,
    STRANGER,
    available,
    cancelled,
    let,
    moved,
    notice,
)

from chassis.auth import Role
from chassis.testing import bearer
from contracts.allocation import HomeLeft
from contracts.inventory import HomeLeftDenied, VacancyAnnounced, VacancyLet, VacancyLinked, VacancyReleased
from contracts.landlord import WithdrawalReason
from contracts.topics import LANDLORD_VACANCY
from inventory import store
from inventory.api import router
from inventory.domain.vacancy import vacancy_id

TOPIC = LANDLORD_VACANCY.of(LANDLORD)
INTO = str(moved().vacancy_id)
MINE, THEIRS, AGENT = bearer(Role.LANDLORD, LANDLORD), bearer(Role.LANDLORD, STRANGER), bearer(Role.AGENT)


async def told(harness, *kinds):
    return [one for one in await harness.outbox() if one.type in {kind.TYPE for kind in kinds}]


def chain(one):
    return one.payload["chain_id"], one.payload["follows_vacancy_id"]


async def state(harness):
    return await harness.scalar("SELECT state FROM home_left")


def arrivals(*events):
    """Each event with the topic it comes on."""
    return [(event, None if event.TYPE.startswith("matching.") else TOPIC) for event in events]


async def test_the_landlords_notice_confirms_the_home_left_and_announces_it_in_its_chain(harness):
    await harness.handle(moved())
    assert await state(harness) == "awaiting"
    await harness.handle(notice("2026-11-21"), topic=TOPIC)
    await harness.handle(available("2026-11-22"), topic=TOPIC)
    announced, released = await told(harness, VacancyAnnounced, VacancyReleased)
    assert chain(announced) == chain(released) == (INTO, INTO)
    assert await state(harness) == "confirmed"
    assert await told(harness, VacancyLinked) == []


async def test_a_notice_that_came_before_the_move_is_linked_all_the_same(harness):
    await harness.handle(notice("2026-11-21"), topic=TOPIC)
    await harness.handle(moved())
    (linked,) = await told(harness, VacancyLinked)
    assert (chain(linked), linked.payload["version"]) == ((INTO, INTO), 2)
    await harness.handle(available("2026-11-22"), topic=TOPIC)
    (released,) = await told(harness, VacancyReleased)
    assert chain(released) == (INTO, INTO)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
async def test_the_chain_is_told_in_every_order_of_arrival(harness, order):
    """Even of a home that was let again before anybody told of the move that freed it."""
    other = OFFERED_TO.int + 1
    story = arrivals(
        moved(),
        notice("2026-11-20"),
        available("2026-11-21"),
        let("2026-11-22", application_id=f"{other:032x}"),
    )
    for place in order:
        event, topic = story[place]
        await harness.handle(event, topic=topic)
    assert await harness.scalar("SELECT chain_id::text FROM vacancy") == INTO
    assert await harness.scalar("SELECT followed_by FROM home_left") == vacancy_id(LANDLORD, "V-2026-17")
    last = (await told(harness, VacancyAnnounced, VacancyReleased, VacancyLinked, VacancyLet))[-1]
    assert chain(last) == (INTO, INTO), "whatever the world was told last says the chain"


async def test_an_earlier_letting_of_the_home_and_the_household_itself_are_not_what_is_left(harness):
    earlier = {"vacancy_reference": "V-2021"}
    await harness.handle(available("2021-05-02", **earlier), let("2021-05-10", **earlier), topic=TOPIC)
    itself = {"vacancy_reference": "V-itself"}
    await harness.handle(available("2026-11-01", **itself), topic=TOPIC)
    await harness.handle(let("2026-11-20", application_id=OFFERED_TO, **itself), topic=TOPIC)
    await harness.handle(moved())
    assert await state(harness) == "awaiting"
    assert await told(harness, VacancyLinked) == []


async def test_a_notice_taken_back_leaves_the_home_to_be_asked_for_again(harness):
    await harness.handle(moved())
    await harness.handle(notice("2026-11-21"), topic=TOPIC)
    await harness.handle(cancelled("2026-11-22", WithdrawalReason.NOTICE_WITHDRAWN), topic=TOPIC)
    assert await state(harness) == "awaiting"
    await harness.handle(notice("2026-11-22", vacancy_reference="V-again"), topic=TOPIC)
    _, again = await told(harness, VacancyAnnounced)
    assert chain(again) == (INTO, INTO)


async def test_a_home_sold_instead_ends_the_chain_and_is_not_asked_for_again(harness):
    await harness.handle(moved())
    await harness.handle(notice("2026-11-21"), cancelled("2026-11-22", WithdrawalReason.SOLD), topic=TOPIC)
    assert await state(harness) == "confirmed"


async def test_who_leaves_no_home_of_the_stock_ends_the_chain(harness):
    await harness.handle(moved(home_left=None))
    assert await harness.scalar("SELECT count(*) FROM home_left") == 0


async def test_the_owner_is_asked_whatever_the_household_declared(harness):
    await harness.handle(moved(landlord="999000099"))
    async with harness.http(router) as client:
        (home,) = (await client.get("/v1/homes-left", headers=MINE)).json()["homes"]
    assert (home["landlord"], home["dwelling_reference"], home["commune"]) == (LANDLORD, DWELLING, "75118")


NOTICE = {"vacancy_reference": "V-2026-17", "received_on": "2026-11-21"}


async def test_homes_left_are_listed_by_age_each_landlord_its_own(harness):
    await harness.handle(moved())
    harness.clock.advance(dt.timedelta(days=9))
    async with harness.http(router) as client:
        (home,) = (await client.get("/v1/homes-left?state=awaiting", headers=MINE)).json()["homes"]
        assert (home["days_awaiting"], home["state"], home["chain_id"]) == (9, "awaiting", INTO)
        assert (await client.get("/v1/homes-left", headers=THEIRS)).json()["homes"] == []
        assert len((await client.get("/v1/homes-left", headers=AGENT)).json()["homes"]) == 1
        assert (await client.get(f"/v1/homes-left/{INTO}", headers=THEIRS)).status_code == 404
        assert (await client.get("/v1/homes-left?state=confirmed", headers=MINE)).json()["homes"] == []


async def test_a_landlord_confirms_by_a_form_what_its_system_would_send(harness):
    await harness.handle(moved())
    harness.clock.advance(dt.timedelta(days=2))
    url = f"/v1/homes-left/{INTO}/confirm"
    async with harness.http(router) as client:
        assert (await client.post(url, json=NOTICE, headers=THEIRS)).status_code == 404
        wrong = await client.post(url, json={**NOTICE, "received_on": "2031-01-01"}, headers=MINE)
        assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "received_on")
        other = await client.post(url, json={**NOTICE, "dwelling_reference": "7500000002"}, headers=MINE)
        assert other.status_code == 409
        assert await told(harness, VacancyAnnounced) == [], "what is refused changes nothing"
        confirmed = await client.post(url, json=NOTICE, headers=MINE)
        again = await client.post(url, json=NOTICE, headers=AGENT)
        assert (confirmed.status_code, again.status_code) == (200, 200)
        assert (confirmed.json()["state"], confirmed.json()["days_awaiting"]) == ("confirmed", 2)
        assert confirmed.json()["followed_by"] == str(vacancy_id(LANDLORD, "V-2026-17"))
        denied = await client.post(f"/v1/homes-left/{INTO}/deny", json={"because": "other"}, headers=MINE)
        assert denied.status_code == 409
    (announced,) = await told(harness, VacancyAnnounced)
    assert chain(announced) == (INTO, INTO)


async def test_a_move_that_tells_no_dwelling_is_asked_by_what_is_known(harness):
    await harness.handle(
        moved(home_left=HomeLeft(landlord=LANDLORD, reference=None, commune="75118", dwelling_type="T3"))
    )
    url = f"/v1/homes-left/{INTO}/confirm"
    async with harness.http(router) as client:
        unnamed = await client.post(url, json=NOTICE, headers=AGENT)
        assert unnamed.json()["errors"][0]["field"] == "dwelling_reference"
        strangers = await client.post(url, json={**NOTICE, "dwelling_reference": "7500000003"}, headers=AGENT)
        assert strangers.json()["errors"][0]["field"] == "dwelling_reference"
        assert await state(harness) == "awaiting"
        confirmed = await client.post(url, json={**NOTICE, "dwelling_reference": DWELLING}, headers=AGENT)
        assert confirmed.json()["state"] == "confirmed"
    (announced,) = await told(harness, VacancyAnnounced)
    assert chain(announced) == (INTO, INTO)


async def test_confirming_what_the_landlords_system_told_already_names_the_dwelling_and_links(harness):
    await harness.handle(notice("2026-11-21"), topic=TOPIC)
    await harness.handle(moved(home_left=HomeLeft(landlord=LANDLORD)))
    async with harness.http(router) as client:
        named = {**NOTICE, "dwelling_reference": DWELLING}
        confirmed = await client.post(f"/v1/homes-left/{INTO}/confirm", json=named, headers=MINE)
        assert confirmed.json()["state"] == "confirmed"
    (linked,) = await told(harness, VacancyLinked)
    assert chain(linked) == (INTO, INTO)


async def test_a_denial_has_a_reason_and_is_told_without_its_words(harness):
    await harness.handle(available("2026-11-20", dwelling_reference="7500000003"), topic=LANDLORD_VACANCY.of(STRANGER))
    into = str(vacancy_id(STRANGER, "V-2026-17"))
    await harness.handle(moved(vacancy_id=into))
    async with harness.http(router) as client:
        url = f"/v1/homes-left/{into}/deny"
        assert (await client.post(url, json={"because": "ghosts"}, headers=MINE)).status_code == 422
        body = {"because": "somebody_stays", "said": "Sa fille garde le bail."}
        denied = await client.post(url, json=body, headers=MINE)
        await client.post(url, json=body, headers=MINE)
        assert (denied.json()["state"], denied.json()["said"]) == ("denied", body["said"])
    (event,) = await told(harness, HomeLeftDenied)
    assert (event.key, event.payload["because"], event.payload["version"]) == (into, "somebody_stays", 2)
    assert "fille" not in json.dumps([one.payload for one in await harness.outbox()])


async def test_who_moved_is_forgotten_with_the_application_and_the_chain_stays(harness):
    await harness.handle(moved())
    async with harness.work() as work:
        await store.forget_movers(work.session, [OFFERED_TO])
    assert await harness.scalar("SELECT count(*) FROM home_left WHERE application_id IS NULL") == 1


async def test_a_move_and_a_notice_at_once_are_linked_by_whichever_commits_last(harness):
    """Both transactions are open: the second waits for the dwelling that the first has locked."""
    async with harness.work() as first:
        await store.dwelling(first.session, DWELLING, lock=True)
        noticed = asyncio.create_task(harness.handle(notice("2026-11-21"), topic=TOPIC))
        signed = asyncio.create_task(harness.handle(moved()))
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        while await harness.scalar(waiting) < 2:
            await asyncio.sleep(0.01)
    await asyncio.gather(noticed, signed)
    assert await harness.scalar("SELECT chain_id::text FROM vacancy") == INTO
    assert await state(harness) == "confirmed"
