"""Queries on partners' places, landlords' wear grids and the terms of measures."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID, uuid4

from sqlalchemy import func, or_, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from contracts.values import CommuneCode, Siren
from demand.domain.measure import Place, Terms
from demand.domain.wear import WearGrid, WearLine
from demand.store.measure_tables import PartnerRow, PlaceRow, TermsRow, WearGridRow

_TAKE = text(
    """
    UPDATE partner_place SET taken = taken + 1 WHERE id = (
        SELECT id FROM partner_place
        WHERE partner = :partner AND year = :year AND :commune = ANY(communes) AND taken < places
            AND (in_priority_district IS NULL OR in_priority_district = :in_priority_district)
        ORDER BY in_priority_district NULLS LAST, cardinality(communes), id LIMIT 1
        FOR UPDATE
    ) RETURNING id
    """
)
"""The narrowest offer first. Who waits here for another's last place looks at the row again when that one commits."""


async def terms_on(session: AsyncSession, landlord: Siren, day: dt.date) -> tuple[Terms, bool]:
    """What is settled on a day: the landlord's own terms, and that they are; else everybody's, and that they are."""
    query = (
        select(TermsRow)
        .where(or_(col(TermsRow.landlord) == landlord, col(TermsRow.landlord).is_(None)), TermsRow.valid_from <= day)
        .order_by(col(TermsRow.landlord).is_(None), col(TermsRow.valid_from).desc())
        .limit(1)
    )
    row = (await session.scalars(query)).one()
    terms = Terms(
        visit_valid_months=row.visit_valid_months,
        threshold_cents=row.threshold_cents,
        contract_lets_move=row.contract_lets_move,
    )
    return terms, row.landlord is not None


async def all_terms(session: AsyncSession) -> Sequence[TermsRow]:
    query = select(TermsRow).order_by(col(TermsRow.landlord).nulls_first(), col(TermsRow.valid_from))
    return (await session.scalars(query)).all()


async def settle_terms(
    session: AsyncSession, landlord: Siren | None, valid_from: dt.date, terms: Terms, origin: str
) -> None:
    """Keep what is settled from a date on; steps taken before stand as they were taken."""
    values = asdict(terms) | {"origin": origin}
    row = insert(TermsRow).values(landlord=landlord, valid_from=valid_from, **values)
    await session.execute(row.on_conflict_do_update(index_elements=["landlord", "valid_from"], set_=values))


async def wear_grid_on(session: AsyncSession, landlord: Siren, day: dt.date) -> WearGrid | None:
    query = (
        select(WearGridRow)
        .where(WearGridRow.landlord == landlord, WearGridRow.valid_from <= day)
        .order_by(col(WearGridRow.valid_from).desc())
        .limit(1)
    )
    row = (await session.scalars(query)).first()
    if row is None:
        return None
    lines = tuple(WearLine(**line) for line in row.lines)
    return WearGrid(landlord=row.landlord, valid_from=row.valid_from, lines=lines)


async def publish_wear_grid(session: AsyncSession, grid: WearGrid, now: dt.datetime) -> None:
    values = {"lines": [asdict(line) for line in grid.lines], "published_at": now}
    row = insert(WearGridRow).values(landlord=grid.landlord, valid_from=grid.valid_from, **values)
    await session.execute(row.on_conflict_do_update(index_elements=["landlord", "valid_from"], set_=values))


async def register_partner(session: AsyncSession, siren: Siren, name: str, now: dt.datetime) -> None:
    row = insert(PartnerRow).values(siren=siren, name=name, registered_at=now)
    await session.execute(row.on_conflict_do_update(index_elements=["siren"], set_={"name": name}))


async def partner_name(session: AsyncSession, siren: Siren) -> str | None:
    found: str | None = await session.scalar(select(PartnerRow.name).where(PartnerRow.siren == siren))
    return found


async def offer_places(
    session: AsyncSession,
    partner: Siren,
    *,
    year: int,
    area: str,
    communes: Sequence[CommuneCode],
    in_priority_district: bool | None,
    places: int,
) -> PlaceRow | None:
    """Keep how many places a partner has; None where more than that are taken already."""
    kept = {"communes": sorted(set(communes)), "places": places}
    names = {"partner": partner, "year": year, "area": area, "in_priority_district": in_priority_district}
    row = insert(PlaceRow).values(id=uuid4(), taken=0, **names, **kept)
    upsert = row.on_conflict_do_update(
        index_elements=["partner", "year", "area", "in_priority_district"],
        set_=kept,
        where=col(PlaceRow.taken) <= places,
    )
    return (await session.scalars(upsert.returning(PlaceRow), execution_options={"populate_existing": True})).first()


async def places_offered(
    session: AsyncSession, *, partner: Siren | None, year: int | None, commune: CommuneCode | None
) -> Sequence[tuple[PlaceRow, str]]:
    """Offers with their partner's name."""
    query = select(PlaceRow, PartnerRow.name).join(PartnerRow, col(PartnerRow.siren) == col(PlaceRow.partner))
    if partner is not None:
        query = query.where(PlaceRow.partner == partner)
    if year is not None:
        query = query.where(PlaceRow.year == year)
    if commune is not None:
        query = query.where(func.array_position(col(PlaceRow.communes), commune).is_not(None))
    rows = await session.execute(query.order_by(col(PlaceRow.year), col(PlaceRow.partner), col(PlaceRow.area)))
    return [(row[0], row[1]) for row in rows]


async def take_place(
    session: AsyncSession, partner: Siren, *, year: int, commune: CommuneCode, in_priority_district: bool | None
) -> Place | None:
    """Take one place for a home there; None where none is left. Two takers of a last one never both get it."""
    values = {"partner": partner, "year": year, "commune": commune, "in_priority_district": in_priority_district}
    found: UUID | None = await session.scalar(_TAKE, values)
    return None if found is None else Place(id=found, partner=partner)


async def give_back(session: AsyncSession, place: Place) -> None:
    await session.execute(update(PlaceRow).where(col(PlaceRow.id) == place.id).values(taken=col(PlaceRow.taken) - 1))
