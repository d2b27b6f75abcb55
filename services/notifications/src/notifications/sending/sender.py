"""Takes what is due to the gateways. A batch is three steps, and a kill between any two of them is survived:

1. *claim*: one transaction reads each delivery with its call and contact as they are now, decides, counts the attempt
   under a lease, and counts the message against the ceiling;
2. *hand over*: no transaction is open while the gateways are spoken to;
3. *settle*: one transaction writes every outcome and publishes it (`settling`).

Killed after 1, the lease ends and the attempt is made again under the same Message-ID or idempotency key, its outcome
published as unknown. The attempt's number fences step 3: an outcome that comes after its lease changes nothing.
"""

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from chassis.database import is_transient
from chassis.edge import Edge
from chassis.health import Health
from chassis.metrics import Metrics
from chassis.telemetry import span
from chassis.work import Work
from contracts.values import Channel
from notifications.domain import attempt, ceiling
from notifications.domain.attempt import Accepted, Outcome, Refused
from notifications.domain.handover import HandOver, Suppress
from notifications.domain.reach import Reach
from notifications.gateways.port import Gateway
from notifications.rendering.letter import Letter, Mail, Sms
from notifications.rendering.renderer import Renderer
from notifications.sending import outcomes
from notifications.sending.express import Express, taken, verdict_on
from notifications.sending.outcomes import Claimed
from notifications.sending.settling import Settling
from notifications.store import alerts, deliveries, sending
from notifications.store.attempts import Change
from notifications.store.sending import Due

log = logging.getLogger(__name__)
M = TypeVar("M")

IDLE_POLL_S = 0.25
LONGEST_WAIT_S = 5.0
BREATH = 4
"""Messages written at a stretch: what is on its way meanwhile goes on in between."""
THE_CEILING = "ceiling"
"""Who holds alerts when nobody did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How much at once, for how long, and how much at most."""

    batch: int = 50
    lease: dt.timedelta = dt.timedelta(seconds=60)
    ceiling_per_minute: int = 1000
    workers: int = 2
    express: int = 2000
    """Messages that may be under way by the short road: two seconds' worth at its best. The long road costs more, so a
    sender that is behind would only fall further back on it."""


class Sender:
    """The senders of one replica; other replicas' senders never hold the same row."""

    def __init__(
        self,
        *,
        edge: Edge,
        health: Health,
        metrics: Metrics,
        mail: Gateway[Mail],
        sms: Gateway[Sms],
        renderer: Renderer,
        reach: Reach,
        pace: Pace,
        jitter: Callable[[], float],
        express: Express | None = None,
    ) -> None:
        """`express` is the short road of what handlers have just written; without it all is claimed from the rows."""
        self._edge = edge
        self._health = health
        self._metrics = metrics
        self._mail = mail
        self._sms = sms
        self._renderer = renderer
        self._pace = pace
        self._express = express
        self._settling = Settling(edge=edge, metrics=metrics, jitter=jitter, under_way=lambda: len(self._under_way))
        self._wakes = [asyncio.Event() for _ in range(pace.workers)]
        self._idle: list[asyncio.Event] = []
        """Whose workers wait for something to do."""
        self._under_way: set[asyncio.Task[None]] = set()
        """What came by the short road and is not settled yet."""
        self.reach = reach
        self.ceiling = pace.ceiling_per_minute
        self.lease = pace.lease
        self.free = pace.express
        self._stopping = asyncio.Event()
        edge.after_commit.append(self._after_commit)

    async def run(self) -> None:
        """Send until `stop`; a batch in hand at the end is settled."""
        if self._express:
            self._express.hands = self
        try:
            async with asyncio.TaskGroup() as group:
                for wake in self._wakes:
                    group.create_task(self._work(wake))
            await asyncio.gather(*self._under_way)
        finally:
            if self._express:
                self._express.hands = None
            await self._mail.close()
            await self._sms.close()

    async def stop(self) -> None:
        if self._express:
            self._express.hands = None
        self._stopping.set()
        for event in self._wakes:
            event.set()

    def wake(self) -> None:
        """Say that something is due: to one worker that waits, because a look in vain costs as much as a small batch.

        Where all are at work, whichever is done first looks.
        """
        for event in [self._idle.pop()] if self._idle else self._wakes:
            event.set()

    async def run_once(self) -> int:
        """Take one batch all the way; return how many deliveries it touched."""
        touched, claimed = await self._claim()
        if claimed:
            await self._settling.settle(list(zip(claimed, await self._hand_over(claimed), strict=True)))
        return touched

    async def _claim(self) -> tuple[int, list[Claimed]]:
        async with self._edge.unit("sender.claim") as work:
            found = await sending.due(work.session, limit=self._pace.batch, now=work.now)
            if not found:
                await self._look_at_the_switch(work)
                return 0, []
            self._health.clear("alerts.held")
            claimed: list[Claimed] = []
            changes: list[Change] = []
            for due in found:
                verdict = verdict_on(due, self.reach, work.now)
                if isinstance(verdict, HandOver):
                    claimed.append(Claimed(due, outcomes.letter(due, verdict.address, work.now)))
                else:
                    changes.append(outcomes.set_aside(due, verdict))
                    self._note_cut_off(due, work)
                    if isinstance(verdict, Suppress):
                        work.emit(outcomes.suppressed(due, verdict, work.now), cause=due.cause)
            claimed = await self._within_the_ceiling(claimed, work)
            lease_until = work.now + self._pace.lease
            ids = [one.due.id for one in claimed]
            if ids:
                await sending.attempts.begin(work.session, ids, lease_until=lease_until, now=work.now)
            await sending.attempts.change(work.session, changes, work.now)
            for one in claimed:
                self._note_cut_off(one.due, work)
        return len(claimed) + len(changes), claimed

    def _note_cut_off(self, due: Due, work: Work) -> None:
        if due.cut_off:
            work.emit(outcomes.cut_off(due, work.now), cause=due.cause)
            self._metrics.deliveries.add(1, {"channel": due.channel.value, "outcome": "unknown"})

    async def _within_the_ceiling(self, claimed: list[Claimed], work: Work) -> list[Claimed]:
        """As many as the minute allows. Wanting more holds everything, for a person to look at."""
        if not claimed:
            return claimed
        wanted, limit = len(claimed), self._pace.ceiling_per_minute
        before = await alerts.count(work.session, wanted, work.now) - wanted
        allowed = ceiling.allowance(ceiling=limit, handed_this_minute=before, wanted=wanted)
        if allowed.tripped:
            await alerts.count(work.session, allowed.granted - wanted, work.now)
            await alerts.turn(work.session, held=True, who=THE_CEILING, why=ceiling.sentence(limit), now=work.now)
            log.error("alerts hold themselves: %s", ceiling.sentence(limit))
        return claimed[: allowed.granted]

    async def _look_at_the_switch(self, work: Work) -> None:
        switch = await alerts.hold(work.session)
        if switch is None or not switch.held:
            self._health.clear("alerts.held")
            return
        self._health.degrade(
            "alerts.held", f"No alert leaves: held by {switch.who} since {switch.at:%Y-%m-%d %H:%M} UTC. {switch.why}"
        )

    async def _hand_over(self, claimed: Sequence[Claimed]) -> list[Outcome]:
        """Both gateways at once; outcomes in the order of `claimed`."""
        spans = [span(f"hand over {one.due.channel}", parent=one.due.cause.traceparent).start() for one in claimed]
        mails = [one for one in claimed if one.due.channel is Channel.EMAIL]
        texts = [one for one in claimed if one.due.channel is Channel.SMS]
        firsts = {one.due.call.vacancy_id: one for one in reversed(mails)}
        others = [one for one in mails if firsts[one.due.call.vacancy_id] is not one]
        mailed, texted = await asyncio.gather(
            self._through(self._mail, self._renderer.mail, Channel.EMAIL, list(firsts.values()), others),
            self._through(self._sms, self._renderer.sms, Channel.SMS, texts),
        )
        fared = [(mailed | texted)[one.due.id] for one in claimed]
        for traced, outcome in zip(spans, fared, strict=True):
            if not isinstance(outcome, Accepted):
                traced.fail(type(outcome).__name__)
            traced.end()
        return fared

    async def _through(
        self,
        gateway: Gateway[M],
        write: Callable[[Letter], M],
        channel: Channel,
        *parts: Sequence[Claimed],
    ) -> dict[UUID, Outcome]:
        """Hand over the messages of one channel: those of a part are on their way while the next are written.

        Each home's first e-mail goes ahead of all others; SMS are quickly written, and many are one request.
        """
        fared: dict[UUID, Outcome] = {}
        async with asyncio.TaskGroup() as group:
            for part in parts:
                written = await self._write(part, write, fared)
                if written:
                    group.create_task(self._send(gateway, channel, written, fared))
        return fared

    async def _write(
        self, claimed: Sequence[Claimed], write: Callable[[Letter], M], fared: dict[UUID, Outcome]
    ) -> dict[UUID, M]:
        """Write messages, letting others go on in between. One that cannot be written keeps no other back."""
        written: dict[UUID, M] = {}
        for place, one in enumerate(claimed):
            if place % BREATH == 0:
                await asyncio.sleep(0)
            try:
                written[one.due.id] = write(one.letter)
            except Exception as error:
                log.exception("delivery %s cannot be written", one.due.id)
                fared[one.due.id] = Refused(f"the message cannot be written: {type(error).__name__}", False)
        return written

    async def _send(
        self, gateway: Gateway[M], channel: Channel, written: Mapping[UUID, M], fared: dict[UUID, Outcome]
    ) -> None:
        answers = await gateway.send(list(written.values()))
        self._judge(channel, answers)
        fared |= zip(written, answers, strict=True)

    def _judge(self, channel: Channel, answers: Sequence[Outcome]) -> None:
        """A gateway that takes nothing is a condition of this service; one that takes something is well."""
        name = f"gateway.{channel}"
        if any(isinstance(one, Accepted) or (isinstance(one, Refused) and one.permanent) for one in answers):
            self._health.clear(name)
        elif answers:
            first = answers[0]
            assert not isinstance(first, Accepted), "none was accepted"
            said = attempt.without_addresses(first.reason)
            self._health.degrade(name, f"The {channel} gateway takes nothing: {said}. Messages wait on their rows.")

    async def _work(self, wake: asyncio.Event) -> None:
        wait_s = IDLE_POLL_S
        while not self._stopping.is_set():
            wake.clear()
            try:
                touched = await self.run_once()
            except Exception as error:
                # What was handed over is under its lease: it is tried again, under the same ids, and counted.
                if not is_transient(error):
                    log.exception("a batch could not be taken to its end")
                self._health.degrade("sender", f"The sender waits: {type(error).__name__}: {str(error)[:200]}")
                wait_s = min(wait_s * 2, LONGEST_WAIT_S)
            else:
                self._health.clear("sender")
                wait_s = IDLE_POLL_S
                if touched >= self._pace.batch:
                    self.wake()
                    continue
            await self._wait(wake, wait_s)

    async def _wait(self, wake: asyncio.Event, seconds: float) -> None:
        """Wait to be told, or to look by oneself: however many wait, there is one look in so many seconds."""
        if wake.is_set():
            return
        self._idle.append(wake)
        try:
            await asyncio.wait_for(wake.wait(), seconds * len(self._idle))
        except TimeoutError:
            return
        finally:
            if wake in self._idle:
                self._idle.remove(wake)

    async def _hand_over_fresh(self, claimed: Sequence[Claimed]) -> None:
        """What a handler claimed and committed. A failure leaves it to its lease."""
        try:
            await self._settling.settle(list(zip(claimed, await self._hand_over(claimed), strict=True)))
        except Exception as error:
            if not is_transient(error):
                log.exception("a fresh batch could not be taken to its end")
            self._health.degrade("sender", f"The sender waits: {type(error).__name__}: {str(error)[:200]}")
        finally:
            self.free += len(claimed)

    def _after_commit(self, work: Work) -> None:
        if claimed := taken(work):
            self.free -= len(claimed)
            task = asyncio.create_task(self._hand_over_fresh(claimed))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        if work.session.info.get(deliveries.WRITTEN):
            self.wake()
