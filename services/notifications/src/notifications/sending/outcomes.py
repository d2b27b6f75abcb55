"""What a batch leaves behind, of alerts and of notices: what each row becomes, and what is published of it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from contracts.notifications import DeliveryFailed, DeliverySent, DeliverySuppressed
from notifications.domain.attempt import GivenUp, NextStep, Outcome, Refused, Retry, Sent, after, without_addresses
from notifications.domain.delivery import DeliveryState
from notifications.domain.handover import Suppress, Wait
from notifications.rendering.letter import Letter
from notifications.store.attempts import Change, Claim
from notifications.store.post import Unreached
from notifications.store.sending import Due

CUT_OFF = "the attempt was cut off before its outcome was written; it is made again under the same id"


@dataclass(frozen=True, slots=True)
class Claimed:
    """An alert under a lease."""

    due: Due
    letter: Letter


def letter(due: Due, address: str, now: dt.datetime) -> Letter:
    assert due.contact is not None, "nothing is handed over to nobody"
    return Letter(
        delivery_id=due.id,
        purpose=due.purpose,
        channel=due.channel,
        address=address,
        contact=due.contact,
        call=due.call,
        correlation_id=due.cause.correlation_id or due.cause.id,
        since=due.cause.time,
        now=now,
    )


def set_aside(due: Claim, verdict: Suppress | Wait) -> Change:
    if isinstance(verdict, Suppress):
        return Change(
            id=due.id,
            attempt=due.attempt,
            state=DeliveryState.SUPPRESSED,
            suppression=verdict.reason,
            outcome_unknown=due.cut_off,
        )
    return Change(
        id=due.id,
        attempt=due.attempt,
        state=DeliveryState.PENDING,
        due_at=verdict.until,
        outcome_unknown=due.cut_off,
    )


def next_step(due: Claim, outcome: Outcome, *, now: dt.datetime, jitter: float) -> NextStep:
    return after(outcome, attempt=due.number, deliver_by=due.deliver_by, now=now, jitter=jitter)


def settled(due: Claim, step: NextStep) -> Change:
    match step:
        case Sent(reference):
            return Change(id=due.id, attempt=due.number, state=DeliveryState.SENT, reference=reference)
        case Retry(at, reason, outcome_unknown):
            return Change(
                id=due.id,
                attempt=due.number,
                state=DeliveryState.PENDING,
                due_at=at,
                reason=without_addresses(reason),
                outcome_unknown=outcome_unknown,
            )
        case GivenUp(reason, outcome_unknown):
            return Change(
                id=due.id,
                attempt=due.number,
                state=DeliveryState.FAILED,
                reason=without_addresses(reason),
                outcome_unknown=outcome_unknown,
            )


def fact(due: Claim, step: NextStep, now: dt.datetime) -> DeliverySent | DeliveryFailed:
    if isinstance(step, Sent):
        return DeliverySent(**_who(due), attempt=due.number, gateway_reference=step.reference, sent_at=now)
    return DeliveryFailed(
        **_who(due),
        attempt=due.number,
        reason=without_addresses(step.reason),
        final=isinstance(step, GivenUp),
        outcome_unknown=step.outcome_unknown,
        failed_at=now,
    )


def cut_off(due: Claim, now: dt.datetime) -> DeliveryFailed:
    return DeliveryFailed(
        **_who(due), attempt=due.attempt, reason=CUT_OFF, final=False, outcome_unknown=True, failed_at=now
    )


def unreached(due: Claim, outcome: Outcome) -> Unreached | None:
    """An address that a gateway refuses for good: somebody has to ask how the person can be reached."""
    if not isinstance(outcome, Refused) or not outcome.permanent:
        return None
    reason = without_addresses(outcome.reason)
    return Unreached(person_id=due.person_id, channel=due.channel, reason=reason, delivery_id=due.id)


def suppressed(due: Claim, verdict: Suppress, now: dt.datetime) -> DeliverySuppressed:
    return DeliverySuppressed(**_who(due), reason=verdict.reason, suppressed_at=now)


def _who(due: Claim) -> dict[str, Any]:
    return {
        "delivery_id": due.id,
        "call_id": due.call_id,
        "person_id": due.person_id,
        "channel": due.channel,
        "purpose": due.purpose,
    }
