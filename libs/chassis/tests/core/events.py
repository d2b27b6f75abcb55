"""Events for the chassis's own tests, from the real contracts."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import text

from chassis.work import Work
from contracts.inventory import VacancyLet, VacancyWithdrawn
from contracts.landlord import WithdrawalReason


def let(vacancy: UUID | None = None, version: int = 1) -> VacancyLet:
    return VacancyLet(vacancy_id=vacancy or uuid4(), version=version, lease_signed_on=dt.date(2026, 11, 22))


def withdrawn(vacancy: UUID | None = None, version: int = 1) -> VacancyWithdrawn:
    return VacancyWithdrawn(vacancy_id=vacancy or uuid4(), version=version, reason=WithdrawalReason.OTHER)


async def note(work: Work, what: str) -> None:
    """Leave a trace in the database, inside the handler's transaction."""
    await work.session.execute(text("INSERT INTO seen (what) VALUES (:what)"), {"what": what})


async def noted(harness: object) -> Sequence[str]:
    async with harness.database.session() as session:  # type: ignore[attr-defined]
        return list(await session.scalars(text("SELECT what FROM seen ORDER BY place")))
