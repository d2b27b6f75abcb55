"""Offers: one household at a time, ten days, silence, the next in rank, parking; and what two replicas cannot do."""

import asyncio
import datetime as dt
from uuid import UUID

import matching_samples as samples
import pytest
from committee_samples import (
    AGENT,
    HELD_ON,
    allocated,
    candidacy_id,
    complete,
    home_with,
    interested,
    refused,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from offer_samples import LINKS, answer, at, decide_on, decided, offers, on_day, ranked, told
from sqlalchemy.exc import IntegrityError

from chassis.auth import Role
from chassis.testing import bearer
from contracts.allocation import (
    CandidacyClosed,
    CandidacyEnd,
    CandidacyParked,
    CandidacyRevived,
    OfferAccepted,
    OfferMade,
    OfferRefused,
    OfferRefusedBecause,
    OfferReminded,
    OfferWithdrawn,
)
from contracts.demand import ApplicationStatus
from contracts.inventory import VacancyAllocated, VacancyLet, VacancyWithdrawn
from contracts.landlord import WithdrawalReason
from contracts.matching import CallIssued
from matching.acts import offering
from matching.api import router
from matching.domain import offer as offers_of
from matching.domain.candidacy import Candidacy, CandidacyStatus
from matching.domain.days import after_the_last_moment_of, civil_day
from matching.domain.offer import OfferStatus, Unanswerable, Why
from matching.store import applications, candidacies
from matching.store import offers as stored
from matching.store.committee_tables import AgendaFileRow, AgendaHomeRow, DecisionRow, SessionRow
from matching.store.offer_tables import OfferRow

LAST_DAY = HELD_ON + dt.timedelta(days=10)
DAY = dt.timedelta(days=1)
YEARS = dt.datetime(2026, 1, 1), dt.datetime(2027, 12, 31)  # noqa: DTZ001 - hypothesis adds the zone


@pytest.fixture
async def client(harness):
    async with harness.http(router, offer_links=LINKS) as client:
        yield client


def offer(*, made_at=dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC), days=10, rank=1):
    file = Candidacy(
        id=UUID(int=1),
        vacancy_id=UUID(int=2),
        landlord=samples.LANDLORD,
        application_id=UUID(int=3),
        person_ids=(UUID(int=4),),
        origin="call",
        status=CandidacyStatus.DECIDED,
        rank=rank,
    )
    return offers_of.make(file, samples.vacancy(), on_condition=False, days=days, now=made_at)[0]


class TestDays:
    @pytest.mark.parametrize(
        ("made_at", "days", "last"),
        [
            ("2026-12-01T09:00+00:00", 10, "2026-12-11"),
            ("2026-12-01T23:30+00:00", 10, "2026-12-12"),  # half past midnight in Paris
            ("2026-07-01T22:30+00:00", 10, "2026-07-12"),
            ("2026-12-01T09:00+00:00", 3, "2026-12-11"),  # never below what R441-10 gives
            ("2026-12-01T09:00+00:00", 15, "2026-12-16"),
        ],
    )
    def test_the_last_day_is_a_civil_day_in_paris(self, made_at, days, last):
        assert offer(made_at=dt.datetime.fromisoformat(made_at), days=days).answer_by == dt.date.fromisoformat(last)

    @given(st.datetimes(*YEARS, timezones=st.just(dt.UTC)), st.integers(0, 40))
    @settings(max_examples=200)
    def test_ten_whole_days_and_silence_only_after_the_last(self, made_at, days):
        made = offer(made_at=made_at, days=days)
        end = after_the_last_moment_of(made.answer_by)
        assert (made.answer_by - civil_day(made_at)).days >= 10
        assert offers_of.lapse(made, now=end - dt.timedelta(seconds=1)) is None
        assert offers_of.accept(made, now=end - dt.timedelta(seconds=1))[1] is not None
        lapsed, event = offers_of.lapse(made, now=end)
        assert (lapsed.status, event.because) == (OfferStatus.REFUSED, OfferRefusedBecause.SILENCE)
        with pytest.raises(Unanswerable):
            offers_of.accept(made, now=end)


class TestAnswers:
    NOW = dt.datetime(2026, 12, 3, 9, tzinfo=dt.UTC)

    def of(self, status):
        return {
            OfferStatus.STANDING: offer,
            OfferStatus.ACCEPTED: lambda: offers_of.accept(offer(), now=self.NOW)[0],
            OfferStatus.REFUSED: lambda: offers_of.refuse(offer(), OfferRefusedBecause.RENT, now=self.NOW)[0],
            OfferStatus.WITHDRAWN: lambda: offers_of.withdraw(offer(), CandidacyEnd.VACANCY_GONE)[0],
        }[status]()

    @pytest.mark.parametrize(
        ("status", "accepting", "refusing"),
        [
            (OfferStatus.STANDING, OfferAccepted, OfferRefused),
            (OfferStatus.ACCEPTED, None, OfferRefused),
            (OfferStatus.REFUSED, Why.REFUSED, None),
            (OfferStatus.WITHDRAWN, Why.WITHDRAWN, Why.WITHDRAWN),
        ],
    )
    def test_from_each_state(self, status, accepting, refusing):
        for expected, act in (
            (accepting, lambda: offers_of.accept(self.of(status), now=self.NOW)),
            (refusing, lambda: offers_of.refuse(self.of(status), OfferRefusedBecause.RENT, now=self.NOW)),
        ):
            if isinstance(expected, Why):
                with pytest.raises(Unanswerable) as error:
                    act()
                assert error.value.why is expected
            else:
                after, event = act()
                assert type(event) is (expected or type(None))
                assert after.version == self.of(status).version + (expected is not None)

    @given(st.lists(st.sampled_from(["accept", "refuse", "withdraw", "lapse", "remind"]), max_size=6))
    @settings(max_examples=200)
    def test_versions_follow_each_other_and_an_end_is_an_end(self, acts):
        held, versions = offer(), [1]
        for act in acts:
            over = held.status in {OfferStatus.REFUSED, OfferStatus.WITHDRAWN}
            try:
                done = {
                    "accept": lambda one: offers_of.accept(one, now=self.NOW),
                    "refuse": lambda one: offers_of.refuse(one, OfferRefusedBecause.RENT, now=self.NOW),
                    "withdraw": lambda one: offers_of.withdraw(one, CandidacyEnd.VACANCY_GONE),
                    "lapse": lambda one: offers_of.lapse(one, now=self.NOW + 30 * DAY),
                    "remind": lambda one: offers_of.remind(one, samples.vacancy()),
                }[act](held)
            except Unanswerable:
                continue
            if done and done[1]:
                assert not over
                held = done[0]
                versions.append(done[1].version)
        assert versions == list(range(1, len(versions) + 1))


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


class TestParking:
    async def two_homes(self, harness):
        """Two homes whose best file is of the same household: its files there, and the others' of the second."""
        applications = samples.fitting(3)
        best = applications[-1]
        homes = []
        for _ in range(2):
            vacancy, calls = await home_with(harness, *applications)
            for one in reversed(applications):
                await complete(harness, await interested(harness, calls[one.application_id]))
            homes.append(vacancy)
        mine = [candidacy_id(best.application_id, home.vacancy_id) for home in homes]
        others = [
            [candidacy_id(one.application_id, home.vacancy_id) for one in reversed(applications)] for home in homes
        ]
        return homes, mine, others

    async def test_the_first_rank_parks_the_others_and_a_refusal_revives_them(self, harness, client):
        homes, mine, files_of = await self.two_homes(harness)
        await decide_on(harness, client, homes[0], ranked(files_of[0]))
        (parked,) = await told(harness, CandidacyParked)
        assert (parked["candidacy_id"], parked["for_candidacy_id"]) == (str(mine[1]), str(mine[0]))
        (made,) = await offers(harness)
        await answer(client, made, "refused")
        await harness.run_due()
        (revived,) = await told(harness, CandidacyRevived)
        assert revived["candidacy_id"] == str(mine[1])
        assert await harness.scalar("SELECT count(*) FROM candidacy WHERE parked_for IS NOT NULL") == 0

    async def test_silence_revives_them_too_and_acceptance_keeps_them_parked(self, harness, client):
        homes, _mine, files_of = await self.two_homes(harness)
        await decide_on(harness, client, homes[0], ranked(files_of[0]))
        (made,) = await offers(harness)
        await answer(client, made, "accepted")
        await harness.run_due()
        assert await told(harness, CandidacyRevived) == []

    async def test_ranks_two_and_three_park_nothing(self, harness, client):
        homes, mine, files_of = await self.two_homes(harness)
        mine_second = [files_of[0][1], files_of[0][0], files_of[0][2]]
        moved = {"moved_because": "home_suits_its_needs"}
        decisions = ranked(mine_second)
        decisions[0] |= moved
        await decide_on(harness, client, homes[0], decisions)
        parked = {one["candidacy_id"] for one in await told(harness, CandidacyParked)}
        assert str(mine[1]) not in parked
        assert str(files_of[1][1]) in parked, "the one that was ranked first is first for one home"

    async def test_a_file_opened_later_waits_too(self, harness, client):
        vacancy, ids = await decided(harness, client)
        application = await harness.scalar("SELECT application_id FROM candidacy WHERE id = :id", id=ids[0])
        another = samples.announced()
        await harness.handle(another)
        await harness.run_due()
        call = next(
            CallIssued.model_validate(one)
            for one in await told(harness, CallIssued)
            if one["application_id"] == str(application) and one["vacancy_id"] == str(another.vacancy_id)
        )
        await interested(harness, call)
        await harness.run_due()
        assert [one["for_candidacy_id"] for one in await told(harness, CandidacyParked)] == [str(ids[0])]
        assert vacancy.vacancy_id != another.vacancy_id


class TestRaces:
    """Two replicas: each act is in a transaction of its own, both open at once."""

    async def test_two_that_answer_at_once_make_one_offer_to_the_next(self, harness, client):
        await decided(harness, client)
        (made,) = await offers(harness)
        said = await asyncio.gather(*(answer(client, made, "refused") for _ in range(4)))
        assert {one.status_code for one in said} == {200}
        assert len(await offers(harness)) == 2
        assert len(await told(harness, OfferRefused)) == 1

    async def test_an_answer_and_the_end_of_the_last_day_are_one_answer(self, harness, client):
        await decided(harness, client)
        (made,) = await offers(harness)
        harness.clock.advance(after_the_last_moment_of(LAST_DAY) - harness.clock.now())

        async def lapse():
            async with harness.work() as work:
                await offering.lapse(UUID(made["offer_id"]), work)

        await asyncio.gather(lapse(), lapse(), answer(client, made, "accepted"))
        assert len(await told(harness, OfferRefused, OfferAccepted)) == 1
        assert len(await offers(harness)) == 2

    async def test_one_household_first_for_two_homes_decided_at_once_is_offered_one(self, harness):
        """Neither transaction sees the other's offer; the unique index makes the second wait, and then go on."""
        homes, mine, files_of = await TestParking().two_homes(harness)
        for home, of_home in zip(homes, files_of, strict=True):
            async with harness.work() as work:
                await self.rank(work, of_home)
                held = await offering.vacancies.hold(work.session, home.vacancy_id)
                held.deciding = True
        async with harness.work() as first:
            await offering.offer_next(await offering.vacancies.hold(first.session, homes[0].vacancy_id), first)
            second = asyncio.create_task(self.offer(harness, homes[1].vacancy_id))
            while await harness.scalar("SELECT count(*) FROM pg_locks WHERE NOT granted") == 0:
                await asyncio.sleep(0.01)
        await second
        await harness.run_due()
        made = await offers(harness)
        assert [one["candidacy_id"] for one in made] == [str(mine[0]), str(files_of[1][1])]
        (parked,) = [one for one in await told(harness, CandidacyParked) if one["candidacy_id"] == str(mine[1])]
        assert parked["for_candidacy_id"] == str(mine[0])

    async def offer(self, harness, vacancy_id):
        async with harness.work() as work:
            await offering.offer_next(await offering.vacancies.hold(work.session, vacancy_id), work)

    async def rank(self, work, of_home):
        """As a committee does, without its session."""
        rows = [await candidacies.load(work.session, one) for one in of_home]
        session = SessionRow(
            id=UUID(int=rows[0].vacancy_id.int ^ 1),
            landlord=samples.LANDLORD,
            held_on=HELD_ON,
            place="Paris",
            members=[],
            quorum=None,
            planned_by="agent",
            planned_at=work.now,
        )
        work.session.add(session)
        await work.session.flush()
        home = AgendaHomeRow(
            session_id=session.id,
            vacancy_id=rows[0].vacancy_id,
            place=1,
            status="decided",
            dwelling={},
            policy="national",
            fewer_files_because=None,
            justification=None,
        )
        work.session.add(home)
        await work.session.flush()
        for rank, row in enumerate(rows, start=1):
            of = {"session_id": session.id, "vacancy_id": row.vacancy_id, "candidacy_id": row.id}
            work.session.add(AgendaFileRow(**of, proposed_rank=rank, score=1, points={}, rationale=None))
            await work.session.flush()
            kind = "allocated" if rank == 1 else "allocated_by_rank"
            work.session.add(
                DecisionRow(
                    **of, kind=kind, rank=rank, moved_because=None, reasons=[], words=None, piece=None, piece_by=None
                )
            )
            row.status, row.session_id, row.rank = "decided", session.id, rank
            await work.session.flush()

    async def test_postgresql_refuses_a_second_offer_of_a_home_and_fewer_than_ten_days(self, harness, client):
        _vacancy, ids = await decided(harness, client)
        (made,) = await offers(harness)

        async def write(**changes):
            async with harness.work() as work:
                row = await work.session.get(OfferRow, UUID(made["offer_id"]))
                values = row.model_dump() | {"id": UUID(int=5), "candidacy_id": ids[1], "rank": 2} | changes
                work.session.add(OfferRow(**values))

        with pytest.raises(IntegrityError):
            await write(application_id=UUID(int=6))
        with pytest.raises(IntegrityError):
            await write(status="withdrawn", withdrawn_because="vacancy_gone", answer_by=LAST_DAY - DAY)


async def test_a_household_that_is_erased_is_forgotten_in_its_offers(harness, client):
    await decided(harness, client)
    (made,) = await offers(harness)
    await answer(client, made, "refused", said="Ma santé ne le permet pas.")
    async with harness.work() as work:
        await applications.forget(work.session, [UUID(made["application_id"])])
        await stored.scrub_erased(work.session, [UUID(made["application_id"])])
    assert await harness.scalar("SELECT said IS NULL AND person_ids = '{}' FROM offer WHERE rank = 1")
