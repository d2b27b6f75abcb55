"""Queries on reservation agreements, the homes they name, and the flows they share."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from chassis import sql
from inventory.domain.agreement import Agreement
from inventory.domain.orientation import Flow
from inventory.store.right_tables import AgreementRow, FlowRow, ReservedDwellingRow
from inventory.store.tables import DwellingRow

_BOUND = """
    SELECT (SELECT agreement_id FROM reserved_dwelling WHERE dwelling_reference = $1) AS reserved,
        (SELECT id FROM lent_right WHERE left_dwelling = $1 AND ended_on IS NULL ORDER BY lent_on, id LIMIT 1) AS owed,
        EXISTS (SELECT FROM agreement WHERE landlord = $2 AND department = $3) AS agreed,
        EXISTS (SELECT FROM deduction WHERE vacancy_id = $4) AS deducted
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What binds a home that comes free."""

    reserved: UUID | None
    """The agreement in stock that names it."""
    owed: UUID | None
    """The right that it is given back for: it was left for the home that was lent."""
    agreed: bool
    """Whether its landlord has any agreement in the département."""
    deducted: bool
    """Whether the landlord took it out of the base."""

    @property
    def free(self) -> bool:
        return not (self.reserved or self.owed or self.agreed)


async def bound(session: AsyncSession, *, dwelling: str, landlord: str, department: str, vacancy_id: UUID) -> Bound:
    row = await sql.first(session, _BOUND, dwelling, landlord, department, vacancy_id)
    assert row is not None, "the statement has one row"
    return Bound(reserved=row["reserved"], owed=row["owed"], agreed=row["agreed"], deducted=row["deducted"])


async def agreement(session: AsyncSession, agreement_id: UUID) -> Agreement | None:
    row = await session.get(AgreementRow, agreement_id, populate_existing=True)
    return Agreement.model_validate(row.terms) if row else None


async def agreements(
    session: AsyncSession, *, landlord: str | None = None, holder: str | None = None, department: str | None = None
) -> list[Agreement]:
    """Agreements by landlord, département and holder; all where nothing is named."""
    query = select(AgreementRow).order_by(AgreementRow.landlord, AgreementRow.department, AgreementRow.holder)
    for column, value in (
        (AgreementRow.landlord, landlord),
        (AgreementRow.holder, holder),
        (AgreementRow.department, department),
    ):
        if value is not None:
            query = query.where(col(column) == value)
    return [Agreement.model_validate(row.terms) for row in await session.scalars(query)]


async def save_agreement(session: AsyncSession, agreement: Agreement, now: dt.datetime) -> None:
    values = {
        "version": agreement.version,
        "landlord": agreement.landlord,
        "holder": agreement.holder,
        "department": agreement.department,
        "terms": agreement.model_dump(mode="json"),
        "changed_at": now,
    }
    statement = insert(AgreementRow).values(id=agreement.agreement_id, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))


async def owners(session: AsyncSession, references: Iterable[str]) -> dict[str, str]:
    """Whose each of these dwellings is."""
    rows = await session.execute(
        select(DwellingRow.reference, DwellingRow.landlord).where(col(DwellingRow.reference).in_(list(references)))
    )
    return {row.reference: row.landlord for row in rows}


async def reserve(session: AsyncSession, agreement_id: UUID, references: Sequence[str]) -> None:
    """Name the homes of an agreement in stock: these and no others."""
    await session.execute(delete(ReservedDwellingRow).where(col(ReservedDwellingRow.agreement_id) == agreement_id))
    if references:
        rows = [{"dwelling_reference": reference, "agreement_id": agreement_id} for reference in references]
        await session.execute(insert(ReservedDwellingRow), rows)


async def reserved(session: AsyncSession, agreement_id: UUID) -> list[str]:
    rows = await session.scalars(
        select(ReservedDwellingRow.dwelling_reference)
        .where(ReservedDwellingRow.agreement_id == agreement_id)
        .order_by(ReservedDwellingRow.dwelling_reference)
    )
    return list(rows)


async def reservations(session: AsyncSession, references: Iterable[str]) -> dict[str, UUID]:
    """The agreement that names each of these homes, for those that one names."""
    rows = await session.execute(
        select(ReservedDwellingRow.dwelling_reference, ReservedDwellingRow.agreement_id).where(
            col(ReservedDwellingRow.dwelling_reference).in_(list(references))
        )
    )
    return {row.dwelling_reference: row.agreement_id for row in rows}


async def hold_flow(
    session: AsyncSession, *, landlord: str, department: str, year: int, shares: dict[str, int]
) -> Flow:
    """The flow as it stands, its row locked until the transaction ends: releases take their turns one by one."""
    names = {"landlord": landlord, "department": department}
    fresh = _tally(Flow(shares=shares))
    await session.execute(insert(FlowRow).values(**names, year=year, tally=fresh).on_conflict_do_nothing())
    row = await session.get_one(FlowRow, (landlord, department), with_for_update=True, populate_existing=True)
    return _flow(row, year, shares)


async def flow(session: AsyncSession, *, landlord: str, department: str, year: int, shares: dict[str, int]) -> Flow:
    """The flow as it stands, to look at."""
    row = await session.get(FlowRow, (landlord, department), populate_existing=True)
    return _flow(row, year, shares) if row else Flow(shares=shares)


def _flow(row: FlowRow, year: int, shares: dict[str, int]) -> Flow:
    kept = row.tally
    found = Flow(shares=kept["shares"], turns=kept["turns"], by_stratum=kept["by_stratum"], owed=tuple(kept["owed"]))
    return found if row.year == year and found.shares == shares else found.begin(shares)


async def save_flow(session: AsyncSession, flow: Flow, *, landlord: str, department: str, year: int) -> None:
    """Keep the flow that `hold_flow` locked."""
    row = await session.get_one(FlowRow, (landlord, department))
    row.year, row.tally = year, _tally(flow)
    await session.flush()


def _tally(flow: Flow) -> dict[str, object]:
    return asdict(flow)
