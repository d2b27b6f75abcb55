"""A chain of moves, read whole: each home with all that led to its lease, what its household leaves, and the end."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from contracts.allocation import CandidacyOrigin, DecisionKind, DecisionReason, HomeLeft, MovedBecause
from contracts.landlord import WithdrawalReason
from contracts.values import ApplicationKind, DwellingFacts
from matching.domain.call import CallStatus
from matching.domain.candidacy import CandidacyStatus
from matching.domain.days import civil_day
from matching.domain.rationale import Rationale
from matching.domain.rules import Verdict
from matching.domain.vacancy import VacancyStatus
from matching.store.candidacy_tables import CandidacyRow
from matching.store.chains import AllOf, Decided
from matching.store.offer_tables import MoveRow
from matching.store.tables import CallRow, VacancyRow
from matching.views.offers import OfferSummary
from matching.views.view import View

__all__ = ["CallStep", "ChainEnd", "ChainView", "DecisionStep", "FileStep", "HomeStep", "LeaseStep", "SessionStep"]

_TAKEN_BACK = WithdrawalReason.NOTICE_WITHDRAWN.value
"""The tenant stays for now: her home is asked for again, and the chain goes on from the one before."""


class ChainEnd(StrEnum):
    """Where a chain stands, by its last home."""

    OPEN = "open"
    """Not let yet: households are called, decided on or offered it."""
    HOME_LEFT_AWAITED = "home_left_awaited"
    """Its landlord has not said yet that the home left comes free."""
    HOME_LEFT_DENIED = "home_left_denied"
    NO_HOME_LEFT = "no_home_left"
    """A household moved in that leaves no home of the stock: a first application, or a split."""
    HOME_WITHDRAWN = "home_withdrawn"
    HOUSEHOLD_NOT_TOLD = "household_not_told"
    """It was let, and its landlord did not say to whom."""


class CallStep(View):
    application_id: UUID
    rank: int
    status: CallStatus
    issued_on: dt.date
    answered_on: dt.date | None

    @classmethod
    def of(cls, row: CallRow) -> Self:
        return cls(
            application_id=row.application_id,
            rank=row.rank,
            status=CallStatus(row.status),
            issued_on=civil_day(row.issued_at),
            answered_on=civil_day(row.answered_at) if row.answered_at else None,
        )


class FileStep(View):
    """A household's file for the home, with the rules' verdicts of the day it was opened."""

    candidacy_id: UUID
    application_id: UUID
    origin: CandidacyOrigin
    status: CandidacyStatus
    opened_on: dt.date
    closed_on: dt.date | None
    closed_because: str | None
    verdicts: dict[str, Verdict]
    """By the finding's code, for example `effort.affordable_with_aid`."""

    @classmethod
    def of(cls, row: CandidacyRow) -> Self:
        return cls(
            candidacy_id=row.id,
            application_id=row.application_id,
            origin=CandidacyOrigin(row.origin),
            status=CandidacyStatus(row.status),
            opened_on=civil_day(row.opened_at),
            closed_on=civil_day(row.closed_at) if row.closed_at else None,
            closed_because=row.closed_because,
            verdicts=_verdicts(row.rationale),
        )


class DecisionStep(View):
    application_id: UUID
    kind: DecisionKind
    rank: int | None
    proposed_rank: int | None
    """The engine's."""
    moved_because: MovedBecause | None
    reasons: list[DecisionReason]
    piece: str | None
    piece_by: dt.date | None

    @classmethod
    def of(cls, one: Decided) -> Self:
        row = one.decision
        return cls(
            application_id=one.application_id,
            kind=DecisionKind(row.kind),
            rank=row.rank,
            proposed_rank=one.proposed_rank,
            moved_because=MovedBecause(row.moved_because) if row.moved_because else None,
            reasons=[DecisionReason(reason) for reason in row.reasons],
            piece=row.piece,
            piece_by=row.piece_by,
        )


class SessionStep(View):
    session_id: UUID
    held_on: dt.date
    decisions: list[DecisionStep]

    @classmethod
    def all_of(cls, decided: Sequence[Decided]) -> list[Self]:
        """The sessions of these decisions, by day."""
        by_session: defaultdict[UUID, list[Decided]] = defaultdict(list)
        for one in decided:
            by_session[one.decision.session_id].append(one)
        steps = [
            cls(
                session_id=session_id,
                held_on=of_session[0].held_on,
                decisions=[DecisionStep.of(one) for one in of_session],
            )
            for session_id, of_session in by_session.items()
        ]
        return sorted(steps, key=lambda one: one.held_on)


class LeaseStep(View):
    application_id: UUID
    kind: ApplicationKind | None
    signed_on: dt.date
    offer_id: UUID | None
    other_than_offered: bool
    """Another household held the offer when this one signed."""
    home_left: HomeLeft | None

    @classmethod
    def of(cls, row: MoveRow) -> Self:
        return cls(
            application_id=row.application_id,
            kind=ApplicationKind(row.kind) if row.kind else None,
            signed_on=row.signed_on,
            offer_id=row.offer_id,
            other_than_offered=row.other_than_offered,
            home_left=HomeLeft.model_validate(row.home_left) if row.home_left else None,
        )


class HomeStep(View):
    """One home of the chain."""

    step: int
    vacancy_id: UUID
    follows_vacancy_id: UUID | None
    """The home that the household leaving this one moves into."""
    landlord: str
    status: VacancyStatus
    dwelling: DwellingFacts | None
    announced_on: dt.date | None
    released_on: dt.date | None
    available_on: dt.date | None
    ended_on: dt.date | None
    ended_because: str | None
    calls: list[CallStep]
    files: list[FileStep]
    sessions: list[SessionStep]
    offers: list[OfferSummary]
    lease: LeaseStep | None
    home_left_denied: str | None
    next_vacancy_id: UUID | None

    @classmethod
    def of(cls, step: int, row: VacancyRow, found: AllOf, *, following: UUID | None) -> Self:
        seen, lease = row.vacancy(), found.moves.get(row.id)
        return cls(
            step=step,
            vacancy_id=row.id,
            follows_vacancy_id=row.follows_vacancy_id,
            landlord=row.landlord,
            status=seen.status,
            dwelling=seen.dwelling,
            announced_on=row.announced_on,
            released_on=row.released_on,
            available_on=row.available_on,
            ended_on=row.ended_on,
            ended_because=row.ended_because,
            calls=[CallStep.of(one) for one in found.calls[row.id]],
            files=[FileStep.of(one) for one in found.files[row.id]],
            sessions=SessionStep.all_of(found.decisions[row.id]),
            offers=[OfferSummary.of(one) for one in found.offers[row.id]],
            lease=None if lease is None else LeaseStep.of(lease),
            home_left_denied=row.home_left_denied,
            next_vacancy_id=following,
        )


class ChainView(View):
    chain_id: UUID
    """The vacancy that began it."""
    homes: list[HomeStep]
    moves: int
    """Leases signed."""
    end: ChainEnd

    @classmethod
    def of(cls, homes: Sequence[tuple[int, VacancyRow]], found: AllOf) -> Self:
        """Of the homes with their steps, from the one that began the chain, and what happened around them."""
        following = {row.follows_vacancy_id: row.id for _, row in homes if row.ended_because != _TAKEN_BACK}
        steps = [HomeStep.of(step, row, found, following=following.get(row.id)) for step, row in homes]
        return cls(
            chain_id=steps[0].vacancy_id,
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


def _verdicts(rationale: dict[str, Any] | None) -> dict[str, Verdict]:
    return {} if rationale is None else {one.code: one.verdict for one in Rationale.read(rationale).findings}
