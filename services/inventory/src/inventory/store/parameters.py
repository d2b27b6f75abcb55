"""Queries on landlords' parameters."""

import datetime as dt

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from inventory.domain.parameters import NATIONAL, Dated, Parameters, in_force
from inventory.store.tables import ParametersRow


async def parameters_in_force(session: AsyncSession, landlord: str, on: dt.date) -> Parameters:
    """What holds for this landlord on this day."""
    return in_force(await dated_parameters(session, landlord), landlord, on)


async def dated_parameters(session: AsyncSession, scope: str) -> list[Dated]:
    """The sets of this landlord and the national ones, by day."""
    rows = await session.scalars(
        select(ParametersRow)
        .where(col(ParametersRow.scope).in_({scope, NATIONAL}))
        .order_by(col(ParametersRow.valid_from))
    )
    return [
        Dated(scope=row.scope, valid_from=row.valid_from, parameters=Parameters.model_validate(row.parameters))
        for row in rows
    ]


async def save_parameters(session: AsyncSession, dated: Dated, now: dt.datetime) -> None:
    """Keep a set under its day, in the place of the one that was there."""
    values = {"parameters": dated.parameters.model_dump(mode="json", exclude_none=True), "changed_at": now}
    statement = insert(ParametersRow).values(scope=dated.scope, valid_from=dated.valid_from, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["scope", "valid_from"], set_=values))
