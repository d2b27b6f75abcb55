"""How long matching works on an explanation, on a loaded database and nothing beside: all but HTTP itself.

`python -m benchmarks.explanations idf 100000` fills a database of its own and measures: with a territory, of its
applications the first so many (all where no number is given), and a year of homes.
"""

import asyncio
import datetime as dt
import os
import random
import sys
import time
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Self
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.figures import Spread
from benchmarks.machine import Machine, load_average
from benchmarks.ranking import vacancy_of
from chassis import sql
from chassis.database import Database
from chassis.migrations import upgrade
from contracts.values import Language
from matching.acts.placing import place
from matching.acts.supplying import year_of
from matching.domain.explanation import explain
from matching.domain.vacancy import Vacancy
from matching.engine import warm_up
from matching.grounds import basis
from matching.index import index
from matching.policies import in_force
from matching.store import applications, calls
from matching.store.tables import VacancyRow
from matching.views.explanations import ExplanationView
from matching.views.supply import SupplyView
from stack.policies import policies_folder
from stack.servers import PostgresServer
from stack.territory import PlannedVacancy, Territory, application_chunk, plan_vacancies
from stack.territory.records import application_records
from stack.throwaway import throwaway_folder

HOMES_A_YEAR = 20_000
PAIRS, YEARS = 300, 60
_DEEP = 2_000
"""Places down a list from which applications are taken."""
_PAGE = 500
_SEED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Milliseconds, each from asking to the answer as JSON, and of that in this process; the rest is PostgreSQL's."""

    listed: "Both"
    """Of applications that fit, as many places down as the list goes, without nearest changes."""
    missed: "Both"
    """Of applications drawn among all, most excluded, without nearest changes."""
    nearest: "Both"
    """Both again, with the nearest changes."""
    year: "Both"
    """One application's twelve months."""

    def __str__(self) -> str:
        lines = ("listed", "missed", "nearest", "year")
        return "\n".join(f"{name:8} {getattr(self, name)}" for name in lines)


@dataclass(frozen=True, slots=True)
class Both:
    """From asking to the answer, and the processor time of this process in it."""

    whole: Spread
    here: Spread

    @classmethod
    def of(cls, took: Sequence[tuple[float, float]]) -> Self:
        return cls(Spread.of(whole for whole, _ in took), Spread.of(here for _, here in took))

    def __str__(self) -> str:
        return f"{_said(self.whole)} ({self.whole.n}); here {_said(self.here)}"


async def measure(database: str, vacancies: Sequence[PlannedVacancy], everyone: Sequence[UUID]) -> Measured:
    """Explain applications for these homes, one after the other; `everyone` are ids of applications that are loaded."""
    pool, chance, now = Database(database, name="benchmark"), random.Random(_SEED), dt.datetime.now(dt.UTC)
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in ("listed", "missed", "nearest", "year")}
    try:
        for planned in vacancies[:PAIRS]:
            async with pool.session() as session, session.begin():
                vacancy = vacancy_of(planned)
                on_list = await index.shortlist(session, vacancy, await basis(session, vacancy, now), limit=_DEEP)
                asked = [("missed", chance.choice(everyone))]
                asked += [("listed", chance.choice(on_list).application_id)] if on_list else []
                for name, who in asked:
                    took[name].append(await _took(_explanation(session, who, vacancy, now, nearest=False)))
                    took["nearest"].append(await _took(_explanation(session, who, vacancy, now, nearest=True)))
        for who in chance.sample(everyone, YEARS):
            async with pool.session() as session, session.begin():
                took["year"].append(await _took(_year(session, who, now)))
    finally:
        await pool.close()
    return Measured(**{name: Both.of(values) for name, values in took.items()})


async def _took(work: Awaitable[object]) -> tuple[float, float]:
    began, here = time.perf_counter(), time.process_time()
    await work
    return (time.perf_counter() - began) * 1e3, (time.process_time() - here) * 1e3


async def _explanation(session: AsyncSession, who: UUID, vacancy: Vacancy, now: dt.datetime, *, nearest: bool) -> str:
    """What the route does between the door and the answer."""
    application = (await applications.read(session, [who], lock=False))[who]
    assert vacancy.dwelling is not None
    on = await basis(session, vacancy, now)
    explanation = explain(application, vacancy.dwelling, on)
    placing = await place(session, application, explanation, vacancy, on, shown=10, nearest=nearest)
    call = await calls.of_application(session, vacancy.id, who)
    view = ExplanationView.of(explanation, application, vacancy, placing, call, on.policy, Language.FRENCH)
    return view.model_dump_json()


async def _year(session: AsyncSession, who: UUID, now: dt.datetime) -> str:
    application = (await applications.read(session, [who], lock=False))[who]
    return SupplyView.of(who, await year_of(session, application, now), Language.FRENCH).model_dump_json()


async def fill(database: str, territory: Territory) -> tuple[list[UUID], list[PlannedVacancy]]:
    """All applications of a territory into matching's tables, and a year of homes that came free."""
    await upgrade(database, "matching")
    pool, now, ids = Database(database, name="filling"), dt.datetime.now(dt.UTC), []
    policies = in_force(now)
    try:
        for chunk in territory.application_chunks():
            records = application_records(application_chunk(territory, chunk), territory)
            while page := list(islice(records, _PAGE)):
                async with pool.session() as session, session.begin():
                    await applications.record(session, page, policies)
                ids += [one.application_id for one in page]
        homes = plan_vacancies(territory, HOMES_A_YEAR, label="benchmark", on=now.date())
        for start in range(0, len(homes), _PAGE):
            async with pool.session() as session, session.begin():
                for number, planned in enumerate(homes[start : start + _PAGE], start=start):
                    row = VacancyRow(id=planned.vacancy_id, told_on=now.date() - dt.timedelta(days=number % 365))
                    row.show(replace(vacancy_of(planned), dwelling_version=1, status_version=1))
                    session.add(row)
        async with pool.session() as session, session.begin():
            for table in ("application", "posting", "vacancy"):
                await sql.execute(session, f"ANALYZE {table}")
    finally:
        await pool.close()
    return ids, homes


def _said(spread: Spread) -> str:
    return f"p50 {spread.p50:.2f}, p95 {spread.p95:.2f}, p99 {spread.p99:.2f} ms"


async def _main(size: str, most: int | None = None) -> None:
    territory = Territory.of(size)
    if most is not None:
        territory = replace(territory, applications=min(most, territory.applications))
    os.environ["MATCHING_POLICIES"] = str(policies_folder())
    print(f"{Machine.here()}\n{territory.label}, load average {load_average():.1f}")
    with throwaway_folder() as own:
        server = PostgresServer(own.folder / "postgres")
        await asyncio.to_thread(server.start)
        try:
            url = await asyncio.to_thread(server.create_database, "matching")
            began = time.perf_counter()
            ids, homes = await fill(url, territory)
            print(f"{len(ids):,} applications, {len(homes):,} homes filled in {time.perf_counter() - began:.0f} s")
            await asyncio.to_thread(warm_up)
            print(await measure(url, homes, ids))
        finally:
            await asyncio.to_thread(server.stop)


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:2] or ["small"], *map(int, sys.argv[2:3])))
