import asyncio

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from inventory_samples import LANDLORD, available, notice
from sqlalchemy import Text
from sqlmodel.sql.sqltypes import AutoString

from chassis.testing import NOON
from contracts.event import Envelope
from contracts.topics import LANDLORD_VACANCY
from inventory import store
from inventory.domain.receipt import Arrival
from inventory.handlers import receive


async def test_the_tables_are_what_the_migrations_make(harness):
    """Columns, their types and nullability; indexes, checks and comments are the migrations' own."""

    def differences(connection):
        ours = store.Table.metadata
        context = MigrationContext.configure(
            connection,
            opts={
                "include_object": lambda _, name, kind, *__: kind != "table" or name in ours.tables,
                "compare_type": lambda *types: False if _both_text(*types[-2:]) else None,
            },
        )
        found = compare_metadata(context, ours)
        changes = [change for one in found for change in (one if isinstance(one, list) else [one])]
        return [one for one in changes if not one[0].endswith(("_comment", "_index", "_constraint"))]

    async with harness.database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


def _both_text(in_database, in_model):
    """SQLModel says VARCHAR where we say text: PostgreSQL keeps both the same way."""
    return isinstance(in_database, Text) and isinstance(in_model, AutoString)


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
