"""Lines made apart are the rows that a unit of work would have written."""

import datetime as dt
import json
from uuid import RFC_4122, UUID, uuid4

import asyncpg
import pytest

from chassis import copying, sql
from chassis.copying import DueLines, EventLines, Ids, json_cell, text_cell
from chassis.outbox import MAX_PAYLOAD_BYTES, Unsendable
from chassis.testing import NOON
from contracts.demand import ContactRecorded
from contracts.event import Envelope

CAUSE = Envelope.new("demand.import", source="demand", time=NOON)
ODD = 'a\tb\\c\n"Éloïse"\r\\N \\. \x7f\u2028'


async def rows_of(edge, query):
    async with edge.work() as work:
        return await sql.fetch(work.session, query)


def contact(name):
    return ContactRecorded(person_id=uuid4(), version=1, given_name=name, family_name=ODD)


async def test_events_are_what_a_unit_of_work_writes_and_keep_their_order(harness):
    edge = harness()
    told = [contact(name) for name in ("Awa", ODD, "", "Zoé")]
    lines = EventLines(ContactRecorded, service="demand", now=NOON, cause=CAUSE)
    async with edge.work() as work:
        await copying.tell(work.session, [lines.line(one.key, one.encode().decode()) for one in told])
    async with edge.work() as work:
        work.service, work.now, work.cause = "demand", NOON, CAUSE
        for one in told:
            work.emit(one)
    rows = await rows_of(edge, "SELECT * FROM outbox ORDER BY seq")
    copied, emitted = rows[:4], rows[4:]
    assert [row["aggregateid"] for row in copied] == [one.key for one in told]
    emitted = {row["aggregateid"]: row for row in emitted}
    for row in copied:
        same = emitted[row["aggregateid"]]
        for name in ("aggregatetype", "type", "payload", "occurred_at"):
            assert row[name] == same[name]
        mine, theirs = row["headers"], same["headers"]
        assert mine.pop("ce_id") == str(row["id"]) != theirs.pop("ce_id")
        assert mine == theirs


async def test_due_work_is_left(harness):
    edge = harness()
    lines = DueLines(CAUSE)
    async with edge.work() as work:
        await copying.leave_due(work.session, [lines.line("look", "one", NOON), lines.line("look", "two", NOON)])
    (one, two) = await rows_of(edge, "SELECT * FROM due_work ORDER BY subject")
    assert (one["kind"], one["subject"], one["payload"], one["due_at"]) == ("look", "one", {}, NOON)
    assert (one["cause_id"], one["story_time"], two["subject"]) == (CAUSE.id, NOON, "two")
    assert one["id"] != two["id"]


async def test_any_text_comes_through_and_an_error_does_not_quote_it(harness):
    edge = harness()
    async with edge.work() as work:
        await sql.execute(work.session, "CREATE TEMP TABLE odd (name text UNIQUE, said jsonb) ON COMMIT DROP")
        line = f"{text_cell(ODD)}\t{json_cell(json.dumps(ODD))}\n{text_cell(None)}\t{json_cell(None)}\n".encode()
        await sql.copy_lines(work.session, "odd", ["name", "said"], [line])
        first, second = await sql.fetch(work.session, "SELECT name, said #>> '{}' AS said FROM odd ORDER BY name")
        assert (first["name"], first["said"], second["name"]) == (ODD, ODD, None)
        await sql.execute(work.session, "SAVEPOINT twice")
        with pytest.raises(asyncpg.PostgresError) as caught:
            await sql.copy_lines(work.session, "odd", ["name", "said"], [b"Eloise\tno json\n"])
        assert "Eloise" not in f"{caught.value} {caught.value.detail} {caught.value.context}"
        await sql.execute(work.session, "ROLLBACK TO twice")


def test_ids_are_of_version_7_and_of_their_time():
    before = dt.datetime.now(dt.UTC)
    ids = Ids()
    made = [UUID(ids()) for _ in range(5000)]
    assert {(one.version, one.variant) for one in made} == {(7, RFC_4122)}
    assert made == sorted(set(made))
    at = dt.datetime.fromtimestamp((made[0].int >> 80) / 1000, dt.UTC)
    assert abs(at - before) < dt.timedelta(seconds=5)


def test_what_fits_into_no_record_is_refused():
    lines = EventLines(ContactRecorded, service="demand", now=NOON, cause=CAUSE)
    with pytest.raises(Unsendable):
        lines.line("one", "é" * (MAX_PAYLOAD_BYTES // 2 + 1))
    assert lines.line("one", "é" * (MAX_PAYLOAD_BYTES // 2))


async def test_what_the_log_could_not_read_is_refused_where_it_is_written(harness):
    edge = harness()
    lines = EventLines(ContactRecorded, service="demand", now=NOON, cause=CAUSE)
    names = ["a literal \\u0000", "\u0001\x1f"]
    for told in map(contact, names):
        async with edge.work() as work:
            await copying.tell(work.session, [lines.line(told.key, told.encode().decode())])
    told = contact("a zero byte: \0")
    with pytest.raises(Unsendable):
        async with edge.work() as work:
            work.emit(told)
    with pytest.raises(Unsendable):
        async with edge.work() as work:
            await copying.tell(work.session, [lines.line(told.key, told.encode().decode())])
    log = "seq, id, aggregatetype, aggregateid, type, payload, headers, occurred_at"
    async with edge.work() as work:
        await sql.execute(work.session, f"INSERT INTO event_log ({log}) SELECT {log} FROM outbox")
    logged = await rows_of(edge, "SELECT payload->>'given_name' AS name FROM event_log ORDER BY seq")
    assert [row["name"] for row in logged] == names
