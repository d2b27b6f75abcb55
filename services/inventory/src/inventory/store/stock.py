"""Queries on landlords and dwellings."""

import datetime as dt

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from chassis import sql
from inventory.domain.dwelling import Dwelling, Point, home_facts
from inventory.store.tables import DwellingRow, LandlordRow

_DWELLING = """
    SELECT reference, landlord, facts, reletting_base_rent_cents, latitude, longitude, version
    FROM dwelling WHERE reference = $1
"""
_DWELLING_LOCKED = f"{_DWELLING} FOR NO KEY UPDATE"


async def landlord(session: AsyncSession, siren: str, *, lock: bool = False) -> LandlordRow | None:
    return await session.get(LandlordRow, siren, with_for_update={"key_share": True} if lock else None)


async def register_landlord(session: AsyncSession, siren: str, name: str, now: dt.datetime) -> LandlordRow:
    row = LandlordRow(siren=siren, name=name, version=1, registered_at=now)
    session.add(row)
    await session.flush()
    return row


async def dwelling(session: AsyncSession, reference: str, *, lock: bool = False) -> Dwelling | None:
    """The dwelling; `lock` keeps it, and with it all its vacancies, as they are until the transaction ends."""
    row = await sql.first(session, _DWELLING_LOCKED if lock else _DWELLING, reference)
    if row is None:
        return None
    return Dwelling(
        reference=row["reference"],
        landlord=row["landlord"],
        facts=home_facts(row["facts"]),
        reletting_base_rent_cents=row["reletting_base_rent_cents"],
        point=None if row["latitude"] is None else Point(row["latitude"], row["longitude"]),
        version=row["version"],
    )


async def save_dwelling(session: AsyncSession, dwelling: Dwelling, now: dt.datetime) -> None:
    """Keep a dwelling that is new (version 1) or changed; a second new one under its reference breaks the key."""
    values = {
        "version": dwelling.version,
        "facts": dwelling.facts.model_dump(mode="json"),
        "reletting_base_rent_cents": dwelling.reletting_base_rent_cents,
        "latitude": dwelling.point.latitude if dwelling.point else None,
        "longitude": dwelling.point.longitude if dwelling.point else None,
        "changed_at": now,
    }
    if dwelling.version == 1:
        names = {"reference": dwelling.reference, "id": dwelling.id, "landlord": dwelling.landlord}
        await session.execute(insert(DwellingRow).values(**names, **values))
    else:
        await session.execute(
            update(DwellingRow).where(col(DwellingRow.reference) == dwelling.reference).values(**values)
        )
