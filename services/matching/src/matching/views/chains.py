"""A chain of moves, read whole: each home with all that led to its lease, what its household leaves, and the end."""

import datetime as dt
from enum import StrEnum
from uuid import UUID

from contracts.allocation import CandidacyOrigin, DecisionKind, DecisionReason, HomeLeft, MovedBecause
from contracts.values import ApplicationKind, DwellingFacts
from matching.domain.call import CallStatus
from matching.domain.candidacy import CandidacyStatus
from matching.domain.rules import Verdict
from matching.domain.vacancy import VacancyStatus
from matching.views.offers import OfferSummary
from matching.views.view import View

__all__ = ["CallStep", "ChainEnd", "ChainView", "DecisionStep", "FileStep", "HomeStep", "LeaseStep", "SessionStep"]


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


class SessionStep(View):
    session_id: UUID
    held_on: dt.date
    decisions: list[DecisionStep]


class LeaseStep(View):
    application_id: UUID
    kind: ApplicationKind | None
    signed_on: dt.date
    offer_id: UUID | None
    other_than_offered: bool
    """Another household held the offer when this one signed."""
    home_left: HomeLeft | None


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


class ChainView(View):
    chain_id: UUID
    """The vacancy that began it."""
    homes: list[HomeStep]
    moves: int
    """Leases signed."""
    end: ChainEnd
