"""What notifications does with events: keep contacts, and write down whom to tell. Nothing is sent from here."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from chassis.handlers import Handlers, Received
from chassis.work import Work
from contracts.demand import ContactRecorded
from contracts.matching import CallIssued, CallWithdrawn
from contracts.notifications import SuppressionReason
from contracts.topics import DEMAND_CONTACT
from contracts.values import PersonId
from notifications import helpers, notices, offers
from notifications.domain.delivery import DeliveryState
from notifications.domain.notice import safe
from notifications.domain.routing import CONTACT_DEADLINE, follow_up, route
from notifications.express import express, keep, put_back
from notifications.store import calls, contacts, deliveries, post
from notifications.store.calls import call_in
from notifications.store.deliveries import Caused, Fact
from notifications.store.notices import forget

handlers = Handlers()
handlers.include(notices.handlers)
handlers.include(offers.handlers)


@handlers.projection(ContactRecorded)
async def keep_contacts(events: Sequence[ContactRecorded], work: Work) -> None:
    """Keep contacts, and release what waited for one."""
    events = [safe(event) for event in events]
    await post.record(work.session, events)
    changed = await contacts.record(work.session, events)
    waited = await deliveries.take_awaiting(work.session, changed)
    if not waited:
        return
    known = await contacts.known(work.session, [one.person_id for one in waited])
    released = [
        Caused(delivery=delivery, cause=one.cause)
        for one in waited
        for delivery in route(
            call_id=one.call_id,
            person_id=one.person_id,
            answer_by=one.answer_by,
            contact=known.get(one.person_id),
        )
    ]
    _, facts = await deliveries.write(work.session, released, work.now)
    publish(facts, work)


@handlers.erasure(DEMAND_CONTACT)
async def forget_contacts(keys: Sequence[str], work: Work) -> None:
    """Forget who these persons are; nothing more is sent to them."""
    person_ids = [PersonId(key) for key in keys]
    await contacts.erase(work.session, person_ids)
    await post.erase(work.session, person_ids)
    await forget(work.session, person_ids)
    reason = SuppressionReason.CONTACT_ERASED
    publish(await deliveries.suppress_of_persons(work.session, person_ids, reason, work.now), work)


@handlers.reaction_batch(CallIssued)
async def tell_of_calls(received: Sequence[Received[CallIssued]], work: Work) -> None:
    """One delivery for each person and channel that may be told."""
    issued = [one.event for one in received]
    known = await contacts.known_or_expected(work.session, (person for call in issued for person in call.person_ids))
    planned = [
        Caused(delivery=delivery, cause=one.envelope)
        for one in received
        for person_id in one.event.person_ids
        for delivery in route(
            call_id=one.event.call_id,
            person_id=person_id,
            answer_by=one.event.answer_by,
            contact=known.get(person_id),
        )
    ]
    await calls.open_all(work.session, issued, work.now)
    claimed = await express.claim(planned, {call.call_id: call_in(call) for call in issued}, known, work)
    written, facts = await deliveries.write(
        work.session, planned, work.now, leased=claimed, lease_until=express.lease_until(work.now)
    )
    keep((one for delivery_id, one in claimed.items() if delivery_id in written), work)
    publish(facts, work)
    await helpers.tell_of_calls(received, known, work)
    for one in received:
        if any(person_id not in known for person_id in one.event.person_ids):
            work.cause = one.envelope
            work.due(CONTACT_DEADLINE, str(one.event.call_id), at=one.event.answer_by)


@handlers.reaction_batch(CallWithdrawn)
async def tell_of_withdrawals(received: Sequence[Received[CallWithdrawn]], work: Work) -> None:
    """What was not sent yet stays unsent; whoever was, or may have been, told is told that it is over."""
    withdrawn = await calls.withdraw_all(work.session, [one.event for one in received], work.now)
    causes = {one.event.call_id: one.envelope for one in received}
    unsent = (DeliveryState.AWAITING_CONTACT, DeliveryState.PENDING)
    reason = SuppressionReason.CALL_WITHDRAWN
    call_ids: list[UUID] = sorted(withdrawn)
    await put_back(call_ids, work)
    publish(await deliveries.suppress_of_calls(work.session, call_ids, unsent, reason, work.now), work)
    planned = [
        Caused(delivery=follow_up(call_id, person_id, channel, work.now), cause=causes[call_id])
        for call_id, person_id, channel in await deliveries.maybe_told(work.session, call_ids)
    ]
    _, facts = await deliveries.write(work.session, planned, work.now)
    publish(facts, work)
    await helpers.tell_of_withdrawals(received, work)


def publish(facts: Iterable[Fact], work: Work) -> None:
    for fact in facts:
        work.emit(fact.event, cause=fact.cause)
