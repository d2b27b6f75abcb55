"""The relay: one leader a database sends the outbox to Kafka, in order for every key, and moves it to the event log.

The leader hears of a commit of its own replica directly, of another's by NOTIFY from that one's relay. The pool's own
connections do not notify: the server lets one notifying transaction at a time through its commit, of all databases.

Lock, page and move share one direct connection. The server ends it when it says nothing for three seconds, so that a
leader that is stopped (not dead: paused, swapped out) loses the lock and another goes on; what it sends when it
wakes are repetitions, which inboxes and version guards pass over.
"""

import asyncio
import datetime as dt
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import asyncpg
from aiokafka import AIOKafkaProducer

from chassis.database import asyncpg_url
from chassis.failures import PASSING, said
from chassis.health import Health
from chassis.metrics import Metrics
from chassis.shipping import Sent, Shipment
from chassis.work import Work

log = logging.getLogger(__name__)

_PASSING = (
    *PASSING,
    # What the driver makes of the server's last word, where it comes while the next question is asked: after a pause
    # of the whole process, for one.
    asyncpg.InternalClientError,
)
LOCK = 0x7061_7263_6F75_7273
"""The advisory lock of the relay: "parcours" in ASCII."""
PAGE_ROWS = 1000
IDLE_POLL_S = 0.25
SILENCE_S = 3
"""After this long without a word from the leader the server gives its lock away."""
ALARM_AGE_S = 10.0
"""An unsent row older than this is an alarm."""

_PAGE = """
    SELECT seq, aggregatetype AS topic, aggregateid AS key, payload::text AS payload, headers::text AS headers
    FROM outbox
    WHERE parked_at IS NULL AND (aggregatetype, aggregateid) NOT IN (
        SELECT aggregatetype, aggregateid FROM outbox WHERE parked_at IS NOT NULL)
    ORDER BY seq LIMIT $1
"""
_MOVE = """
    WITH moved AS (
        DELETE FROM outbox WHERE seq = ANY($1::bigint[])
        RETURNING seq, id, aggregatetype, aggregateid, type, payload, headers, occurred_at)
    INSERT INTO event_log (seq, id, aggregatetype, aggregateid, type, payload, headers, occurred_at)
    SELECT seq, id, aggregatetype, aggregateid, type, payload, headers, occurred_at FROM moved
"""
_BLANK = """
    UPDATE event_log l SET payload = NULL
    FROM unnest($1::text[], $2::text[], $3::bigint[]) AS gone(topic, key, seq)
    WHERE l.aggregatetype = gone.topic AND l.aggregateid = gone.key AND l.seq < gone.seq AND l.payload IS NOT NULL
"""
"""Erasure reaches the history: what was said of the aggregate before goes with it, that it was said stays."""
_PARK = "UPDATE outbox SET parked_at = clock_timestamp(), parked_reason = $2 WHERE seq = $1"
_AGE = """
    SELECT count(*) AS depth, count(parked_at) AS parked,
           coalesce(extract(epoch FROM clock_timestamp() - min(occurred_at)), 0)::float8 AS age_s
    FROM (SELECT occurred_at, parked_at FROM outbox ORDER BY seq LIMIT 100000) AS waiting
"""


class Relay:
    """Sends the outbox of one database. Every replica runs one; the lock lets one of them lead."""

    def __init__(
        self,
        database_url: str,
        *,
        producer: Callable[[], AIOKafkaProducer],
        name: str,
        health: Health,
        metrics: Metrics,
        page_rows: int = PAGE_ROWS,
    ) -> None:
        self._url = asyncpg_url(database_url)
        self._make_producer = producer
        self._producer: AIOKafkaProducer | None = None
        self._name = name
        self._health = health
        self._metrics = metrics
        self._page_rows = page_rows
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        self.leading = asyncio.Event()
        """Set while this replica holds the lock."""

    def wake(self, *_: object) -> None:
        """Look at the outbox now: called by NOTIFY, after a commit elsewhere."""
        self._wake.set()

    def woken_by(self, work: Work) -> None:
        """Called after each commit of this replica. What is patient waits for the next look."""
        if not work.patient and not all(one.patient for one in work.outgoing):
            self.wake()

    async def run(self) -> None:
        """Lead or wait to lead, until `stop`."""
        try:
            while not self._stopping.is_set():
                try:
                    await self._campaign()
                except _PASSING as error:
                    self._health.degrade("relay", f"The relay waits: {said(error)}")
                    log.warning("relay interrupted: %s", said(error))
                    await self._pause(IDLE_POLL_S)
        finally:
            if self._producer:
                await self._producer.stop()

    async def stop(self) -> None:
        """Send what is there, then end."""
        self._stopping.set()
        self.wake()

    async def _campaign(self) -> None:
        connection: asyncpg.Connection = await asyncpg.connect(
            self._url,
            timeout=5,
            command_timeout=10,
            server_settings={
                "application_name": f"{self._name}.relay",
                "idle_session_timeout": f"{SILENCE_S}s",
                "idle_in_transaction_session_timeout": f"{SILENCE_S}s",
                "transaction_timeout": "30s",
                # The outbox is empty whenever statistics are taken, so the planner would read all of it, dead rows
                # included, for every page. Its index has the rows in their order.
                "enable_seqscan": "off",
                # A move that a crash of the server takes back is a repetition, as one that the relay did not live to
                # write: nothing that waits to be sent waits for the disk.
                "synchronous_commit": "off",
            },
        )
        try:
            while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):
                if self._stopping.is_set():
                    return
                self._health.clear("relay")
                await self._pause(IDLE_POLL_S)
                if self._wake.is_set():
                    self._wake.clear()
                    await connection.execute("NOTIFY outbox")
            self.leading.set()
            await connection.add_listener("outbox", self.wake)
            await self._lead(connection)
        finally:
            self.leading.clear()
            await connection.close(timeout=1)

    async def _lead(self, connection: asyncpg.Connection) -> None:
        if self._producer is None:
            self._producer = await self._start_producer(connection)
        await self._gauge(connection)
        gauged = asyncio.get_running_loop().time()
        while True:
            self._wake.clear()
            page = await connection.fetch(_PAGE, self._page_rows)
            if page:
                sent = await self._send(connection, page)
                await self._settle(connection, sent)
                if sent.failure:
                    raise sent.failure
            elif self._stopping.is_set():
                return
            # Also where nothing waits: what the relay said of a failure is over once it is at work again.
            self._health.clear("relay")
            if asyncio.get_running_loop().time() - gauged > 1:
                await self._gauge(connection)
                gauged = asyncio.get_running_loop().time()
            if len(page) < self._page_rows:
                await self._pause(IDLE_POLL_S)

    async def _start_producer(self, connection: asyncpg.Connection) -> AIOKafkaProducer:
        made = self._make_producer()
        try:
            await _while_alive(connection, asyncio.ensure_future(made.start()))
        except BaseException:
            await made.stop()
            raise
        return made

    async def _send(self, connection: asyncpg.Connection, page: Sequence[Any]) -> Sent:
        """Send a page in order and wait for the broker's answers."""
        assert self._producer
        shipment = Shipment(self._producer)
        await shipment.load(page)
        await self._answered(connection, shipment)
        sent, again = shipment.outcome()
        if not again or sent.failure:
            return sent
        shipment = Shipment(self._producer)
        await shipment.load_singly(again)
        await self._answered(connection, shipment)
        singly, _ = shipment.outcome()
        return Sent(sent.moved + singly.moved, sent.refused + singly.refused, singly.failure)

    async def _answered(self, connection: asyncpg.Connection, shipment: Shipment) -> None:
        if answers := shipment.answers:
            await _while_alive(connection, asyncio.gather(*answers, return_exceptions=True))

    async def _settle(self, connection: asyncpg.Connection, sent: Sent) -> None:
        if sent.moved:
            moved = [row["seq"] for row in sent.moved]
            if erased := [row for row in sent.moved if row["payload"] is None]:
                columns = ([row[name] for row in erased] for name in ("topic", "key", "seq"))
                async with connection.transaction():
                    await connection.execute(_MOVE, moved)
                    await connection.execute(_BLANK, *columns)
            else:
                await connection.execute(_MOVE, moved)
            for topic, count in Counter(row["topic"] for row in sent.moved).items():
                self._metrics.relayed.add(count, {"topic": topic})
        for seq, error in sent.refused:
            log.error("outbox row %s is parked with all later rows of its key: %s", seq, error)
            await connection.execute(_PARK, seq, said(error))

    async def _gauge(self, connection: asyncpg.Connection) -> None:
        """The age of the oldest unsent row is an alarm; so is any parked row."""
        waiting = await connection.fetchrow(_AGE)
        assert waiting
        self._metrics.outbox_age.set(waiting["age_s"])
        self._metrics.outbox_depth.set(waiting["depth"])
        if waiting["parked"]:
            self._health.degrade(
                "outbox.parked",
                f"{waiting['parked']} outbox rows are parked because the broker refuses them for good: "
                "`parcours outbox list` shows why",
            )
        else:
            self._health.clear("outbox.parked")
        if waiting["age_s"] > ALARM_AGE_S and waiting["depth"] > waiting["parked"]:
            age = dt.timedelta(seconds=round(waiting["age_s"]))
            self._health.degrade("outbox.age", f"The oldest unsent event is {age} old ({waiting['depth']} wait)")
        else:
            self._health.clear("outbox.age")

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), seconds)
        except TimeoutError:
            return


async def _while_alive(connection: asyncpg.Connection, future: "asyncio.Future[Any]") -> None:
    """Wait for `future` and speak to the server meanwhile, so that a slow broker does not cost us the lock."""
    while True:
        done, _ = await asyncio.wait({future}, timeout=SILENCE_S / 3)
        if done:
            future.result()
            return
        await connection.execute("SELECT 1")
