"""The short road: a call that has just come is handed over from memory as soon as its deliveries are committed.

The transaction that writes the deliveries also claims them, exactly as the sender would a moment later: each is decided
on with the contact that this transaction read, its first attempt counted under a lease, the messages counted against
the ceiling. So one transaction does what took two, and nothing is read back; the rows stay the truth. Killed after the
commit, an attempt's lease ends and the sender takes it up by the long road, its outcome published as unknown.

What may not leave now, or finds too much under way here already, is only written down: the sender claims it in turn.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from chassis.work import Work
from contracts.values import PersonId
from notifications.domain.call import Call
from notifications.domain.contact import Contact
from notifications.domain.delivery import DeliveryState
from notifications.domain.handover import HandOver, Suppress, Wait, decide
from notifications.domain.reach import Reach
from notifications.sending import outcomes
from notifications.sending.outcomes import Claimed
from notifications.store import alerts, sending
from notifications.store.deliveries import Caused
from notifications.store.sending import Due

_CLAIMED = "notifications.express"
"""Where a session's `info` keeps what its transaction claimed."""


class Hands(Protocol):
    """Who hands over what was claimed: the sender of this process."""

    @property
    def free(self) -> int:
        """How many messages more it takes now."""
        ...

    @property
    def ceiling(self) -> int:
        """Messages a minute."""
        ...

    @property
    def lease(self) -> dt.timedelta: ...

    @property
    def reach(self) -> Reach: ...


@dataclass(slots=True)
class Express:
    """Closed (everything takes the long road) until a sender offers its hands."""

    hands: Hands | None = None

    async def claim(
        self, planned: Iterable[Caused], calls: Mapping[UUID, Call], known: Mapping[PersonId, Contact], work: Work
    ) -> Mapping[UUID, Claimed]:
        """Those of these deliveries, about to be written, that leave as soon as this transaction is committed."""
        if self.hands is None:
            return {}
        claimed: dict[UUID, Claimed] = {}
        for one in planned:
            delivery = one.delivery
            if delivery.state is not DeliveryState.PENDING:
                continue
            due = Due(
                id=delivery.id,
                call_id=delivery.call_id,
                purpose=delivery.purpose,
                person_id=delivery.person_id,
                channel=delivery.channel,
                attempt=0,
                cut_off=False,
                deliver_by=delivery.deliver_by,
                call=calls[delivery.call_id],
                contact=known[delivery.person_id],
                told=None,
                cause=one.cause,
            )
            verdict = verdict_on(due, self.hands.reach, work.now)
            if isinstance(verdict, HandOver):
                claimed[due.id] = Claimed(due, outcomes.letter(due, verdict.address, work.now))
        if not claimed or len(claimed) > self.hands.free:
            return {}
        granted = await alerts.reserve(work.session, len(claimed), ceiling=self.hands.ceiling, now=work.now)
        return claimed if granted else {}

    def lease_until(self, now: dt.datetime) -> dt.datetime | None:
        return now + self.hands.lease if self.hands else None


def keep(claimed: Iterable[Claimed], work: Work) -> None:
    """Leave what was claimed and written to whoever takes it after the commit."""
    work.session.info.setdefault(_CLAIMED, []).extend(claimed)


def taken(work: Work) -> Sequence[Claimed]:
    """What this transaction claimed and, once it is committed, must be handed over."""
    found: list[Claimed] = work.session.info.get(_CLAIMED, [])
    return found


async def put_back(call_ids: Iterable[UUID], work: Work) -> None:
    """Take back what this very transaction claimed of these calls: they are over before they were told of."""
    over = set(call_ids)
    gone = [one for one in taken(work) if one.due.call_id in over]
    if gone:
        work.session.info[_CLAIMED] = [one for one in taken(work) if one.due.call_id not in over]
        await sending.put_back(work.session, [one.due.id for one in gone], work.now)


def verdict_on(due: Due, reach: Reach, now: dt.datetime) -> HandOver | Suppress | Wait:
    """Whether a delivery may leave now, with call and contact as they were read for it."""
    return decide(
        purpose=due.purpose,
        channel=due.channel,
        deliver_by=due.deliver_by,
        call=due.call,
        contact=due.contact,
        told=due.told,
        reach=reach,
        now=now,
    )


express = Express()
"""One a process, as the registry of handlers is: handlers claim through it, the sender opens it."""
