"""Files into inventory and demand: from the first byte read to the last event in the outbox, and the same file again.

Beside it, as its bound: COPY of the same rows, made beforehand, into a table without an index, and nothing else.
"""

import datetime as dt
import lzma
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg

from benchmarks.applications_files import write_export, write_sne
from benchmarks.figures import Throughput
from benchmarks.machine import load_average
from benchmarks.relaying import relaying
from benchmarks.rpls_file import write_rpls
from benchmarks.servers import Servers, servers
from chassis import topics
from chassis.migrations import upgrade
from demand import imports as applications_of
from intake import Profile, Report, Source, Tally
from inventory.bulk import load_landlords
from inventory.domain.stated import Stated, stated
from inventory.imports import import_dwellings, import_edge, profile_of
from inventory.store.staging import COLUMNS, StagedRow

TAKES = 3
DWELLINGS = 50_000
APPLICATIONS = 30_000
STEPS = TAKES * (2 * 3 + 3 * 2)
"""How often `done` is called."""
_CANNES = Path(__file__).parents[1] / "services/inventory/tests/data/rpls_cannes_2018.csv.xz"
_LANDLORD = "999000001"
_BOUND = """
    CREATE TABLE bound (
        reference text, id uuid, stated jsonb, excluded text[], not_excluded text[], reletting int,
        latitude double precision, longitude double precision, occupation text, contingent text
    )
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    name: str
    first: Throughput
    again: Throughput
    copied: Throughput | None
    """The bound."""
    wanted: int
    """Rows a second of the first import."""


async def measure(done: Callable[[], None]) -> tuple[list[Imported], tuple[float, float]]:
    """Each file's figures, and the lowest and highest load average meanwhile; calls `done` after each take."""
    loads = [load_average()]
    with TemporaryDirectory() as folder:
        cannes, rpls = Path(folder) / "cannes.csv", Path(folder) / "rpls.csv"
        cannes.write_bytes(lzma.decompress(_CANNES.read_bytes()))
        write_rpls(rpls, siren=_LANDLORD, dwellings=DWELLINGS)
        async with servers() as own:
            measured = [
                await _file("open data, Cannes (no rents, no events)", cannes, profile_of("open-data"), own, done)
            ]
            loads.append(load_average())
            measured.append(await _file("RPLS, 64 fields, an event each", rpls, profile_of("rpls"), own, done))
            loads.append(load_average())
            measured += await _applications(Path(folder), own, done)
    loads.append(load_average())
    return measured, (min(loads), max(loads))


async def _file(name: str, path: Path, profile: Profile, own: Servers, done: Callable[[], None]) -> Imported:
    rows = _staged(path, profile)
    first, again, copied = [], [], []
    for _ in range(TAKES):
        url = await own.database("imports")
        await upgrade(url, "inventory")
        await load_landlords(url, [(_LANDLORD, "Bailleur d'essai")], now=dt.datetime.now(dt.UTC))
        for seconds, new in ((first, len(rows)), (again, 0)):
            seconds.append(await _import(url, path, profile, new=new))
            done()
        copied.append(await _copy(url, rows))
        done()
    figures = [Throughput(rows=len(rows), seconds=tuple(each)) for each in (first, again, copied)]
    return Imported(name=name, first=figures[0], again=figures[1], copied=figures[2], wanted=10_000)


async def _applications(folder: Path, own: Servers, done: Callable[[], None]) -> list[Imported]:
    export, sne = folder / "applications.csv", folder / "sne.xml"
    write_export(export, applications=APPLICATIONS)
    write_sne(sne, applications=APPLICATIONS)

    async def by_profile(url: str) -> Tally:
        async with applications_of.import_edge(url) as edge:
            with Report(folder / "report.csv") as report:
                profile = applications_of.profile_of("example")
                return await applications_of.import_applications(edge, export, profile, report=report)

    async def by_xml(url: str) -> Tally:
        async with applications_of.import_edge(url) as edge:
            with Report(folder / "report.csv") as report:
                return await applications_of.import_sne(edge, sne, report=report)

    return [
        await _taken("applications, an export", by_profile, own, done),
        await _taken("applications, SNE XML", by_xml, own, done),
        await _taken("applications, an export, while a relay sends", by_profile, own, done, relayed=True),
    ]


async def _taken(
    name: str, take: Callable[[str], Awaitable[Tally]], own: Servers, done: Callable[[], None], *, relayed: bool = False
) -> Imported:
    first, again = [], []
    for _ in range(TAKES):
        url = await own.database("imports")
        await upgrade(url, "demand")
        if relayed:
            await topics.declare(own.kafka.url)
        async with relaying(url, own.kafka.url) if relayed else nullcontext():
            for seconds, new in ((first, APPLICATIONS), (again, 0)):
                tally = await take(url)
                assert (tally.loaded, tally.changed, tally.rejected) == (new, 0, 0), tally.json()
                seconds.append(tally.seconds)
                done()
    figures = [Throughput(rows=APPLICATIONS, seconds=tuple(each)) for each in (first, again)]
    return Imported(name=name, first=figures[0], again=figures[1], copied=None, wanted=5_000)


def _staged(path: Path, profile: Profile) -> list[StagedRow]:
    made: list[StagedRow] = []
    with Source(path, profile) as source:
        for chunk in source.chunks(1000):
            for line, values in chunk.rows:
                said = stated(values, today=dt.datetime.now(dt.UTC).date())
                assert isinstance(said, Stated), f"line {line} of the benchmark's own file is refused"
                made.append(StagedRow.of(line, said))
    return made


async def _import(url: str, path: Path, profile: Profile, *, new: int) -> float:
    async with import_edge(url) as edge:
        with Report(path.with_suffix(".report")) as report:
            tally = await import_dwellings(edge, path, profile, landlord=_LANDLORD, report=report)
    assert (tally.loaded, tally.changed, tally.rejected) == (new, 0, 0), tally.json()
    return tally.seconds


async def _copy(url: str, rows: Sequence[StagedRow]) -> float:
    connection: asyncpg.Connection = await asyncpg.connect(url)
    try:
        await connection.execute(_BOUND)
        began = time.perf_counter()
        await connection.copy_records_to_table("bound", columns=COLUMNS, records=[row.values for row in rows])
        return time.perf_counter() - began
    finally:
        await connection.close()
