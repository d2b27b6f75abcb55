"""One size: everything is loaded, then every vacancy is put to every engine in turn, several times over."""

import asyncio
import datetime as dt
import gc
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import numpy as np
from numba import njit

from benchmarks.figures import Spread
from benchmarks.machine import load_average
from benchmarks.matching.population import Array, Population, households, population, territory
from benchmarks.matching.rivals import Duck, Polars, Postgres, flat
from benchmarks.matching.streams import HEADER, TRAILER, in_order, packed
from chassis.database import Database
from chassis.migrations import upgrade
from matching.domain.explanation import explain
from matching.domain.place import buckets_reaching
from matching.domain.policy import Basis, InForce
from matching.domain.posting import Probe, probe_for
from matching.domain.rules.wishes import hundredths
from matching.domain.vacancy import Vacancy, VacancyStatus
from matching.engine import Engine, line, warm_up
from matching.engine.question import question_of
from matching.engine.ranking import rank
from matching.index import Index
from matching.store import vacancies as vacancy_store
from stack.servers import PostgresServer
from stack.territory import PlannedVacancy, plan_vacancies
from stack.throwaway import throwaway_folder

__all__ = ["BLOCK", "ENGINE_IN_BLOCKS", "LIMIT", "POSTGRES_IN_BLOCKS", "Measured", "Say", "measure"]

LIMIT = 20
BLOCK = 100
ENGINE_IN_BLOCKS, POSTGRES_IN_BLOCKS = "engine in blocks", "PostgreSQL in blocks"
_STANDING = 20_000
"""Open vacancies of the reverse query."""
_UPDATES = 20_000
_REVERSED = 300
_TURNS = 200
Say = Callable[[str], None]


@dataclass(kw_only=True)
class Measured:
    """Microseconds, unless the name says otherwise."""

    n: int
    rows: int
    entries: int
    vacancies: int
    rounds: int
    mismatches: int = 0
    took: dict[str, list[float]] = field(default_factory=dict)
    """By engine: every timed call."""
    least: dict[str, Spread] = field(default_factory=dict)
    """By engine: the quickest of each vacancy's calls, which leaves out what else the machine did."""
    bytes_per_application: float = 0
    rival_bytes: int = 0
    start_s: float = 0
    update: Spread | None = None
    behind: Spread | None = None
    reverse: Spread | None = None
    asked: Spread | None = None
    explanation_ms: float = 0
    bandwidth_gb_s: float = 0
    bound: Spread | None = None
    reached: Spread | None = None
    load: tuple[float, float] = (0, 0)


@dataclass(frozen=True)
class Case:
    vacancy: Vacancy
    basis: Basis
    probe: Probe


async def measure(size: int, policies: InForce, *, vacancies: int, rounds: int, rivals: bool, say: Say) -> Measured:
    loads = [load_average()]
    began = time.perf_counter()
    made = [0]

    def drawn(more: int) -> None:
        made[0] += more
        if made[0] * 5 // size > (made[0] - more) * 5 // size:
            say(f"{made[0]:,} applications drawn")

    of = population(size, policies, drawn)
    cases = _cases(size, policies, vacancies)
    say(
        f"{len(of):,} stand with {len(of.entries['row']):,} postings, {len(cases)} vacancies: "
        f"{time.perf_counter() - began:.0f} s"
    )
    result = Measured(
        n=size, rows=len(of.rows["scale"]), entries=len(of.entries["row"]), vacancies=len(cases), rounds=rounds
    )
    async with _postgres() as server:
        database = Database(server.create_database("matching"), name="bench")
        try:
            engine = await _start(database, of, result, say)
            await _compared(server, of, engine, cases, result, rivals=rivals, say=say)
            await _asked_through_the_database(database, cases, result)
            await _changed(database, of, engine, result, say)
        finally:
            await database.close()
    _bounded(of, cases, result)
    result.explanation_ms = _explained(cases)
    loads.append(load_average())
    result.load = (min(loads), max(loads))
    return result


@asynccontextmanager
async def _postgres() -> AsyncIterator[PostgresServer]:
    with throwaway_folder() as own:
        server = PostgresServer(own.folder / "postgres", durable=False, shared_buffers="4GB")
        try:
            await asyncio.to_thread(server.start)
            yield server
        finally:
            await asyncio.to_thread(server.stop)


def _cases(size: int, policies: InForce, number: int) -> list[Case]:
    planned: Sequence[PlannedVacancy] = plan_vacancies(territory(size), number, label="bench", on=policies.on)
    found = []
    for one in planned:
        vacancy = Vacancy(
            id=one.vacancy_id,
            status=VacancyStatus.RELEASED,
            landlord=one.landlord,
            dwelling=one.dwelling,
            available_on=policies.on + dt.timedelta(days=40),
        )
        basis = Basis(policy=policies.of(one.dwelling.commune), on=policies.on, available_on=vacancy.available_on)
        probe = probe_for(one.dwelling, basis)
        if probe and len(probe.passes) == 1:  # an adapted home is asked for three times over, by those it is for
            found.append(Case(vacancy, basis, probe))
    return found


async def _start(database: Database, of: Population, result: Measured, say: Say) -> Engine:
    """Rows as the service has them; then the start of a replica, from PostgreSQL to the first answer."""
    await upgrade(database.url, "matching")
    connection: asyncpg.Connection = await asyncpg.connect(database.url)

    async def pieces() -> Any:
        yield HEADER
        for piece in packed(of):
            yield piece
        yield TRAILER

    columns = ["application_id", "writer", "format", "packed"]
    await connection.copy_to_table("posting", source=pieces(), columns=columns, format="binary")
    await connection.execute("VACUUM (ANALYZE) posting")
    await connection.close()
    await asyncio.to_thread(warm_up)
    index = Index()
    async with database.session() as session:
        replica = index.replica(session)
        began = time.perf_counter()
        await replica.follow(session)
        result.start_s = time.perf_counter() - began
    engine = replica.engine
    result.bytes_per_application = engine.nbytes / len(engine)
    say(f"a replica starts in {result.start_s:.2f} s, {result.bytes_per_application:.0f} bytes an application")
    return engine


async def _compared(
    server: PostgresServer,
    of: Population,
    engine: Engine,
    cases: list[Case],
    result: Measured,
    *,
    rivals: bool,
    say: Say,
) -> None:
    """Every vacancy to every engine in turn; then the engine alone, one vacancy after the other."""
    order = in_order(of)
    connection: asyncpg.Connection = await asyncpg.connect(server.create_database("rival"))
    postgres = Postgres(connection)
    result.rival_bytes = await postgres.load(of, order, lambda _: None)
    say("PostgreSQL is loaded")
    others: list[Any] = [postgres]
    if rivals:
        columns = flat(of, order)
        others += [Duck(columns, of.applications["id"]), Polars(columns, of.applications["id"])]
        del columns
        say("DuckDB and polars are loaded")
    del order
    clock = _Clock(len(cases))
    for case in cases[:30]:  # plans and caches settle
        for other in others:
            await other.ask(case.probe, case.basis.policy.scoring, case.vacancy.id, LIMIT)
    gc.collect()
    gc.disable()
    for number in range(rounds := result.rounds):
        for at, case in enumerate(cases):
            probe, scoring, vacancy_id = case.probe, case.basis.policy.scoring, case.vacancy.id
            answer = clock.here(
                "engine",
                at,
                lambda: engine.shortlist(probe, scoring, vacancy_id=vacancy_id, limit=LIMIT),  # noqa: B023 - asked at once
            )
            for other in others:
                if number and other is not postgres:
                    continue
                found = await clock.awaited(other.name, at, other.ask(probe, scoring, vacancy_id, LIMIT))
                result.mismatches += found != answer
        say(f"round {number + 1} of {rounds}: {result.mismatches} mismatches")
    result.mismatches += await _in_blocks(engine, postgres, cases, clock)
    _alone(engine, cases, rounds, clock)
    gc.enable()
    await connection.close()
    result.took = {name: [one for calls in by_case for one in calls] for name, by_case in clock.took.items()}
    result.least = {name: Spread.of(min(calls) for calls in by_case) for name, by_case in clock.took.items()}


async def _in_blocks(engine: Engine, postgres: Postgres, cases: list[Case], clock: "_Clock") -> int:
    """A hundred vacancies to the one, the same hundred to the other, and so on: both with what they read in the caches.

    Returns how many answers differ.
    """
    differ = 0
    for start in range(0, len(cases), BLOCK):
        block, answers = list(enumerate(cases))[start : start + BLOCK], []
        for at, case in block:
            asked = {"vacancy_id": case.vacancy.id, "limit": LIMIT}
            ask = partial(engine.shortlist, case.probe, case.basis.policy.scoring, **asked)
            answers.append(clock.here(ENGINE_IN_BLOCKS, at, ask))
        for (at, case), answer in zip(block, answers, strict=True):
            asked_too = postgres.ask(case.probe, case.basis.policy.scoring, case.vacancy.id, LIMIT)
            differ += await clock.awaited(POSTGRES_IN_BLOCKS, at, asked_too) != answer
    return differ


class _Clock:
    """Microseconds of every call, by engine and vacancy."""

    def __init__(self, cases: int) -> None:
        self._cases = cases
        self.took: dict[str, list[list[float]]] = {}

    def here(self, name: str, at: int, ask: Callable[[], list[Any]]) -> list[Any]:
        began = time.perf_counter()
        found = ask()
        self._keep(name, at, time.perf_counter() - began)
        return found

    async def awaited(self, name: str, at: int, ask: Awaitable[list[Any]]) -> list[Any]:
        began = time.perf_counter()
        found = await ask
        self._keep(name, at, time.perf_counter() - began)
        return found

    def _keep(self, name: str, at: int, seconds: float) -> None:
        self.took.setdefault(name, [[] for _ in range(self._cases)])[at].append(seconds * 1e6)


def _alone(engine: Engine, cases: list[Case], rounds: int, clock: _Clock) -> None:
    """The engine without the others between, and its loop."""
    calls = [_kernel(engine, case) for case in cases]
    for number in range(rounds * 3):
        for at, (case, call) in enumerate(zip(cases, calls, strict=True)):
            clock.here("kernel", at, call)
            if number < rounds:
                probe, scoring, vacancy_id = case.probe, case.basis.policy.scoring, case.vacancy.id
                clock.here(
                    "engine alone",
                    at,
                    lambda: engine.shortlist(probe, scoring, vacancy_id=vacancy_id, limit=LIMIT),  # noqa: B023
                )


def _kernel(engine: Engine, case: Case) -> Callable[[], list[Any]]:
    """The compiled loop alone, with its question made before."""
    question = question_of(case.probe, case.basis.policy.scoring, limit=LIMIT, least=0)
    engine.shortlist(case.probe, case.basis.policy.scoring, vacancy_id=case.vacancy.id, limit=LIMIT)  # makes room
    nobody = np.empty(0, dtype=np.int32)
    given = (engine._addresses, question, nobody, engine._best, engine._named)  # noqa: SLF001 - what is measured

    def call() -> list[Any]:
        rank(*given)
        return []

    return call


async def _asked_through_the_database(database: Database, cases: list[Case], result: Measured) -> None:
    """As matching asks: the one query that follows the database, then the ranking."""
    index, took = Index(), []
    async with database.session() as session:
        await index.shortlist(session, cases[0].vacancy, cases[0].basis, limit=LIMIT)
    for case in cases[:_TURNS]:
        async with database.session() as session:
            await session.connection()
            began = time.perf_counter()
            await index.shortlist(session, case.vacancy, case.basis, limit=LIMIT)
            took.append((time.perf_counter() - began) * 1e6)
    result.asked = Spread.of(took)


async def _changed(database: Database, of: Population, engine: Engine, result: Measured, say: Say) -> None:
    """Applications that become another's: what the engine takes, and which open homes they reach."""
    chance = random.Random(1)
    connection: asyncpg.Connection = await asyncpg.connect(database.url)
    ids = [UUID(bytes=of.applications["id"][chance.randrange(len(of))].tobytes()) for _ in range(_UPDATES)]
    rows = await connection.fetch("SELECT packed FROM posting WHERE application_id = ANY($1)", ids)
    lines = [(one, row["packed"]) for one, row in zip(ids, rows, strict=False)]
    streams = [line(application_id, other) for application_id, other in lines]
    took = []
    gc.collect()
    gc.disable()
    for stream in streams:
        began = time.perf_counter()
        engine.apply(stream)
        took.append((time.perf_counter() - began) * 1e6)
    gc.enable()
    result.update = Spread.of(took)
    standing = plan_vacancies(territory(result.n), _STANDING, label="standing", on=dt.date(2026, 11, 22))
    await connection.copy_records_to_table(
        "vacancy",
        records=[
            (
                *(one.vacancy_id, "released", 1, one.landlord, uuid4(), one.dwelling.model_dump_json(), 1, 1),
                buckets_reaching(one.dwelling.commune, one.dwelling.dwelling_type),
                *(one.dwelling.rent_cents, hundredths(one.dwelling.living_area_m2)),
            )
            for one in standing
        ],
        columns=[
            *("id", "status", "status_version", "landlord", "dwelling_id", "dwelling", "dwelling_version"),
            *("available_version", "buckets", "rent_cents", "area"),
        ],
    )
    await connection.execute("VACUUM (ANALYZE) vacancy")
    await connection.close()
    took, reached = [], []
    for application_id in ids[: _REVERSED + 20]:
        async with database.session() as session:
            await session.connection()
            began = time.perf_counter()
            found = await vacancy_store.reached_by(session, [application_id], at_once=20)
            took.append((time.perf_counter() - began) * 1e6)
            reached.append(float(len(found)))
    result.reverse, result.reached = Spread.of(took[20:]), Spread.of(reached[20:])
    say(f"{_UPDATES:,} changes and {_REVERSED} reverse queries done")


def _bounded(of: Population, cases: list[Case], result: Measured) -> None:
    """How long streaming 8 bytes for each posting of a vacancy's own lists takes at the bandwidth that is there."""
    numbers, at = np.unique(of.rows["scale"], return_inverse=True)
    place = {int(number): at for at, number in enumerate(numbers)}
    keys = of.entries["bucket"].astype(np.int64) << 16 | at[of.entries["row"]]
    size = dict(zip(*(one.tolist() for one in np.unique(keys, return_counts=True)), strict=True))
    result.bandwidth_gb_s = _bandwidth()
    postings = [
        sum(
            size.get(bucket << 16 | place[one.number], 0)
            for bucket in case.probe.buckets
            for one in case.probe.scales
            if one.number in place
        )
        for case in cases
    ]
    result.bound = Spread.of(8 * count / result.bandwidth_gb_s / 1e3 for count in postings)


def _bandwidth() -> float:
    """GB a second that one core reads of a GiB, the best of five."""
    memory = np.ones(1 << 27, dtype=np.int64)
    _sum(memory[:8])
    best = 0.0
    for _ in range(5):
        began = time.perf_counter()
        _sum(memory)
        best = max(best, memory.nbytes / (time.perf_counter() - began) / 1e9)
    return best


@njit(cache=True)
def _sum(memory: Array) -> int:
    total = 0
    for one in memory:
        total += one
    return total


def _explained(cases: list[Case]) -> float:
    """Milliseconds of an explanation, all rules and rubrics, of a household and a home."""
    everyone = households(600)
    began = time.perf_counter()
    for number, one in enumerate(everyone):
        case = cases[number % len(cases)]
        assert case.vacancy.dwelling is not None
        explain(one, case.vacancy.dwelling, case.basis)
    return (time.perf_counter() - began) * 1e3 / len(everyone)
