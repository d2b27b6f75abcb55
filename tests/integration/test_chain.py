"""One notice, four moves: three transfers, then a household that leaves no home of the stock."""

import datetime as dt
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from chain_play import DAY, LANDLORD, SIREN, Play, allocated, overtakes
from chain_town import ChainTown

from chassis.auth import Role
from chassis.testing import bearer
from contracts.allocation import CandidacyParked, CommitteeDecided, MoveSigned, OfferRefused
from contracts.demand import ApplicationRecorded
from contracts.matching import CallAnswered, CallIssued
from matching.domain.days import after_the_last_moment_of

pytestmark = pytest.mark.timeout(300)
OPERATOR = bearer(Role.OPERATOR)
TOURS, JOUE, SAINT_AVERTIN, LA_RICHE = "37261", "37122", "37208", "37195"
REPOSITORY = Path(__file__).parents[2]
WORDS = "Le logement lui convient mieux, son traitement est à deux pas."


@pytest.fixture
def three_at_once(tmp_path, monkeypatch):
    """The policies as shipped, but that three households are called at a time."""
    from matching.policies import library

    folder = tmp_path / "policies"
    shutil.copytree(REPOSITORY / "policies", folder)
    for file in (folder / "tours-metropole").glob("*.toml"):
        file.write_text(re.sub(r"(?m)^at_once = \d+", "at_once = 3", file.read_text()))
    monkeypatch.setenv("MATCHING_POLICIES", str(folder))
    library.cache_clear()
    yield
    library.cache_clear()


@pytest.fixture
async def play(postgres_server, three_at_once):
    async with ChainTown(postgres_server) as town:
        await town.ask("PUT", f"inventory/landlords/{SIREN}", {"name": "Val de Loire Essai"}, who=OPERATOR)
        conditions = {
            "valid_from": "2026-01-01",
            "minimum_occupancy_months": 0,
            "arrears": "plan_respected",
            "insurance_required": False,
            "visit_required": False,
            "rent_policy": "relet",
        }
        where = f"demand/landlords/{SIREN}/transfer-conditions"
        await town.ask("PUT", where, conditions, who=LANDLORD)
        yield Play(town)


async def test_one_notice_four_moves_read_from_one_call(play):  # noqa: PLR0915 - one story, told whole
    town = play.town
    first, second, third, last, other, small = [
        await play.records(commune) for commune in (TOURS, JOUE, SAINT_AVERTIN, LA_RICHE, "37050", "37214")
    ]
    # Who wants the first home. Of two whose income was above the ceiling two years ago, one fell by a tenth and more.
    fell = {2024: 32_900, 2025: round(32_900 * 0.89)}
    not_enough = {2024: 32_900, 2025: round(32_900 * 0.91)}
    mover = await play.registers(TOURS, lives_in=second, registered_on="2016-03-01", incomes=fell)
    nine = await play.registers(TOURS, registered_on="2015-03-01", incomes=not_enough)
    owing = await play.registers(TOURS, lives_in=other, registered_on="2014-03-01")
    await play.owes_rent(other, owing)
    smaller = await play.registers(TOURS, lives_in=small, registered_on="2001-03-01", dwelling_type="T2")
    others = [await play.registers(TOURS, registered_on=f"{year}-03-01") for year in (2017, 2018, 2019)]
    # Who wants the homes that come free behind.
    behind = await play.registers(JOUE, lives_in=third)
    third_mover = await play.registers(SAINT_AVERTIN, lives_in=last)
    resources = {"resources": [{"code": "SAL", "monthly_cents": 1_350_00}], "housing_aid_cents": 180_00}
    newcomer = await play.registers(LA_RICHE, **resources)

    # The notice, and what the rules say of each.
    await play.gives_notice(first)
    assert (await play.verdicts(nine, first))["income.above_ceiling"] == "unlawful"
    assert not {"unlawful", "policy", "not_wished"} & set((await play.verdicts(mover, first)).values())
    recorded = (await town.published(ApplicationRecorded, application_id=mover))[-1]
    assert recorded["household"]["ceiling_income_euros"] == fell[2025]
    assert "policy" in set((await play.verdicts(owing, first)).values()), (
        "below the line for arrears its landlord stated"
    )
    missed = await play.explains(smaller, first)
    assert not missed["fits"]
    (change,) = [one for one in missed["nearest"] if one["code"] == "accept_type"]
    assert (change["rank"], "T3" in change["sentence"]) == (1, True), "accept T3: rank 1"

    # A no costs nothing and the next moves up at once.
    asked = await play.called(first)
    assert len(asked) == 3
    assert not {nine, owing, smaller} & {one["application_id"] for one in asked}
    no = next(one for one in asked if one["application_id"] != mover)
    await play.answers_call(no, "not_interested")
    assert len(await play.called(first, "open")) == 3
    (answered,) = await town.published(CallAnswered)
    assert answered["call_id"] == no["id"]
    household = (await town.published(ApplicationRecorded, application_id=no["application_id"]))[-1]["household"]
    assert not household.get("refused_offers")
    for call in await play.called(first, "open"):
        await play.answers_call(call, "interested")
    assert {mover, *others} - {no["application_id"]} == {
        one["application_id"] for one in await play.called(first, "interested")
    }

    # The committee reorders with a reason: the household that moves is second, behind one that the engine had later.
    await play.completes(first)

    def reorder(files: list[dict[str, Any]]) -> list[dict[str, Any]]:
        rest = [one for one in files if one["application_id"] != mover]
        (moving,) = [one for one in files if one["application_id"] == mover]
        order = [rest[-1], moving, rest[0]]
        said = {"moved_because": "home_suits_its_needs", "words": WORDS}
        return [
            allocated(one, rank, **(said if overtakes(one, order[rank:]) else {}))
            for rank, one in enumerate(order, start=1)
        ]

    await play.sits(first, reorder)
    (decided,) = await town.published(CommitteeDecided)
    assert decided["decisions"][0]["moved_because"] == "home_suits_its_needs"
    assert WORDS not in str(decided)

    # The first in rank stays silent: on the last minute of the tenth day nothing happens, then the second is offered.
    offered = await play.offer(first)
    silent, last_day = offered["application_id"], dt.date.fromisoformat(offered["answer_by"])
    assert (silent != mover, last_day) == (True, town.now.date() + 10 * DAY)
    await town.at(after_the_last_moment_of(last_day) - dt.timedelta(minutes=1))
    assert await town.published(OfferRefused) == []
    await town.at(after_the_last_moment_of(last_day))
    (refused,) = await town.published(OfferRefused)
    assert (refused["because"], refused["application_id"]) == ("silence", silent)
    offered = await play.offer(first)
    assert (offered["application_id"], offered["rank"]) == (mover, 2)
    counted = (await town.published(ApplicationRecorded, application_id=silent))[-1]["household"]
    assert counted["refused_offers"] == 1
    await play.accepts(offered)
    await play.signs(first, mover)

    # Its home is asked for, the landlord's notice announces it in the chain; so on twice more.
    for home, before, application in (
        (second, first, behind),
        (third, second, third_mover),
        (last, third, newcomer),
    ):
        (left,) = (await town.ask("GET", "inventory/homes-left", who=LANDLORD, state="awaiting"))["homes"]
        assert (left["vacancy_id"], left["dwelling_reference"]) == (before.vacancy, home.reference)
        await play.gives_notice(home)
        (announced,) = await play.announced(home)
        assert (announced["chain_id"], announced["follows_vacancy_id"]) == (first.vacancy, before.vacancy)
        await play.moves_alone(home, application)
    assert (await town.ask("GET", "inventory/homes-left", who=LANDLORD, state="awaiting"))["homes"] == []

    # The whole chain from one call.
    chain = await town.ask("GET", f"matching/chains/{first.vacancy}")
    assert (chain["chain_id"], chain["moves"], chain["end"]) == (first.vacancy, 4, "no_home_left")
    homes = chain["homes"]
    (file,) = homes[-1]["files"]
    assert file["verdicts"]["effort.affordable_with_aid"] == "fits", "the newcomer affords it net of aid alone"
    assert [one["lease"]["application_id"] for one in homes] == [mover, behind, third_mover, newcomer]
    assert [one["lease"]["kind"] for one in homes] == ["transfer", "transfer", "transfer", "first"]
    assert [one["next_vacancy_id"] for one in homes] == [second.vacancy, third.vacancy, last.vacancy, None]
    assert [(one["status"], one["refused_because"]) for one in homes[0]["offers"]] == [
        ("refused", "silence"),
        ("accepted", None),
    ]
    assert homes[0]["sessions"][0]["decisions"][0]["moved_because"] == "home_suits_its_needs"
    assert {one["status"] for one in homes[0]["calls"]} == {"decided", "not_interested"}
    moves = await town.published(MoveSigned)
    assert [(one["step"], one["chain_id"]) for one in moves] == [(step, first.vacancy) for step in range(1, 5)]
    assert WORDS not in str(chain)
    assert "Essai" not in str([one["lease"] for one in homes])

    # Each household's record tells its own way, and nothing was put aside.
    steps = [
        one["step"]
        for one in (await town.ask("GET", f"demand/applications/{mover}/record", why="le scénario"))["steps"]
    ]
    for step in (
        "call_issued",
        "candidacy_opened",
        "committee_decided",
        "offer_made",
        "offer_accepted",
        "let",
        "closed",
    ):
        assert step in steps, step
    assert await town.scalar("notifications", "SELECT count(*) FROM notice WHERE purpose = 'offer'") >= 5
    assert await town.dead_letters() == {}
    assert await town.published(CandidacyParked) == []
    assert len(await town.published(CallIssued, vacancy_id=first.vacancy)) == 4
