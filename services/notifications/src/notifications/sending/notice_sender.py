"""Takes notices to the gateways, apart from alerts: a night of renewals never stands before a call.

The three steps are the sender's (`sending.sender`): claim, hand over, settle, with the same leases and fences.
Notices leave half of the ceiling to alerts, and wait for the next minute rather than trip it.
"""

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from chassis.database import is_transient
from chassis.edge import Edge
from chassis.health import Health
from chassis.work import Work
from contracts.notifications import SuppressionReason
from contracts.values import Channel
from notifications.domain.attempt import Outcome, Refused
from notifications.domain.handover import HandOver, Suppress, may_leave
from notifications.domain.notice import instead
from notifications.domain.reach import Reach
from notifications.gateways.port import Gateway
from notifications.rendering.letter import Mail, Sms
from notifications.rendering.notices import Addressed, NoticeRenderer
from notifications.sending import outcomes
from notifications.store import alerts, notices, post
from notifications.store.attempts import Change
from notifications.store.notices import DueNotice
from notifications.store.post import Unreached

log = logging.getLogger(__name__)
M = TypeVar("M")

IDLE_POLL_S = 2.0
LONGEST_WAIT_S = 30.0


@dataclass(frozen=True, slots=True)
class _Claimed:
    due: DueNotice
    to: Addressed


class NoticeSender:
    """One worker a replica; other replicas' never hold the same row."""

    def __init__(
        self,
        *,
        edge: Edge,
        health: Health,
        mail: Gateway[Mail],
        sms: Gateway[Sms],
        renderer: NoticeRenderer,
        reach: Reach,
        lease: dt.timedelta,
        ceiling_per_minute: int,
        jitter: Callable[[], float],
        batch: int = 50,
    ) -> None:
        self._edge = edge
        self._health = health
        self._mail = mail
        self._sms = sms
        self._renderer = renderer
        self._reach = reach
        self._lease = lease
        self._share = max(1, ceiling_per_minute // 2)
        self._jitter = jitter
        self._batch = batch
        self._wake = asyncio.Event()
        self._stopping = False
        edge.after_commit.append(self._after_commit)

    async def run(self) -> None:
        """Send until `stop`; a batch in hand at the end is settled."""
        wait_s = IDLE_POLL_S
        try:
            while not self._stopping:
                self._wake.clear()
                try:
                    touched = await self.run_once()
                except Exception as error:
                    # What was handed over is under its lease: it is tried again, under the same ids, and counted.
                    if not is_transient(error):
                        log.exception("a batch of notices could not be taken to its end")
                    self._health.degrade("notices", f"Notices wait: {type(error).__name__}: {str(error)[:200]}")
                    wait_s = min(wait_s * 2, LONGEST_WAIT_S)
                else:
                    self._health.clear("notices")
                    wait_s = IDLE_POLL_S
                    if touched:
                        continue
                try:
                    await asyncio.wait_for(self._wake.wait(), wait_s)
                except TimeoutError:
                    continue
        finally:
            await self._mail.close()
            await self._sms.close()

    async def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    async def run_once(self) -> int:
        """Take one batch all the way; return how many messages it touched."""
        touched, claimed = await self._claim()
        if claimed:
            mailed, texted = await asyncio.gather(
                self._through(self._mail, self._renderer.mail, Channel.EMAIL, claimed),
                self._through(self._sms, self._renderer.sms, Channel.SMS, claimed),
            )
            fared = mailed | texted
            await self._settle(claimed, [fared[one.due.id] for one in claimed])
        return touched

    async def _claim(self) -> tuple[int, list[_Claimed]]:
        async with self._edge.unit("notices.claim") as work:
            room = self._share - await alerts.handed_this_minute(work.session, work.now)
            found = await notices.due(work.session, limit=min(self._batch, room), now=work.now) if room > 0 else []
            claimed: list[_Claimed] = []
            changes: list[Change] = []
            for due in found:
                if due.cut_off:
                    work.emit(outcomes.cut_off(due, work.now), cause=due.cause)
                verdict = may_leave(
                    channel=due.channel,
                    deliver_by=due.deliver_by,
                    contact=due.contact,
                    reach=self._reach,
                    now=work.now,
                )
                if isinstance(verdict, HandOver):
                    claimed.append(_Claimed(due, _addressed(due, verdict.address, work.now)))
                    continue
                changes.append(outcomes.set_aside(due, verdict))
                if isinstance(verdict, Suppress):
                    await self._suppress(due, verdict, work)
            await notices.attempts.change(work.session, changes, work.now)
            if claimed:
                await alerts.count(work.session, len(claimed), work.now)
                ids = [one.due.id for one in claimed]
                until = work.now + self._lease
                await notices.attempts.begin(work.session, ids, lease_until=until, now=work.now)
        return len(found), claimed

    async def _suppress(self, due: DueNotice, verdict: Suppress, work: Work) -> None:
        work.emit(outcomes.suppressed(due, verdict, work.now), cause=due.cause)
        if verdict.reason in (SuppressionReason.NO_CONSENT, SuppressionReason.NO_ADDRESS):
            await self._write_letter(due, work)

    async def _through(
        self, gateway: Gateway[M], write: Callable[[Addressed], M], channel: Channel, claimed: Sequence[_Claimed]
    ) -> dict[UUID, Outcome]:
        """Hand over the messages of one channel. One that cannot be written keeps no other back."""
        fared: dict[UUID, Outcome] = {}
        written: dict[UUID, M] = {}
        for one in claimed:
            if one.due.channel is channel:
                try:
                    written[one.due.id] = write(one.to)
                except Exception as error:
                    log.exception("notice message %s cannot be written", one.due.id)
                    fared[one.due.id] = Refused(f"the message cannot be written: {type(error).__name__}", False)
        if written:
            fared |= zip(written, await gateway.send(list(written.values())), strict=True)
        return fared

    async def _settle(self, claimed: Sequence[_Claimed], fared: Sequence[Outcome]) -> None:
        async with self._edge.unit("notices.settle") as work:
            steps = [
                outcomes.next_step(one.due, outcome, now=work.now, jitter=self._jitter())
                for one, outcome in zip(claimed, fared, strict=True)
            ]
            changes = [outcomes.settled(one.due, step) for one, step in zip(claimed, steps, strict=True)]
            taken = await notices.attempts.change(work.session, changes, work.now)
            unreached: list[Unreached] = []
            for one, step, outcome in zip(claimed, steps, fared, strict=True):
                if one.due.id not in taken:
                    continue
                work.emit(outcomes.fact(one.due, step, work.now), cause=one.due.cause)
                if said := outcomes.unreached(one.due, outcome):
                    unreached.append(said)
                    await self._write_letter(one.due, work)
            await post.open_checks(work.session, unreached, work.now)

    async def _write_letter(self, due: DueNotice, work: Work) -> None:
        """The letter in place of an e-mail that could not leave."""
        if due.channel is not Channel.EMAIL or due.contact is None:
            return
        addresses = await post.of(work.session, [due.person_id])
        letter = instead(due.notice, due.contact, addresses[due.person_id])
        _, facts = await notices.write(work.session, [letter], due.cause, work.now)
        for fact in facts:
            work.emit(fact, cause=due.cause)

    def _after_commit(self, work: Work) -> None:
        if work.session.info.get(notices.WRITTEN):
            self._wake.set()


def _addressed(due: DueNotice, address: str, now: dt.datetime) -> Addressed:
    assert due.contact is not None, "nothing is handed over to nobody"
    return Addressed(
        delivery_id=due.id,
        notice=due.notice,
        contact=due.contact,
        on_behalf_of=due.on_behalf_of,
        address=address,
        correlation_id=due.cause.correlation_id or due.cause.id,
        since=due.cause.time,
        now=now,
    )
