"""Whom to tell of a call, and that it is over. Nothing is sent from here but by the short road (`sending.express`)."""

from collections.abc import Sequence
from uuid import UUID

from chassis.handlers import Handlers, Received
from chassis.work import Work
from contracts.matching import CallIssued, CallWithdrawn
from contracts.notifications import SuppressionReason
from notifications.acts import helpers
from notifications.acts.publishing import publish
from notifications.domain.delivery import DeliveryState
from notifications.domain.routing import CONTACT_DEADLINE, follow_up, route
from notifications.sending.express import express, keep, put_back
from notifications.store import calls, contacts, deliveries
from notifications.store.calls import call_in
from notifications.store.deliveries import Caused

handlers = Handlers()


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
