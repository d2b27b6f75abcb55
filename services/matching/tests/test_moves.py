"""From the lease to the home left, and the whole chain in one reading."""

import datetime as dt
import uuid

import matching_samples as samples
import pytest
from committee_samples import AGENT, HELD_ON
from offer_samples import LINKS, answer, decided, offers, told
from structlog.testing import capture_logs

from chassis.auth import Role
from chassis.testing import bearer
from contracts.allocation import CandidacyClosed, MoveSigned, OfferAccepted, OfferWithdrawn
from contracts.demand import CurrentHome
from contracts.inventory import HomeLeftDenial, HomeLeftDenied, VacancyLet, VacancyLinked, VacancyWithdrawn
from contracts.landlord import WithdrawalReason
from contracts.values import ApplicationKind
from matching.api import router

LEFT = CurrentHome(landlord="552032708", reference="7518004211", commune="75118", dwelling_type="T2")


@pytest.fixture
async def client(harness):
    async with harness.http(router, offer_links=LINKS) as client:
        yield client


def let(vacancy_id, application_id, *, version=5, **changes):
    return VacancyLet(
        vacancy_id=vacancy_id, version=version, lease_signed_on=HELD_ON, application_id=application_id, **changes
    )


async def signed(harness, vacancy_id, application_id, **changes):
    await harness.handle(let(vacancy_id, application_id, **changes))
    await harness.run_due()
    return await told(harness, MoveSigned)


async def chain(client, vacancy_id):
    read = await client.get(f"/v1/chains/{vacancy_id}", headers=AGENT)
    assert read.status_code == 200, read.text
    return read.json()


async def test_a_lease_tells_the_move_with_the_home_left(harness):
    mover = samples.recorded(current_home=LEFT)
    vacancy = samples.announced()
    await harness.handle(mover, vacancy)
    (move,) = await signed(harness, vacancy.vacancy_id, mover.application_id)
    assert (move["chain_id"], move["step"]) == (str(vacancy.vacancy_id), 1)
    assert (move["home_left"]["reference"], move["home_left"]["landlord"]) == (LEFT.reference, LEFT.landlord)
    assert len(await signed(harness, vacancy.vacancy_id, mover.application_id, version=6)) == 1, "told once"


@pytest.mark.parametrize("kind", [ApplicationKind.FIRST, ApplicationKind.SPLIT])
async def test_who_leaves_no_home_of_the_stock_ends_the_chain(harness, client, kind):
    mover, vacancy = samples.recorded(kind=kind), samples.announced()
    await harness.handle(mover, vacancy)
    (move,) = await signed(harness, vacancy.vacancy_id, mover.application_id)
    assert move["home_left"] is None
    assert (await chain(client, vacancy.vacancy_id))["end"] == "no_home_left"


async def test_a_lease_that_is_told_before_its_household_waits_for_it(harness):
    mover, vacancy = samples.recorded(current_home=LEFT), samples.announced()
    await harness.handle(vacancy)
    assert await signed(harness, vacancy.vacancy_id, mover.application_id) == []
    await harness.handle(mover)
    harness.clock.advance(dt.timedelta(minutes=2))
    await harness.run_due()
    (move,) = await told(harness, MoveSigned)
    assert move["home_left"]["reference"] == LEFT.reference


async def test_a_household_that_is_never_told_does_not_hold_the_move_for_ever(harness):
    vacancy = samples.announced()
    await harness.handle(vacancy)
    await signed(harness, vacancy.vacancy_id, uuid.uuid4())
    harness.clock.advance(dt.timedelta(days=31))
    await harness.run_due()
    assert [one["home_left"] for one in await told(harness, MoveSigned)] == [None]


async def test_the_accepted_household_signs_and_everybody_elses_file_ends(harness, client):
    vacancy, ids = await decided(harness, client)
    (made,) = await offers(harness)
    await answer(client, made, "accepted")
    (move,) = await signed(harness, vacancy.vacancy_id, made["application_id"])
    assert move["offer_id"] == made["offer_id"]
    ends = {one["candidacy_id"]: one["because"] for one in await told(harness, CandidacyClosed)}
    assert ends == {str(ids[0]): "housed", str(ids[1]): "vacancy_let", str(ids[2]): "vacancy_let"}
    assert len(await offers(harness)) == 1
    late = await answer(client, made, "refused")
    assert (late.status_code, "signed" in late.json()["detail"]) == (409, True)


async def test_who_signs_without_an_answer_accepts(harness, client):
    vacancy, _ids = await decided(harness, client)
    (made,) = await offers(harness)
    (move,) = await signed(harness, vacancy.vacancy_id, made["application_id"])
    assert move["offer_id"] == made["offer_id"]
    assert len(await told(harness, OfferAccepted)) == 1


async def test_a_lease_for_another_than_the_accepted_household_is_said_and_still_true(harness, client):
    vacancy, ids = await decided(harness, client)
    (made,) = await offers(harness)
    await answer(client, made, "accepted")
    other = await harness.scalar("SELECT application_id FROM candidacy WHERE id = :id", id=ids[1])
    with capture_logs() as logs:
        (move,) = await signed(harness, vacancy.vacancy_id, other)
    assert any("another household than the accepted offer" in one["event"] for one in logs)
    assert (move["application_id"], move["offer_id"]) == (str(other), None)
    assert [one["because"] for one in await told(harness, OfferWithdrawn)] == ["vacancy_let"]
    (home,) = (await chain(client, vacancy.vacancy_id))["homes"]
    assert home["lease"]["other_than_offered"]


async def test_the_files_of_a_household_for_other_homes_end_when_it_is_housed(harness, client):
    vacancy, ids = await decided(harness, client)
    (made,) = await offers(harness)
    elsewhere = samples.announced()
    await harness.handle(elsewhere)
    (_move,) = await signed(harness, elsewhere.vacancy_id, made["application_id"])
    assert [one["because"] for one in await told(harness, OfferWithdrawn)] == ["housed"]
    assert (await offers(harness))[-1]["candidacy_id"] == str(ids[1]), "the next in rank is offered the home"
    assert vacancy.vacancy_id != elsewhere.vacancy_id


class TestChain:
    async def three_homes(self, harness):
        """Two transfers, then a household that leaves nothing; the second link is told after the lease."""
        movers = [
            samples.recorded(current_home=LEFT),
            samples.recorded(current_home=LEFT),
            samples.recorded(kind=ApplicationKind.FIRST),
        ]
        homes = [samples.announced() for _ in movers]
        await harness.handle(*movers)
        await harness.handle(homes[0])
        await signed(harness, homes[0].vacancy_id, movers[0].application_id)
        first = homes[0].vacancy_id
        linked = homes[1].model_copy(update={"chain_id": first, "follows_vacancy_id": first})
        await harness.handle(linked)
        await signed(harness, homes[1].vacancy_id, movers[1].application_id)
        await harness.handle(homes[2])
        await signed(harness, homes[2].vacancy_id, movers[2].application_id)
        late = VacancyLinked(
            vacancy_id=homes[2].vacancy_id, version=9, chain_id=first, follows_vacancy_id=homes[1].vacancy_id
        )
        await harness.handle(late)
        return movers, homes

    async def test_is_read_whole_from_any_of_its_homes(self, harness, client):
        movers, homes = await self.three_homes(harness)
        views = [await chain(client, home.vacancy_id) for home in homes]
        assert views[0] == views[1] == views[2]
        assert (views[0]["moves"], views[0]["end"]) == (3, "no_home_left")
        assert views[0]["chain_id"] == str(homes[0].vacancy_id)
        assert [one["lease"]["application_id"] for one in views[0]["homes"]] == [
            str(one.application_id) for one in movers
        ]
        ids = [str(home.vacancy_id) for home in homes]
        assert [one["next_vacancy_id"] for one in views[0]["homes"]] == [*ids[1:], None]
        assert [one["step"] for one in await told(harness, MoveSigned)][:2] == [1, 2]
        assert {one["announced_on"] for one in views[0]["homes"]} == {"2026-11-22"}

    async def test_names_nobody_and_is_for_agents_alone(self, harness, client):
        movers, homes = await self.three_homes(harness)
        where = f"/v1/chains/{homes[0].vacancy_id}"
        read = await client.get(where, headers=AGENT)
        assert not any(str(person) in read.text for mover in movers for person in mover.person_ids)
        assert (await client.get(where, headers=bearer(Role.LANDLORD, "552032708"))).status_code == 403
        assert (await client.get(f"/v1/chains/{uuid.uuid4()}", headers=AGENT)).status_code == 404

    async def test_says_how_it_stands(self, harness, client):
        mover, home = samples.recorded(current_home=LEFT), samples.announced()
        await harness.handle(mover, home)
        assert (await chain(client, home.vacancy_id))["end"] == "open"
        await signed(harness, home.vacancy_id, mover.application_id)
        assert (await chain(client, home.vacancy_id))["end"] == "home_left_awaited"
        await harness.handle(
            HomeLeftDenied(vacancy_id=home.vacancy_id, version=9, because=HomeLeftDenial.SOMEBODY_STAYS)
        )
        assert (await chain(client, home.vacancy_id))["end"] == "home_left_denied"

    async def test_a_notice_taken_back_is_no_end_where_another_followed(self, harness, client):
        mover, home = samples.recorded(current_home=LEFT), samples.announced()
        await harness.handle(mover, home)
        await signed(harness, home.vacancy_id, mover.application_id)
        of = {"chain_id": home.vacancy_id, "follows_vacancy_id": home.vacancy_id}
        first, again = (samples.announced().model_copy(update=of) for _ in range(2))
        reason = WithdrawalReason.NOTICE_WITHDRAWN
        await harness.handle(first, VacancyWithdrawn(vacancy_id=first.vacancy_id, version=2, reason=reason))
        assert (await chain(client, home.vacancy_id))["end"] == "home_left_awaited"
        await harness.handle(again)
        view = await chain(client, home.vacancy_id)
        assert view["end"] == "open"
        assert view["homes"][0]["next_vacancy_id"] == str(again.vacancy_id)
        sold = VacancyWithdrawn(vacancy_id=again.vacancy_id, version=2, reason=WithdrawalReason.SOLD)
        await harness.handle(sold)
        assert (await chain(client, home.vacancy_id))["end"] == "home_withdrawn"

    async def test_has_calls_decisions_offers_and_verdicts(self, harness, client):
        vacancy, ids = await decided(harness, client)
        (made,) = await offers(harness)
        await answer(client, made, "refused", because="rent")
        (home,) = (await chain(client, vacancy.vacancy_id))["homes"]
        assert [one["status"] for one in home["calls"]] == ["decided"] * 3
        (session,) = home["sessions"]
        assert session["held_on"] == str(HELD_ON)
        assert [(one["rank"], one["proposed_rank"]) for one in session["decisions"]] == [(1, 1), (2, 2), (3, 3)]
        assert [(one["status"], one["refused_because"]) for one in home["offers"]] == [
            ("refused", "rent"),
            ("standing", None),
        ]
        verdicts = next(one["verdicts"] for one in home["files"] if one["candidacy_id"] == str(ids[0]))
        assert set(verdicts.values()) <= {"fits", "unknown"}
        assert len(verdicts) > 3
