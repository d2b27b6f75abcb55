"""What the SMS gateway says became of messages, settled many at a time: one transaction however many reports."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from chassis.work import Work
from contracts.notifications import DeliveryDelivered, DeliveryFailed
from notifications.domain.attempt import without_addresses
from notifications.domain.delivery import DeliveryState
from notifications.domain.report import NeverSent, ReportStatus, TooEarly, settled_by
from notifications.store import post, reports
from notifications.store.post import Unreached
from notifications.store.reports import Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`reference` is ours, `gateway_reference` the gateway's own; one of the two is there."""

    reference: UUID | None
    gateway_reference: str | None
    status: ReportStatus
    reason: str | None = None

    @property
    def name(self) -> UUID | str | None:
        return self.reference or self.gateway_reference


class Verdict(StrEnum):
    TAKEN = "taken"
    """It stands, whether it changed anything or not."""
    AGAIN = "again"
    """The message is still being handed over: report it again in a moment."""
    NEVER_SENT = "never_sent"
    """Nothing of the delivery was handed over yet."""
    NOT_KNOWN = "not_known"
    """No SMS was sent under either reference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    verdict: Verdict
    delivery_id: UUID | None = None
    state: DeliveryState | None = None


async def settle(told: Sequence[Report], work: Work) -> list[Answer]:
    """Take reports, one answer each, in order. What somebody else holds is to come again; the others are settled."""
    work.patient = True
    ids = [one.reference for one in told if one.reference]
    theirs = [one.gateway_reference for one in told if one.gateway_reference and not one.reference]
    known: dict[UUID | str | None, UUID] = {}
    standing: dict[UUID, Known] = {}
    for one in await reports.reported(work.session, ids, theirs):
        standing[one.id] = one
        known |= {one.id: one.id} | ({one.gateway_reference: one.id} if one.gateway_reference else {})
    missed = [one for one in told if one.name not in known]
    there = (
        await reports.there(
            work.session,
            [one.reference for one in missed if one.reference],
            [one.gateway_reference for one in missed if one.gateway_reference and not one.reference],
        )
        if missed
        else set[UUID | str]()
    )
    answers: list[Answer] = []
    changed: dict[UUID, tuple[UUID, DeliveryState, str | None]] = {}
    unreached: list[Unreached] = []
    for report in told:
        if report.name not in known:
            answers.append(Answer(verdict=Verdict.AGAIN if report.name in there else Verdict.NOT_KNOWN))
            continue
        delivery = standing[known[report.name]]
        try:
            state = settled_by(report.status, delivery.state, unknown_outcomes=delivery.unknown_outcomes)
        except TooEarly:
            answers.append(Answer(verdict=Verdict.AGAIN))
            continue
        except NeverSent:
            answers.append(Answer(verdict=Verdict.NEVER_SENT))
            continue
        if state is not None:
            failed = state is DeliveryState.FAILED
            reason = without_addresses(report.reason or "the gateway gave up") if failed else None
            delivery = standing[delivery.id] = replace(delivery, state=state)
            changed[delivery.id] = (delivery.id, state, reason)
            work.emit(_fact(delivery, reason, work.now), cause=delivery.cause)
            if reason is not None:
                who, channel = delivery.person_id, delivery.channel
                unreached.append(Unreached(person_id=who, channel=channel, reason=reason, delivery_id=delivery.id))
        answers.append(Answer(verdict=Verdict.TAKEN, delivery_id=delivery.id, state=delivery.state))
    await reports.settle(work.session, list(changed.values()), work.now)
    await post.open_checks(work.session, unreached, work.now)
    return answers


def _fact(delivery: Known, reason: str | None, now: dt.datetime) -> DeliveryDelivered | DeliveryFailed:
    who: dict[str, Any] = {
        "delivery_id": delivery.id,
        "call_id": delivery.call_id,
        "person_id": delivery.person_id,
        "channel": delivery.channel,
        "purpose": delivery.purpose,
    }
    if delivery.state is DeliveryState.DELIVERED:
        return DeliveryDelivered(**who, delivered_at=now)
    return DeliveryFailed(**who, attempt=delivery.attempt, reason=reason or "", final=True, failed_at=now)
