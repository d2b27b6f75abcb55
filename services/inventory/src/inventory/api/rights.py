"""What landlords and holders do with reservation rights: designate, inform, answer, deduct, waive; and the ledger."""

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from chassis.auth import Principal, Role
from chassis.http import Command, CommandRoute, CommandWork, Conflict, Forbidden, NotFound
from contracts.inventory import DesignationMode, HolderAnswer, Scheme, VacancyDesignated
from contracts.values import CommuneCode, DwellingType, Siren, Value
from inventory import rights, store
from inventory.api.access import Partner, Reader, concerns, may_read, scope_of
from inventory.domain.agreement import Agreement
from inventory.domain.ledger import Deduction, Ending, RightLine
from inventory.domain.participation import takes_part
from inventory.domain.vacancy import Vacancy

router = APIRouter(route_class=CommandRoute, tags=["reservation rights"])


class Candidates(Command):
    """The households that are named for a home, by the ids of their applications."""

    applications: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=20)]


class TurnDocument(Value):
    vacancy_id: UUID
    agreement_id: UUID | None
    """None is the landlord's own turn."""
    holder: Siren | None
    mode: Literal["flow", "stock"]
    designation: DesignationMode | None
    given_on: dt.date
    until: dt.date | None
    gives_back: UUID | None
    """The lent right that this home is given back for."""
    designated_on: dt.date | None
    candidates: list[UUID]
    lapsed_on: dt.date | None
    left_base: Deduction | None


class LetterDocument(Value):
    vacancy_id: UUID
    agreement_id: UUID
    sent_on: dt.date
    until: dt.date
    answer: HolderAnswer | None
    answered_on: dt.date | None


class LetterAnswer(Command):
    answer: Literal["accepted", "refused"]


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


@router.get("/vacancies/{vacancy_id}/turn")
async def get_turn(vacancy_id: UUID, partner: Partner, work: CommandWork) -> TurnDocument:
    """Whose turn the release of this home was, and what came of it."""
    vacancy, turn, agreement = await _turn(vacancy_id, partner, work)
    return _turn_document(vacancy, turn, agreement)


@router.post("/vacancies/{vacancy_id}/designation")
async def designate(vacancy_id: UUID, named: Candidates, partner: Partner, work: CommandWork) -> TurnDocument:
    """Name candidates: the holder before the date, or an agent for it; the landlord where it is delegated."""
    vacancy, turn, agreement = await _turn(vacancy_id, partner, work)
    if agreement is None or vacancy.designation is None:
        raise Conflict("The home is the landlord's own to fill: there is nobody to designate for.")
    direct = vacancy.designation.mode is DesignationMode.DIRECT
    allowed = {Role.AGENT, Role.HOLDER if direct else Role.LANDLORD}
    if not allowed & partner.roles:
        who = "its holder" if direct else "the landlord for it"
        raise Forbidden(
            f"Candidates are named by {who}, or by an agent: the agreement says {vacancy.designation.mode}."
        )
    if vacancy.standing.state.ended:
        raise Conflict(f"The vacancy is {vacancy.standing.state}: nobody can be named for it any more.")
    if turn.lapsed_on or (turn.until and work.now.date() > turn.until):
        raise Conflict(f"The date to name candidates was {turn.until}: the home is the landlord's to fill.")
    turn.designated_on = turn.designated_on or work.now.date()
    turn.candidates = list(dict.fromkeys([*turn.candidates, *map(str, named.applications)]))
    vacancy = vacancy.next()
    await store.save_vacancy(work.session, vacancy, work.now)
    assert vacancy.designation, "it was there above"
    work.emit(
        VacancyDesignated(
            vacancy_id=vacancy.id,
            version=vacancy.version,
            designation=vacancy.designation,
            candidates=len(turn.candidates),
            on=work.now.date(),
            application_ids=tuple(map(UUID, turn.candidates)),
        )
    )
    return _turn_document(vacancy, turn, agreement)


@router.post("/vacancies/{vacancy_id}/letter", status_code=201)
async def send_letter(vacancy_id: UUID, reader: Reader, work: CommandWork) -> LetterDocument:
    """Inform the holder of a home that it is wanted for a transfer inside the stock (Protocole Mutations)."""
    vacancy = await _own(vacancy_id, reader, work)
    reserved = await store.reservations(work.session, [vacancy.dwelling_reference])
    found = reserved.get(vacancy.dwelling_reference)
    agreement = await store.agreement(work.session, found) if found else None
    if agreement is None:
        raise Conflict("No agreement in stock names this home: there is no holder to inform.")
    place, on = vacancy.facts.commune, work.now.date()
    known = await store.participations(work.session, Scheme.PROTOCOLE_MUTATIONS)
    for holder in (None, agreement.holder):
        if not takes_part(
            known, Scheme.PROTOCOLE_MUTATIONS, commune=place, on=on, landlord=vacancy.landlord, holder=holder
        ):
            who = holder or vacancy.landlord
            raise Conflict(f"{who} takes no part in the Protocole Mutations in {place} on {on}; record it first.")
    if await store.letter(work.session, vacancy.id):
        raise Conflict("The holder of this home was informed before.")
    return _letter_document(await rights.inform(vacancy, agreement, work))


@router.get("/vacancies/{vacancy_id}/letter")
async def get_letter(vacancy_id: UUID, partner: Partner, work: CommandWork) -> LetterDocument:
    return _letter_document((await _letter(vacancy_id, partner, work))[1])


@router.put("/vacancies/{vacancy_id}/letter/answer")
async def answer_letter(vacancy_id: UUID, said: LetterAnswer, partner: Partner, work: CommandWork) -> LetterDocument:
    """Answer the information letter: the holder, or an agent for it, while its window is open."""
    vacancy, letter = await _letter(vacancy_id, partner, work)
    if not {Role.HOLDER, Role.AGENT} & partner.roles:
        raise Forbidden("The letter is answered by the holder, or by an agent for it.")
    if letter.answer is not None or work.now.date() > letter.until:
        raise Conflict(f"The window closed on {letter.answered_on or letter.until}: {letter.answer or 'silent'}.")
    await rights.answer(letter, HolderAnswer(said.answer), vacancy, work)
    return _letter_document(letter)


@router.put("/vacancies/{vacancy_id}/deduction")
async def deduct_home(vacancy_id: UUID, said: HomeDeducted, reader: Reader, work: CommandWork) -> DeductionDocument:
    """Take a home out of the base of the flow before its release (CCH R441-5): it will be nobody's turn."""
    vacancy = await _own(vacancy_id, reader, work)
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
    holder = partner.siren if Role.HOLDER in partner.roles else None
    lines = await store.ledger(
        work.session,
        landlord=scope_of(partner),
        holder=holder if scope_of(partner) is None else None,
        owed_only=owed,
        skip=skip,
        limit=limit + 1,
    )
    today = work.now.date()
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
    return _right_document(await rights.waive(line, work), work.now.date())


async def _own(vacancy_id: UUID, reader: Principal, work: CommandWork) -> Vacancy:
    vacancy = await store.hold(work.session, vacancy_id)
    if vacancy is None or not may_read(reader, vacancy.landlord):
        raise NotFound(f"No vacancy {vacancy_id} that this token may act on is known here.")
    return vacancy


async def _turn(
    vacancy_id: UUID, partner: Principal, work: CommandWork
) -> tuple[Vacancy, store.TurnRow, Agreement | None]:
    vacancy = await store.hold(work.session, vacancy_id)
    turn = await store.turn(work.session, vacancy_id)
    agreement = await store.agreement(work.session, turn.agreement_id) if turn and turn.agreement_id else None
    holder = agreement.holder if agreement else None
    if vacancy is None or turn is None or not concerns(partner, landlord=vacancy.landlord, holder=holder):
        raise NotFound(f"The release of vacancy {vacancy_id} is nobody's turn that this token may see.")
    return vacancy, turn, agreement


async def _letter(vacancy_id: UUID, partner: Principal, work: CommandWork) -> tuple[Vacancy, store.LetterRow]:
    vacancy = await store.hold(work.session, vacancy_id)
    letter = await store.letter(work.session, vacancy_id)
    agreement = await store.agreement(work.session, letter.agreement_id) if letter else None
    if (
        vacancy is None
        or letter is None
        or agreement is None
        or not concerns(partner, landlord=vacancy.landlord, holder=agreement.holder)
    ):
        raise NotFound(f"No letter about vacancy {vacancy_id} that this token may see was sent.")
    return vacancy, letter


def _turn_document(vacancy: Vacancy, turn: store.TurnRow, agreement: Agreement | None) -> TurnDocument:
    return TurnDocument(
        vacancy_id=vacancy.id,
        agreement_id=turn.agreement_id,
        holder=agreement.holder if agreement else None,
        mode="flow" if turn.mode == "flow" else "stock",
        designation=vacancy.designation.mode if vacancy.designation else None,
        given_on=turn.given_on,
        until=turn.until,
        gives_back=turn.right_id,
        designated_on=turn.designated_on,
        candidates=[UUID(one) for one in turn.candidates],
        lapsed_on=turn.lapsed_on,
        left_base=Deduction(turn.left_base) if turn.left_base else None,
    )


def _letter_document(letter: store.LetterRow) -> LetterDocument:
    return LetterDocument(
        vacancy_id=letter.vacancy_id,
        agreement_id=letter.agreement_id,
        sent_on=letter.sent_on,
        until=letter.until,
        answer=HolderAnswer(letter.answer) if letter.answer else None,
        answered_on=letter.answered_on,
    )


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
