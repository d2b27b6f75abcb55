"""Answers to matching's offers and what landlords say of the same ones: each counts once, in any order."""

import datetime as dt
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inventory_samples import (
    LANDLORD,
    OFFERED_TO,
    D,
    allocated,
    available,
    declined,
    let,
    of_offer,
)

from chassis.testing import edge_harness
from contracts.allocation import OfferAccepted, OfferRefused, OfferWithdrawn
from contracts.inventory import VacancyAllocated, VacancyHardToLet, VacancyLet, VacancyReleased
from contracts.topics import LANDLORD_VACANCY
from inventory.domain.offers import allocation, refusals
from inventory.handlers import handlers
from inventory.jobs import jobs

TOPIC = LANDLORD_VACANCY.of(LANDLORD)
OTHER, THIRD = UUID(int=2), UUID(int=3)
ACCEPTED, REFUSED = of_offer(OfferAccepted), of_offer(OfferRefused)
BY_OTHER = of_offer(OfferAccepted, application_id=OTHER)
OFF = of_offer(OfferWithdrawn)


@pytest.mark.parametrize(
    ("events", "whose"),
    [
        ([], None),
        ([ACCEPTED], OFFERED_TO),
        ([ACCEPTED, OFF], None),
        ([REFUSED, BY_OTHER], OTHER),
        ([BY_OTHER, REFUSED], OTHER),
        ([REFUSED, BY_OTHER, declined()], OTHER),  # the landlord's echo of the first refusal
        ([declined(), REFUSED, BY_OTHER, declined()], None),  # a refusal of its own
        ([BY_OTHER, declined(application_id=OFFERED_TO)], OTHER),
        ([ACCEPTED, declined(application_id=OFFERED_TO)], None),
        ([ACCEPTED, allocated(application_id=THIRD)], THIRD),
        ([allocated(), REFUSED], None),
    ],
)
def test_whose_the_home_is(events, whose):
    assert allocation(events)[1] == whose


def test_an_allocation_that_both_tell_of_keeps_its_day():
    on = D(2026, 10, 26)
    assert allocation([ACCEPTED, allocated("2026-10-30")]) == (on, OFFERED_TO)
    assert allocation([ACCEPTED, allocated("2026-10-30", application_id=OFFERED_TO)]) == (on, OFFERED_TO)
    assert allocation([allocated("2026-10-25", application_id=OFFERED_TO), ACCEPTED]) == (D(2026, 10, 25), OFFERED_TO)
    assert allocation([allocated("2026-10-25"), ACCEPTED]) == (D(2026, 10, 25), OFFERED_TO)


@pytest.mark.parametrize(
    ("events", "count"),
    [
        ([REFUSED], 1),
        ([REFUSED, declined()], 1),
        ([REFUSED, declined(application_id=OFFERED_TO)], 1),
        ([REFUSED, of_offer(OfferRefused, application_id=OTHER), declined()], 2),
        ([REFUSED, declined(), declined("2026-10-30")], 2),
        ([declined(application_id=OTHER), REFUSED], 2),
        ([declined(), declined("2026-10-30"), declined("2026-10-31")], 3),
        ([OFF], 0),
    ],
)
def test_a_refusal_counts_once_whoever_tells_of_it(events, count):
    assert refusals(events) == refusals(events[::-1]) == count


said = st.one_of(
    st.builds(of_offer, st.sampled_from([OfferRefused]), application_id=st.sampled_from([OFFERED_TO, OTHER, THIRD])),
    st.builds(declined, application_id=st.none() | st.sampled_from([OFFERED_TO, OTHER, THIRD])),
)


@settings(max_examples=200)
@given(st.lists(said, max_size=8), st.randoms(use_true_random=False))
def test_the_count_is_between_what_either_says_and_what_both_say(events, draw):
    shuffled = draw.sample(events, len(events))
    ours = {event.application_id for event in events if isinstance(event, OfferRefused)}
    theirs = {event.application_id for event in events if not isinstance(event, OfferRefused)} - {None}
    unnamed = len(events) - sum(event.application_id is not None for event in events)
    assert refusals(events) == refusals(shuffled)
    assert max(len(ours | theirs), unnamed) <= refusals(events) <= len(ours | theirs) + unnamed


@pytest.fixture
async def clocked(harness, database):
    async with edge_harness(database, "inventory", handlers, jobs) as clocked:
        await clocked.handle(available("2026-11-20"), topic=TOPIC)
        yield clocked


async def types(harness):
    return [one.type for one in await harness.outbox() if one.type.startswith("inventory.vacancy")]


async def test_an_acceptance_allocates_the_home_once_though_the_landlord_says_it_too(clocked):
    await clocked.handle(of_offer(OfferAccepted, accepted_on="2026-11-21"))
    clocked.clock.advance(dt.timedelta(hours=1))
    await clocked.handle(allocated("2026-11-22", application_id=OFFERED_TO), topic=TOPIC)
    (told,) = await clocked.outbox(VacancyAllocated.TYPE)
    assert (told.payload["on"], told.payload["application_id"]) == ("2026-11-21", str(OFFERED_TO))
    await clocked.handle(let("2026-11-22"), topic=TOPIC)
    (ended,) = await clocked.outbox(VacancyLet.TYPE)
    assert ended.payload["application_id"] == str(OFFERED_TO), (
        "the lease that names nobody is the accepting household's"
    )


async def test_an_accepted_offer_that_is_withdrawn_gives_the_home_back(clocked):
    await clocked.handle(of_offer(OfferAccepted, accepted_on="2026-11-21"))
    await clocked.handle(of_offer(OfferWithdrawn))
    assert await types(clocked) == [VacancyReleased.TYPE, VacancyAllocated.TYPE, VacancyReleased.TYPE]


async def test_three_refusals_of_offers_put_the_home_into_the_queue_at_once(clocked):
    for household in (OFFERED_TO, OTHER, THIRD):
        assert await clocked.outbox(VacancyHardToLet.TYPE) == []
        refused = of_offer(OfferRefused, application_id=household, refused_on="2026-11-22", because="silence")
        await clocked.handle(refused)
        await clocked.handle(declined("2026-11-22", application_id=household), topic=TOPIC)
        await clocked.run_due()
    (hard,) = await clocked.outbox(VacancyHardToLet.TYPE)
    assert hard.payload["offers_refused"] == 3


async def test_an_offer_of_a_home_that_nobody_told_of_is_a_dead_letter(clocked):
    await clocked.handle(of_offer(OfferAccepted, vacancy_id=UUID(int=9)))
    assert await clocked.scalar("SELECT count(*) FROM dead_letter") == 1
