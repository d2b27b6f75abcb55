"""The Protocole's information letter to the holder of a home, and its answer."""

import datetime as dt
from typing import Literal
from uuid import UUID

from fastapi import APIRouter

from chassis.auth import Principal, Role
from chassis.http import Command, CommandRoute, CommandWork, Conflict, Forbidden, NotFound
from contracts.inventory import HolderAnswer, Scheme
from contracts.values import Value
from inventory import rights, store
from inventory.api.access import Partner, Reader, concerns, found_own
from inventory.domain.participation import takes_part
from inventory.domain.vacancy import Vacancy
from reference.days import civil_day

router = APIRouter(route_class=CommandRoute, tags=["reservation rights"])


class LetterDocument(Value):
    vacancy_id: UUID
    agreement_id: UUID
    sent_on: dt.date
    until: dt.date
    answer: HolderAnswer | None
    answered_on: dt.date | None


class LetterAnswer(Command):
    answer: Literal["accepted", "refused"]


@router.post("/vacancies/{vacancy_id}/letter", status_code=201)
async def send_letter(vacancy_id: UUID, reader: Reader, work: CommandWork) -> LetterDocument:
    """Inform the holder of a home that it is wanted for a transfer inside the stock (Protocole Mutations)."""
    vacancy = await found_own(vacancy_id, reader, work)
    reserved = await store.reservations(work.session, [vacancy.dwelling_reference])
    found = reserved.get(vacancy.dwelling_reference)
    agreement = await store.agreement(work.session, found) if found else None
    if agreement is None:
        raise Conflict("No agreement in stock names this home: there is no holder to inform.")
    place, on = vacancy.facts.commune, civil_day(work.now)
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
    if letter.answer is not None or civil_day(work.now) > letter.until:
        raise Conflict(f"The window closed on {letter.answered_on or letter.until}: {letter.answer or 'silent'}.")
    await rights.answer(letter, HolderAnswer(said.answer), vacancy, work)
    return _letter_document(letter)


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


def _letter_document(letter: store.LetterRow) -> LetterDocument:
    return LetterDocument(
        vacancy_id=letter.vacancy_id,
        agreement_id=letter.agreement_id,
        sent_on=letter.sent_on,
        until=letter.until,
        answer=HolderAnswer(letter.answer) if letter.answer else None,
        answered_on=letter.answered_on,
    )
