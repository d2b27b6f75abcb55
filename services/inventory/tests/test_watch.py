"""The watched folder on a real database: taken once, moved with its report, taken again after a kill."""

import asyncio
import contextlib
import csv

import pytest
from import_samples import line, rpls
from inventory_samples import LANDLORD, STRANGER

from chassis.clock import ManualClock
from chassis.testing import NOON
from contracts.inventory import DwellingRecorded
from inventory.imports import load
from inventory.imports.target import shipped
from inventory.imports.watch import Watch

A, B = "7500000011", "7500000012"
PATIENCE_S = 20


@pytest.fixture
def leave(tmp_path):
    def leave(content, profile="rpls", *, siren=LANDLORD, name="homes.csv"):
        path = tmp_path / "drop" / siren / profile / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    return leave


@pytest.fixture
def watch(database, tmp_path):
    (tmp_path / "drop").mkdir()
    (tmp_path / "profiles" / LANDLORD).mkdir(parents=True)

    def watch():
        return Watch(
            tmp_path / "drop",
            database_url=database,
            profiles=tmp_path / "profiles",
            clock=ManualClock(NOON),
            every_s=0.02,
        )

    return watch


@contextlib.asynccontextmanager
async def running(*watches):
    tasks = [asyncio.create_task(watch.run()) for watch in watches]
    try:
        yield
    finally:
        for watch in watches:
            await watch.stop()
        await asyncio.wait_for(asyncio.gather(*tasks), PATIENCE_S)


async def moved(path, folder):
    """Wait until the file is in its folder."""
    place = path.parent / folder / path.name
    async with asyncio.timeout(PATIENCE_S):
        while not place.exists():
            await asyncio.sleep(0.01)
    return place


def report_on(place):
    with place.with_name(f"{place.name}.report.csv").open(encoding="utf-8-sig", newline="") as file:
        return [(row["what"], row["field"]) for row in csv.DictReader(file, delimiter=";")]


async def told(harness):
    return sorted(one.payload["reference"] for one in await harness.outbox(DwellingRecorded.TYPE))


async def test_a_file_is_imported_and_moved_with_its_report(harness, watch, leave):
    path = leave(rpls(line(A), line(B, f24="many")))
    async with running(watch()):
        place = await moved(path, "done")
    assert await told(harness) == [A]
    assert report_on(place) == [("rejected", "main_rooms")]
    assert not path.exists()


async def test_two_replicas_take_each_file_once(harness, watch, leave):
    paths = [leave(rpls(line(f"75000001{number:02}")), name=f"{number}.csv") for number in range(12)]
    async with running(watch(), watch()):
        for path in paths:
            await moved(path, "done")
    assert await told(harness) == [f"75000001{number:02}" for number in range(12)]
    assert len(list((paths[0].parent / "done").iterdir())) == 24


async def test_what_a_killed_replica_left_is_finished_by_the_next(harness, watch, leave, monkeypatch):
    monkeypatch.setattr(load, "CHUNK", 1)
    begun = asyncio.Event()
    store_chunk = load._store

    async def stuck(*given):
        await store_chunk(*given)
        begun.set()
        await asyncio.Event().wait()

    path = leave(rpls(line(A), line(B)))
    monkeypatch.setattr(load, "_store", stuck)
    async with running(watch()):
        await asyncio.wait_for(begun.wait(), PATIENCE_S)
    assert path.exists()
    assert await told(harness) == [A]
    monkeypatch.setattr(load, "_store", store_chunk)
    async with running(watch()):
        await moved(path, "done")
    assert await told(harness) == [A, B]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"siren": STRANGER}, f"that of the landlord {LANDLORD}"),
        ({"profile": "ikos"}, "There is no profile 'ikos'"),
        ({"profile": "open-data"}, "The file has no column 'id'"),
    ],
)
async def test_a_file_that_nobody_can_take_fails_and_says_why(harness, watch, leave, options, said):
    path = leave(rpls(line(A)), **options)
    async with running(watch()):
        place = await moved(path, "failed")
    assert said in place.with_name(f"{place.name}.report.csv").read_text(encoding="utf-8-sig")
    assert await told(harness) == []


async def test_a_landlord_has_profiles_of_its_own(harness, watch, leave, tmp_path):
    (tmp_path / "profiles" / LANDLORD / "ikos.toml").write_text(shipped()["example"], encoding="utf-8")
    heads = "N° RPLS;Code INSEE;N°;Voie;Typologie;Surface habitable;Financement;Loyer principal;Charges;Équipements"
    values = f"{A};75118;12;rue Ordener;T1B;31,5;PLUS CD;301,20 €;45;1+3"
    path = leave(f"{heads}\n{values}\n".encode("cp1252"), "ikos")
    async with running(watch()):
        await moved(path, "done")
    (home,) = await harness.outbox(DwellingRecorded.TYPE)
    assert home.payload["dwelling"]["base_rent_cents"] == 301_20
    assert home.payload["dwelling"]["service_charges_cents"] == 45_00
    assert home.payload["dwelling"]["equipment"] == [1, 3]
