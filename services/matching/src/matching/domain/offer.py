"""Offers (DOMAIN §11.2): after a committee's decision, in writing, to one household at a time.

The only one of the three acts that can be refused with effect; silence until the end of the last day is a refusal
(CCH R441-10).
"""

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID, uuid5

from contracts.allocation import (
    CandidacyEnd,
    OfferAccepted,
    OfferEvent,
    OfferMade,
    OfferRefused,
    OfferRefusedBecause,
    OfferReminded,
    OfferWithdrawn,
)
from matching.domain.candidacy import Candidacy
from matching.domain.days import civil_day
from matching.domain.vacancy import Vacancy, VacancyStatus
from reference.figures import Figure, figure

__all__ = [
    "Offer",
    "OfferStatus",
    "Unanswerable",
    "Why",
    "accept",
    "accept_by_signing",
    "lapse",
    "make",
    "refuse",
    "remind",
    "withdraw",
]

Told = TypeVar("Told", bound=OfferEvent)


class OfferStatus(StrEnum):
    STANDING = "standing"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    """In words or by silence."""
    WITHDRAWN = "withdrawn"

    @property
    def holds_the_home(self) -> bool:
        return self in {OfferStatus.STANDING, OfferStatus.ACCEPTED}


class Why(StrEnum):
    """Why an answer cannot be taken."""

    LAST_DAY_OVER = "last_day_over"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    SIGNED = "signed"
    """The lease is signed; a notice is what ends it."""


class Unanswerable(Exception):
    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    id: UUID
    vacancy_id: UUID
    landlord: str
    candidacy_id: UUID
    application_id: UUID
    person_ids: tuple[UUID, ...]
    rank: int
    """The committee's."""
    answer_by: dt.date
    """The last day, a civil day in Paris; the answer is in time until its midnight."""
    on_condition: bool = False
    status: OfferStatus = OfferStatus.STANDING
    version: int = 1


def make(
    candidacy: Candidacy, vacancy: Vacancy, *, on_condition: bool, days: int, now: dt.datetime
) -> tuple[Offer, OfferMade]:
    """The offer of a home to the household whose turn it is; one a candidacy, so its id follows from it.

    `days` to answer are counted after the day it is made, and never fewer than the law gives (CCH R441-10).
    """
    assert vacancy.dwelling is not None, "a committee decides on a home that is known"
    assert vacancy.available_on is not None, "a committee decides on a home whose day is known"
    assert candidacy.rank is not None, "the committee ranked it"
    made_on = civil_day(now)
    offer = Offer(
        id=uuid5(candidacy.id, "offer"),
        vacancy_id=vacancy.id,
        landlord=vacancy.landlord,
        candidacy_id=candidacy.id,
        application_id=candidacy.application_id,
        person_ids=candidacy.person_ids,
        rank=candidacy.rank,
        answer_by=made_on + dt.timedelta(days=max(days, figure(Figure.OFFER_LEAST_DAYS, made_on).value)),
        on_condition=on_condition,
    )
    return offer, _told(
        offer,
        OfferMade,
        dwelling=vacancy.dwelling,
        available_on=vacancy.available_on,
        available_on_expected=vacancy.status is VacancyStatus.ANNOUNCED,
        answer_by=offer.answer_by,
        rank=offer.rank,
        on_condition=on_condition,
        made_on=made_on,
    )


def accept(offer: Offer, *, now: dt.datetime) -> tuple[Offer, OfferAccepted | None]:
    """The offer once the household takes the home; no event when it said so before.

    Raises:
        Unanswerable: the last day is over, it was refused, or it was withdrawn.
    """
    if offer.status is OfferStatus.ACCEPTED:
        return offer, None
    _check_open(offer, now)
    after = _next(offer, OfferStatus.ACCEPTED)
    return after, _told(after, OfferAccepted, accepted_on=civil_day(now))


def accept_by_signing(offer: Offer, *, now: dt.datetime) -> tuple[Offer, OfferAccepted]:
    """The offer of a household that signed the lease: whoever signs accepts, whatever was said before."""
    after = _next(offer, OfferStatus.ACCEPTED)
    return after, _told(after, OfferAccepted, accepted_on=civil_day(now))


def refuse(offer: Offer, because: OfferRefusedBecause, *, now: dt.datetime) -> tuple[Offer, OfferRefused | None]:
    """The offer once the household says no; no event when it said so before.

    Who accepted may still say no until the lease is signed: nobody is made to move.

    Raises:
        Unanswerable: the last day is over without an answer, or it was withdrawn.
    """
    if offer.status is OfferStatus.REFUSED:
        return offer, None
    if offer.status is not OfferStatus.ACCEPTED:
        _check_open(offer, now)
    after = _next(offer, OfferStatus.REFUSED)
    return after, _told(after, OfferRefused, refused_on=civil_day(now), because=because)


def lapse(offer: Offer, *, now: dt.datetime) -> tuple[Offer, OfferRefused] | None:
    """The offer after its last day: silence is a refusal. None while there is time, and once it was answered."""
    if offer.status is not OfferStatus.STANDING or civil_day(now) <= offer.answer_by:
        return None
    after = _next(offer, OfferStatus.REFUSED)
    return after, _told(after, OfferRefused, refused_on=offer.answer_by, because=OfferRefusedBecause.SILENCE)


def remind(offer: Offer, vacancy: Vacancy) -> tuple[Offer, OfferReminded] | None:
    """The household told once more, before the last day; None once it answered."""
    if offer.status is not OfferStatus.STANDING or vacancy.dwelling is None or vacancy.available_on is None:
        return None
    after = replace(offer, version=offer.version + 1)
    return after, _told(
        after,
        OfferReminded,
        dwelling=vacancy.dwelling,
        available_on=vacancy.available_on,
        available_on_expected=vacancy.status is VacancyStatus.ANNOUNCED,
        answer_by=offer.answer_by,
        on_condition=offer.on_condition,
    )


def withdraw(offer: Offer, because: CandidacyEnd) -> tuple[Offer, OfferWithdrawn] | None:
    """The offer once its home, condition or application is gone; None where it held the home no more."""
    if not offer.status.holds_the_home:
        return None
    after = _next(offer, OfferStatus.WITHDRAWN)
    return after, _told(after, OfferWithdrawn, because=because)


def _check_open(offer: Offer, now: dt.datetime) -> None:
    if offer.status is OfferStatus.WITHDRAWN:
        raise Unanswerable(Why.WITHDRAWN)
    if offer.status is OfferStatus.REFUSED:
        raise Unanswerable(Why.REFUSED)
    if civil_day(now) > offer.answer_by:
        raise Unanswerable(Why.LAST_DAY_OVER)


def _next(offer: Offer, status: OfferStatus) -> Offer:
    return replace(offer, status=status, version=offer.version + 1)


def _told(offer: Offer, event: type[Told], **fields: Any) -> Told:
    return event(
        vacancy_id=offer.vacancy_id,
        landlord=offer.landlord,
        offer_id=offer.id,
        candidacy_id=offer.candidacy_id,
        application_id=offer.application_id,
        version=offer.version,
        person_ids=offer.person_ids,
        **fields,
    )
