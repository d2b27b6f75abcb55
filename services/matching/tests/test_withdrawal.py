"""A live call ends for a named reason only: never because somebody scores higher, and it does not come and go."""

import datetime as dt

import pytest
from matching_samples import announced, fitting, household, recorded, wishes
from sqlalchemy import text

from contracts.demand import ApplicationStatus
from contracts.event import Envelope
from contracts.household import Light
from contracts.matching import CallIssued, CallWithdrawn

PLACES = 20
TOO_RICH = household(reference_tax_income_euros=300_000)


def changed(one, version=2, **changes):
    return one.model_copy(update={"version": version} | changes)


async def open_home(harness, everyone):
    await harness.handle(*everyone)
    home = announced()
    await harness.handle(home)
    await harness.run_due()
    return home


async def states(harness):
    async with harness.database.session() as session:
        rows = await session.execute(text("SELECT application_id, status FROM call ORDER BY rank"))
        return {row.application_id: row.status for row in rows}


async def withdrawn(harness):
    return [CallWithdrawn.model_validate(one.payload) for one in await harness.outbox(CallWithdrawn.TYPE)]


@pytest.mark.parametrize(
    "news",
    [{"household": TOO_RICH}, {"meets_transfer_conditions": False}, {"light": Light.BLOCKED}],
    ids=["unlawful", "policy", "works"],
)
async def test_a_rule_broken_by_the_households_own_facts_ends_its_call_and_calls_the_next(harness, news):
    everyone = fitting(PLACES + 1)
    await open_home(harness, everyone)
    waiting, best = everyone[0], everyone[-1]
    await harness.handle(changed(best, **news))
    await harness.run_due()
    (told,) = await withdrawn(harness)
    assert (told.application_id, told.reason, told.person_ids) == (best.application_id, "rule_broken", best.person_ids)
    assert set(told.model_dump()) == {
        "call_id", "vacancy_id", "application_id", "version", "person_ids", "reason",
    }, "no fact of the household"  # fmt: skip
    found = await states(harness)
    assert (found[best.application_id], found[waiting.application_id]) == ("withdrawn", "open")
    assert list(found.values()).count("open") == PLACES


async def test_what_the_household_no_longer_wishes_leaves_its_call(harness):
    everyone = fitting(3)
    await open_home(harness, everyone)
    before = await states(harness)
    await harness.handle(*(changed(one, wishes=wishes(max_rent_cents=10_000)) for one in everyone))
    await harness.run_due()
    assert await states(harness) == before
    assert not await withdrawn(harness)


async def test_a_newcomer_with_a_higher_score_never_displaces_a_call(harness):
    """Neither by arriving, nor where facts change, and change back."""
    everyone = fitting(PLACES)
    await open_home(harness, everyone)
    before = await states(harness)
    weakest = everyone[0]
    newcomer = recorded(registered_on=dt.date(2001, 1, 1))
    poorer = household(reference_tax_income_euros=5_000)
    for news in (
        newcomer,
        changed(newcomer, 2, wishes=wishes(max_rent_cents=10_000)),
        changed(newcomer, 3),
        changed(weakest, 2, registered_on=dt.date(2026, 11, 1)),
        changed(weakest, 3, registered_on=weakest.registered_on, household=poorer),
        changed(weakest, 4),
    ):
        await harness.handle(news)
        await harness.run_due()
        assert await states(harness) == before
    assert len(await harness.outbox(CallIssued.TYPE)) == PLACES
    assert not await withdrawn(harness)


async def test_a_call_that_ended_does_not_come_back_with_the_facts(harness):
    """Income too high, corrected, too high again: one call, one withdrawal, no flapping."""
    one, other = fitting(2)
    await open_home(harness, [one, other])
    for version, facts in enumerate((TOO_RICH, one.household, TOO_RICH, one.household), start=2):
        await harness.handle(changed(one, version, household=facts))
        await harness.run_due()
        assert await states(harness) == {other.application_id: "open", one.application_id: "withdrawn"}
    assert len(await harness.outbox(CallIssued.TYPE)) == 2
    assert len(await withdrawn(harness)) == 1


async def test_each_withdrawal_of_one_poll_names_its_own_event(harness):
    everyone = fitting(2, wishes=wishes(dwelling_types=("T2",)))
    await open_home(harness, everyone)
    await harness.handle(announced(dwelling_type="T3"))
    await harness.run_due()
    (newcomer,) = fitting(1, wishes=wishes(dwelling_types=("T3",)))
    news = [
        changed(everyone[0], household=TOO_RICH),
        changed(everyone[1], status=ApplicationStatus.WITHDRAWN),
        newcomer,
    ]
    told = [Envelope.new(one.TYPE, source="demand", time=harness.clock.now()) for one in news]
    await harness.edge.process([harness.record(one, offset=at, envelope=told[at]) for at, one in enumerate(news)])
    await harness.run_due()
    calls = [one for one in await harness.outbox() if "application_id" in one.payload]
    causes = {one.payload["application_id"]: one.headers["causationid"] for one in calls}
    assert [causes[str(one.application_id)] for one in news] == [envelope.id for envelope in told]
    correlated = {one.payload["application_id"]: one.headers["correlationid"] for one in calls}
    assert [correlated[str(one.application_id)] for one in news] == [envelope.id for envelope in told]
