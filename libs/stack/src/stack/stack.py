"""The whole system on one machine: servers, topics, databases, services, ready in this order."""

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from importlib import import_module
from pathlib import Path
from types import TracebackType

import psutil

from stack.addresses import keep_ports
from stack.environment import mailbox_environment, service_environment
from stack.errors import CommandError
from stack.keys import Keys
from stack.logs import Follower
from stack.parts import Choice, Parts, kafka_version
from stack.policies import policies_folder
from stack.servers import StackFolder
from stack.servers.ports import LOOPBACK
from stack.services import SERVICES, ServiceProcess, await_ready
from stack.state import Mailbox, StackState
from stack.supervisor import Supervisor

Say = Callable[[str, str], None]
"""Called with the name of a part and a sentence about it."""
MAILBOX = "mailbox"


class Layer(IntEnum):
    """What must outlive what: stopping begins with the highest."""

    SERVERS = 0
    GATEWAYS = 1
    SERVICES = 2


class Stack:
    """One stack on one folder, up while the context is open.

    `durable=False` is for data that are thrown away; topics of `landlords` (SIRENs) are declared with the others, so
    that inventory reads them from its start. Raises CommandError and ServerError, whose messages name the
    way out, when it cannot come up; what had started is stopped then.
    """

    def __init__(
        self,
        folder: Path,
        *,
        choice: Choice,
        say: Say,
        follower: Follower | None = None,
        durable: bool = True,
        landlords: Iterable[str] = (),
    ) -> None:
        self._folder = StackFolder(folder)
        self._choice = choice
        self._say = say
        self._follower = follower
        self._durable = durable
        self._landlords = list(landlords)
        self._supervisor = Supervisor(say)
        self._following: asyncio.Task[None] | None = None
        self.took: dict[str, float] = {}
        """Seconds that each step of coming up took."""

    async def __aenter__(self) -> StackState:
        self._folder.open()
        try:
            return await self._come_up()
        except BaseException:
            await self._go_down()
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._go_down()

    async def _come_up(self) -> StackState:
        StackState.forget(self._folder.path)
        ports = keep_ports(self._folder.path, [*Parts.port_names(), *SERVICES, MAILBOX, f"{MAILBOX}-smtp"])
        parts = Parts.of(self._folder, self._choice, ports, durable=self._durable, progress=self._fetched)
        self._follow({server.name: server.log_path for server in parts.servers}, chatty=True)
        async with asyncio.TaskGroup() as group:
            keys = group.create_task(asyncio.to_thread(Keys.of, self._folder / "keys"))
            group.create_task(self._topics(parts))
            group.create_task(self._valkey(parts))
            state = self._state(parts, ports, await self._databases(parts))
            # they wait for the broker themselves, and have enough to do until it is there
            processes = await self._start_services(state, await keys)
        with self._timed("services"):
            await await_ready(processes, self._say)
        self._follow({process.name: process.log_path for process in processes})
        state.write(self._folder.path)
        return state

    def _state(self, parts: Parts, ports: dict[str, int], urls: dict[str, str]) -> StackState:
        me = psutil.Process(os.getpid())
        return StackState(
            pid=me.pid,
            started=me.create_time(),
            kafka=parts.kafka_url,
            redis=parts.redis_url,
            databases=urls,
            services={service: f"http://{LOOPBACK}:{ports[service]}" for service in SERVICES},
            kafka_version=kafka_version() if parts.kafka else "",
            policies=str(policies_folder()),
            mailbox=Mailbox(page=f"http://{LOOPBACK}:{ports[MAILBOX]}", smtp_port=ports[f"{MAILBOX}-smtp"]),
        )

    async def _go_down(self) -> None:
        StackState.forget(self._folder.path)
        self._say("stack", "stopping")
        if self._following and self._follower:
            self._follower.look()
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
        await self._supervisor.stop()
        self._folder.close()

    async def _databases(self, parts: Parts) -> dict[str, str]:
        importing = asyncio.create_task(asyncio.to_thread(_import_slow_modules))
        if parts.postgres:
            with self._timed("PostgreSQL"):
                await self._supervisor.start(parts.postgres, layer=Layer.SERVERS)
        await importing
        from stack import databases  # noqa: PLC0415 - imported just now

        with self._timed("databases"):
            urls = await databases.prepare(parts.database_url, SERVICES)
        self._say("databases", "migrated")
        return urls

    async def _topics(self, parts: Parts) -> None:
        from aiokafka.errors import KafkaError  # noqa: PLC0415 - while the servers start

        from chassis import topics  # noqa: PLC0415

        if parts.kafka:
            with self._timed("Kafka"):
                await self._supervisor.start(parts.kafka, layer=Layer.SERVERS)
        with self._timed("topics"):
            try:
                made = await topics.declare(parts.kafka_url, landlords=self._landlords)
            except KafkaError as error:
                raise CommandError(
                    f"Kafka at {parts.kafka_url} cannot be reached ({error}): check --kafka, or use embedded."
                ) from error
        self._say("topics", f"{len(made)} declared" if made else "as declared")

    async def _valkey(self, parts: Parts) -> None:
        if parts.valkey:
            with self._timed("Valkey"):
                await self._supervisor.start(parts.valkey, layer=Layer.SERVERS)

    async def _start_services(self, state: StackState, keys: Keys) -> list[ServiceProcess]:
        folder = self._folder / "services"
        mailbox = ServiceProcess(
            MAILBOX,
            module="notifications.mailbox",
            folder=folder,
            url=state.mailbox.page,
            environment=mailbox_environment(state, keys, self._folder / "letters"),
            health="/health",
        )
        services = [
            ServiceProcess(
                name, module=name, folder=folder, url=url, environment=service_environment(name, state, keys)
            )
            for name, url in state.services.items()
        ]
        await self._supervisor.start(mailbox, layer=Layer.GATEWAYS)
        await self._supervisor.start(*services, layer=Layer.SERVICES)
        return [*services, mailbox]

    def _follow(self, files: dict[str, Path], *, chatty: bool = False) -> None:
        if self._follower:
            for name, path in files.items():
                self._follower.add(name, path, chatty=chatty)
            self._following = self._following or asyncio.create_task(self._follower.run(), name="logs")

    def _fetched(self, done: int, total: int, coordinate: str) -> None:
        if done % 5 == 0 or done == total:
            self._say("Kafka", f"{done} of {total} jars fetched: {coordinate}")

    @contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.took[step] = time.monotonic() - began
        self._say(step, f"up in {self.took[step]:.1f} s")


def _import_slow_modules() -> None:
    """SQLAlchemy and Alembic take a second, which the servers take anyway."""
    import_module("chassis.migrations")
    import_module("stack.databases")
