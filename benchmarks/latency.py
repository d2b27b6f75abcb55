"""Floor and system side by side, on the same servers, block by block in turn."""

import asyncio
import datetime as dt
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg

from benchmarks import cpu, ranking, system
from benchmarks.figures import Crowd, Spread
from benchmarks.floor import Floor
from benchmarks.hops import hops
from benchmarks.machine import load_average
from benchmarks.pairing import Story
from chassis.database import asyncpg_url
from stack.databases import database_url
from stack.policies import without_limits
from stack.state import StackState
from stack.territory import Territory
from stack.territory.load import Phase, load

BLOCKS = 2
"""Floor, system, floor, system: what the machine did meanwhile weighs on both."""
WARM_UP = 60
"""Vacancies that nobody counts: a broker that has just started is slow in its first hundreds."""
WARM_UP_RATE = 5.0
RANKED = 200

Say = Callable[[str, str], None]
Step = Callable[[str, int], None]
"""Told what goes on and how many vacancies of it were sent just now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Milliseconds since the acknowledgement: to the first alert, until every household was told, to the last alert."""

    first: Spread
    told: Spread
    last: Spread

    @classmethod
    def of(cls, stories: Sequence[Story]) -> "Side":
        return cls(
            first=Spread.of(story.first_ms for story in stories),
            told=Spread.of(story.told_ms for story in stories),
            last=Spread.of(story.last_ms for story in stories),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AtRate:
    """Both sides at one rate."""

    size: str
    rate: float
    vacancies: int
    floor: Side
    system: Side
    calls: int
    alerts: int
    crowd: Crowd
    hops: list[tuple[str, Spread]]
    cpu_ms: dict[str, float]
    """Processor time a vacancy by program."""
    load: tuple[float, float]
    """The least and the greatest load average seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfSize:
    territory: Territory
    loaded: tuple[Phase, ...]
    load_load: float
    ranking: Spread
    rates: list[AtRate]


async def measure(
    territory: Territory, *, rates: Sequence[float], vacancies: int, policies: Path, say: Say, step: Step
) -> OfSize:
    """Bring everything up, load the territory, measure each rate.

    Raises:
        NotExactlyOnce: an alert was lost or doubled: nothing of this size is told.
    """
    with TemporaryDirectory() as folder:
        # Thousands of homes for the same households: a limit of live calls would make each depend on the others.
        copy = without_limits(policies, Path(folder))
        return await _measure(territory, rates=rates, vacancies=vacancies, policies=copy, say=say, step=step)


async def _measure(
    territory: Territory, *, rates: Sequence[float], vacancies: int, policies: Path, say: Say, step: Step
) -> OfSize:
    os.environ["MATCHING_POLICIES"] = str(policies)
    async with system.running(territory, say) as state:
        say("territory", f"{territory.label} is being loaded")
        report = await load(territory, state.databases, now=dt.datetime.now(dt.UTC), bootstrap=state.kafka)
        load_load = load_average()
        sizes = [WARM_UP, *(part for _ in rates for part in parts(vacancies))]
        label = f"{dt.datetime.now(dt.UTC):%m%d-%H%M%S}"
        blocks = await asyncio.to_thread(system.draw, territory, sizes, label=label, policies=policies)
        ranked = await ranking.measure(state.databases["matching"], blocks[1].vacancies[:RANKED], limit=20)
        measured: list[AtRate] = []
        async with Floor(kafka=state.kafka, database=await _own_database(state)) as floor:
            await floor.run(count=WARM_UP, rate=WARM_UP_RATE)
            await system.serve(state, blocks.pop(0), rate=WARM_UP_RATE)
            for rate in rates:
                own, blocks = blocks[: len(parts(vacancies))], blocks[len(parts(vacancies)) :]
                measured.append(await _at(state, floor, territory.name, own, rate, step))
    return OfSize(territory=territory, loaded=report.phases, load_load=load_load, ranking=ranked, rates=measured)


def parts(vacancies: int) -> list[int]:
    """How many vacancies each block has."""
    return [vacancies // BLOCKS + (place < vacancies % BLOCKS) for place in range(min(BLOCKS, vacancies))]


async def _at(
    state: StackState, floor: Floor, size: str, blocks: Sequence[system.Block], rate: float, step: Step
) -> AtRate:
    bare: list[Story] = []
    served: list[system.Served] = []
    spent: dict[str, float] = {}
    loads = [load_average()]
    for block in blocks:
        bare += await floor.run(count=len(block.vacancies), rate=rate, done=lambda: step("floor", 1))
        loads.append(load_average())
        before = cpu.used(state.pid)
        served.append(await system.serve(state, block, rate=rate, done=lambda: step("system", 1)))
        for name, seconds in cpu.between(before, cpu.used(state.pid)).items():
            spent[name] = spent.get(name, 0.0) + seconds
        loads.append(load_average())
    number = sum(len(block.vacancies) for block in blocks)
    called = [str(application) for block in blocks for application in block.called]
    return AtRate(
        size=size,
        rate=rate,
        vacancies=number,
        floor=Side.of(bare),
        system=Side.of([story for one in served for story in one.stories]),
        calls=len(called),
        alerts=sum(len(block.alerts) for block in blocks),
        crowd=Crowd.of(called),
        hops=await hops(state.databases, served),
        cpu_ms={name: seconds / number * 1e3 for name, seconds in spent.items()},
        load=(min(loads), max(loads)),
    )


async def _own_database(state: StackState) -> str:
    """An empty database for the floor, on the services' server."""
    server = state.databases["matching"]
    connection: asyncpg.Connection = await asyncpg.connect(asyncpg_url(server))
    try:
        await connection.execute("CREATE DATABASE parcours_floor")
    finally:
        await connection.close()
    return database_url(server, "floor")
