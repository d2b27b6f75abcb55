"""Homes that households of signed moves leave: asked, confirmed, denied."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import DateTime
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col, select

from chassis import sql
from inventory.domain.chain import HomeLeft, LeftState
from inventory.store.tables import Table

_AWAITING = """
    SELECT vacancy_id FROM home_left WHERE reference = $1 AND state = 'awaiting' ORDER BY signed_on, vacancy_id LIMIT 1
"""
_FORGET = "UPDATE home_left SET application_id = NULL WHERE application_id = ANY($1)"


class HomeLeftRow(Table, table=True):
    __tablename__ = "home_left"

    vacancy_id: UUID = Field(primary_key=True)
    application_id: UUID | None
    offer_id: UUID | None
    signed_on: dt.date
    landlord: str | None
    reference: str | None
    commune: str | None
    dwelling_type: str | None
    chain_id: UUID
    step: int
    asked_at: dt.datetime = Field(sa_type=DateTime(timezone=True))
    state: str = LeftState.AWAITING.value
    followed_by: UUID | None = None
    denied_because: str | None = None
    said: str | None = None
    answered_by: str | None = None
    answered_at: dt.datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    version: int = 1

    def home(self) -> HomeLeft:
        return HomeLeft(
            vacancy_id=self.vacancy_id,
            application_id=self.application_id,
            signed_on=self.signed_on,
            landlord=self.landlord,
            reference=self.reference,
            chain_id=self.chain_id,
        )


async def home_left(session: AsyncSession, vacancy_id: UUID) -> HomeLeftRow | None:
    """What the household that moved into this home leaves, locked."""
    found: HomeLeftRow | None = await session.scalar(
        select(HomeLeftRow).where(HomeLeftRow.vacancy_id == vacancy_id).with_for_update()
    )
    return found


async def left_awaiting(session: AsyncSession, reference: str) -> HomeLeftRow | None:
    """The move whose household is to leave this dwelling, the earliest of several; locked."""
    found = await sql.column(session, _AWAITING, reference)
    return await home_left(session, found[0]) if found else None


async def left_into(session: AsyncSession, followed_by: UUID) -> HomeLeftRow | None:
    """The move that this vacancy follows; locked."""
    found: HomeLeftRow | None = await session.scalar(
        select(HomeLeftRow).where(HomeLeftRow.followed_by == followed_by).with_for_update()
    )
    return found


async def homes_left(
    session: AsyncSession, *, landlord: str | None, state: LeftState | None, skip: int, limit: int
) -> Sequence[HomeLeftRow]:
    """A page of homes left, the longest asked first; all landlords' where none is named."""
    query = select(HomeLeftRow)
    if landlord is not None:
        query = query.where(HomeLeftRow.landlord == landlord)
    if state is not None:
        query = query.where(HomeLeftRow.state == state.value)
    query = query.order_by(col(HomeLeftRow.asked_at), col(HomeLeftRow.vacancy_id))
    return (await session.scalars(query.offset(skip).limit(limit))).all()


async def forget_movers(session: AsyncSession, application_ids: Sequence[UUID]) -> None:
    """The homes stay in their chains; whose they were is forgotten."""
    await sql.execute(session, _FORGET, list(application_ids))
