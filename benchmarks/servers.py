"""PostgreSQL and Kafka for one run: as in production, commits wait for the disk."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from stack.servers import KafkaServer, PostgresServer
from stack.throwaway import throwaway_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    postgres: PostgresServer
    kafka: KafkaServer

    async def database(self, name: str) -> str:
        """The URL of an empty database."""
        await asyncio.to_thread(self.postgres.drop_database, name)
        return await asyncio.to_thread(self.postgres.create_database, name)


@asynccontextmanager
async def servers() -> AsyncIterator[Servers]:
    """Up for the time of the block, in a folder that is deleted with it."""
    with throwaway_folder() as own:
        postgres, kafka = PostgresServer(own.folder / "postgres"), KafkaServer(own.folder / "kafka")
        try:
            await asyncio.gather(asyncio.to_thread(postgres.start), asyncio.to_thread(kafka.start))
            yield Servers(postgres=postgres, kafka=kafka)
        finally:
            await asyncio.gather(asyncio.to_thread(kafka.stop), asyncio.to_thread(postgres.stop))
