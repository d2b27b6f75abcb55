"""What the yearly report counts: the releases of a year that were somebody's turn, and those let in it."""

import datetime as dt

from sqlalchemy import func, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from inventory.domain.flow_report import Oriented
from inventory.store.right_tables import AgreementRow, AnnouncedDeductionRow, DeductionRow, TurnRow
from inventory.store.tables import VacancyRow


async def oriented(session: AsyncSession, landlord: str, year: int, *, holder: str | None) -> list[Oriented]:
    """The landlord's turns that a year's report counts; one holder's where it is named."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    query = (
        select(TurnRow, VacancyRow, AgreementRow)
        .join(VacancyRow, col(VacancyRow.id) == TurnRow.vacancy_id)
        .outerjoin(AgreementRow, col(AgreementRow.id) == TurnRow.agreement_id)
        .where(
            TurnRow.landlord == landlord,
            or_(
                col(TurnRow.given_on).between(first, last),
                col(VacancyRow.lease_signed_on).between(first, last),
            ),
        )
    )
    if holder is not None:
        query = query.where(AgreementRow.holder == holder)
    found = []
    for turn, vacancy, agreement in await session.execute(query):
        home, in_base = vacancy.facts, turn.left_base is None
        leased = vacancy.lease_signed_on
        found.append(
            Oriented(
                holder=agreement.holder if agreement else None,
                holder_name=agreement.terms["holder_name"] if agreement else None,
                dwelling_type=home["dwelling_type"],
                financing=home["financing"],
                in_priority_district=home.get("in_priority_district"),
                commune=home["commune"],
                built_in=home.get("built_in"),
                proposed=in_base and first <= turn.given_on <= last,
                let=in_base and leased is not None and first <= leased <= last,
            )
        )
    return found


async def deductions_of_year(session: AsyncSession, landlord: str, year: int) -> tuple[dict[str, int], int | None]:
    """Homes taken out of the base by reason, and how many were announced, over all départements."""
    rows = await session.execute(
        select(DeductionRow.reason, func.count().label("homes"))
        .where(DeductionRow.landlord == landlord, DeductionRow.year == year)
        .group_by(DeductionRow.reason)
        .order_by(DeductionRow.reason)
    )
    announced = await session.scalar(
        select(func.sum(AnnouncedDeductionRow.homes)).where(
            AnnouncedDeductionRow.landlord == landlord, AnnouncedDeductionRow.year == year
        )
    )
    return {row.reason: row.homes for row in rows}, announced
