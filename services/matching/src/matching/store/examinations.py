"""Leases of the three-yearly examination: what demand found, on which agenda they are, the opinion."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, select
from sqlalchemy.dialects.postgresql import JSON, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col

from contracts.tenancy import ExaminationMade
from matching.store.tables import Table

__all__ = ["ExaminationRow", "hold", "keep", "load", "of_session", "waiting"]


class ExaminationRow(Table, table=True):
    """A lease that demand examined. Its row is locked after its session's."""

    __tablename__ = "examination"

    id: UUID = Field(primary_key=True)
    tenancy_id: UUID
    landlord: str = Field(sa_type=Text)
    made_on: dt.date
    cases: list[str] = Field(sa_type=ARRAY(Text))
    rooms_freed: int
    in_priority_district: bool | None
    session_id: UUID | None = Field(default=None, foreign_key="committee_session.id")
    opinion: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    opinion_on: dt.date | None = None
    decided_by: str | None = Field(default=None, sa_type=Text)


async def keep(session: AsyncSession, event: ExaminationMade) -> None:
    """Keep what an examination found; told again, the last counts."""
    found = {
        "tenancy_id": event.tenancy_id,
        "landlord": event.landlord,
        "made_on": event.on,
        "cases": [case.value for case in event.cases],
        "rooms_freed": event.rooms_freed,
        "in_priority_district": event.in_priority_district,
    }
    statement = insert(ExaminationRow).values(id=event.examination_id, **found)
    await session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=found))


async def load(session: AsyncSession, examination_id: UUID) -> ExaminationRow | None:
    return await session.get(ExaminationRow, examination_id)


async def hold(session: AsyncSession, examination_id: UUID) -> ExaminationRow | None:
    """The examination as committed last, locked until this transaction ends."""
    return await session.scalar(
        select(ExaminationRow)
        .where(col(ExaminationRow.id) == examination_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def of_session(session: AsyncSession, session_id: UUID) -> list[ExaminationRow]:
    """Those on a session's agenda, decided ones included."""
    found = await session.scalars(
        select(ExaminationRow)
        .where(col(ExaminationRow.session_id) == session_id)
        .order_by(col(ExaminationRow.rooms_freed).desc(), col(ExaminationRow.id))
        .execution_options(populate_existing=True)
    )
    return list(found)


async def waiting(session: AsyncSession, landlord: str, *, limit: int) -> list[ExaminationRow]:
    """A landlord's leases with a case and neither an opinion nor an agenda, the most rooms freed first."""
    found = await session.scalars(
        select(ExaminationRow)
        .where(
            col(ExaminationRow.landlord) == landlord,
            col(ExaminationRow.opinion).is_(None),
            col(ExaminationRow.session_id).is_(None),
            col(ExaminationRow.cases) != [],
        )
        .order_by(col(ExaminationRow.rooms_freed).desc(), col(ExaminationRow.id))
        .limit(limit)
    )
    return list(found)
