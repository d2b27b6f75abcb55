"""Takes notices to the gateways, apart from alerts: a night of renewals never stands before a call.

The three steps are the sender's (`notifications.sender`): claim, hand over, settle, with the same leases and fences.
Notices leave half of the ceiling to alerts, and wait for the next minute rather than trip it.
"""

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from chassis.database import is_transient
from chassis.edge import Edge
from chassis.health import Health
from chassis.work import Work
from contracts.notifications import DeliveryFailed, DeliverySent, SuppressionReason
from contracts.values import Channel
from notifications.domain import attempt
from notifications.domain.attempt import GivenUp, NextStep, Outcome, Refused, Retry, Sent, without_addresses
from notifications.domain.delivery import DeliveryState
from notifications.domain.handover import HandOver, Suppress, Verdict, Wait
from notifications.domain.notice import instead, message
from notifications.domain.reach import Reach
from notifications.domain.routing import why_not
from notifications.gateways.port import Gateway
from notifications.rendering.letter import Mail, Sms
from notifications.rendering.notices import Addressed, NoticeRenderer
from notifications.store import alerts, notices, post
from notifications.store.notices import DueNotice, NoticeChange
from notifications.store.post import Unreached

log = logging.getLogger(__name__)
M = TypeVar("M")

IDLE_POLL_S = 2.0
LONGEST_WAIT_S = 30.0
CUT_OFF = "the attempt was cut off before its outcome was written; it is made again under the same id"


@dataclass(frozen=True, slots=True)
class _Claimed:
    due: DueNotice
    to: Addressed

    @property
    def number(self) -> int:
        return self.due.attempt + 1


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
            changes: list[NoticeChange] = []
            for due in found:
                if due.cut_off:
                    work.emit(_failed(due, due.attempt, CUT_OFF, work.now, unknown=True), cause=due.cause)
                verdict = self._verdict(due, work.now)
                if isinstance(verdict, HandOver):
                    claimed.append(_Claimed(due, _addressed(due, verdict.address, work.now)))
                else:
                    changes.append(await self._set_aside(due, verdict, work))
            await notices.change(work.session, changes, work.now)
            if claimed:
                await alerts.count(work.session, len(claimed), work.now)
                ids = [one.due.id for one in claimed]
                until = work.now + self._lease
                await notices.begin_attempts(work.session, ids, lease_until=until, now=work.now)
        return len(found), claimed

    def _verdict(self, due: DueNotice, now: dt.datetime) -> Verdict:
        """The last look before a message leaves: consent and reach as they are now."""
        if now >= due.deliver_by:
            return Suppress(SuppressionReason.TOO_LATE)
        if due.contact is None:
            return Suppress(SuppressionReason.CONTACT_ERASED)
        reason, address = why_not(due.contact, due.channel), due.contact.address(due.channel)
        if reason is not None or address is None:
            return Suppress(reason or SuppressionReason.NO_ADDRESS)
        if not self._reach.admits(address):
            return Suppress(SuppressionReason.NOT_ON_ALLOWLIST)
        decent = self._reach.not_before(due.channel, now)
        return Wait(decent) if decent is not None and decent < due.deliver_by else HandOver(address)

    async def _set_aside(self, due: DueNotice, verdict: Verdict, work: Work) -> NoticeChange:
        if isinstance(verdict, Wait):
            return NoticeChange(
                id=due.id,
                attempt=due.attempt,
                state=DeliveryState.PENDING,
                due_at=verdict.until,
                outcome_unknown=due.cut_off,
            )
        assert isinstance(verdict, Suppress)
        told = message(due.notice, due.person_id, due.channel, verdict.reason)
        work.emit(notices.suppressed(told, verdict.reason, work.now), cause=due.cause)
        if verdict.reason in (SuppressionReason.NO_CONSENT, SuppressionReason.NO_ADDRESS):
            await self._write_letter(due, work)
        return NoticeChange(
            id=due.id,
            attempt=due.attempt,
            state=DeliveryState.SUPPRESSED,
            suppression=verdict.reason,
            outcome_unknown=due.cut_off,
        )

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
                attempt.after(
                    outcome, attempt=one.number, deliver_by=one.due.deliver_by, now=work.now, jitter=self._jitter()
                )
                for one, outcome in zip(claimed, fared, strict=True)
            ]
            changes = [_settled(one, step) for one, step in zip(claimed, steps, strict=True)]
            taken = await notices.change(work.session, changes, work.now)
            unreached: list[Unreached] = []
            for one, step, outcome in zip(claimed, steps, fared, strict=True):
                if one.due.id in taken:
                    self._publish(one, step, work)
                    if isinstance(outcome, Refused) and outcome.permanent:
                        unreached.append(_unreached(one.due, outcome.reason))
                        await self._write_letter(one.due, work)
            await post.open_checks(work.session, unreached, work.now)

    def _publish(self, one: _Claimed, step: NextStep, work: Work) -> None:
        due = one.due
        if isinstance(step, Sent):
            sent = DeliverySent(**_who(due), attempt=one.number, gateway_reference=step.reference, sent_at=work.now)
            work.emit(sent, cause=due.cause)
            return
        final = isinstance(step, GivenUp)
        failed = _failed(due, one.number, step.reason, work.now, final=final, unknown=step.outcome_unknown)
        work.emit(failed, cause=due.cause)

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


def _settled(one: _Claimed, step: NextStep) -> NoticeChange:
    due, number = one.due, one.number
    match step:
        case Sent(reference):
            return NoticeChange(id=due.id, attempt=number, state=DeliveryState.SENT, reference=reference)
        case Retry(at, reason, outcome_unknown):
            return NoticeChange(
                id=due.id,
                attempt=number,
                state=DeliveryState.PENDING,
                due_at=at,
                reason=without_addresses(reason),
                outcome_unknown=outcome_unknown,
            )
        case GivenUp(reason, outcome_unknown):
            return NoticeChange(
                id=due.id,
                attempt=number,
                state=DeliveryState.FAILED,
                reason=without_addresses(reason),
                outcome_unknown=outcome_unknown,
            )


def _failed(
    due: DueNotice, number: int, reason: str, now: dt.datetime, *, final: bool = False, unknown: bool
) -> DeliveryFailed:
    return DeliveryFailed(
        **_who(due),
        attempt=number,
        reason=without_addresses(reason),
        final=final,
        outcome_unknown=unknown,
        failed_at=now,
    )


def _unreached(due: DueNotice, reason: str) -> Unreached:
    """An address that a gateway refuses for good: somebody has to ask how she can be reached."""
    said = without_addresses(reason)
    return Unreached(person_id=due.person_id, channel=due.channel, reason=said, delivery_id=due.id)


def _who(due: DueNotice) -> dict[str, Any]:
    return {
        "delivery_id": due.id,
        "call_id": due.notice.notice_id,
        "person_id": due.person_id,
        "channel": due.channel,
        "purpose": due.notice.purpose,
    }
