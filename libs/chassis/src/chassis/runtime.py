"""The live parts of one replica and the order in which they come and go.

Up: database and topics are what this version expects, then relay, due work, loops, consumers. Until then the replica
is not ready and says why. Down: readiness off, consumers, loops and due work, relay with its producer.
"""

import asyncio
import logging
import os
import signal
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from chassis import dead_letters, maintenance, migrations, replay, topics
from chassis.bus import Bus, producer
from chassis.clock import Clock, SystemClock
from chassis.database import Database
from chassis.due import DueWork
from chassis.edge import Edge, RecordRefused
from chassis.failures import PASSING, said
from chassis.handlers import Handlers, RuleBroken
from chassis.health import Health
from chassis.jobs import Jobs
from chassis.metrics import LoopLag, Metrics
from chassis.relay import Relay
from chassis.settings import ServiceSettings
from chassis.watch import Watch
from chassis.work import Task, Work
from contracts.topics import DEAD_LETTERS, TOPICS

log = logging.getLogger(__name__)

RETRY_S = 0.5


class Loop(Protocol):
    """A background loop of a service, such as a sender."""

    async def run(self) -> None: ...

    async def stop(self) -> None:
        """Make `run` return soon, with nothing half-done."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a service's own loops and routes may use."""

    settings: ServiceSettings
    database: Database
    edge: Edge
    health: Health
    metrics: Metrics
    clock: Clock


class Runtime:
    """One replica of one service."""

    def __init__(
        self,
        *,
        service: str,
        settings: ServiceSettings,
        handlers: Handlers,
        jobs: Jobs,
        loops: Callable[[Parts], Sequence[Loop]],
        metrics: Metrics,
        clock: Clock | None = None,
        patience_ms: int = 0,
        by_key: bool = False,
        objection: Callable[[Parts], Coroutine[Any, Any, str | None]] | None = None,
    ) -> None:
        clock = clock or SystemClock()
        self._objection = objection
        self.service = service
        self.settings = settings
        self.handlers = handlers
        self.health = Health(clock=clock)
        self.database = Database(
            settings.database_url,
            name=f"{service}.{settings.instance}",
            transaction_timeout_s=settings.transaction_timeout,
            by_key=by_key,
        )
        metrics.watch_pool(lambda: self.database.saturation)
        self.edge = Edge(
            service=service,
            database=self.database,
            handlers=handlers,
            clock=clock,
            health=self.health,
            metrics=metrics,
        )
        self.parts = Parts(
            settings=settings,
            database=self.database,
            edge=self.edge,
            health=self.health,
            metrics=metrics,
            clock=clock,
        )
        self.relay = Relay(
            settings.database_url,
            producer=lambda: producer(settings.kafka_url, name=service),
            name=service,
            health=self.health,
            metrics=metrics,
        )
        self.edge.after_commit.append(self.relay.woken_by)
        jobs = Jobs({**jobs.handlers, dead_letters.REPLAY: self._replay_dead_letter})
        self._watch = Watch(self.database, settings.kafka_url, name=service, health=self.health)
        self._bus = Bus(
            bootstrap=settings.kafka_url,
            service=service,
            instance=settings.instance,
            handlers=handlers,
            metrics=metrics,
            patience_ms=patience_ms,
        )
        self._due = DueWork(self.edge, jobs)
        self._loops = [*loops(self.parts), LoopLag(metrics)]
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._stopping = asyncio.Event()
        self.health.fail("starting", "The service is starting.")

    async def start(self) -> None:
        """Begin to come up; returns at once, readiness tells the rest."""
        self._spawn("watch", self._watch.run())
        self._spawn("start", self._come_up())

    async def stop(self) -> None:
        """Take no more work, finish what is in hand, send what is written."""
        self.health.fail("stopping", "The service is stopping.")
        self._stopping.set()
        self.edge.close()
        starting = self._tasks.pop("start", None)
        if starting and not starting.done():
            starting.cancel()
        await self._bus.stop()
        await self._end("due", self._due.stop())
        for place, loop in enumerate(self._loops):
            await self._end(f"loop.{place}", loop.stop())
        await self._end("relay", self.relay.stop())
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        await self.database.close()

    async def _come_up(self) -> None:
        await self._until("database", self._check_database)
        await self._until("topics", self._check_topics)
        if objection := self._objection:
            await self._until(self.service, lambda: objection(self.parts))
        async with self.edge.unit("partitions") as work:
            await maintenance.tend_partitions(work.session, work.now.date())
        self._spawn("relay", self.relay.run())
        self._spawn("due", self._due.run())
        for place, loop in enumerate(self._loops):
            self._spawn(f"loop.{place}", loop.run())
        self._spawn("maintenance", self._maintain())
        await self._until("consumers", self._join)
        self.health.clear("starting")
        log.info("ready")

    async def _until(self, name: str, step: Callable[[], Coroutine[Any, Any, str | None]]) -> None:
        """Repeat a step until it has nothing to say against going on."""
        while True:
            try:
                objection = await step()
            except PASSING as error:
                objection = said(error)
            if objection is None:
                self.health.clear(name)
                return
            self.health.fail(name, objection)
            await asyncio.sleep(RETRY_S)

    async def _check_database(self) -> str | None:
        if await migrations.is_current(self.settings.database_url, self.service):
            return None
        return f"The database is not at this version's revision: run `parcours migrate {self.service}`."

    async def _check_topics(self) -> str | None:
        owned = [topic for topic in TOPICS if self.service in topic.writers]
        wrong = await topics.compare(self.settings.kafka_url, {*self._bus.topics, *owned, DEAD_LETTERS[self.service]})
        return "; ".join(wrong) or None

    async def _join(self) -> str | None:
        await self._bus.start(self.edge)
        return None

    async def _maintain(self) -> None:
        kept_alive_on = None
        while not self._stopping.is_set():
            try:
                async with self.edge.unit("maintenance") as work:
                    today = work.now.date()
                    await maintenance.tend_partitions(work.session, today)
                    await maintenance.forget_keys(work.session, work.now)
                if kept_alive_on != today:
                    await self._keep_alive()
                    kept_alive_on = today
            except PASSING as error:
                log.warning("maintenance put off: %s", said(error))
                await self._sleep(60)
                continue
            await self._sleep(maintenance.EVERY.total_seconds())

    async def _keep_alive(self) -> None:
        erasable = [topic for topic in TOPICS if topic.owner == self.service and topic.erasable]
        if erasable:
            sender = producer(self.settings.kafka_url, name=f"{self.service}.keep-alive")
            await sender.start()
            try:
                for topic in erasable:
                    await maintenance.keep_alive(sender, topic)
            finally:
                await sender.stop()

    async def _replay_dead_letter(self, task: Task, work: Work) -> None:
        """Take a dead letter again: mark and effects in one transaction, or the new error beside the old row."""
        dead_letter_id = UUID(task.subject)
        letter, record = await dead_letters.get(work.session, dead_letter_id)
        try:
            if letter.restricted:
                record = await replay.fetch_record(
                    self.settings.kafka_url, topic=letter.topic, partition=letter.partition, offset=letter.offset
                )
            async with work.session.begin_nested():
                await self.edge.accept(record, work, unmark=True)
        except (RecordRefused, RuleBroken, replay.RecordGone, SQLAlchemyError, ValueError, LookupError) as error:
            work.outgoing.clear()
            work.tasks.clear()
            ours = isinstance(error, RecordRefused | RuleBroken | replay.RecordGone)
            await dead_letters.mark_failed_again(work, dead_letter_id, str(error) if ours else said(error))
        else:
            await dead_letters.mark_replayed(work, dead_letter_id)

    def _spawn(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name=f"{self.service}.{name}")
        task.add_done_callback(self._ended)
        self._tasks[name] = task

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A part that ends by an error nobody foresaw takes the process with it: the supervisor starts a whole one."""
        if task.cancelled() or task.exception() is None or self._stopping.is_set():
            return
        log.critical("%s ended", task.get_name(), exc_info=task.exception())
        os.kill(os.getpid(), signal.SIGTERM)

    async def _end(self, name: str, stop: Coroutine[Any, Any, None]) -> None:
        await stop
        task = self._tasks.pop(name, None)
        if task:
            try:
                await asyncio.wait_for(task, timeout=10)
            except TimeoutError:
                log.warning("%s did not end in time; what it held comes again", name)
            except Exception:
                log.exception("%s ended with an error", name)

    async def _sleep(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return
