"""How outcomes find their rows."""

from uuid import UUID

import pytest
from notifications_samples import ANSWER_BY, NOON
from sqlalchemy import text

from chassis.database import Database
from notifications.domain.delivery import DeliveryState
from notifications.main import service
from notifications.store import notices, sending
from notifications.store.attempts import Change

ROWS = """
    INSERT INTO delivery (id, call_id, purpose, person_id, channel, state, attempt, {due}, deliver_by, cause_id,
        correlation_id, since, created_at, changed_at)
    SELECT md5(:state || n)::uuid, md5('call' || n)::uuid, :purpose, md5(:state || n)::uuid, 'email', :state, 1,
        CAST(:due_at AS timestamptz), :deliver_by, 'c', 'c', :now, :now, :now
    FROM generate_series(1, 300) AS n
"""


@pytest.mark.parametrize(
    ("attempts", "due", "index", "purpose"),
    [
        (sending.attempts, "due_at", "delivery_due", "call"),
        (notices.attempts, "notice_due_at", "delivery_notice_due", "offer"),
    ],
)
async def test_an_outcome_looks_at_no_other_delivery_under_way(harness, attempts, due, index, purpose):
    """The planner believes in none under way: statistics were taken while there was none."""
    who = {"purpose": purpose, "deliver_by": ANSWER_BY, "now": NOON}
    async with harness.database.session() as session:
        await session.execute(text(ROWS.format(due=due)), who | {"state": "sent", "due_at": None})
        await session.execute(text("ANALYZE delivery"))
        await session.execute(text(ROWS.format(due=due)), who | {"state": "sending", "due_at": ANSWER_BY})
        found = await session.scalars(text("SELECT id FROM delivery WHERE state = 'sending' ORDER BY id LIMIT 100"))
        ids: list[UUID] = list(found)
        looked_at = text(f"SELECT pg_stat_get_xact_tuples_returned('{index}'::regclass)")
        before = await session.scalar(looked_at)
        changes = [Change(id=one, attempt=1, state=DeliveryState.SENT) for one in ids]
        assert await attempts.change(session, changes, NOON) == set(ids)
        assert await session.scalar(looked_at) - before == 0


async def test_plans_made_while_the_table_was_empty_never_read_all_of_it(harness):
    who = {"purpose": "call", "deliver_by": ANSWER_BY, "now": NOON, "state": "sending", "due_at": ANSWER_BY}
    pool = Database(harness.database.url, name="test", by_key=service.by_key)
    read = text("SELECT pg_stat_get_xact_tuples_returned('delivery'::regclass)")
    nobody = Change(id=UUID(int=0), attempt=1, state=DeliveryState.SENT)
    async with pool.session() as session:
        for _ in range(6):  # PostgreSQL keeps a plan from the sixth time on
            await sending.attempts.change(session, [nobody], NOON)
        await session.execute(text(ROWS.format(due="due_at")), who)
        ids: list[UUID] = list(await session.scalars(text("SELECT id FROM delivery ORDER BY id LIMIT 20")))
        before = await session.scalar(read)
        changes = [Change(id=one, attempt=1, state=DeliveryState.SENT) for one in ids]
        assert await sending.attempts.change(session, changes, NOON) == set(ids)
        assert await session.scalar(read) == before
    await pool.close()
