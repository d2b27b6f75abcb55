"""Says in health while the database or the broker does not answer, whether or not anybody has work for them."""

import asyncio
import contextlib

from aiokafka.conn import AIOKafkaConnection, collect_hosts, create_conn
from aiokafka.errors import KafkaError
from aiokafka.protocol.metadata import MetadataRequest
from sqlalchemy import text

from chassis.database import Database
from chassis.failures import PASSING, said
from chassis.health import Health

EVERY_S = 2.0
ANSWER_S = 2.0
"""A server that takes longer is as good as gone."""
GONE = (OSError, KafkaError, TimeoutError)


class Watch:
    """Asks both every two seconds, until cancelled."""

    def __init__(self, database: Database, bootstrap: str, *, name: str, health: Health) -> None:
        self._database = database
        self._bootstrap = bootstrap
        self._name = name
        self._health = health
        self._connection: AIOKafkaConnection | None = None

    async def run(self) -> None:
        await asyncio.gather(self._watch_database(), self._watch_broker())

    async def _watch_database(self) -> None:
        while True:
            try:
                async with asyncio.timeout(ANSWER_S), self._database.session() as session:
                    await session.execute(text("SELECT 1"))
            except PASSING as error:
                self._health.fail("database.answer", f"The database does not answer: {said(error)}")
            else:
                self._health.clear("database.answer")
            await asyncio.sleep(EVERY_S)

    async def _watch_broker(self) -> None:
        """A broker that is gone is not this replica's refusal of work: what is decided waits in the outbox."""
        try:
            while True:
                try:
                    async with asyncio.timeout(ANSWER_S):
                        await self._ask_broker()
                except GONE as error:
                    self._hang_up()
                    self._health.degrade(
                        "broker.answer",
                        f"The broker does not answer: {said(error)}; nothing is read, and events wait in the outbox",
                    )
                else:
                    self._health.clear("broker.answer")
                await asyncio.sleep(EVERY_S)
        finally:
            self._hang_up()

    async def _ask_broker(self) -> None:
        """Any server of the cluster will do; it is asked about no topic."""
        if self._connection is None or not self._connection.connected():
            self._connection = await self._connect()
        await self._connection.send(MetadataRequest([]))

    async def _connect(self) -> AIOKafkaConnection:
        failure: Exception = TimeoutError("no server is named")
        for host, port, _ in collect_hosts(self._bootstrap):
            try:
                return await create_conn(host, port, client_id=f"{self._name}.watch")
            except GONE as error:
                failure = error
        raise failure

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.close()
