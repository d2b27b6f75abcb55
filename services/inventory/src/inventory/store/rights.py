"""Queries on turns, deductions, letters, the ledger of rights lent, and whom they concern."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from contracts.demand import ApplicationRecorded
from contracts.inventory import ParticipationRecorded, Scheme
from contracts.values import ApplicationKind
from inventory.domain.agreement import Agreement
from inventory.domain.ledger import Ending, Household, RightLine
from inventory.domain.standing import VacancyState
from inventory.domain.vacancy import Vacancy
from inventory.store.right_tables import (
    HOUSEHOLD,
    AgreementRow,
    AnnouncedDeductionRow,
    DeductionRow,
    HouseholdRow,
    LentRightRow,
    LetterRow,
    ParticipationRow,
    TurnRow,
)
from inventory.store.tables import VacancyRow
from inventory.store.vacancies import vacancy_of

_KEEP = insert(HOUSEHOLD)
_KEEP_NEWER = _KEEP.on_conflict_do_update(
    index_elements=["application_id"],
    set_={name: _KEEP.excluded[name] for name in ("version", "kind", "landlord", "reference")},
    where=HOUSEHOLD.c.version < _KEEP.excluded.version,
)


async def turn(session: AsyncSession, vacancy_id: UUID) -> TurnRow | None:
    return await session.get(TurnRow, vacancy_id, with_for_update=True, populate_existing=True)


async def designated(session: AsyncSession, vacancy_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these vacancies for which candidates were named."""
    rows = await session.scalars(
        select(TurnRow.vacancy_id).where(
            col(TurnRow.vacancy_id).in_(list(vacancy_ids)), col(TurnRow.designated_on).is_not(None)
        )
    )
    return set(rows)


async def open_turns(
    session: AsyncSession, *, on: dt.date, landlord: str | None, holder: str | None, skip: int, limit: int
) -> list[tuple[Vacancy, TurnRow, Agreement]]:
    """A page of the turns in which a holder's candidates may be named on this day, the first date first."""
    query = (
        select(TurnRow, VacancyRow, AgreementRow)
        .join(VacancyRow, col(VacancyRow.id) == TurnRow.vacancy_id)
        .join(AgreementRow, col(AgreementRow.id) == TurnRow.agreement_id)
        .where(
            col(VacancyRow.state) == VacancyState.AVAILABLE.value,
            col(TurnRow.lapsed_on).is_(None),
            or_(col(TurnRow.until).is_(None), col(TurnRow.until) >= on),
        )
    )
    if landlord is not None:
        query = query.where(TurnRow.landlord == landlord)
    if holder is not None:
        query = query.where(AgreementRow.holder == holder)
    query = query.order_by(col(TurnRow.until).nulls_last(), col(TurnRow.vacancy_id))
    rows = await session.execute(query.offset(skip).limit(limit))
    return [(vacancy_of(home), turn, Agreement.model_validate(agreed.terms)) for turn, home, agreed in rows]


async def add(session: AsyncSession, row: TurnRow | DeductionRow | LentRightRow | LetterRow) -> None:
    session.add(row)
    await session.flush()


async def letter(session: AsyncSession, vacancy_id: UUID) -> LetterRow | None:
    return await session.get(LetterRow, vacancy_id, with_for_update=True, populate_existing=True)


async def deduction(session: AsyncSession, vacancy_id: UUID) -> DeductionRow | None:
    return await session.get(DeductionRow, vacancy_id)


async def deductions(session: AsyncSession, landlord: str, department: str, year: int) -> dict[str, int]:
    """Homes taken out of the base in a year, by reason."""
    rows = await session.execute(
        select(DeductionRow.reason, func.count().label("homes"))
        .where(DeductionRow.landlord == landlord, DeductionRow.department == department, DeductionRow.year == year)
        .group_by(DeductionRow.reason)
    )
    return {row.reason: row.homes for row in rows}


async def announced(session: AsyncSession, landlord: str, department: str, year: int) -> int | None:
    """How many homes the landlord said it would take out of the base."""
    row = await session.get(AnnouncedDeductionRow, (landlord, department, year), populate_existing=True)
    return row.homes if row else None


async def announce(session: AsyncSession, landlord: str, department: str, year: int, homes: int) -> None:
    names = {"landlord": landlord, "department": department, "year": year}
    statement = insert(AnnouncedDeductionRow).values(**names, homes=homes)
    await session.execute(
        statement.on_conflict_do_update(index_elements=list(names), set_={"homes": statement.excluded.homes})
    )


async def right(session: AsyncSession, right_id: UUID) -> RightLine | None:
    """A line of the ledger, locked until the transaction ends."""
    row = await session.get(LentRightRow, right_id, with_for_update=True, populate_existing=True)
    return _line(row) if row else None


async def right_owed(session: AsyncSession, *, landlord: str, department: str, dwelling_type: str) -> RightLine | None:
    """The oldest right that the next home of this type gives back: one for which no home was left."""
    row = await session.scalar(
        select(LentRightRow)
        .where(
            LentRightRow.landlord == landlord,
            LentRightRow.department == department,
            LentRightRow.dwelling_type == dwelling_type,
            col(LentRightRow.ended_on).is_(None),
            col(LentRightRow.left_dwelling).is_(None),
        )
        .order_by(col(LentRightRow.lent_on), col(LentRightRow.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return _line(row) if row else None


async def end_right(session: AsyncSession, line: RightLine) -> None:
    row = await session.get_one(LentRightRow, line.id)
    row.ended_on, row.ending, row.ended_by = line.ended_on, line.ending.value if line.ending else None, line.ended_by
    await session.flush()


async def ledger(
    session: AsyncSession, *, landlord: str | None, holder: str | None, owed_only: bool, skip: int, limit: int
) -> list[RightLine]:
    """A page of the ledger, the oldest first; owed rights only, or those that ended too."""
    query = select(LentRightRow)
    if landlord is not None:
        query = query.where(LentRightRow.landlord == landlord)
    if holder is not None:
        query = query.where(LentRightRow.holder == holder)
    if owed_only:
        query = query.where(col(LentRightRow.ended_on).is_(None))
    rows = await session.scalars(
        query.order_by(col(LentRightRow.lent_on), col(LentRightRow.id)).offset(skip).limit(limit)
    )
    return [_line(row) for row in rows]


def _line(row: LentRightRow) -> RightLine:
    return RightLine(
        id=row.id,
        agreement_id=row.agreement_id,
        landlord=row.landlord,
        holder=row.holder,
        borrower=row.borrower,
        lent_on=row.lent_on,
        lent_by=row.lent_by,
        dwelling_type=row.dwelling_type,
        commune=row.commune,
        left=row.left_dwelling,
        ended_on=row.ended_on,
        ending=Ending(row.ending) if row.ending else None,
        ended_by=row.ended_by,
    )


async def project_households(session: AsyncSession, recorded: Sequence[ApplicationRecorded]) -> None:
    """Keep of each application the home it would leave, where its version is higher than the one kept."""
    last: dict[UUID, dict[str, Any]] = {}
    for one in recorded:
        home = one.current_home
        if one.application_id not in last or last[one.application_id]["version"] < one.version:
            last[one.application_id] = {
                "application_id": one.application_id,
                "version": one.version,
                "kind": one.kind.value,
                "landlord": home.landlord if home else None,
                "reference": home.reference if home else None,
            }
    await session.execute(_KEEP_NEWER, [last[key] for key in sorted(last)])


async def forget_households(session: AsyncSession, application_ids: Iterable[UUID]) -> None:
    await session.execute(HOUSEHOLD.delete().where(HOUSEHOLD.c.application_id.in_(list(application_ids))))


async def household(session: AsyncSession, application_id: UUID) -> Household | None:
    row = await session.get(HouseholdRow, application_id, populate_existing=True)
    if row is None:
        return None
    return Household(kind=ApplicationKind(row.kind), landlord=row.landlord, reference=row.reference)


async def participation(session: AsyncSession, participation_id: UUID) -> ParticipationRecorded | None:
    row = await session.get(ParticipationRow, participation_id, with_for_update=True, populate_existing=True)
    return _participation(row) if row else None


async def participations(session: AsyncSession, scheme: Scheme | None = None) -> list[ParticipationRecorded]:
    """All of a scheme, or of every one."""
    query = select(ParticipationRow).order_by(col(ParticipationRow.valid_from), col(ParticipationRow.id))
    if scheme is not None:
        query = query.where(ParticipationRow.scheme == scheme.value)
    return [_participation(row) for row in await session.scalars(query)]


async def save_participation(session: AsyncSession, recorded: ParticipationRecorded) -> None:
    values = recorded.model_dump(mode="python", exclude={"participation_id"}) | {"scheme": recorded.scheme.value}
    statement = insert(ParticipationRow).values(id=recorded.participation_id, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))


def _participation(row: ParticipationRow) -> ParticipationRecorded:
    return ParticipationRecorded(
        participation_id=row.id,
        version=row.version,
        scheme=Scheme(row.scheme),
        landlord=row.landlord,
        holder=row.holder,
        area=row.area,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )
