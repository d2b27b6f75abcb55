import asyncio
import datetime as dt

import pytest
from notifications_samples import ANSWER_BY, call_id, consent, issued, person, recorded, withdrawn
from sqlalchemy import text

from chassis.record import Record
from chassis.testing import EdgeHarness
from contracts.event import Envelope
from contracts.topics import DEMAND_CONTACT
from contracts.values import Channel
from notifications.handlers import handlers

PHONE = "+33612345678"


async def rows(harness):
    """(call, purpose, person, channel) → (state, suppression)."""
    async with harness.database.session() as session:
        found = await session.execute(
            text("SELECT call_id, purpose, person_id, channel, state, suppression FROM delivery")
        )
        return {tuple(row[:4]): tuple(row[4:]) for row in found}


async def erase(harness, *persons):
    await harness.edge.process(
        [
            Record(
                topic=DEMAND_CONTACT.name,
                key=str(person(one)).encode(),
                value=None,
                headers=Envelope.new("demand.contact.recorded.v1", source="demand", time=harness.clock.now()).headers(),
            )
            for one in persons
        ]
    )


def about(number=1, purpose="call", of=1, channel="email"):
    return (call_id(of), purpose, person(number), channel)


async def test_a_call_makes_one_delivery_a_person_and_channel(harness):
    await harness.handle(recorded(1, phone=PHONE), recorded(2))
    await harness.handle(issued(1, 2), issued(1, number=2))
    assert await rows(harness) == {
        about(1): ("pending", None),
        about(1, channel="sms"): ("pending", None),
        about(2): ("pending", None),
        about(2, channel="sms"): ("suppressed", "no_address"),
        about(1, of=2): ("pending", None),
        about(1, of=2, channel="sms"): ("pending", None),
    }
    (suppressed,) = await harness.outbox("notifications.delivery.suppressed.v1")
    assert suppressed.key == str(person(2))
    assert suppressed.payload["reason"] == "no_address"
    assert (suppressed.payload["channel"], suppressed.payload["purpose"]) == ("sms", "call")


async def test_a_call_that_comes_again_under_any_id_makes_nothing_more(harness):
    await harness.handle(recorded(1, consents=(consent(Channel.EMAIL, granted=False),)))
    envelope = Envelope.new("x.y.v1", source="matching", time=harness.clock.now())
    await harness.handle(issued(1), envelope=envelope)
    await harness.handle(issued(1), envelope=envelope)
    await harness.handle(issued(1))
    await harness.handle(issued(1), issued(1))
    assert len(await rows(harness)) == 1
    assert len(await harness.outbox()) == 1


async def test_what_is_published_goes_back_to_the_call_it_comes_from(harness):
    await harness.handle(recorded(1, email=None, consents=(consent(Channel.EMAIL),)))
    story = Envelope(
        id="call-7", type="x.y.v1", source="matching", time=harness.clock.now(), correlation_id="landlord-event-1"
    )
    await harness.handle(issued(1), envelope=story)
    (suppressed,) = await harness.outbox()
    assert suppressed.headers["correlationid"] == "landlord-event-1"
    assert suppressed.headers["causationid"] == "call-7"


async def test_a_call_before_its_contact_waits_and_leaves_when_it_comes(harness):
    await harness.handle(issued(1, 2))
    assert await rows(harness) == {about(1): ("awaiting_contact", None), about(2): ("awaiting_contact", None)}
    await harness.handle(recorded(1, phone=PHONE, consents=(consent(Channel.SMS),), email=None))
    assert await rows(harness) == {
        about(1, channel="sms"): ("pending", None),
        about(2): ("awaiting_contact", None),
    }
    await harness.handle(recorded(2))
    assert (await rows(harness))[about(2)] == ("pending", None)
    harness.clock.advance(dt.timedelta(days=8))
    assert await harness.run_due() == 1
    assert "contact_unknown_at_deadline" not in {suppression for _, suppression in (await rows(harness)).values()}


async def test_a_contact_that_says_no_suppresses_what_waited_with_the_call_as_its_cause(harness):
    story = Envelope(id="call-7", type="x.y.v1", source="m", time=harness.clock.now(), correlation_id="story")
    await harness.handle(issued(1), envelope=story)
    await harness.handle(recorded(1, consents=(consent(Channel.EMAIL, granted=False),)))
    assert await rows(harness) == {about(1): ("suppressed", "no_consent")}
    (suppressed,) = await harness.outbox()
    assert (suppressed.headers["causationid"], suppressed.headers["correlationid"]) == ("call-7", "story")


async def test_a_contact_that_never_comes_is_told_of_at_the_deadline(harness):
    await harness.handle(issued(1))
    harness.clock.advance(ANSWER_BY - harness.clock.now() - dt.timedelta(seconds=1))
    assert await harness.run_due() == 0
    harness.clock.advance(dt.timedelta(seconds=1))
    assert await harness.run_due() == 1
    assert await rows(harness) == {about(1): ("suppressed", "contact_unknown_at_deadline")}
    (suppressed,) = await harness.outbox()
    assert suppressed.payload["reason"] == "contact_unknown_at_deadline"


async def test_an_older_contact_changes_nothing_and_of_one_poll_the_newest_counts(harness):
    await harness.handle(recorded(1, version=2, email="old@example.org"), recorded(1, version=3))
    await harness.handle(recorded(1, version=1, email="older@example.org"))
    assert await harness.scalar("SELECT email FROM contact") == "person1@example.org"
    assert await harness.scalar("SELECT version FROM contact") == 3


async def test_an_erased_person_is_forgotten_and_told_nothing_more(harness):
    await harness.handle(recorded(1, phone=PHONE), recorded(2))
    await harness.handle(issued(1, 2))
    await erase(harness, 1)
    found = await rows(harness)
    assert found[about(1)] == found[about(1, channel="sms")] == ("suppressed", "contact_erased")
    assert found[about(2)] == ("pending", None)
    left = await harness.scalar("SELECT to_jsonb(contact)::text FROM contact WHERE state = 'erased'")
    for personal in ("Éloïse", "Guyen", "example.org", PHONE):
        assert personal not in left
    await harness.handle(issued(1, number=2))
    assert (await rows(harness))[about(1, of=2)] == ("suppressed", "contact_erased")


async def test_an_old_record_read_again_does_not_bring_an_erased_person_back(harness):
    await harness.handle(recorded(1, version=4))
    await erase(harness, 1, 2)
    await harness.edge.replay([harness.record(recorded(1, version=4)), harness.record(recorded(1, version=3))])
    assert await harness.scalar("SELECT count(*) FROM contact WHERE state = 'known'") == 0


async def test_a_projection_replayed_from_the_start_writes_and_publishes_nothing(harness):
    await harness.handle(recorded(1))
    await harness.handle(issued(1))
    before, published = await rows(harness), await harness.outbox()
    await harness.edge.replay([harness.record(recorded(1)), harness.record(issued(1)), harness.record(issued(2))])
    assert await rows(harness) == before
    assert await harness.outbox() == published


async def test_a_call_withdrawn_before_anything_left_stays_unsaid(harness):
    await harness.handle(recorded(1, phone=PHONE))
    await harness.handle(issued(1, 2))
    await harness.handle(withdrawn(1, 2))
    assert set((await rows(harness)).values()) == {("suppressed", "call_withdrawn")}
    assert len(await rows(harness)) == 3
    assert len(await harness.outbox("notifications.delivery.suppressed.v1")) == 3


@pytest.mark.parametrize("state", ["sent", "delivered", "sending"])
async def test_whoever_was_or_may_have_been_told_is_told_that_it_is_over(harness, state):
    await harness.handle(recorded(1, phone=PHONE))
    await harness.handle(issued(1))
    async with harness.work() as work:
        await work.session.execute(
            text(
                "UPDATE delivery SET state = :state, due_at = CASE :state WHEN 'sending' THEN now() END "
                "WHERE channel = 'email'"
            ),
            {"state": state},
        )
    await harness.handle(withdrawn(1))
    await harness.handle(withdrawn(1))
    assert await rows(harness) == {
        about(1): (state, None),
        about(1, channel="sms"): ("suppressed", "call_withdrawn"),
        about(1, purpose="withdrawal"): ("pending", None),
    }


async def test_a_call_withdrawn_that_was_never_issued_here_tells_nobody(harness):
    await harness.handle(recorded(1))
    await harness.handle(withdrawn(1))
    assert await rows(harness) == {}
    assert await harness.scalar("SELECT count(*) FROM dead_letter") == 0


async def test_a_call_and_a_contact_that_meet_in_two_transactions_do_not_miss_each_other(harness, database):
    """Whichever commits first: the other waits for it at the person's row, and sees it."""
    other = EdgeHarness(database, service="notifications", handlers=handlers)
    for number in range(1, 31):
        call, known = harness.record(issued(number, number=number)), other.record(recorded(number))
        first, second = harness.edge.process([call]), other.edge.process([known])
        await asyncio.gather(*((first, second) if number % 2 else (second, first)))
    await other.close()
    states = [state for state, _ in (await rows(harness)).values()]
    assert states.count("pending") == 30
    assert "awaiting_contact" not in states


async def test_the_call_waits_for_the_contact_s_transaction(harness, database):
    """The same with the window held open: the contact is written and not committed while the call is taken."""
    other = EdgeHarness(database, service="notifications", handlers=handlers)
    async with other.edge.unit("held open") as work:
        await handlers.projections["demand.contact.recorded.v1"].run([recorded(1)], work)
        taking = asyncio.create_task(harness.handle(issued(1)))
        waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        async with asyncio.timeout(10):
            while not await other.scalar(waits):
                await asyncio.sleep(0.01)
    await taking
    await other.close()
    assert (await rows(harness))[about(1)] == ("pending", None)


async def test_the_contact_waits_for_the_call_s_transaction(harness, database):
    other = EdgeHarness(database, service="notifications", handlers=handlers)
    record = other.record(issued(1))
    async with other.edge.unit("held open") as work:
        await other.edge.accept(record, work)
        keeping = asyncio.create_task(harness.handle(recorded(1)))
        waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        async with asyncio.timeout(10):
            while not await other.scalar(waits):
                await asyncio.sleep(0.01)
    await keeping
    await other.close()
    assert (await rows(harness))[about(1)] == ("pending", None)
