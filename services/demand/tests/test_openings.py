"""Thousands opened at once leave what one at a time does; a crew of processes, and an import killed midway."""

import asyncio
import re
import signal
import sys

import pytest
from sqlalchemy import text
from test_application_imports import DEMAND, HEADS, LINE, NUMBER, OTHER, SNE, Importer

from chassis.clock import ManualClock
from chassis.copying import Ids
from chassis.testing import NOON
from demand.domain.facts import StatedBy
from demand.handling import open_application
from demand.imports import import_edge, load, prepare
from demand.imports.told import told_by
from intake import crew

TABLES = {
    "application": "number",
    "person": "family_name, given_name",
    "fact": "fact, value::text",
    "handling": "step",
    "due_work": "kind",
    "outbox": "type, payload->>'family_name', payload->>'given_name'",
}
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_OWN = ("seq", "imported", "traceparent", "causationid", "correlationid", "cause_id", "correlation_id")


def sne(model):
    return SNE.format(DEMAND.format(number=NUMBER, born="1980-07-14", model=model)).encode()


async def left(harness):
    """All rows of all tables, with each id by the order in which it is first met."""
    rows = []
    for table, order in TABLES.items():
        found = await harness.scalar(f"SELECT jsonb_agg(t ORDER BY {order}) FROM {table} AS t")
        for row in found or []:
            headers = row.get("headers") or {}
            for name in _OWN:
                row.pop(name, None)
                headers.pop(name, None)
            if table in {"fact", "handling", "due_work", "outbox"}:
                row.pop("id")
                headers.pop("ce_id", None)
            rows.append((table, row))
    ids = {}
    return [_ID.sub(lambda found: f"id{ids.setdefault(found[0], len(ids))}", repr(row)) for row in rows]


@pytest.mark.parametrize(
    "content",
    [
        HEADS + LINE,
        HEADS + LINE.replace("37261|37050", ""),
        HEADS + LINE.replace(";HLM;552032708;T2;410,00;", ";SD;;;;"),
        HEADS + LINE.replace("Awa", "O'\\t \\\\N \u00abAwa\u00bb ").replace("Diallo", "Ébène-\u2028"),
        sne("HLM"),
        sne("CPE"),
    ],
    ids=["complete", "without wishes", "homeless", "odd names", "SNE, a tenant", "SNE, hosted"],
)
async def test_a_file_leaves_what_one_registration_leaves(harness, database, tmp_path, monkeypatch, content):
    forms = []

    def listening(form, *rest):
        forms.append(form)
        return told_by(form, *rest)

    monkeypatch.setattr(prepare, "told_by", listening)
    async with import_edge(database, clock=ManualClock(NOON)) as edge:
        assert await Importer(edge, tmp_path)(content) == (1, 0, 0, 0)
    by_file = await left(harness)
    async with harness.work() as work:
        for table in TABLES:
            await work.session.execute(text(f"DELETE FROM {table}"))
    async with harness.work() as work:
        application, persons = told_by(forms[0], NOON, Ids())
        assert await open_application(work, application, persons, stated_by=StatedBy.IMPORT, who="import")
    assert by_file == await left(harness)


async def test_processes_and_chunks_leave_what_a_thread_does(harness, database, tmp_path, monkeypatch):
    monkeypatch.setattr(crew, "LARGE", 0)
    monkeypatch.setattr(load, "CHUNK", 3)
    lines = [LINE.replace(NUMBER, f"1110318016982G{number:04}") for number in range(20)]
    lines[7] = lines[7].replace("awa@exemple.fr", "awa")
    lines[19] = lines[2]
    async with import_edge(database, clock=ManualClock(NOON)) as edge:
        importer = Importer(edge, tmp_path)
        assert await importer(HEADS + "".join(lines)) == (18, 0, 0, 2)
        assert [(line, field) for line, field, _ in importer.report()] == [(9, "applicant.email"), (21, "number")]
        assert await importer(HEADS + "".join(lines)) == (0, 0, 18, 2)
    assert await harness.scalar("SELECT count(*) FROM application") == 18


async def test_a_number_registered_meanwhile_is_listed(harness, database, tmp_path, monkeypatch):
    async def known(session, numbers):
        return {}

    async with import_edge(database, clock=ManualClock(NOON)) as edge:
        importer = Importer(edge, tmp_path)
        await importer(HEADS + LINE)
        told = len(await harness.outbox())
        monkeypatch.setattr(load.imported, "known", known)
        assert await importer(HEADS + LINE + LINE.replace(NUMBER, OTHER)) == (1, 0, 0, 1)
        assert [(line, "registered while" in reason) for line, _, reason in importer.report()] == [(2, True)]
    assert len(await harness.outbox()) == 2 * told
    assert await harness.scalar("SELECT count(*) FROM person") == 2


async def test_little_of_a_file_is_in_memory_at_a_time(database, harness, tmp_path, monkeypatch):
    """Blocks that were cut and are not stored yet, whatever the length of the file."""
    monkeypatch.setattr(crew, "LARGE", 0)
    monkeypatch.setattr(load, "CHUNK", 2)
    cut, waiting, lines_of = [], [], load.blocks.lines_of

    def counted(*given):
        for block in lines_of(*given):
            cut.append(block.serial)
            yield block

    stored = []

    def progress(at, of):
        stored.append(at)
        waiting.append(len(cut) - len(stored))

    monkeypatch.setattr(load.blocks, "lines_of", counted)
    async with import_edge(database, clock=ManualClock(NOON)) as edge:
        assert await Importer(edge, tmp_path)(export(100), progress=progress) == (100, 0, 0, 0)
    assert len(stored) == len(cut) == 50
    assert 2 <= max(waiting) <= 8
    assert await harness.scalar("SELECT count(*) FROM application") == 100


def export(numbers):
    return HEADS + "".join(LINE.replace(NUMBER, f"1110318016982G{number:04}") for number in range(numbers))


def national(numbers):
    told = (DEMAND.format(number=f"1110318016982G{n:04}", born="1980-07-14", model="HLM") for n in range(numbers))
    return SNE.format("".join(told))


KILLED = {
    "export": (
        export,
        "import_applications(edge, path, profile_of('example'), ",
        {"person": 1, "handling": 2, "outbox": 3},
    ),
    "SNE": (national, "import_sne(edge, path, ", {"person": 2, "handling": 1, "outbox": 3}),
}


@pytest.mark.parametrize("kind", KILLED)
async def test_an_import_killed_midway_is_run_again(harness, database, tmp_path, kind):
    numbers = 400
    written, call, each = KILLED[kind]
    path = tmp_path / "file"
    path.write_text(written(numbers))
    program = f"""
import asyncio
from pathlib import Path
from demand.imports import import_applications, import_edge, import_sne, load, profile_of
from intake import Report, crew
load.CHUNK, crew.LARGE = 20, 0
path = Path({str(path)!r})
async def main():
    async with import_edge({database!r}) as edge:
        with Report(path.with_name("killed.csv")) as report:
            await {call}report=report, progress=lambda at, of: print(at, flush=True))
if __name__ == "__main__":
    asyncio.run(main())
"""
    script = tmp_path / "script.py"
    script.write_text(program)
    killed = await asyncio.create_subprocess_exec(sys.executable, str(script), stdout=asyncio.subprocess.PIPE)
    assert await killed.stdout.readline()
    killed.send_signal(signal.SIGKILL)
    assert await killed.wait() == -signal.SIGKILL
    done = await harness.scalar("SELECT count(*) FROM application")
    assert 0 < done < numbers
    async with import_edge(database, clock=ManualClock(NOON)) as edge:
        importer = Importer(edge, tmp_path)
        loaded, changed, unchanged, rejected = await importer(path.read_text())
        assert (changed, rejected, loaded + unchanged) == (0, 0, numbers)
        assert unchanged >= done
    assert await harness.scalar("SELECT count(DISTINCT number) FROM application") == numbers
    for table, rows in {"application": 1, **each}.items():
        assert await harness.scalar(f"SELECT count(*) FROM {table}") == numbers * rows
