"""Offers, committees' refusals and the ends of files, in writing to each person (CCH R441-10, L441-2-2).

Nothing of any other household is in them, and of a refusal the coded reasons alone.
"""

from collections.abc import Iterable
from uuid import UUID

from chassis.handlers import Handlers
from chassis.work import Work
from contracts.allocation import (
    CandidacyClosed,
    CandidacyEnd,
    CommitteeDecided,
    DecisionKind,
    OfferEvent,
    OfferMade,
    OfferReminded,
    OfferWithdrawn,
)
from contracts.notices import notice_id
from contracts.notifications import SuppressionReason
from notifications.acts.notices import keep
from notifications.domain.delivery import Purpose
from notifications.domain.notice import Notice, OfHome
from notifications.store import notices

handlers = Handlers()
REMINDER = "offer_reminder"
_REFUSALS = {DecisionKind.NOT_ALLOCATED, DecisionKind.INADMISSIBLE}


@handlers.reaction(OfferMade, OfferReminded)
async def tell_of_offer(event: OfferEvent, work: Work) -> None:
    """The home, the last day to answer, and the link by which the answer is given."""
    assert isinstance(event, OfferMade | OfferReminded)
    reminder = isinstance(event, OfferReminded)
    home = OfHome(
        dwelling=event.dwelling,
        available_on=event.available_on,
        available_on_expected=event.available_on_expected,
        on_condition=event.on_condition,
    )
    for person_id in event.person_ids:
        notice = Notice(
            notice_id=notice_id(event.offer_id, person_id, REMINDER if reminder else Purpose.OFFER.value),
            purpose=Purpose.OFFER,
            person_id=person_id,
            subject=event.offer_id,
            respond_by=event.answer_by,
            ends_on=event.answer_by,
            reminder=reminder,
            landlord=event.landlord,
            of_home=home,
            taken_at=work.now,
        )
        await keep(notice, work)


@handlers.reaction(OfferWithdrawn)
async def tell_of_withdrawal(event: OfferWithdrawn, work: Work) -> None:
    """What was not sent yet stays unsent; the household hears that no answer is needed, unless it signed elsewhere."""
    told = list(_of_offer(event))
    for one in await notices.take_back(work.session, told, SuppressionReason.CALL_WITHDRAWN, work.now):
        work.emit(one)
    if event.because is CandidacyEnd.HOUSED:
        return
    for person_id in event.person_ids:
        notice = Notice(
            notice_id=notice_id(event.offer_id, person_id, Purpose.OFFER_WITHDRAWN.value),
            purpose=Purpose.OFFER_WITHDRAWN,
            person_id=person_id,
            subject=event.offer_id,
            landlord=event.landlord,
            of_home=OfHome(because=event.because),
            taken_at=work.now,
        )
        await keep(notice, work)


@handlers.reaction(CommitteeDecided)
async def tell_of_refusals(event: CommitteeDecided, work: Work) -> None:
    """Each household that was not allocated the home is told why; who is ranked hears of it by an offer."""
    for one in event.decisions:
        if one.kind not in _REFUSALS:
            continue
        home = OfHome(dwelling=event.dwelling, reasons=one.reasons, inadmissible=one.kind is DecisionKind.INADMISSIBLE)
        for person_id in one.person_ids:
            notice = Notice(
                notice_id=notice_id(one.candidacy_id, person_id, Purpose.NON_ALLOCATION.value),
                purpose=Purpose.NON_ALLOCATION,
                person_id=person_id,
                subject=one.application_id,
                landlord=event.landlord,
                of_home=home,
                taken_at=work.now,
            )
            await keep(notice, work)


@handlers.reaction(CandidacyClosed)
async def tell_of_closed_file(event: CandidacyClosed, work: Work) -> None:
    """Nobody who waited for a home is left without news: the home is gone, or another household has it."""
    for person_id in event.person_ids:
        notice = Notice(
            notice_id=notice_id(event.candidacy_id, person_id, Purpose.FILE_CLOSED.value),
            purpose=Purpose.FILE_CLOSED,
            person_id=person_id,
            subject=event.application_id,
            landlord=event.landlord,
            of_home=OfHome(dwelling=event.dwelling, because=event.because),
            taken_at=work.now,
        )
        await keep(notice, work)


def _of_offer(event: OfferEvent) -> Iterable[UUID]:
    for person_id in event.person_ids:
        yield notice_id(event.offer_id, person_id, Purpose.OFFER.value)
        yield notice_id(event.offer_id, person_id, REMINDER)
