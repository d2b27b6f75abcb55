"""The minutes of a session, from what the database holds of it."""

from dataclasses import replace

from chassis.work import Work
from contracts.allocation import CandidacyOrigin, DecisionKind, DecisionReason, FewerFilesBecause, MovedBecause
from contracts.tenancy import SuitableHome
from contracts.values import DwellingFacts
from matching.domain.decision import Ballot
from matching.domain.minutes import Minutes, MinutesFile, MinutesHome, MinutesLease
from matching.store import candidacies, committee, examinations
from matching.store.candidacy_tables import CandidacyRow
from matching.store.committee import HomeStatus
from matching.store.committee_tables import AgendaFileRow, AgendaHomeRow, DecisionRow, SessionRow
from matching.store.examinations import ExaminationRow

__all__ = ["minutes_of"]


async def minutes_of(row: SessionRow, work: Work) -> Minutes:
    files = await committee.files_of(work.session, row.id)
    decided = {one.candidacy_id: one for one in await committee.decisions_of(work.session, row.id)}
    rows = await candidacies.read(work.session, [one.candidacy_id for one in files])
    return Minutes(
        number=str(row.id),
        landlord=row.landlord,
        held_on=row.held_on,
        place=row.place,
        final=row.closed,
        members=row.seats(),
        quorum=row.quorum,
        homes=[
            _home(
                home,
                [
                    _file(one, rows[one.candidacy_id], decided.get(one.candidacy_id))
                    for one in files
                    if one.vacancy_id == home.vacancy_id
                ],
            )
            for home in await committee.homes_of(work.session, row.id)
        ],
        leases=[_lease(one) for one in await examinations.of_session(work.session, row.id)],
    )


def _home(row: AgendaHomeRow, files: list[MinutesFile]) -> MinutesHome:
    ordered = sorted(files, key=lambda one: (one.rank or len(files) + 1, one.proposed_rank))
    return MinutesHome(
        number=str(row.vacancy_id),
        home=DwellingFacts.model_validate(row.dwelling),
        policy=row.policy,
        decided=row.status == HomeStatus.DECIDED.value,
        files=tuple(ordered),
        fewer_because=FewerFilesBecause(row.fewer_files_because) if row.fewer_files_because else None,
        justification=row.justification,
        ballot=Ballot(**row.ballot) if row.ballot else None,
    )


def _file(file: AgendaFileRow, row: CandidacyRow, decision: DecisionRow | None) -> MinutesFile:
    said = MinutesFile(
        number=str(row.application_id),
        origin=CandidacyOrigin(row.origin),
        proposed_rank=file.proposed_rank,
        score=file.score,
    )
    if decision is None:
        return said
    return replace(
        said,
        kind=DecisionKind(decision.kind),
        rank=decision.rank,
        moved_because=MovedBecause(decision.moved_because) if decision.moved_because else None,
        reasons=tuple(DecisionReason(one) for one in decision.reasons),
        words=decision.words,
        piece=decision.piece,
        piece_by=decision.piece_by,
    )


def _lease(row: ExaminationRow) -> MinutesLease:
    suitable = row.opinion and row.opinion["suitable"]
    return MinutesLease(
        number=str(row.tenancy_id),
        rehouse=row.opinion["rehouse"] if row.opinion else None,
        suitable=SuitableHome.model_validate(suitable) if suitable else None,
    )
