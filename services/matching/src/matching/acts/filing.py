"""Candidacies against the database: the same steps for handlers, jobs and routes, each under the vacancy's lock."""

import datetime as dt
import json
from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from chassis.work import Work
from contracts.allocation import CandidacyEnd, CandidacyOrigin
from contracts.matching import Answer
from matching.acts import calling
from matching.domain import candidacy
from matching.domain.application import Application
from matching.domain.call import CallStatus
from matching.domain.candidacy import CandidacyRefused, CandidacyStatus, Refused
from matching.domain.checklist import Asked, Item, Verified, missing, needed, verify
from matching.domain.days import after_the_last_moment_of, civil_day
from matching.domain.explanation import explain
from matching.domain.rationale import Rationale
from matching.domain.widening import explain_called
from matching.grounds import basis
from matching.store import applications, calls, candidacies, offers, vacancies
from matching.store.candidacy_tables import CandidacyRow
from matching.store.tables import CallRow, VacancyRow

__all__ = [
    "Checklist",
    "checklist_of",
    "checklists_of",
    "close_all",
    "close_gone",
    "end",
    "look_again",
    "open_by_agent",
    "take_answer",
    "verify_piece",
    "withdraw",
]


class Checklist:
    """What a file must prove on a day, and what is verified of it."""

    def __init__(self, asked: Sequence[Asked], verified: Sequence[Verified], on: dt.date) -> None:
        self.asked = tuple(asked)
        self.verified = {one.item: one for one in verified}
        self.missing = missing(asked, verified, on)

    @property
    def complete(self) -> bool:
        return not self.missing


async def take_answer(
    call_id: UUID, given: Answer, *, reason: str | None, on_behalf_by: str | None, work: Work
) -> CallRow | None:
    """Answer a call: interest opens the household's file for the home, and taking it back closes it.

    Where no file can be opened any more the interest is kept all the same. None where there is no such call.

    Raises:
        AnswerRefused: the answer comes too late.
        CandidacyRefused: the committee has decided; the household answers its offer.
    """
    call = await calling.give_answer(call_id, given, reason=reason, on_behalf_by=on_behalf_by, work=work)
    if call is not None:
        await _follow_answer(call, work)
    return call


async def open_by_agent(
    vacancy_id: UUID, application_id: UUID, *, origin: CandidacyOrigin, reason: str, by: str, work: Work
) -> tuple[CandidacyRow, bool] | None:
    """Bring a household to a home's committee from outside the shortlist; the flag says whether the file is new.

    None where there is no such vacancy or application.

    Raises:
        CandidacyRefused: the home is none that households are called for, the application is not active, the home
            would be unlawful for the household, or its file for this home was closed.
    """
    held = await vacancies.hold(work.session, vacancy_id)
    read = await applications.read(work.session, [application_id], lock=True)
    if held is None or not read:
        return None
    if known := await candidacies.candidacy_for(work.session, vacancy_id, application_id):
        if not known.candidacy().live:
            raise CandidacyRefused(Refused.CLOSED)
        return known, False
    return await _open(held, read[application_id], work, origin=origin, by=by, reason=reason), True


async def verify_piece(
    candidacy_id: UUID,
    item: Item,
    *,
    kind: str,
    issued_on: dt.date,
    valid_until: dt.date | None,
    by: str,
    work: Work,
) -> CandidacyRow | None:
    """Keep that an agent saw a piece; the file is complete with the last one. None where there is no such candidacy.

    Raises:
        PieceRefused: it proves nothing that this file asks for today.
        CandidacyRefused: the file is closed.
    """
    found = await candidacies.hold(work.session, candidacy_id)
    if found is None:
        return None
    held, row = found
    if not row.candidacy().live:
        raise CandidacyRefused(Refused.CLOSED)
    read = await applications.read(work.session, [row.application_id], lock=True)
    if row.application_id not in read:
        raise CandidacyRefused(Refused.NOT_ACTIVE)
    today = civil_day(work.now)
    asked = needed(read[row.application_id], row.candidacy().origin, today)
    seen = verify(asked, item, kind=kind, issued_on=issued_on, valid_until=valid_until, by=by, on=today)
    await candidacies.put_piece(work.session, candidacy_id, seen)
    if seen.valid_until is not None:
        work.due("look_at_files", str(held.id), at=after_the_last_moment_of(seen.valid_until))
    await look_again([row], work)
    return row


async def withdraw(candidacy_id: UUID, *, by: str, work: Work) -> CandidacyRow | None:
    """Close a file as its household asks; the place of its call goes to the next. None where there is no such file.

    Raises:
        CandidacyRefused: it is closed, or decided.
    """
    found = await candidacies.hold(work.session, candidacy_id)
    if found is None:
        return None
    _, row = found
    _withdraw(row, work)
    call = row.call_id and await calls.load(work.session, row.call_id)
    if call and call.status == CallStatus.INTERESTED.value:
        await calling.give_answer(call.id, Answer.NOT_INTERESTED, reason=None, on_behalf_by=by, work=work)
    return row


async def close_all(held: VacancyRow, because: CandidacyEnd, work: Work, *, housed: UUID | None = None) -> None:
    """The home is gone or let: every file for it ends; that of the household that moves in with `HOUSED`."""
    offered = {row.candidacy_id for row in await offers.of_vacancy(work.session, held.id)}
    for row in await candidacies.live_for(work.session, held.id):
        end(
            row, CandidacyEnd.HOUSED if row.application_id == housed else because, held, work, offered=row.id in offered
        )


async def close_gone(held: VacancyRow, work: Work) -> None:
    """Close the undecided files that cannot go on, and look at the others' pieces again.

    Those of applications that are closed or erased; those for which the home would be unlawful now; those whose call
    was withdrawn because a rule is broken, or the home changed.

    What the committee decided on ends with its offer.
    """
    rows = [row for row in await candidacies.live_for(work.session, held.id) if not _is_decided(row)]
    ends = await _ends(held, rows, work)
    for row in rows:
        if because := ends.get(row.id):
            end(row, because, held, work)
    await look_again([row for row in rows if row.id not in ends], work)


async def look_again(rows: Sequence[CandidacyRow], work: Work) -> None:
    """Say of files whether their pieces make them complete today."""
    for row, checklist in zip(rows, await checklists_of(rows, civil_day(work.now), work), strict=True):
        if checklist is None:
            continue
        if settled := candidacy.settle(row.candidacy(), complete=checklist.complete, now=work.now):
            row.show(settled[0])
            work.emit(settled[1])


async def checklist_of(row: CandidacyRow, on: dt.date, work: Work) -> Checklist | None:
    """What a file must prove on a day; None once its application is erased."""
    return (await checklists_of([row], on, work))[0]


async def checklists_of(rows: Sequence[CandidacyRow], on: dt.date, work: Work) -> list[Checklist | None]:
    """The same for files of one home, in their order."""
    known = await applications.read(work.session, [row.application_id for row in rows], lock=False)
    pieces = await candidacies.pieces_of(work.session, [row.id for row in rows])
    return [
        Checklist(needed(known[row.application_id], CandidacyOrigin(row.origin), on), pieces[row.id], on)
        if row.application_id in known
        else None
        for row in rows
    ]


async def _follow_answer(call: CallRow, work: Work) -> None:
    known = await candidacies.candidacy_for(work.session, call.vacancy_id, call.application_id)
    if call.status == CallStatus.INTERESTED.value and known is None:
        held = await vacancies.hold(work.session, call.vacancy_id)
        assert held is not None, "a call is for a vacancy"
        read = await applications.read(work.session, [call.application_id], lock=True)
        if application := read.get(call.application_id):
            with suppress(CandidacyRefused):
                await _open(held, application, work, origin=CandidacyOrigin.CALL, call_id=call.id)
    elif call.status == CallStatus.NOT_INTERESTED.value and known is not None and known.candidacy().live:
        _withdraw(known, work)


async def _open(
    held: VacancyRow,
    application: Application,
    work: Work,
    *,
    origin: CandidacyOrigin,
    call_id: UUID | None = None,
    by: str | None = None,
    reason: str | None = None,
) -> CandidacyRow:
    vacancy = held.vacancy()
    if vacancy.dwelling is None:
        raise CandidacyRefused(Refused.NO_HOME)
    now = await basis(work.session, vacancy, work.now)
    explanation = explain_called(application, vacancy.dwelling, now, hard_to_let=vacancy.hard_to_let)
    opened, event = candidacy.open_file(vacancy, application, explanation, origin=origin, call_id=call_id, now=work.now)
    row = CandidacyRow(
        id=opened.id,
        vacancy_id=opened.vacancy_id,
        landlord=opened.landlord,
        application_id=opened.application_id,
        person_ids=list(opened.person_ids),
        origin=opened.origin.value,
        call_id=opened.call_id,
        status=opened.status.value,
        session_id=None,
        rank=None,
        parked_for=None,
        version=opened.version,
        score=explanation.score,
        policy=explanation.policy,
        points=dict(explanation.points),
        rationale=json.loads(Rationale.of(application, explanation).written()),
        opened_at=work.now,
        opened_by=by,
        opened_because=reason,
    )
    await candidacies.add(work.session, row)
    work.emit(event)
    if await offers.first_ranked_of(work.session, application.id):
        work.due("park_files", str(application.id))
    return row


async def _ends(held: VacancyRow, rows: Sequence[CandidacyRow], work: Work) -> dict[UUID, CandidacyEnd]:
    ids = [row.application_id for row in rows]
    gone = set(await applications.closed(work.session, ids))
    known = await applications.read(work.session, ids, lock=True)
    vacancy = held.vacancy()
    uncalled = await candidacies.uncalled(work.session, held.id)
    ends: dict[UUID, CandidacyEnd] = {}
    now = await basis(work.session, vacancy, work.now)
    for row in rows:
        if row.application_id in gone or row.application_id not in known:
            ends[row.id] = CandidacyEnd.APPLICATION_CLOSED
        elif vacancy.dwelling is not None:
            explanation = explain(known[row.application_id], vacancy.dwelling, now)
            if row.id in uncalled or candidacy.unlawful(explanation):
                ends[row.id] = CandidacyEnd.RULE_BROKEN
    return ends


def end(row: CandidacyRow, because: CandidacyEnd, held: VacancyRow, work: Work, *, offered: bool = False) -> None:
    """Close a live file for this home, and tell why; `offered` where the household hears of it by its offer's end."""
    home = held.vacancy().dwelling
    after, event = candidacy.close(row.candidacy(), because, now=work.now, home=home, offered=offered)
    _close(row, after, because, work)
    work.emit(event)


def _withdraw(row: CandidacyRow, work: Work) -> None:
    after, event = candidacy.withdraw(row.candidacy(), now=work.now)
    _close(row, after, event.because, work)
    work.emit(event)


def _close(row: CandidacyRow, after: candidacy.Candidacy, because: CandidacyEnd, work: Work) -> None:
    row.show(after)
    row.closed_at, row.closed_because = work.now, because.value


def _is_decided(row: CandidacyRow) -> bool:
    return row.status == CandidacyStatus.DECIDED.value
