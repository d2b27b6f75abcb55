"""How long matching looks for the shortlist of one vacancy, on its loaded database and nothing beside."""

import datetime as dt
import time
from collections.abc import Sequence

from benchmarks.figures import Spread
from chassis.database import Database
from matching.domain.vacancy import Vacancy, VacancyStatus
from matching.grounds import basis
from matching.index import index
from stack.territory import PlannedVacancy


async def measure(database: str, vacancies: Sequence[PlannedVacancy], *, limit: int) -> Spread:
    """Milliseconds of a ranking of `limit` households, one vacancy after the other, each once."""
    pool = Database(database, name="benchmark")
    now = dt.datetime.now(dt.UTC)
    took: list[float] = []
    try:
        for planned in vacancies:
            vacancy = vacancy_of(planned)
            async with pool.session() as session:
                on = await basis(session, vacancy, now)
                began = time.perf_counter()
                await index.shortlist(session, vacancy, on, limit=limit)
                took.append((time.perf_counter() - began) * 1e3)
    finally:
        await pool.close()
    return Spread.of(took)


def vacancy_of(planned: PlannedVacancy) -> Vacancy:
    """The home as matching knows it once it is released."""
    return Vacancy(
        id=planned.vacancy_id, status=VacancyStatus.RELEASED, landlord=planned.landlord, dwelling=planned.dwelling
    )
