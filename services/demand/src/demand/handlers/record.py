"""Others' steps in an application's handling go into its record: calls, messages, a holder, an allocation, a lease."""

from collections.abc import Mapping, Sequence
from typing import Any

from chassis.handlers import Handlers, Received
from chassis.work import Work
from contracts.demand import ClosureReason
from contracts.inventory import VacancyAllocated, VacancyDesignated, VacancyLet
from contracts.matching import CallAnswered, CallEvent, CallIssued, CallLapsed, CallWithdrawn
from contracts.notifications import (
    DeliveryDelivered,
    DeliveryEvent,
    DeliveryFailed,
    DeliveryPurpose,
    DeliverySent,
    DeliverySuppressed,
)
from demand import store
from demand.domain import life
from demand.domain.record import OF_HELPERS, Entry, Step
from demand.handlers.entries import Told, entry_of
from demand.handling import Did, keep, note
from reference.days import civil_day

handlers = Handlers()

_CALLS: Mapping[type[CallEvent], Told] = {
    CallIssued: (
        Step.CALL_ISSUED,
        lambda call: {
            "vacancy_id": str(call.vacancy_id),
            "commune": call.dwelling.commune,
            "dwelling_type": call.dwelling.dwelling_type.value,
            "rank": call.rank,
            "called": call.called,
            "answer_by": call.answer_by,
            "policy": call.policy,
        },
    ),
    CallAnswered: (Step.CALL_ANSWERED, lambda call: {"answer": call.answer.value}),
    CallLapsed: (Step.CALL_LAPSED, lambda _: {}),
    CallWithdrawn: (Step.CALL_WITHDRAWN, lambda call: {"reason": call.reason.value}),
}
_MESSAGES: Mapping[type[DeliveryEvent], Told] = {
    DeliverySent: (Step.MESSAGE_SENT, lambda _: {}),
    DeliveryDelivered: (Step.MESSAGE_DELIVERED, lambda _: {}),
    DeliveryFailed: (Step.MESSAGE_FAILED, lambda failed: {"final": failed.final}),
    DeliverySuppressed: (Step.MESSAGE_SUPPRESSED, lambda suppressed: {"reason": suppressed.reason.value}),
}
_OF_APPLICATIONS = {
    DeliveryPurpose.CALL,
    DeliveryPurpose.WITHDRAWAL,
    DeliveryPurpose.RENEWAL,
    DeliveryPurpose.CLOSURE_WARNING,
    DeliveryPurpose.OFFER,
    DeliveryPurpose.OFFER_WITHDRAWN,
    DeliveryPurpose.NON_ALLOCATION,
    DeliveryPurpose.FILE_CLOSED,
    *OF_HELPERS,
}


@handlers.reaction_batch(CallIssued, CallAnswered, CallLapsed, CallWithdrawn)
async def record_calls(received: Sequence[Received[Any]], work: Work) -> None:
    """A call and what became of it; rows of many calls in one statement."""
    await store.note(work.session, [entry_of(one, _CALLS, one.event.call_id) for one in received])


@handlers.reaction_batch(DeliverySent, DeliveryDelivered, DeliveryFailed, DeliverySuppressed)
async def record_messages(received: Sequence[Received[Any]], work: Work) -> None:
    """What was told of a call or a notice. It may be known before the call itself, so it waits for it by its id."""
    await store.note(
        work.session,
        [
            Entry(
                step=step,
                at=one.envelope.time,
                application_id=None,
                about=one.event.call_id,
                detail={
                    "channel": one.event.channel.value,
                    "purpose": one.event.purpose.value,
                    **detail(one.event),
                },
            )
            for one in received
            if one.event.purpose in _OF_APPLICATIONS
            for step, detail in [_MESSAGES[type(one.event)]]
        ],
    )


@handlers.reaction(VacancyDesignated)
async def record_designation(event: VacancyDesignated, work: Work) -> None:
    """A holder named these households for a home. Each naming tells all names so far; a household's is one step."""
    for application_id in sorted(event.application_ids):
        application = await store.application(work.session, application_id, lock=True)
        if application is None:
            continue
        steps = await store.record(work.session, application_id)
        if not any(one.step is Step.DESIGNATED and one.about == event.vacancy_id for one in steps):
            named = {"holder": event.designation.holder, "on": event.on}
            await note(work, application, [Did(Step.DESIGNATED, named, event.vacancy_id)])


@handlers.reaction(VacancyAllocated)
async def record_allocation(event: VacancyAllocated, work: Work) -> None:
    """The committee allocated a home to this application."""
    if event.application_id is None:
        return
    application = await store.application(work.session, event.application_id)
    if application is not None:
        await note(work, application, [Did(Step.ALLOCATED, {"on": event.on}, event.vacancy_id, work.cause.time)])


@handlers.reaction(VacancyLet)
async def close_housed(event: VacancyLet, work: Work) -> None:
    """The lease is signed: the application has come to its end (CCH R441-2-8 a)."""
    if event.application_id is None:
        return
    before = await store.application(work.session, event.application_id, lock=True)
    if before is None:
        return
    let = Did(Step.LET, {"lease_signed_on": event.lease_signed_on}, event.vacancy_id, work.cause.time)
    if not before.open:
        await note(work, before, [let])
        return
    after = life.close(before, ClosureReason.HOUSED, civil_day(work.now))
    await keep(work, before, after, [let], closing={"lease_signed_on": event.lease_signed_on})
