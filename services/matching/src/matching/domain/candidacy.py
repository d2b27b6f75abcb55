"""Candidacies (DOMAIN §11.2): a household's file for one home, from its opening to its end.

Before the committee there is nothing to refuse; after its decision the household answers an offer, no longer its file.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID, uuid5

from contracts.allocation import (
    CandidacyClosed,
    CandidacyCompleted,
    CandidacyEnd,
    CandidacyEvent,
    CandidacyOpened,
    CandidacyOrigin,
    CandidacyParked,
    CandidacyReopened,
    CandidacyRevived,
)
from contracts.values import DwellingFacts
from matching.domain.application import Application
from matching.domain.explanation import Explanation
from matching.domain.rules import Finding, Verdict
from matching.domain.vacancy import Vacancy

__all__ = [
    "ADDED_BY",
    "Candidacy",
    "CandidacyRefused",
    "CandidacyStatus",
    "Refused",
    "close",
    "decided",
    "open_file",
    "park",
    "put_on_agenda",
    "revive",
    "settle",
    "take_off_agenda",
    "unlawful",
    "withdraw",
]

Told = TypeVar("Told", bound=CandidacyEvent)
ADDED_BY = (CandidacyOrigin.HOLDER, CandidacyOrigin.PREFET, CandidacyOrigin.RENEWAL, CandidacyOrigin.LANDLORD)
"""Who may bring a household outside the shortlist (DOMAIN §11.7)."""
_TOLD_OF = {
    CandidacyEnd.VACANCY_GONE,
    CandidacyEnd.VACANCY_LET,
    CandidacyEnd.RULE_BROKEN,
    CandidacyEnd.CONDITION_NOT_MET,
}
"""Ends that are neither the household's doing nor told by a message of their own."""


class CandidacyStatus(StrEnum):
    OPEN = "open"
    """Pieces are missing."""
    COMPLETE = "complete"
    """Every piece of the checklist is verified and counts today."""
    ON_AGENDA = "on_agenda"
    DECIDED = "decided"
    """Ranked by the committee: what follows is the offer's."""
    CLOSED = "closed"


class Refused(StrEnum):
    """Why a step of a candidacy cannot be taken."""

    NO_HOME = "no_home"
    NOT_ACTIVE = "not_active"
    UNLAWFUL = "unlawful"
    CLOSED = "closed"
    DECIDED = "decided"


class CandidacyRefused(Exception):
    """`findings` are the rules that stand against it, where rules do."""

    def __init__(self, refused: Refused, findings: tuple[Finding, ...] = ()) -> None:
        super().__init__(refused.value)
        self.refused = refused
        self.findings = findings


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidacy:
    id: UUID
    vacancy_id: UUID
    landlord: str
    application_id: UUID
    person_ids: tuple[UUID, ...]
    origin: CandidacyOrigin
    call_id: UUID | None = None
    status: CandidacyStatus = CandidacyStatus.OPEN
    session_id: UUID | None = None
    """On whose agenda it is, or who decided."""
    rank: int | None = None
    """Given by the committee."""
    parked_for: UUID | None = None
    """The candidacy for another home, ranked first there, that this one waits for."""
    version: int = 1

    @property
    def live(self) -> bool:
        return self.status is not CandidacyStatus.CLOSED


def open_file(
    vacancy: Vacancy,
    application: Application,
    explanation: Explanation,
    *,
    origin: CandidacyOrigin,
    call_id: UUID | None,
    now: dt.datetime,
) -> tuple[Candidacy, CandidacyOpened]:
    """A household's file for a home; its id follows from the two, because there is one.

    Raises:
        CandidacyRefused: nobody is called for the home any more, the application is not active, or the home would be
            unlawful for this household.
    """
    if not vacancy.open:
        raise CandidacyRefused(Refused.NO_HOME)
    if not application.active:
        raise CandidacyRefused(Refused.NOT_ACTIVE)
    if found := unlawful(explanation):
        raise CandidacyRefused(Refused.UNLAWFUL, found)
    opened = Candidacy(
        id=uuid5(application.id, str(vacancy.id)),
        vacancy_id=vacancy.id,
        landlord=vacancy.landlord,
        application_id=application.id,
        person_ids=application.person_ids,
        origin=origin,
        call_id=call_id,
    )
    return opened, _told(
        opened,
        CandidacyOpened,
        person_ids=opened.person_ids,
        origin=origin,
        call_id=call_id,
        score=explanation.score,
        policy=explanation.policy,
        opened_at=now,
    )


def unlawful(explanation: Explanation) -> tuple[Finding, ...]:
    """What of it would be unlawful: no reason of an agent's brings such a household to a committee (DOMAIN §11.4)."""
    return tuple(one for one in explanation.findings if one.verdict is Verdict.UNLAWFUL)


def settle(
    candidacy: Candidacy, *, complete: bool, now: dt.datetime
) -> tuple[Candidacy, CandidacyCompleted | CandidacyReopened] | None:
    """The file once its pieces were looked at; None where that changes nothing.

    A file on an agenda was looked at as of the session's day, and a decided one is the offer's business.
    """
    if complete and candidacy.status is CandidacyStatus.OPEN:
        after = _next(candidacy, status=CandidacyStatus.COMPLETE)
        return after, _told(after, CandidacyCompleted, completed_at=now)
    if not complete and candidacy.status is CandidacyStatus.COMPLETE:
        after = _next(candidacy, status=CandidacyStatus.OPEN)
        return after, _told(after, CandidacyReopened, reopened_at=now)
    return None


def put_on_agenda(candidacy: Candidacy, session_id: UUID) -> Candidacy:
    assert candidacy.status is CandidacyStatus.COMPLETE, "the agenda refused the others"
    return _next(candidacy, status=CandidacyStatus.ON_AGENDA, session_id=session_id)


def take_off_agenda(candidacy: Candidacy) -> Candidacy:
    """The home is adjourned or taken off: the file is a complete one again until its pieces are looked at."""
    assert candidacy.status is CandidacyStatus.ON_AGENDA, "it was on one"
    return _next(candidacy, status=CandidacyStatus.COMPLETE, session_id=None)


def decided(candidacy: Candidacy, rank: int | None, *, now: dt.datetime) -> tuple[Candidacy, CandidacyClosed | None]:
    """The file after the committee's decision: ranked, or closed where it was not allocated."""
    assert candidacy.status is CandidacyStatus.ON_AGENDA, "decisions are taken on the agenda's files"
    if rank is not None:
        return _next(candidacy, status=CandidacyStatus.DECIDED, rank=rank), None
    return close(candidacy, CandidacyEnd.NOT_ALLOCATED, now=now)


def park(candidacy: Candidacy, waits_for: UUID, *, now: dt.datetime) -> tuple[Candidacy, CandidacyParked]:
    """The file while its household is first for another home: `waits_for` is the file there."""
    after = _next(candidacy, parked_for=waits_for)
    return after, _told(after, CandidacyParked, for_candidacy_id=waits_for, parked_at=now)


def revive(candidacy: Candidacy, *, now: dt.datetime) -> tuple[Candidacy, CandidacyRevived]:
    """The other home came to nothing: the file counts again."""
    after = _next(candidacy, parked_for=None)
    return after, _told(after, CandidacyRevived, revived_at=now)


def withdraw(candidacy: Candidacy, *, now: dt.datetime) -> tuple[Candidacy, CandidacyClosed]:
    """The household takes its file back.

    Raises:
        CandidacyRefused: it is closed, or the committee decided: then the offer is what can be answered.
    """
    if candidacy.status is CandidacyStatus.DECIDED:
        raise CandidacyRefused(Refused.DECIDED)
    if not candidacy.live:
        raise CandidacyRefused(Refused.CLOSED)
    return close(candidacy, CandidacyEnd.HOUSEHOLD_WITHDREW, now=now)


def close(
    candidacy: Candidacy,
    because: CandidacyEnd,
    *,
    now: dt.datetime,
    home: DwellingFacts | None = None,
    offered: bool = False,
) -> tuple[Candidacy, CandidacyClosed]:
    """The file once it is over. Its household is told, unless it ended the file itself or hears of it otherwise.

    That is by the end of its call, which it has until the committee decides, or of its offer (`offered`).
    """
    assert candidacy.live, "a file is closed once"
    called = candidacy.call_id is not None and candidacy.status is not CandidacyStatus.DECIDED
    tell = because in _TOLD_OF and not called and not offered
    after = _next(candidacy, status=CandidacyStatus.CLOSED, parked_for=None)
    return after, _told(
        after,
        CandidacyClosed,
        because=because,
        closed_at=now,
        person_ids=candidacy.person_ids if tell else (),
        dwelling=home if tell else None,
    )


def _next(candidacy: Candidacy, **changes: Any) -> Candidacy:
    return replace(candidacy, version=candidacy.version + 1, **changes)


def _told(candidacy: Candidacy, event: type[Told], **fields: Any) -> Told:
    said: Mapping[str, Any] = {
        "vacancy_id": candidacy.vacancy_id,
        "landlord": candidacy.landlord,
        "candidacy_id": candidacy.id,
        "application_id": candidacy.application_id,
        "version": candidacy.version,
    }
    return event(**said, **fields)
