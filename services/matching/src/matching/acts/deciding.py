"""A committee's decisions on a home against the database: all of its files at once, under the vacancy's lock."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from chassis.work import Work
from contracts.allocation import CandidacyEnd, CommitteeDecided, Decision, FewerFilesBecause
from matching.acts import offering
from matching.domain import candidacy
from matching.domain.candidacy import CandidacyStatus
from matching.domain.committee import CommitteeRefused, NotNow, mayor_of, voting
from matching.domain.days import civil_day
from matching.domain.decision import Ballot, Proposal, Tabled, check_ballot, decide
from matching.store import candidacies, committee, vacancies
from matching.store.candidacy_tables import CandidacyRow
from matching.store.committee import HomeStatus
from matching.store.committee_tables import AgendaHomeRow, DecisionRow, SessionRow
from reference.pieces import kinds

__all__ = ["decide_home"]


async def decide_home(
    row: SessionRow, vacancy_id: UUID, proposals: Sequence[Proposal], *, ballot: Ballot | None, by: str, work: Work
) -> AgendaHomeRow | None:
    """Enter what the committee decided on all files of a home; None where it is not on the session's agenda.

    The session is held open by the caller. The first in rank is offered the home now, those after wait for it, the
    others are closed.

    Raises:
        NotNow: the session's day has not come, the home is decided or gone, or no file is left.
        CommitteeRefused: the decisions are not ones that a committee can take; none is stored.
    """
    held = await vacancies.hold(work.session, vacancy_id)
    home = await committee.home(work.session, row.id, vacancy_id)
    if held is None or home is None:
        return None
    _check_time(row, home, work)
    vacancy = held.vacancy()
    if not vacancy.open or vacancy.dwelling is None:
        raise NotNow(
            f"Le logement est à l'état {vacancy.status} : rien ne s'y décide plus ; retirez-le de l'ordre du jour.",
            f"The home is {vacancy.status}: nothing is decided on it any more; take it off the agenda.",
        )
    tabled, rows = await _tabled(row.id, vacancy_id, work)
    if not tabled:
        raise NotNow(
            "Il ne reste aucun dossier pour ce logement ; retirez-le de l'ordre du jour.",
            "No file of this home is left; take it off the agenda.",
        )
    seats = row.seats()
    decisions, found = decide(tabled, proposals, on=row.held_on, pieces=kinds())
    found += check_ballot(
        ballot,
        present=voting(seats),
        quorum=row.quorum,
        mayor=mayor_of(seats, vacancy.dwelling) is not None,
    )
    if found:
        raise CommitteeRefused(found)
    words = {one.candidacy_id: one.words for one in proposals}
    await committee.add(work.session, [_row(row.id, vacancy_id, one, words[one.candidacy_id]) for one in decisions])
    home.status, home.decided_by, home.decided_at = HomeStatus.DECIDED.value, by, work.now
    home.ballot = asdict(ballot) if ballot else None
    work.emit(
        CommitteeDecided(
            vacancy_id=vacancy_id,
            landlord=row.landlord,
            session_id=row.id,
            on=row.held_on,
            decisions=decisions,
            fewer_files_because=FewerFilesBecause(home.fewer_files_because) if home.fewer_files_because else None,
            dwelling=vacancy.dwelling,
        )
    )
    for one in decisions:
        _follow(rows[one.candidacy_id], one, work)
    await work.session.flush()
    await offering.begin(held, rows.values(), work)
    return home


def _check_time(row: SessionRow, home: AgendaHomeRow, work: Work) -> None:
    if home.status == HomeStatus.DECIDED.value:
        raise NotNow(
            f"Ce logement a été décidé par {home.decided_by} ; tous ses dossiers l'ont été ensemble.",
            f"This home was decided by {home.decided_by}; all its files were decided together.",
        )
    if civil_day(work.now) < row.held_on:
        raise NotNow(
            f"La séance est le {row.held_on:%d/%m/%Y} ; saisissez ses décisions ce jour-là ou après.",
            f"The session is on {row.held_on}; enter its decisions on that day or later.",
        )


async def _tabled(session_id: UUID, vacancy_id: UUID, work: Work) -> tuple[list[Tabled], dict[UUID, CandidacyRow]]:
    """The files that still lie before the committee: those withdrawn since are not decided on, nor those parked."""
    files = await committee.files_of(work.session, session_id, vacancy_id)
    rows = {
        row.id: row
        for row in await candidacies.live_for(work.session, vacancy_id)
        if row.status == CandidacyStatus.ON_AGENDA.value and row.session_id == session_id and row.parked_for is None
    }
    return [
        Tabled(
            candidacy_id=one.candidacy_id,
            application_id=rows[one.candidacy_id].application_id,
            person_ids=tuple(rows[one.candidacy_id].person_ids),
            proposed_rank=one.proposed_rank,
        )
        for one in files
        if one.candidacy_id in rows
    ], rows


def _row(session_id: UUID, vacancy_id: UUID, one: Decision, words: str | None) -> DecisionRow:
    return DecisionRow(
        candidacy_id=one.candidacy_id,
        session_id=session_id,
        vacancy_id=vacancy_id,
        kind=one.kind.value,
        rank=one.rank,
        moved_because=one.moved_because.value if one.moved_because else None,
        reasons=[reason.value for reason in one.reasons],
        words=words,
        piece=one.piece,
        piece_by=one.piece_by,
    )


def _follow(row: CandidacyRow, one: Decision, work: Work) -> None:
    after, event = candidacy.decided(row.candidacy(), one.rank, now=work.now)
    row.show(after)
    if event:
        row.closed_at, row.closed_because = work.now, CandidacyEnd.NOT_ALLOCATED.value
        work.emit(event)
