import asyncio

from inventory_samples import LANDLORD, available, notice

from chassis.testing import NOON
from contracts.event import Envelope
from contracts.topics import LANDLORD_VACANCY
from inventory import store
from inventory.domain.receipt import Arrival
from inventory.handlers import receive


async def test_the_tables_are_what_the_migrations_make(harness):
    assert await harness.unlike_migrations(store.Table.metadata) == []


async def test_two_doors_at_once_fold_one_vacancy_one_after_the_other(harness):
    """The second arrival waits for the first to commit, and so sees its event."""
    first = Arrival(
        landlord=LANDLORD,
        envelope=Envelope(id="1", type=notice().TYPE, source="//landlord/erp", time=NOON),
        event=notice(),
        received_at=NOON,
    )
    second = harness.record(
        available(),
        topic=LANDLORD_VACANCY.of(LANDLORD),
        envelope=Envelope(id="2", type=available().TYPE, source="//landlord/erp", time=NOON),
    )
    async with harness.work() as work:
        await store.before(work.session, first)
        other = asyncio.create_task(harness.edge.process([second]))
        while not await harness.scalar("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"):
            assert not other.done(), "the second arrival did not wait"
            await asyncio.sleep(0.005)
        work.topic, work.cause = LANDLORD_VACANCY.of(LANDLORD), first.envelope
        await receive(notice(), work)
    await other
    told = await harness.outbox("inventory.vacancy.announced.v1")
    released = await harness.outbox("inventory.vacancy.released.v1")
    assert [one.payload["version"] for one in (*told, *released)] == [1, 2]
    assert await harness.scalar("SELECT count(*) FROM vacancy_event WHERE outcome = 'accepted'") == 2
