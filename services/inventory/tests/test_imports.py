"""Files of dwellings into the database: what is recorded, what is told, what is refused."""

import csv
import json
import lzma
from pathlib import Path

import pytest
from import_samples import line, rpls
from inventory_samples import DWELLING, LANDLORD, STRANGER, notice

from chassis.clock import ManualClock
from chassis.testing import NOON
from contracts.inventory import DwellingRecorded, VacancyAnnounced
from contracts.topics import LANDLORD_VACANCY
from intake import FileRefused, Profile, Report
from inventory import store
from inventory.domain.dwelling import Point
from inventory.imports import DWELLINGS, import_dwellings, import_edge, load, profile_of
from reference import districts

CANNES = Path(__file__).parent / "data" / "rpls_cannes_2018.csv.xz"
A, B, C = "7500000011", "7500000012", "7500000013"
FEW = """
name = "few columns"
[fields.reference]
column = "id"
[fields.commune]
column = "commune"
[fields.street]
column = "street"
[fields.dwelling_type]
column = "type"
[fields.living_area_m2]
column = "area"
[fields.financing]
column = "loan"
[fields.exclusions]
column = "outside"
"""


class Importer:
    """Imports files by one edge and shows their reports."""

    def __init__(self, edge, folder):
        self.edge, self.folder = edge, folder

    async def __call__(self, content, profile="rpls", *, landlord=LANDLORD, **options):
        path = self.folder / "homes.csv"
        path.write_bytes(content)
        with Report(self.folder / "report.csv") as report:
            profile = profile if isinstance(profile, Profile) else profile_of(profile)
            tally = await import_dwellings(self.edge, path, profile, landlord=landlord, report=report, **options)
        assert tally.read == tally.loaded + tally.changed + tally.unchanged + tally.rejected
        return tally.loaded, tally.changed, tally.unchanged, tally.rejected

    def report(self):
        with (self.folder / "report.csv").open(encoding="utf-8-sig", newline="") as file:
            return [(int(row["line"]), row["field"], row["reason"]) for row in csv.DictReader(file, delimiter=";")]


@pytest.fixture
async def importer(harness, database, tmp_path):
    async with import_edge(database, clock=ManualClock(NOON)) as edge:
        yield Importer(edge, tmp_path)


async def dwelling(harness, reference):
    async with harness.work() as work:
        return await store.dwelling(work.session, reference)


async def recorded(harness):
    return [DwellingRecorded.model_validate(one.payload) for one in await harness.outbox(DwellingRecorded.TYPE)]


async def test_the_cannes_extract_imports_whole_and_a_second_time_changes_nothing(harness, importer):
    content = lzma.decompress(CANNES.read_bytes())
    assert await importer(content, "open-data") == (6312, 0, 0, 0)
    assert importer.report() == []
    home = await dwelling(harness, "0602900001")
    assert home.facts.model_dump(exclude_unset=True, exclude_none=True, exclude_defaults=True) == {
        "commune": "06029",
        "street": "26 RUE DES BOSQUETS",
        "dwelling_type": "T3",
        "living_area_m2": 47,
        "financing": "PLUS",
        "floor": 0,
        "energy_class": "D",
        "built_in": 1956,
        "main_rooms": 3,
        "building": "collective",
        "in_priority_district": False,
    }
    assert home.point == Point(43.55146, 6.97968)
    (district,) = districts.priority_districts_in("06029")
    inside = "SELECT count(*) FROM dwelling WHERE facts @> CAST(:facts AS jsonb)"
    facts = json.dumps({"priority_district": district.code, "in_priority_district": True})
    assert await harness.scalar(inside, facts=facts) == 1465
    before = await harness.scalar("SELECT max(changed_at || '/' || xmin) FROM dwelling WHERE landlord = :l", l=LANDLORD)
    assert await importer(content, "open-data") == (0, 0, 6312, 0)
    assert before == await harness.scalar(
        "SELECT max(changed_at || '/' || xmin) FROM dwelling WHERE landlord = :l", l=LANDLORD
    )
    assert await harness.outbox() == []  # nobody is told of a home whose rent is not known


async def test_each_new_dwelling_is_told_as_the_service_itself_tells_it(harness, importer):
    content = rpls(
        line(A), line(B, f23="E", f40="4", f44="9999", f49="0", f24="7"), line(C, f22="1", f10="DE L'ÉGLISE")
    )
    assert await importer(content) == (3, 0, 0, 0)
    homes = [await dwelling(harness, reference) for reference in (A, B, C)]
    published = await harness.outbox()
    told = {one.key: DwellingRecorded.model_validate(one.payload) for one in published}
    assert told == {str(home.id): home.recorded() for home in homes if home.recorded()}
    assert [home.recorded() is None for home in homes] == [False, True, False]
    assert homes[2].facts.street == "12 RUE DE L'ÉGLISE"
    assert homes[1].facts.dwelling_type == "T6"
    assert homes[1].facts.exclusions == ("let_to_association", "student_or_young_worker")
    assert [one.headers["ce_subject"] for one in published] == [one.key for one in published]
    assert len({one.headers["ce_id"] for one in published}) == 2
    assert len({one.headers["correlationid"] for one in published}) == 1
    assert await harness.scalar("SELECT occupation || ' ' || contingent FROM dwelling WHERE reference = :r", r=B) == (
        "association local_authorities"
    )
    assert importer.report() == [(4, "", "this line is not UTF-8 and was read as Windows-1252")]


async def test_only_what_differs_becomes_an_event(harness, importer):
    await importer(rpls(line(A), line(B), line(C)))
    assert await importer(rpls(line(A), line(B, f44="420"), line(C, f63="3"))) == (0, 2, 1, 0)
    told = await recorded(harness)
    assert len(told) == 4
    assert (told[3].reference, told[3].version, told[3].dwelling.base_rent_cents) == (B, 2, 420_00)
    assert (await dwelling(harness, C)).version == 1
    assert await harness.scalar("SELECT contingent FROM dwelling WHERE reference = :r", r=C) == "employers"
    assert await importer(rpls(line(A), line(B, f44="420"), line(C, f63="3"))) == (0, 0, 3, 0)
    assert len(await recorded(harness)) == 4


async def test_a_file_takes_nothing_away_that_it_does_not_speak_of(harness, importer):
    await importer(rpls(line(A, f40="4")))
    few = Profile.parse(FEW.replace('[fields.exclusions]\ncolumn = "outside"\n', ""), DWELLINGS)
    await importer(f"id,commune,street,type,area,loan\n{A},75118,rue Neuve,T3,62,PLUS\n".encode(), few)
    facts = (await dwelling(harness, A)).facts
    assert (facts.street, facts.base_rent_cents, facts.energy_class) == ("rue Neuve", 410_00, "D")
    assert facts.exclusions == ("let_to_association",)


async def test_each_file_answers_for_the_exclusions_it_knows_of(harness, importer):
    every = Profile.parse(FEW, DWELLINGS)
    named = f"id;commune;street;type;area;loan;outside\n{A};75118;12 RUE ORDENER;T3;62;PLUS;artist_studio\n".encode()
    await importer(named, every)
    await importer(rpls(line(A, f40="4")))
    assert (await dwelling(harness, A)).facts.exclusions == ("artist_studio", "let_to_association")
    assert await importer(rpls(line(A, f40="4"))) == (0, 0, 1, 0)
    await importer(rpls(line(A)))
    assert (await dwelling(harness, A)).facts.exclusions == ("artist_studio",)
    assert await importer(named, every) == (0, 0, 1, 0)


async def test_what_is_wrong_is_listed_and_the_rest_is_kept(harness, importer):
    content = rpls(
        line(A),
        line(B, f24="12", f32="18", f4="75056"),
        line(A, f44="1"),
        line(C, f37="4"),
        "half;a line",
        line("7500000003"),
        line("7500000014", f4="75056"),
        count=9,
    )
    assert await importer(content) == (1, 0, 0, 6)
    assert importer.report() == [
        (3, "financing", "none of the codes 10, 11, 12, 13, 14, 15, 16, 17, 49, 50, 51, 52, 53, 54, 55, 99"),
        (4, "reference", "the number stands already on line 2; that line was taken"),
        (5, "left_stock", "the dwelling left the stock (demolished)"),
        (6, "", "2 fields where 64 are expected; is ';' part of a text that is not quoted?"),
        (7, "reference", f"the dwelling belongs to another landlord than {LANDLORD}"),
        (8, "commune", "75056 is Paris as a whole; name its arrondissement, 75101 to 75120"),
        (1, "", "the header announces 9 dwellings and 7 lines were read"),
    ]
    assert len(await recorded(harness)) == 1
    assert await importer(content) == (0, 0, 1, 6)


async def test_a_number_that_comes_again_chunks_later_is_found(harness, importer, monkeypatch):
    monkeypatch.setattr(load, "CHUNK", 2)
    seen = []
    content = rpls(line(A), line(B), line(C), line(A, f44="1"), line(B))
    assert await importer(content, progress=lambda done, size: seen.append((done, size))) == (3, 0, 0, 2)
    assert [(at, reason) for at, _, reason in importer.report()] == [
        (5, "the number stands already on line 2; that line was taken"),
        (6, "the number stands already on line 3; that line was taken"),
    ]
    assert seen[-1] == (len(content), len(content))
    assert len(seen) == 3
    assert await importer(content) == (0, 0, 3, 2)


async def test_a_file_of_somebody_else_or_for_nobody_is_refused_whole(harness, importer):
    with pytest.raises(FileRefused, match=f"that of the landlord {STRANGER}, not of {LANDLORD}"):
        await importer(rpls(line(A), siren=STRANGER))
    with pytest.raises(FileRefused, match="No landlord with SIREN 999000777 is registered"):
        await importer(rpls(line(A), siren="999000777"), landlord="999000777")
    with pytest.raises(FileRefused, match="The first line is no RPLS header: it has 64 fields"):
        await importer(line(A).encode())
    assert await harness.outbox() == []


async def test_an_import_that_broke_off_is_finished_by_running_it_again(harness, importer, monkeypatch):
    monkeypatch.setattr(load, "CHUNK", 1)

    def stop(done, size):
        if done > size / 2:
            raise RuntimeError("killed")

    content = rpls(line(A), line(B), line(C))
    with pytest.raises(RuntimeError, match="killed"):
        await importer(content, progress=stop)
    assert 0 < len(await recorded(harness)) < 3
    loaded, changed, unchanged, rejected = await importer(content)
    assert (loaded + unchanged, changed, rejected) == (3, 0, 0)
    assert loaded
    assert sorted(one.reference for one in await recorded(harness)) == [A, B, C]


async def test_open_vacancies_follow(harness, importer):
    await importer(rpls(line(A, f44="9999")))
    await harness.handle(notice(dwelling_reference=A), topic=LANDLORD_VACANCY.of(LANDLORD))
    assert await harness.outbox(VacancyAnnounced.TYPE) == []
    await importer(rpls(line(A, f44="400")))
    (announced,) = await harness.outbox(VacancyAnnounced.TYPE)
    assert announced.payload["dwelling"]["base_rent_cents"] == 400_00
    await importer(rpls(line(A, f44="405")))
    assert (await harness.outbox(VacancyAnnounced.TYPE))[1].payload["dwelling"]["base_rent_cents"] == 405_00


async def test_a_home_recorded_over_http_is_changed_by_its_landlords_file(harness, importer):
    assert await importer(rpls(line(DWELLING))) == (0, 1, 0, 0)
    facts = (await dwelling(harness, DWELLING)).facts
    assert (facts.base_rent_cents, facts.service_charges_cents) == (410_00, 90_00)
