"""The reading of a chain: homes, calls, files, decisions, offers and leases put together, in a handful of queries."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.work import Work
from contracts.allocation import CandidacyOrigin, DecisionKind, DecisionReason, HomeLeft, MovedBecause
from contracts.landlord import WithdrawalReason
from contracts.values import ApplicationKind
from matching.domain.call import CallStatus
from matching.domain.candidacy import CandidacyStatus
from matching.domain.days import civil_day
from matching.domain.rationale import Rationale
from matching.domain.rules import Verdict
from matching.domain.vacancy import VacancyStatus
from matching.store import chains
from matching.store.candidacy_tables import CandidacyRow
from matching.store.committee_tables import DecisionRow
from matching.store.offer_tables import MoveRow
from matching.store.tables import CallRow
from matching.views.chains import (
    CallStep,
    ChainEnd,
    ChainView,
    DecisionStep,
    FileStep,
    HomeStep,
    LeaseStep,
    SessionStep,
)
from matching.views.offers import OfferSummary

__all__ = ["chain"]

_TAKEN_BACK = WithdrawalReason.NOTICE_WITHDRAWN.value
"""The tenant stays for now: her home is asked for again, and the chain goes on from the one before."""


async def chain(vacancy_id: UUID, work: Work) -> ChainView | None:
    """The chain in which a home stands; None where there is no such home."""
    homes = await chains.homes_of(work.session, vacancy_id)
    if not homes:
        return None
    ids = [row.id for _, row in homes]
    found = await chains.all_of(work.session, ids)
    following = {row.follows_vacancy_id: row.id for _, row in homes if row.ended_because != _TAKEN_BACK}
    steps = [
        HomeStep(
            step=step,
            vacancy_id=row.id,
            follows_vacancy_id=row.follows_vacancy_id,
            landlord=row.landlord,
            status=row.vacancy().status,
            dwelling=row.vacancy().dwelling,
            announced_on=row.announced_on,
            released_on=row.released_on,
            available_on=row.available_on,
            ended_on=row.ended_on,
            ended_because=row.ended_because,
            calls=[_call(one) for one in found.calls[row.id]],
            files=[_file(one) for one in found.files[row.id]],
            sessions=_sessions(found.decisions[row.id]),
            offers=[OfferSummary.of(one) for one in found.offers[row.id]],
            lease=_lease(found.moves.get(row.id)),
            home_left_denied=row.home_left_denied,
            next_vacancy_id=following.get(row.id),
        )
        for step, row in homes
    ]
    return ChainView(
        chain_id=ids[0],
        homes=steps,
        moves=sum(one.lease is not None for one in steps),
        end=_end(_last(steps)),
    )


def _last(steps: Sequence[HomeStep]) -> HomeStep:
    """The home at which the chain stands: where a notice was taken back and given again, the one that goes on."""
    ends = [one for one in steps if one.next_vacancy_id is None]
    return max(ends, key=lambda one: (one.ended_because != _TAKEN_BACK, one.step))


def _end(last: HomeStep) -> ChainEnd:
    if last.status is VacancyStatus.WITHDRAWN:
        return ChainEnd.HOME_WITHDRAWN
    if last.lease is not None:
        if last.lease.home_left is None:
            return ChainEnd.NO_HOME_LEFT
        return ChainEnd.HOME_LEFT_DENIED if last.home_left_denied else ChainEnd.HOME_LEFT_AWAITED
    return ChainEnd.HOUSEHOLD_NOT_TOLD if last.status is VacancyStatus.LET else ChainEnd.OPEN


def _call(row: CallRow) -> CallStep:
    return CallStep(
        application_id=row.application_id,
        rank=row.rank,
        status=CallStatus(row.status),
        issued_on=civil_day(row.issued_at),
        answered_on=civil_day(row.answered_at) if row.answered_at else None,
    )


def _file(row: CandidacyRow) -> FileStep:
    return FileStep(
        candidacy_id=row.id,
        application_id=row.application_id,
        origin=CandidacyOrigin(row.origin),
        status=CandidacyStatus(row.status),
        opened_on=civil_day(row.opened_at),
        closed_on=civil_day(row.closed_at) if row.closed_at else None,
        closed_because=row.closed_because,
        verdicts=_verdicts(row.rationale),
    )


def _verdicts(rationale: dict[str, Any] | None) -> dict[str, Verdict]:
    return {} if rationale is None else {one.code: one.verdict for one in Rationale.read(rationale).findings}


def _sessions(decided: Sequence[chains.Decided]) -> list[SessionStep]:
    by_session: defaultdict[UUID, list[chains.Decided]] = defaultdict(list)
    for one in decided:
        by_session[one.decision.session_id].append(one)
    steps = [
        SessionStep(
            session_id=session_id,
            held_on=of_session[0].held_on,
            decisions=[_decision(one.decision, one.application_id, one.proposed_rank) for one in of_session],
        )
        for session_id, of_session in by_session.items()
    ]
    return sorted(steps, key=lambda one: one.held_on)


def _decision(row: DecisionRow, application_id: UUID, proposed_rank: int) -> DecisionStep:
    return DecisionStep(
        application_id=application_id,
        kind=DecisionKind(row.kind),
        rank=row.rank,
        proposed_rank=proposed_rank,
        moved_because=MovedBecause(row.moved_because) if row.moved_because else None,
        reasons=[DecisionReason(reason) for reason in row.reasons],
        piece=row.piece,
        piece_by=row.piece_by,
    )


def _lease(row: MoveRow | None) -> LeaseStep | None:
    if row is None:
        return None
    return LeaseStep(
        application_id=row.application_id,
        kind=ApplicationKind(row.kind) if row.kind else None,
        signed_on=row.signed_on,
        offer_id=row.offer_id,
        other_than_offered=row.other_than_offered,
        home_left=HomeLeft.model_validate(row.home_left) if row.home_left else None,
    )
