"""A broker or a database that does not answer is said in health, though nobody has work for either."""

import asyncio
import contextlib

import pytest

from chassis import watch
from chassis.failures import said
from chassis.health import State
from chassis.watch import Watch


class Line:
    """A way to the broker that can go silent, as a stopped process does, or be cut."""

    def __init__(self, broker: str) -> None:
        host, _, port = broker.rpartition(":")
        self._broker = host, int(port)
        self._tasks: set[asyncio.Task[None]] = set()
        self._open: list[asyncio.StreamWriter] = []
        self.silent = False

    async def start(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        self._server.close()
        for one in self._open:
            one.transport.abort()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection(*self._broker)
        self._open += [writer, there_writer]
        for pair in ((reader, there_writer), (there_reader, writer)):
            task = asyncio.create_task(self._pass_on(*pair))
            self._tasks.add(task)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while content := await reader.read(65536):
                if not self.silent:
                    writer.write(content)


@pytest.fixture
async def line(kafka):
    made = Line(kafka)
    await made.start()
    yield made
    await made.cut()


async def test_a_broker_that_is_silent_or_gone_degrades_and_recovers(harness, line, monkeypatch):
    monkeypatch.setattr(watch, "EVERY_S", 0.05)
    edge = harness()
    one = Watch(edge.database, f"127.0.0.1:{line.port}", name="test", health=edge.health)

    async def until(state: State) -> None:
        async with asyncio.timeout(15):
            while edge.health.state is not state:
                await asyncio.sleep(0.02)

    task = asyncio.create_task(one.run())
    try:
        await asyncio.sleep(0)
        line.silent = True
        await until(State.DEGRADED)
        assert edge.health.conditions[0].name == "broker.answer"
        assert edge.health.ready, "what is decided waits in the outbox"
        line.silent = False
        await until(State.READY)
        await line.cut()
        await until(State.DEGRADED)
        assert "The broker does not answer: " in edge.health.conditions[0].message
        await line.start(line.port)
        await until(State.READY)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def test_a_failure_without_words_is_told_by_its_kind_alone():
    assert said(TimeoutError()) == "TimeoutError"
    assert said(TimeoutError("5 s")) == "TimeoutError: 5 s"
