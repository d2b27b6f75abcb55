"""Sessions of a committee and their agendas against the database. A session's row is taken before any vacancy's."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID, uuid4

from chassis.work import Work
from contracts.allocation import FewerFilesBecause
from contracts.told import Told
from matching.acts import filing, opining
from matching.domain.application import Application
from matching.domain.candidacy import CandidacyStatus, put_on_agenda, take_off_agenda
from matching.domain.checklist import Item
from matching.domain.committee import (
    CommitteeRefused,
    File,
    Member,
    NotNow,
    Objection,
    SessionStatus,
    check_files,
    check_members,
)
from matching.domain.days import civil_day
from matching.domain.explanation import Explanation
from matching.domain.policy import Basis
from matching.domain.rationale import Rationale
from matching.domain.vacancy import Vacancy
from matching.domain.widening import explain_called
from matching.grounds import basis
from matching.store import applications, candidacies, committee, vacancies
from matching.store.candidacy_tables import CandidacyRow
from matching.store.committee import HomeStatus
from matching.store.committee_tables import AgendaFileRow, AgendaHomeRow, SessionRow
from matching.store.tables import VacancyRow

__all__ = ["change_members", "close_session", "open_session", "plan", "put_home", "take_home_off"]


async def plan(
    *, landlord: str, held_on: dt.date, place: str, members: Sequence[Member], quorum: int | None, by: str, work: Work
) -> SessionRow:
    """Plan a session of a landlord's committee.

    Raises:
        CommitteeRefused: the day is over, or the members make no committee.
    """
    found = check_members(members, quorum, held_on=held_on)
    if held_on < civil_day(work.now):
        over = Told(
            f"le {held_on:%d/%m/%Y} est passé ; une séance se prévoit pour aujourd'hui ou après",
            f"{held_on} is over; a session is planned for today or later",
        )
        found.append(Objection("held_on", over))
    if found:
        raise CommitteeRefused(found)
    row = SessionRow(
        id=uuid4(),
        landlord=landlord,
        held_on=held_on,
        place=place,
        members=_said(members),
        quorum=quorum,
        planned_by=by,
        planned_at=work.now,
    )
    await committee.add(work.session, [row])
    return row


def change_members(row: SessionRow, members: Sequence[Member], quorum: int | None) -> None:
    """Say who sits and who is there. Raises `CommitteeRefused` for what makes no committee."""
    if found := check_members(members, quorum, held_on=row.held_on):
        raise CommitteeRefused(found)
    row.members, row.quorum = _said(members), quorum
    row.version += 1


async def open_session(session_id: UUID, work: Work, *, shared: bool = False) -> SessionRow | None:
    """The session, held, so that it does not end meanwhile; None where there is none. Raises `NotNow` once closed."""
    row = await committee.hold_session(work.session, session_id, shared=shared)
    if row is not None and row.closed:
        raise NotNow(
            f"La séance du {row.held_on:%d/%m/%Y} est close et son procès-verbal définitif ; prévoyez-en une autre.",
            f"The session of {row.held_on} is closed and its minutes are final; plan another session.",
        )
    return row


async def put_home(
    row: SessionRow,
    vacancy_id: UUID,
    candidacy_ids: Sequence[UUID] | None,
    *,
    fewer_because: FewerFilesBecause | None,
    justification: str | None,
    work: Work,
) -> AgendaHomeRow:
    """Put a home on the agenda with these files, or with every complete one, ranked and explained as of now.

    Raises:
        NotNow: the home is on an agenda already, or files ranked for it still wait for their offers.
        CommitteeRefused: the home or one of the files may not go before this committee.
    """
    held = await vacancies.hold(work.session, vacancy_id)
    if held is None or not held.vacancy().open or held.vacancy().dwelling is None:
        message = _not_open(held)
        raise CommitteeRefused([Objection("vacancy_id", message)])
    if held.landlord != row.landlord:
        message = Told(
            f"le logement est du bailleur {held.landlord}, et la séance de la commission de {row.landlord}",
            f"the home is of landlord {held.landlord}, and the session of {row.landlord}'s committee",
        )
        raise CommitteeRefused([Objection("vacancy_id", message)])
    await _check_free(vacancy_id, work)
    live = await candidacies.live_for(work.session, vacancy_id)
    chosen = _complete(live) if candidacy_ids is None else await _named(candidacy_ids, work)
    files, now = await _files(chosen, held, row.held_on, work)
    home = held.vacancy().dwelling
    assert home is not None
    found = check_files(
        files,
        home,
        vacancy_id=vacancy_id,
        held_on=row.held_on,
        fewer_because=fewer_because,
        justification=justification,
    )
    if found:
        raise CommitteeRefused(found)
    listed = AgendaHomeRow(
        session_id=row.id,
        vacancy_id=vacancy_id,
        place=0,
        status=HomeStatus.LISTED.value,
        dwelling=home.model_dump(mode="json"),
        policy=now.policy.name,
        fewer_files_because=fewer_because.value if fewer_because else None,
        justification=justification,
    )
    await committee.list_home(work.session, listed, _ranked(row.id, files, vacancy_id, now))
    for one in chosen:
        one.show(put_on_agenda(one.candidacy(), row.id))
    row.version += 1
    return listed


async def take_home_off(row: SessionRow, vacancy_id: UUID, work: Work) -> bool:
    """Take a home off the agenda; False where it is not on it. Raises `NotNow` once it is decided."""
    await vacancies.hold(work.session, vacancy_id)
    listed = await committee.home(work.session, row.id, vacancy_id)
    if listed is None:
        return False
    if listed.status != HomeStatus.LISTED.value:
        raise NotNow(
            "La commission a décidé sur ce logement ; une décision ne se retire pas de l'ordre du jour.",
            "The committee has decided on this home; a decision is not taken back by the agenda.",
        )
    await _release(row.id, vacancy_id, work)
    await committee.take_off(work.session, listed)
    row.version += 1
    return True


async def close_session(row: SessionRow, *, by: str, work: Work) -> None:
    """End a session: its minutes are final, and the homes that it did not decide on may go before another.

    Raises:
        NotNow: its day has not come.
    """
    if civil_day(work.now) < row.held_on:
        raise NotNow(
            f"La séance est le {row.held_on:%d/%m/%Y} ; terminez-la ce jour-là ou après.",
            f"The session is on {row.held_on}; close it on that day or later.",
        )
    homes = await committee.homes_of(work.session, row.id)
    for listed in sorted(homes, key=lambda one: one.vacancy_id):
        if listed.status == HomeStatus.LISTED.value:
            await vacancies.hold(work.session, listed.vacancy_id)
            await _release(row.id, listed.vacancy_id, work)
            listed.status = HomeStatus.ADJOURNED.value
    await opining.release_examinations(row, work)
    row.status, row.closed_by, row.closed_at = SessionStatus.CLOSED.value, by, work.now
    row.version += 1


async def _check_free(vacancy_id: UUID, work: Work) -> None:
    if other := await committee.listed_on(work.session, vacancy_id):
        raise NotNow(
            f"Le logement est à l'ordre du jour de la séance {other} ; retirez-le, ou terminez cette séance.",
            f"The home is on the agenda of session {other}; take it off there, or close that session.",
        )
    ranked = [row for row in await candidacies.live_for(work.session, vacancy_id) if row.rank is not None]
    if ranked:
        raise NotNow(
            "Des dossiers classés pour ce logement attendent encore leur proposition ; attendez leur terme.",
            "Files that a committee ranked for this home still wait for their offers; let these end first.",
        )


def _not_open(held: VacancyRow | None) -> Told:
    fr = "n'est pas connu ici" if held is None else f"est à l'état {held.status}"
    en = "not known here" if held is None else held.status
    return Told(
        f"le logement {fr} ; seuls les logements annoncés ou remis à la location vont à l'ordre du jour",
        f"the home is {en}; only homes announced or released go on an agenda",
    )


def _complete(rows: Sequence[CandidacyRow]) -> list[CandidacyRow]:
    return [row for row in rows if row.status == CandidacyStatus.COMPLETE.value and row.parked_for is None]


async def _named(candidacy_ids: Sequence[UUID], work: Work) -> list[CandidacyRow]:
    found = await candidacies.read(work.session, candidacy_ids)
    unknown = [
        Objection(
            f"candidacies[{place}]",
            Told(
                f"il n'y a pas de dossier {one} ; prenez-le dans ceux du logement",
                f"there is no candidacy {one}; take it from the home's candidacies",
            ),
        )
        for place, one in enumerate(candidacy_ids)
        if one not in found
    ]
    if unknown:
        raise CommitteeRefused(unknown)
    return [found[one] for one in candidacy_ids]


async def _files(rows: Sequence[CandidacyRow], held: VacancyRow, on: dt.date, work: Work) -> tuple[list[File], Basis]:
    vacancy = held.vacancy()
    assert vacancy.dwelling is not None, "the agenda takes known homes"
    ids = [row.application_id for row in rows]
    known = await applications.read(work.session, ids, lock=True)
    expiries = await applications.expiries(work.session, ids)
    checklists = await filing.checklists_of(rows, on, work)
    now = await basis(work.session, vacancy, work.now)
    return [
        File(
            candidacy=row.candidacy(),
            application=known.get(row.application_id),
            expires_on=expiries.get(row.application_id),
            missing=tuple(_name(one.item) for one in checklist.missing) if checklist else (),
            explanation=_explained(known.get(row.application_id), vacancy, now),
        )
        for row, checklist in zip(rows, checklists, strict=True)
    ], now


def _explained(application: Application | None, vacancy: Vacancy, now: Basis) -> Explanation | None:
    if application is None or vacancy.dwelling is None:
        return None
    return explain_called(application, vacancy.dwelling, now, hard_to_let=vacancy.hard_to_let)


def _ranked(session_id: UUID, files: Sequence[File], vacancy_id: UUID, now: Basis) -> list[AgendaFileRow]:
    """The files as the engine ranks them: by score, equals as on the shortlist."""
    explained = [(file, file.application, file.explanation) for file in files if file.application and file.explanation]
    order = sorted(explained, key=lambda one: one[2].key(one[1], vacancy_id, now.seed))
    return [
        AgendaFileRow(
            session_id=session_id,
            candidacy_id=file.candidacy.id,
            vacancy_id=vacancy_id,
            proposed_rank=rank,
            score=explanation.score,
            points=dict(explanation.points),
            rationale=json.loads(Rationale.of(application, explanation).written()),
        )
        for rank, (file, application, explanation) in enumerate(order, start=1)
    ]


async def _release(session_id: UUID, vacancy_id: UUID, work: Work) -> None:
    """The files that lay before this session for a home are free again, complete or not as their pieces say today."""
    rows = [row for row in await candidacies.live_for(work.session, vacancy_id) if row.session_id == session_id]
    on_agenda = [row for row in rows if row.status == CandidacyStatus.ON_AGENDA.value]
    for one in on_agenda:
        one.show(take_off_agenda(one.candidacy()))
    await filing.look_again(on_agenda, work)


def _said(members: Sequence[Member]) -> list[dict[str, object]]:
    return [asdict(one) | {"seat": one.seat.value} for one in members]


def _name(item: Item) -> str:
    return item.requirement if item.person < 2 else f"{item.requirement} (co-applicant)"  # noqa: PLR2004 - the second
