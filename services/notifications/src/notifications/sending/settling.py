"""Writes down what became of messages, and publishes it.

Outcomes come in by the dozen. Those that come while a transaction is under way share the next one, and where more are
under way a transaction waits a moment for them: the busier the sender, the fewer transactions a message takes. Nobody
waits for an outcome, and each leaves its time to the messages.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeAlias

from chassis.edge import Edge
from chassis.metrics import Metrics
from notifications.domain.attempt import Outcome, Sent
from notifications.sending import outcomes
from notifications.sending.outcomes import Claimed
from notifications.store import post, sending

COMPANY_S = 0.1
"""How long the outcomes of a busy sender wait to be written together: as many more are unknown where it is killed."""
Handed: TypeAlias = Sequence[tuple[Claimed, Outcome]]
"""What was handed over together, each with what the gateway said."""


class Settling:
    """One transaction at a time. `under_way` says how many batches are handed over or to be settled."""

    def __init__(
        self, *, edge: Edge, metrics: Metrics, jitter: Callable[[], float], under_way: Callable[[], int] = lambda: 0
    ) -> None:
        self._edge = edge
        self._metrics = metrics
        self._jitter = jitter
        self._under_way = under_way
        self._waiting: list[Handed] = []
        self._turn = asyncio.Lock()

    async def settle(self, handed: Handed) -> None:
        """Return when these outcomes are committed.

        Raises what keeps them from it. What shared their transaction is then tried again by itself: one outcome that
        cannot be written takes no other with it.
        """
        self._waiting.append(handed)
        async with self._turn:
            if not any(one is handed for one in self._waiting):
                return
            if self._under_way() > len(self._waiting):
                await asyncio.sleep(COMPANY_S)
            together, self._waiting = self._waiting, []
            try:
                await self._write([pair for one in together for pair in one])
            except BaseException as error:
                self._waiting = [one for one in together if one is not handed] + self._waiting
                if len(together) == 1 or not isinstance(error, Exception):
                    raise
                await self._write(handed)

    async def _write(self, handed: Handed) -> None:
        async with self._edge.unit("sender.settle") as work:
            work.patient = True
            steps = [
                outcomes.next_step(one.due, outcome, now=work.now, jitter=self._jitter()) for one, outcome in handed
            ]
            changes = [outcomes.settled(one.due, step) for (one, _), step in zip(handed, steps, strict=True)]
            taken = await sending.attempts.change(work.session, changes, work.now)
            for (one, _), step in zip(handed, steps, strict=True):
                if one.due.id in taken:
                    work.emit(outcomes.fact(one.due, step, work.now), cause=one.due.cause)
            unreached = [said for one, outcome in handed if (said := outcomes.unreached(one.due, outcome))]
            await post.open_checks(work.session, unreached, work.now)
        fates = Counter((one.due.channel.value, type(outcome).__name__.lower()) for one, outcome in handed)
        for (channel, fate), count in fates.items():
            self._metrics.deliveries.add(count, {"channel": channel, "outcome": fate})
        for (one, outcome), step in zip(handed, steps, strict=True):
            if isinstance(step, Sent):
                labels = {"channel": one.due.channel.value, "outcome": type(outcome).__name__.lower()}
                since_s = (work.now - one.due.cause.time).total_seconds()
                self._metrics.alert_latency.record(max(0.0, since_s), labels)
