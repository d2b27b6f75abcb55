import asyncpg
import pytest
from inventory_samples import LANDLORD, facts

from chassis.testing import NOON
from contracts.inventory import DwellingRecorded
from inventory import bulk, store
from inventory.bulk import load_dwellings, load_landlords
from inventory.domain.dwelling import Dwelling


def homes(count, **over):
    return [
        Dwelling(reference=f"93{number:08}", landlord=LANDLORD, facts=facts(**over)).recorded()
        for number in range(count)
    ]


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(bulk, "CHUNK", 10)


async def test_landlords_are_registered_once(harness, database):
    given = [("999000101", "Un"), ("999000102", "Deux"), (LANDLORD, "Another name")]
    assert await load_landlords(database, given, now=NOON) == bulk.Loaded(3, 2)
    assert await harness.scalar("SELECT name FROM landlord WHERE siren = :siren", siren=LANDLORD) != "Another name"


async def test_dwellings_are_stored_and_told_as_the_api_does(harness, database, small_chunks):
    seen = []
    given = homes(25)
    assert await load_dwellings(database, iter(given), now=NOON, progress=seen.append) == bulk.Loaded(25, 25)
    assert seen == [10, 20, 25]
    async with harness.work() as work:
        assert (await store.dwelling(work.session, given[7].reference)).recorded() == given[7]
    published = await harness.outbox()
    assert [DwellingRecorded.model_validate(one.payload) for one in published if one.key == given[7].key] == [given[7]]
    assert len(published) == 25
    assert {one.topic for one in published} == {"inventory.dwelling.v1"}
    assert {one.headers["ce_source"] for one in published} == {"inventory"}
    assert len({one.headers["ce_id"] for one in published}) == 25
    assert len({one.headers["correlationid"] for one in published}) == 1


async def test_a_load_run_again_adds_only_what_is_missing(harness, database, small_chunks):
    await load_dwellings(database, homes(15), now=NOON)
    assert await load_dwellings(database, homes(25, base_rent_cents=1), now=NOON) == bulk.Loaded(25, 10)
    assert len(await harness.outbox()) == 25


async def test_what_is_wrong_stops_the_load_before_its_chunk(harness, database, small_chunks):
    rows = [*homes(12), Dwelling(reference="9300000099", landlord=LANDLORD, facts=facts(commune="75056")).recorded()]
    with pytest.raises(ValueError, match="dwelling 9300000099: commune: 75056 is Paris as a whole"):
        await load_dwellings(database, rows, now=NOON)
    stranger = [Dwelling(reference="9300000098", landlord="999000777", facts=facts()).recorded()]
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await load_dwellings(database, stranger, now=NOON)
    assert len(await harness.outbox()) == 10
