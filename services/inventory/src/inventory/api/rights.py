"""Homes taken out of the base of a flow, the ledger of rights lent, and waivers."""

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from chassis.auth import Role
from chassis.http import Command, CommandRoute, CommandWork, Conflict, Forbidden, NotFound
from contracts.values import CommuneCode, DwellingType, Siren, Value
from inventory import rights, store
from inventory.api.access import Partner, Reader, concerns, found_own, sides_of
from inventory.domain.ledger import Deduction, Ending, RightLine
from reference.days import civil_day

router = APIRouter(route_class=CommandRoute, tags=["reservation rights"])


class HomeDeducted(Command):
    reason: Literal["internal_transfer", "renewal", "unfit", "sale"]


class DeductionDocument(Value):
    vacancy_id: UUID
    reason: Deduction
    counted: int
    """Homes taken out of the base in the département this year, this one too."""
    announced: int | None
    over_announced: bool


class RightDocument(Value):
    right_id: UUID
    agreement_id: UUID
    landlord: Siren
    holder: Siren
    """Who is owed a home."""
    borrower: Siren | None
    """The holder whose household moved in; none where the landlord's own."""
    lent_on: dt.date
    lent_by: UUID
    """The vacancy whose letting lent it."""
    dwelling_type: DwellingType
    commune: CommuneCode
    left: str | None
    """The home that is given back when it comes free; none where the landlord's next one of this type is."""
    age_days: int | None
    """For how long it has been owed; none once it ended."""
    ended_on: dt.date | None
    ending: Ending | None
    ended_by: UUID | None
    """The vacancy that was given back."""


class Ledger(Value):
    rights: list[RightDocument]
    next_skip: int | None


@router.put("/vacancies/{vacancy_id}/deduction")
async def deduct_home(vacancy_id: UUID, said: HomeDeducted, reader: Reader, work: CommandWork) -> DeductionDocument:
    """Take a home out of the base of the flow before its release (CCH R441-5): it will be nobody's turn."""
    vacancy = await found_own(vacancy_id, reader, work)
    if await store.turn(work.session, vacancy.id):
        raise Conflict(
            "The home was released and is somebody's turn: a transfer takes it out of the base when it is let."
        )
    await rights.deduct(vacancy, Deduction(said.reason), work)
    row = await store.deduction(work.session, vacancy.id)
    assert row, "it was just written"
    counted = sum((await store.deductions(work.session, row.landlord, row.department, row.year)).values())
    announced = await store.announced(work.session, row.landlord, row.department, row.year)
    return DeductionDocument(
        vacancy_id=vacancy.id,
        reason=Deduction(row.reason),
        counted=counted,
        announced=announced,
        over_announced=announced is not None and counted > announced,
    )


@router.get("/rights")
async def list_rights(
    partner: Partner,
    work: CommandWork,
    owed: Annotated[bool, Query(description="Only those that are owed still.")] = False,
    skip: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Ledger:
    """A page of the ledger of rights lent, the oldest first: those of this landlord or holder, or all for an agent."""
    landlord, holder = sides_of(partner)
    lines = await store.ledger(
        work.session,
        landlord=landlord,
        holder=holder,
        owed_only=owed,
        skip=skip,
        limit=limit + 1,
    )
    today = civil_day(work.now)
    return Ledger(
        rights=[_right_document(line, today) for line in lines[:limit]],
        next_skip=skip + limit if len(lines) > limit else None,
    )


@router.post("/rights/{right_id}/waiver")
async def waive(right_id: UUID, partner: Partner, work: CommandWork) -> RightDocument:
    """Ask for nothing in return for a home that was lent: the holder's word, or an agent's for it."""
    line = await store.right(work.session, right_id)
    if line is None or not concerns(partner, landlord=line.landlord, holder=line.holder):
        raise NotFound(f"No right {right_id} that this token may see is in the ledger.")
    if not {Role.HOLDER, Role.AGENT} & partner.roles:
        raise Forbidden("A right is waived by its holder, or by an agent for it.")
    if line.ending is not None:
        raise Conflict(f"The right was {line.ending} on {line.ended_on}.")
    return _right_document(await rights.waive(line, work), civil_day(work.now))


def _right_document(line: RightLine, today: dt.date) -> RightDocument:
    return RightDocument(
        right_id=line.id,
        agreement_id=line.agreement_id,
        landlord=line.landlord,
        holder=line.holder,
        borrower=line.borrower,
        lent_on=line.lent_on,
        lent_by=line.lent_by,
        dwelling_type=DwellingType(line.dwelling_type),
        commune=line.commune,
        left=line.left,
        age_days=line.age_days(today),
        ended_on=line.ended_on,
        ending=line.ending,
        ended_by=line.ended_by,
    )
