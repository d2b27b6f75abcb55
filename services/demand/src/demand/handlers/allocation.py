"""From the file to the lease, into the record of CCH R441-2-15; what a refusal or an inadmissible file means for it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import structlog

from chassis.handlers import Handlers, Received
from chassis.work import Work
from contracts.allocation import (
    CandidacyClosed,
    CandidacyCompleted,
    CandidacyEvent,
    CandidacyOpened,
    CandidacyParked,
    CandidacyRevived,
    CommitteeDecided,
    Decision,
    DecisionKind,
    OfferAccepted,
    OfferEvent,
    OfferMade,
    OfferRefused,
    OfferReminded,
    OfferWithdrawn,
)
from contracts.demand import ClosureReason
from contracts.notices import notice_id
from contracts.values import PersonId
from demand import store
from demand.domain import life
from demand.domain.record import Entry, Step
from demand.handlers.entries import Told, entry_of
from demand.handling import Did, keep, note, tell_persons
from reference.days import civil_day

log = structlog.get_logger(__name__)
handlers = Handlers()
_FILES: Mapping[type[CandidacyEvent], Told] = {
    CandidacyOpened: (
        Step.CANDIDACY_OPENED,
        lambda one: {
            "vacancy_id": str(one.vacancy_id),
            "origin": one.origin.value,
            "call_id": one.call_id,
            "policy": one.policy,
        },
    ),
    CandidacyCompleted: (Step.CANDIDACY_COMPLETED, lambda _: {}),
    CandidacyParked: (Step.CANDIDACY_PARKED, lambda one: {"for_candidacy_id": str(one.for_candidacy_id)}),
    CandidacyRevived: (Step.CANDIDACY_REVIVED, lambda _: {}),
    CandidacyClosed: (Step.CANDIDACY_CLOSED, lambda one: {"reason": one.because.value}),
}
_OFFERS: Mapping[type[OfferEvent], Told] = {
    OfferMade: (
        Step.OFFER_MADE,
        lambda one: {
            "vacancy_id": str(one.vacancy_id),
            "commune": one.dwelling.commune,
            "dwelling_type": one.dwelling.dwelling_type.value,
            "rank": one.rank,
            "on_condition": one.on_condition,
            "answer_by": one.answer_by,
        },
    ),
    OfferAccepted: (Step.OFFER_ACCEPTED, lambda one: {"on": one.accepted_on}),
    OfferReminded: (Step.OFFER_REMINDED, lambda one: {"answer_by": one.answer_by}),
    OfferWithdrawn: (Step.OFFER_WITHDRAWN, lambda one: {"reason": one.because.value}),
}
_TOLD: Mapping[type[OfferEvent], str] = {
    OfferMade: "offer",
    OfferReminded: "offer_reminder",
    OfferWithdrawn: "offer_withdrawn",
}
"""What notifications tells of each, to each person: what became of that is found by the notice's id."""


@handlers.reaction_batch(CandidacyOpened, CandidacyCompleted, CandidacyParked, CandidacyRevived, CandidacyClosed)
async def record_files(received: Sequence[Received[Any]], work: Work) -> None:
    """A household's file for a home, and what became of it; whom notifications tells that it is over."""
    entries = []
    for one in received:
        entries.append(entry_of(one, _FILES, one.event.candidacy_id))
        if isinstance(one.event, CandidacyClosed):
            told = one.event.person_ids
            entries += [_notified(one, one.event.candidacy_id, person_id, "file_closed") for person_id in told]
    await store.note(work.session, entries)


@handlers.reaction_batch(OfferMade, OfferReminded, OfferAccepted, OfferWithdrawn)
async def record_offers(received: Sequence[Received[Any]], work: Work) -> None:
    """An offer and what became of it; a refusal does more than be recorded."""
    entries = []
    for one in received:
        entries.append(entry_of(one, _OFFERS, one.event.offer_id))
        if what := _TOLD.get(type(one.event)):
            entries += [_notified(one, one.event.offer_id, person_id, what) for person_id in one.event.person_ids]
    await store.note(work.session, entries)


@handlers.reaction(OfferRefused)
async def count_refusal(event: OfferRefused, work: Work) -> None:
    """One more offer refused, in words or by silence: the only refusal that counts (DOMAIN §11.2)."""
    before = await store.application(work.session, event.application_id, lock=True)
    if before is None:
        return
    detail = {"on": event.refused_on, "reason": event.because.value}
    refused = Did(Step.OFFER_REFUSED, detail, event.offer_id, work.cause.time)
    if not before.open:
        await note(work, before, [refused])
        return
    await keep(work, before, replace(before, refused_offers=before.refused_offers + 1), [refused])


@handlers.reaction(CommitteeDecided)
async def record_decisions(event: CommitteeDecided, work: Work) -> None:
    """Each household's own decision, with its reasons; an inadmissible file begins the month of CCH R441-2-8 d."""
    for one in sorted(event.decisions, key=lambda decision: decision.application_id):
        before = await store.application(work.session, one.application_id, lock=True)
        if before is None:
            continue
        at = work.cause.time
        decided = [Did(Step.COMMITTEE_DECIDED, _of_decision(one, event), one.candidacy_id, at)]
        if one.rank is None:
            about = [notice_id(one.candidacy_id, person_id, "non_allocation") for person_id in one.person_ids]
            decided += [Did(Step.NOTIFIED, {"of": "non_allocation"}, notice, at) for notice in about]
        if one.kind is not DecisionKind.INADMISSIBLE or not before.open:
            await note(work, before, decided)
            continue
        try:
            after = life.warn(before, ClosureReason.INADMISSIBLE, civil_day(work.now))
        except life.Unlawful as refused:
            log.warning("an inadmissible file was not warned of", application_id=str(before.id), why=str(refused))
            await note(work, before, decided)
            continue
        if after is not before:
            why = {"reason": ClosureReason.INADMISSIBLE.value, "since": event.on}
            decided += tell_persons(work, after, Step.CLOSURE_WARNED, **why)
        await keep(work, before, after, decided)


def _of_decision(one: Decision, event: CommitteeDecided) -> Mapping[str, object]:
    return {
        "vacancy_id": str(event.vacancy_id),
        "session_id": str(event.session_id),
        "on": event.on,
        "decision": one.kind.value,
        "rank": one.rank,
        "reasons": [reason.value for reason in one.reasons],
    }


def _notified(one: Received[Any], about: UUID, person_id: PersonId, what: str) -> Entry:
    return Entry(
        step=Step.NOTIFIED,
        at=one.envelope.time,
        application_id=one.event.application_id,
        about=notice_id(about, person_id, what),
        detail={"of": what},
    )
