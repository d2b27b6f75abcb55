"""Offers: one household at a time, ten days, silence, the next in rank."""

import datetime as dt
from uuid import UUID

import matching_samples as samples
import pytest
from committee_samples import (
    AGENT,
    HELD_ON,
    allocated,
    refused,
)
from offer_samples import LINKS, answer, at, decided, offers, on_day, ranked, told

from chassis.auth import Role
from chassis.testing import bearer
from contracts.allocation import (
    CandidacyClosed,
    OfferAccepted,
    OfferMade,
    OfferRefused,
    OfferReminded,
    OfferWithdrawn,
)
from contracts.demand import ApplicationStatus
from contracts.inventory import VacancyAllocated, VacancyLet, VacancyWithdrawn
from contracts.landlord import WithdrawalReason
from contracts.matching import CallIssued
from matching.api import router
from matching.domain.days import after_the_last_moment_of
from matching.store import applications
from matching.store import offers as stored

LAST_DAY = HELD_ON + dt.timedelta(days=10)
DAY = dt.timedelta(days=1)


@pytest.fixture
async def client(harness):
    async with harness.http(router, offer_links=LINKS) as client:
        yield client


async def test_the_first_in_rank_is_offered_the_home_in_writing_and_nobody_else(harness, client):
    vacancy, ids = await decided(harness, client)
    (made,) = await offers(harness)
    assert (made["candidacy_id"], made["rank"], made["on_condition"]) == (str(ids[0]), 1, False)
    assert (made["made_on"], made["answer_by"]) == (str(HELD_ON), str(LAST_DAY))
    assert made["dwelling"] == vacancy.dwelling.model_dump(mode="json")
    assert len(made["person_ids"]) == 2
    assert made["available_on_expected"], "the home is announced"
    listed = (await client.get(f"/v1/vacancies/{vacancy.vacancy_id}/offers", headers=AGENT)).json()
    assert [(one["status"], one["rank"]) for one in listed] == [("standing", 1)]
    assert (
        await client.get(f"/v1/offers/{made['offer_id']}", headers=bearer(Role.LANDLORD, "552032708"))
    ).status_code == 403


async def test_nobody_else_is_called_while_ranks_are_offered_and_calls_of_decided_files_hold_nothing(harness, client):
    _vacancy, _ids = await decided(harness, client)
    calls = len(await told(harness, CallIssued))
    await harness.handle(*samples.fitting(2))
    await harness.run_due()
    assert len(await told(harness, CallIssued)) == calls
    assert await harness.scalar("SELECT count(*) FROM call WHERE status = 'decided'") == 3
    assert await harness.scalar("SELECT standing FROM vacancy") == 0
    assert await harness.scalar("SELECT count(*) FROM call_slot") == 0


async def test_a_refusal_offers_the_home_to_the_next_at_once(harness, client):
    _vacancy, ids = await decided(harness, client)
    (first,) = await offers(harness)
    said = await answer(client, first, "refused", because="rent", said="Trop cher.")
    assert (said.json()["status"], said.json()["refused_because"]) == ("refused", "rent")
    assert [one["candidacy_id"] for one in await offers(harness)] == [str(ids[0]), str(ids[1])]
    (event,) = await told(harness, OfferRefused)
    assert (event["because"], event["version"]) == ("rent", 2)
    assert "Trop cher" not in str(await told(harness, OfferRefused, OfferMade, CandidacyClosed))
    for where in (f"vacancies/{first['vacancy_id']}/offers", f"chains/{first['vacancy_id']}"):
        assert "Trop cher" not in (await client.get(f"/v1/{where}", headers=AGENT)).text, "in no list"
    assert (await client.get(f"/v1/offers/{first['offer_id']}", headers=AGENT)).json()["said"] == "Trop cher."
    (closed,) = await told(harness, CandidacyClosed)
    assert (closed["candidacy_id"], closed["because"]) == (str(ids[0]), "offer_refused")


async def test_silence_is_a_refusal_at_the_end_of_the_last_day_and_not_before(harness, client):
    _vacancy, ids = await decided(harness, client)
    await at(harness, after_the_last_moment_of(LAST_DAY) - dt.timedelta(seconds=1))
    assert await told(harness, OfferRefused) == []
    await at(harness, after_the_last_moment_of(LAST_DAY))
    (event,) = await told(harness, OfferRefused)
    assert (event["because"], event["refused_on"]) == ("silence", str(LAST_DAY))
    second = (await offers(harness))[-1]
    assert (second["candidacy_id"], second["made_on"]) == (str(ids[1]), str(LAST_DAY + DAY))
    assert second["answer_by"] == str(LAST_DAY + 11 * DAY)


async def test_who_did_not_answer_is_reminded_once_and_who_did_is_not(harness, client):
    await decided(harness, client)
    await on_day(harness, LAST_DAY - 4 * DAY)
    assert await told(harness, OfferReminded) == []
    await on_day(harness, LAST_DAY - 3 * DAY)
    (reminded,) = await told(harness, OfferReminded)
    assert (reminded["answer_by"], reminded["version"]) == (str(LAST_DAY), 2)
    await answer(client, reminded, "refused")
    second = (await offers(harness))[-1]
    await answer(client, second, "accepted")
    await on_day(harness, LAST_DAY + 20 * DAY)
    assert len(await told(harness, OfferReminded)) == 1


async def test_when_nobody_is_left_the_home_goes_back_to_matching(harness, client):
    vacancy, _ids = await decided(harness, client, lambda ids: [allocated(ids[0], 1), *map(refused, ids[1:])])
    await harness.handle(*samples.fitting(1))
    await harness.run_due()
    before = len(await told(harness, CallIssued))
    (made,) = await offers(harness)
    await answer(client, made, "refused")
    await harness.run_due()
    assert len(await told(harness, CallIssued)) == before + 1, "more households are called"
    assert not await harness.scalar("SELECT deciding FROM vacancy")
    again = await client.get(f"/v1/vacancies/{vacancy.vacancy_id}/shortlist", headers=AGENT)
    assert again.json()["standing"] == 1


async def test_a_committee_that_allocates_to_nobody_gives_the_home_back(harness, client):
    await decided(harness, client, lambda ids: list(map(refused, ids)))
    assert await offers(harness) == []
    assert not await harness.scalar("SELECT deciding FROM vacancy")


async def test_a_link_shows_the_offer_answers_nothing_and_then_answers(harness, client):
    await decided(harness, client)
    (made,) = await offers(harness)
    token = LINKS.issue(UUID(made["offer_id"]), expires_at=after_the_last_moment_of(LAST_DAY))
    for _ in range(2):
        seen = await client.get("/v1/offer-answers", params={"token": token})
        assert (seen.json()["status"], seen.json()["answer_by"]) == ("standing", str(LAST_DAY))
        assert "rank" not in seen.json()
    body = {"token": token, "answer": "accepted"}
    for _ in range(2):
        assert (await client.post("/v1/offer-answers", json=body)).json()["status"] == "accepted"
    assert len(await told(harness, OfferAccepted)) == 1
    call = {"token": LINKS.issue(UUID(int=9), expires_at=after_the_last_moment_of(LAST_DAY)), "answer": "accepted"}
    assert (await client.post("/v1/offer-answers", json=call)).status_code == 404
    assert (await client.post("/v1/offer-answers", json=body | {"token": "x"})).status_code == 404
    assert (await client.post("/v1/offer-answers", json={"token": token, "answer": "silence"})).status_code == 422


async def test_an_answer_after_the_last_day_is_gone_in_the_readers_language(harness, client):
    await decided(harness, client)
    (made,) = await offers(harness)
    token = LINKS.issue(UUID(made["offer_id"]), expires_at=after_the_last_moment_of(LAST_DAY))
    harness.clock.advance(after_the_last_moment_of(LAST_DAY) - harness.clock.now())
    late = await client.post("/v1/offer-answers", json={"token": token, "answer": "accepted"})
    assert (late.status_code, "vaut refus" in late.json()["detail"]) == (410, True)
    by_agent = await answer(client, made, "accepted")
    assert (by_agent.status_code, "counts as a refusal" in by_agent.json()["detail"]) == (410, True)


async def test_an_agents_answer_keeps_who_gave_it(harness, client):
    await decided(harness, client)
    (made,) = await offers(harness)
    said = (await answer(client, made, "accepted")).json()
    assert (said["status"], bool(said["answered_on_behalf_by"])) == ("accepted", True)
    assert (await answer(client, made, "refused")).json()["status"] == "refused", "nobody is made to move"
    assert (await answer(client, made, "accepted")).status_code == 409


class TestConditions:
    async def conditional(self, harness, client, *, rank=1):
        by = HELD_ON + 5 * DAY

        def decisions(ids):
            found = ranked(ids)
            found[rank - 1] |= {
                "kind": "allocated_on_condition",
                "piece": "recent_tax_notice",
                "piece_by": by.isoformat(),
            }
            return found

        vacancy, ids = await decided(harness, client, decisions)
        return vacancy, ids, by

    async def test_says_so_and_lapses_on_its_date_against_nobody(self, harness, client):
        _vacancy, ids, by = await self.conditional(harness, client)
        (made,) = await offers(harness)
        assert made["on_condition"]
        await answer(client, made, "accepted")
        await at(harness, after_the_last_moment_of(by) - dt.timedelta(seconds=1))
        assert await told(harness, OfferWithdrawn) == []
        await at(harness, after_the_last_moment_of(by))
        (ended,) = await told(harness, OfferWithdrawn)
        assert ended["because"] == "condition_not_met"
        assert await told(harness, OfferRefused) == []
        assert (await offers(harness))[-1]["candidacy_id"] == str(ids[1])

    async def test_met_in_time_it_stands(self, harness, client):
        _vacancy, ids, by = await self.conditional(harness, client)
        where = f"/v1/candidacies/{ids[0]}/condition-met"
        assert (await client.post(where, json={}, headers=AGENT)).status_code == 204
        assert (await client.post(f"/v1/candidacies/{ids[1]}/condition-met", json={}, headers=AGENT)).status_code == 404
        await at(harness, after_the_last_moment_of(by))
        assert await told(harness, OfferWithdrawn) == []

    async def test_of_a_later_rank_it_ends_before_its_turn_comes(self, harness, client):
        _vacancy, ids, by = await self.conditional(harness, client, rank=2)
        await at(harness, after_the_last_moment_of(by))
        late = await client.post(f"/v1/candidacies/{ids[1]}/condition-met", json={}, headers=AGENT)
        assert late.status_code == 409
        (first,) = await offers(harness)
        await answer(client, first, "refused")
        assert (await offers(harness))[-1]["candidacy_id"] == str(ids[2])


class TestEnds:
    async def test_a_home_withdrawn_withdraws_the_offer(self, harness, client):
        vacancy, _ids = await decided(harness, client)
        await harness.handle(VacancyWithdrawn(vacancy_id=vacancy.vacancy_id, version=2, reason=WithdrawalReason.SOLD))
        await harness.run_due()
        (ended,) = await told(harness, OfferWithdrawn)
        assert ended["because"] == "vacancy_gone"
        assert {one["because"] for one in await told(harness, CandidacyClosed)} == {"vacancy_gone"}
        assert len(await offers(harness)) == 1

    async def test_who_waited_behind_the_first_is_told_and_who_hears_otherwise_is_not_told_twice(self, harness, client):
        vacancy, ids = await decided(harness, client)
        await harness.handle(VacancyWithdrawn(vacancy_id=vacancy.vacancy_id, version=2, reason=WithdrawalReason.SOLD))
        closed = {UUID(one["candidacy_id"]): one for one in await told(harness, CandidacyClosed)}
        assert [len(closed[one]["person_ids"]) for one in ids] == [0, 2, 2], "the first by the end of its offer"
        assert closed[ids[1]]["dwelling"]["street"] == vacancy.dwelling.street

    async def closed(self, harness, made):
        application = UUID(made["application_id"])
        known = await harness.scalar("SELECT version FROM application WHERE id = :id", id=application)
        gone = samples.recorded(application_id=application, version=known + 1, status=ApplicationStatus.CLOSED)
        await harness.handle(gone)
        await harness.run_due()

    async def test_a_household_that_closes_its_application_gives_its_turn_to_the_next(self, harness, client):
        _vacancy, ids = await decided(harness, client)
        (made,) = await offers(harness)
        await self.closed(harness, made)
        (ended,) = await told(harness, OfferWithdrawn)
        assert ended["because"] == "application_closed"
        assert (await offers(harness))[-1]["candidacy_id"] == str(ids[1])

    async def test_an_accepted_offer_waits_a_day_for_its_lease(self, harness, client):
        """Demand may tell that the household is housed before inventory tells the lease: topics have no order."""
        vacancy, _ids = await decided(harness, client)
        (made,) = await offers(harness)
        await answer(client, made, "accepted")
        await self.closed(harness, made)
        assert await told(harness, OfferWithdrawn) == []
        signed = VacancyLet(
            vacancy_id=vacancy.vacancy_id,
            version=2,
            lease_signed_on=HELD_ON,
            application_id=made["application_id"],
        )
        await harness.handle(signed)
        await on_day(harness, HELD_ON + 3 * DAY)
        assert await told(harness, OfferWithdrawn) == []

    async def test_without_a_lease_it_ends_after_that_day(self, harness, client):
        _vacancy, ids = await decided(harness, client)
        (made,) = await offers(harness)
        await answer(client, made, "accepted")
        await self.closed(harness, made)
        await on_day(harness, HELD_ON + 2 * DAY)
        assert [one["because"] for one in await told(harness, OfferWithdrawn)] == ["application_closed"]
        assert (await offers(harness))[-1]["candidacy_id"] == str(ids[1])

    async def test_an_accepted_home_that_is_refused_after_all_goes_to_the_next(self, harness, client):
        vacancy, ids = await decided(harness, client)
        (made,) = await offers(harness)
        await answer(client, made, "accepted")
        allocation = VacancyAllocated(
            vacancy_id=vacancy.vacancy_id, version=2, on=HELD_ON, application_id=made["application_id"]
        )
        await harness.handle(allocation)
        await answer(client, made, "refused")
        assert (await offers(harness))[-1]["candidacy_id"] == str(ids[1])


async def test_a_household_that_is_erased_is_forgotten_in_its_offers(harness, client):
    await decided(harness, client)
    (made,) = await offers(harness)
    await answer(client, made, "refused", said="Ma santé ne le permet pas.")
    async with harness.work() as work:
        await applications.forget(work.session, [UUID(made["application_id"])])
        await stored.scrub_erased(work.session, [UUID(made["application_id"])])
    assert await harness.scalar("SELECT said IS NULL AND person_ids = '{}' FROM offer WHERE rank = 1")


async def test_a_landlords_offers_are_listed_by_their_last_day_in_pages(harness, client):
    vacancy, _ids = await decided(harness, client)
    (first,) = await offers(harness)
    await answer(client, first, "refused", said="Trop cher.")
    second = (await offers(harness))[-1]
    landlord = vacancy.landlord

    async def listed(**asked):
        answered = await client.get("/v1/offers", params={"landlord": landlord} | asked, headers=AGENT)
        assert answered.status_code == 200, answered.text
        return answered.json()

    standing = await listed()
    assert [(one["id"], one["status"]) for one in standing["offers"]] == [(second["offer_id"], "standing")]
    assert [one["id"] for one in (await listed(state="refused"))["offers"]] == [first["offer_id"]]
    assert standing["next_after"] is None
    both = {"state": ["standing", "refused"]}
    page = await listed(limit=1, **both)
    rest = await listed(limit=1, after=page["next_after"], **both)
    found = [one["id"] for one in (*page["offers"], *rest["offers"])]
    assert sorted(found) == sorted([first["offer_id"], second["offer_id"]])
    assert [one["id"] for one in (await listed(**both))["offers"]] == found, "pages go on where they ended"
    assert rest["next_after"] is None
    assert "Trop cher" not in str(await listed(**both))
    assert (await listed(landlord="552032534"))["offers"] == []
    unknown = await client.get("/v1/offers", params={"landlord": landlord, "state": "lost"}, headers=AGENT)
    assert unknown.status_code == 422
    assert (await client.get("/v1/offers", params={"landlord": landlord})).status_code == 401
