"""A relay in a process of its own, as a service has one while a file comes in: `python -m benchmarks.relaying`."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chassis.bus import producer
from chassis.health import Health
from chassis.metrics import Metrics
from chassis.relay import Relay

_LEADS = b"leads\n"


@asynccontextmanager
async def relaying(database: str, kafka: str) -> AsyncIterator[None]:
    """It sends what comes into the outbox of `database` until the block ends; the topics are there already."""
    environment = {**os.environ, "RELAYED_DATABASE": database, "RELAYED_KAFKA": kafka}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.relaying", stdout=asyncio.subprocess.PIPE, env=environment
    )
    try:
        assert process.stdout is not None, "it is a pipe"
        assert await process.stdout.readline() == _LEADS, "the relay did not begin"
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


def relay_of(database: str, kafka: str) -> Relay:
    """A relay by itself, without a service around it."""
    return Relay(
        database,
        producer=lambda: producer(kafka, name="benchmark"),
        name="benchmark",
        health=Health(),
        metrics=Metrics(),
    )


async def _main() -> None:
    relay = relay_of(os.environ["RELAYED_DATABASE"], os.environ["RELAYED_KAFKA"])
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: asyncio.ensure_future(relay.stop()))
    running = asyncio.create_task(relay.run())
    await relay.leading.wait()
    sys.stdout.buffer.write(_LEADS)
    sys.stdout.flush()
    await running


if __name__ == "__main__":
    asyncio.run(_main())
