"""The Protocole's information letter to the holder of a home, and its answer."""

import datetime as dt

from chassis.work import Work
from contracts.inventory import (
    HolderAnswer,
    HolderAnswered,
    HolderInformed,
)
from inventory import store
from inventory.domain.agreement import Agreement
from inventory.domain.vacancy import Vacancy
from inventory.rights.times import morning
from reference.days import civil_day


async def inform(vacancy: Vacancy, agreement: Agreement, work: Work) -> store.LetterRow:
    """Send the Protocole's information letter to the holder of a home: its window opens."""
    today = civil_day(work.now)
    until = today + dt.timedelta(days=agreement.letter_days)
    letter = store.LetterRow(
        vacancy_id=vacancy.id,
        agreement_id=agreement.agreement_id,
        sent_on=today,
        until=until,
        answer=None,
        answered_on=None,
    )
    await store.add(work.session, letter)
    work.emit(
        HolderInformed(
            agreement_id=agreement.agreement_id,
            landlord=vacancy.landlord,
            holder=agreement.holder,
            on=today,
            cause_vacancy_id=vacancy.id,
            until=until,
        )
    )
    work.due("letter_silence", str(vacancy.id), at=morning(until + dt.timedelta(days=1)))
    return letter


async def answer(letter: store.LetterRow, said: HolderAnswer, vacancy: Vacancy, work: Work) -> None:
    """Keep what the holder said to the letter, silence too."""
    agreement = await store.agreement(work.session, letter.agreement_id)
    assert agreement, "a letter names its agreement"
    letter.answer, letter.answered_on = said.value, civil_day(work.now)
    work.emit(
        HolderAnswered(
            agreement_id=agreement.agreement_id,
            landlord=vacancy.landlord,
            holder=agreement.holder,
            on=civil_day(work.now),
            cause_vacancy_id=vacancy.id,
            answer=said,
        )
    )
