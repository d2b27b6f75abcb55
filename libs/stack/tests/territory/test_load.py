"""A slice of a territory on real PostgreSQL: stored once, told by events, the same when read back."""

import datetime as dt
import uuid

import asyncpg
import numpy as np
import pytest
from sqlalchemy import make_url

from chassis.database import asyncpg_url
from chassis.migrations import upgrade
from contracts.demand import ApplicationRecorded, ContactRecorded
from contracts.event import Event
from contracts.inventory import DwellingRecorded
from stack.territory import Territory, application_chunk, market
from stack.territory.expected import expected_alerts
from stack.territory.load import AnotherTerritory, load
from stack.territory.read_back import read_applications
from stack.territory.settle import Unsettled, settle
from stack.territory.vacancies import plan_vacancies

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
SLICE = Territory("slice", 4, Territory.of("small").places, dwellings=2_500, applications=1_200)
SERVICES = ("demand", "inventory", "matching", "notifications")


@pytest.fixture(scope="module")
async def templates(postgres_server):
    """Databases with the slice in them, to be copied by each test; and what the load said."""
    urls = {service: postgres_server.create_database(f"load_{service}") for service in SERVICES}
    for service, url in urls.items():
        await upgrade(url, service)
    told = []
    report = await load(SLICE, urls, now=NOW, wait=False, progress=lambda *step: told.append(step))
    yield urls, report, told
    for service in SERVICES:
        postgres_server.drop_database(f"load_{service}")


@pytest.fixture
async def databases(templates, postgres_server):
    copies = {}
    for service, url in templates[0].items():
        name = f"copy_{uuid.uuid4().hex}"
        copies[service] = make_url(url).set(database=name).render_as_string(hide_password=False)
        elsewhere = make_url(url).set(database="postgres").render_as_string(hide_password=False)
        await fetch(elsewhere, f'CREATE DATABASE "{name}" TEMPLATE "load_{service}"')
    yield copies
    for url in copies.values():
        postgres_server.drop_database(make_url(url).database)


async def fetch(url, query):
    connection = await asyncpg.connect(asyncpg_url(url))
    try:
        return await connection.fetch(query)
    finally:
        await connection.close()


async def test_a_slice_is_stored_and_told(databases, templates):
    _, report, told = templates
    assert (report.new_applications, report.new_dwellings) == (1_200, 2_500)
    assert {phase.name: phase.rows for phase in report.phases} == {"applications": 1_200, "dwellings": 2_500}
    assert ("applications", 1_200, 1_200) in told
    assert ("dwellings", 2_500, 2_500) in told
    events = await fetch(databases["demand"], "SELECT type, count(*) FROM outbox GROUP BY type")
    persons = int(application_chunk(SLICE, 0).households.applicants.sum())
    assert dict(map(tuple, events)) == {ApplicationRecorded.TYPE: 1_200, ContactRecorded.TYPE: persons}
    events = await fetch(databases["inventory"], "SELECT type, count(*) FROM outbox GROUP BY type")
    assert dict(map(tuple, events)) == {DwellingRecorded.TYPE: 2_500}
    landlords = await fetch(databases["inventory"], "SELECT siren FROM landlord ORDER BY siren")
    assert [row["siren"] for row in landlords] == sorted(one.siren for one in market(SLICE).landlords)


async def test_the_same_territory_again_adds_nothing(databases):
    again = await load(SLICE, databases, now=NOW, wait=False)
    assert not again.anything_new
    (rows,) = await fetch(databases["demand"], "SELECT count(*) FROM outbox WHERE type LIKE '%application%'")
    assert rows[0] == 1_200


async def test_an_interrupted_load_goes_on(databases):
    lost = SLICE.id_of("application", 1_199)
    await fetch(databases["demand"], f"DELETE FROM application WHERE id = '{lost}'")
    await fetch(databases["inventory"], "DELETE FROM dwelling WHERE reference = 'S000002499'")
    again = await load(SLICE, databases, now=NOW, wait=False)
    assert (again.new_applications, again.new_dwellings) == (1, 1)


async def test_another_seed_is_refused_before_anything_is_written(databases):
    other = Territory("slice", 5, SLICE.places, SLICE.dwellings, SLICE.applications)
    with pytest.raises(AnotherTerritory, match="another synthetic territory than slice with seed 5"):
        await load(other, databases, now=NOW, wait=False)
    (rows,) = await fetch(databases["demand"], "SELECT count(*) FROM application")
    assert rows[0] == 1_200


async def test_every_event_can_be_read(databases):
    for service in ("demand", "inventory"):
        for row in await fetch(databases[service], "SELECT type, aggregateid, payload::text AS payload FROM outbox"):
            event = Event.REGISTRY[row["type"]].decode(row["payload"].encode())
            assert event.key == row["aggregateid"]


async def test_what_demand_has_is_what_was_drawn(databases, request):
    drawn, read = application_chunk(SLICE, 0), await read_applications(databases["demand"])
    place = {read.names.application(int(index)): row for row, index in enumerate(read.index)}
    order = np.array([place[drawn.names.application(int(index))] for index in drawn.index])
    read = read.take(order)
    for part in ("households", "wishes"):
        for column in getattr(drawn, part).__dataclass_fields__:
            if column != "places":
                same = getattr(getattr(read, part), column) == getattr(getattr(drawn, part), column)
                assert same.all(), f"{part}.{column}"
    assert (read.channels == drawn.channels).all()
    plan = plan_vacancies(SLICE, 40, label="test", on=NOW.date())
    homes = [(one.vacancy_id, one.dwelling) for one in plan]
    policies = request.config.rootpath / "policies"
    of_both = [expected_alerts(rows, homes, policies=policies, on=NOW.date()) for rows in (drawn, read)]
    assert of_both[0] == of_both[1]
    assert of_both[0].alerts


async def test_waiting_ends_once_everybody_knows(databases):
    await fetch(databases["demand"], "DELETE FROM outbox")
    await fetch(databases["inventory"], "DELETE FROM outbox")
    applications = await fetch(databases["demand"], "SELECT id, household::text, wishes::text FROM application")
    matching = await asyncpg.connect(asyncpg_url(databases["matching"]))
    notifications = await asyncpg.connect(asyncpg_url(databases["notifications"]))
    await matching.execute("DELETE FROM due_work")
    await matching.executemany(
        "INSERT INTO application (id, version, kind, status, registered_on, person_ids, household, wishes) "
        "VALUES ($1, 1, 'first', 'active', '2026-01-01', '{}', $2, $3)",
        [tuple(row) for row in applications],
    )
    persons = await fetch(databases["demand"], "SELECT id FROM person")
    await notifications.executemany(
        "INSERT INTO contact (person_id, version, state) VALUES ($1, 1, 'known')", [(row["id"],) for row in persons]
    )
    await matching.close()
    await notifications.close()
    told = []
    await settle(databases, tell=lambda *step: told.append(step), tidy=True)
    assert ("matching", 1_200, 1_200) in told
    assert told[-1] == ("tidying up", 4, 4)


async def test_a_service_that_stands_still_is_named(databases):
    with pytest.raises(Unsettled, match=r"demand has \d+ events to send, matching lacks 1200 applications"):
        await settle(databases, tell=lambda *_: None, tidy=False, patience_s=0.5)
