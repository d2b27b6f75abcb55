"""PostgreSQL and Kafka for one run: as in production, commits wait for the disk."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from stack.servers import KafkaServer, PostgresServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    folder: Path
    postgres: PostgresServer
    kafka: KafkaServer

    async def database(self, name: str) -> str:
        """The URL of an empty database."""
        await asyncio.to_thread(self.postgres.drop_database, name)
        return await asyncio.to_thread(self.postgres.create_database, name)


@asynccontextmanager
async def servers() -> AsyncIterator[Servers]:
    """Up for the time of the block, in a folder that is deleted with it."""
    folder = Path(tempfile.mkdtemp(prefix="parcours-bench-"))
    # PostgreSQL runs as another account where we are root
    folder.chmod(0o711)
    postgres = PostgresServer(folder / "postgres")
    kafka = KafkaServer(folder / "kafka")
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.to_thread(postgres.start))
            group.create_task(asyncio.to_thread(kafka.start))
        yield Servers(folder=folder, postgres=postgres, kafka=kafka)
    finally:
        await asyncio.gather(asyncio.to_thread(kafka.stop), asyncio.to_thread(postgres.stop))
        postgres.delete_data()
        shutil.rmtree(folder, ignore_errors=True)
