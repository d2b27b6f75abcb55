"""One household, several homes: what is parked and revived; and what two replicas cannot do to an offer."""

import asyncio
import datetime as dt
from uuid import UUID

import matching_samples as samples
import pytest
from committee_samples import (
    HELD_ON,
    candidacy_id,
    complete,
    home_with,
    interested,
)
from offer_samples import LINKS, answer, at, decide_on, decided, offers, ranked, told
from sqlalchemy.exc import IntegrityError

from contracts.allocation import (
    CandidacyParked,
    CandidacyRevived,
    OfferAccepted,
    OfferRefused,
)
from contracts.matching import CallIssued
from matching.acts import offering
from matching.api import router
from matching.domain.days import after_the_last_moment_of
from matching.store import candidacies, vacancies
from matching.store.committee_tables import AgendaFileRow, AgendaHomeRow, DecisionRow, SessionRow
from matching.store.offer_tables import OfferRow

LAST_DAY = HELD_ON + dt.timedelta(days=10)
DAY = dt.timedelta(days=1)


@pytest.fixture
async def client(harness):
    async with harness.http(router, offer_links=LINKS) as client:
        yield client


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

    async def test_silence_revives_them_too(self, harness, client):
        homes, mine, files_of = await self.two_homes(harness)
        await decide_on(harness, client, homes[0], ranked(files_of[0]))
        await at(harness, after_the_last_moment_of(LAST_DAY))
        assert [one["because"] for one in await told(harness, OfferRefused)] == ["silence"]
        assert [one["candidacy_id"] for one in await told(harness, CandidacyRevived)] == [str(mine[1])]

    async def test_acceptance_keeps_them_parked(self, harness, client):
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
                held = await vacancies.hold(work.session, home.vacancy_id)
                held.deciding = True
        async with harness.work() as first:
            await offering.offer_next(await vacancies.hold(first.session, homes[0].vacancy_id), first)
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
            await offering.offer_next(await vacancies.hold(work.session, vacancy_id), work)

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
