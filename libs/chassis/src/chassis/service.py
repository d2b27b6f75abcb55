"""A service: its name, what it does with events, time and requests, and how it is run from the command line.

`main.py` of a service makes one of these and calls `run`.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

import uvicorn
from fastapi import APIRouter, FastAPI

from chassis import garbage, logs, migrations, replay, telemetry
from chassis.handlers import Handlers
from chassis.health import Health
from chassis.http import create_app, openapi_document
from chassis.jobs import Jobs
from chassis.ratelimit import RateLimit
from chassis.runtime import Loop, Parts, Runtime
from chassis.settings import ServiceSettings, load_or_exit

S = TypeVar("S", bound=ServiceSettings)
_BEHIND = 5
"""The niceness of a patient service."""


def _no_loops(_: Parts) -> Sequence[Loop]:
    return ()


async def _no_objection(_: Parts) -> str | None:
    return None


def _nothing(_app: FastAPI, _parts: Parts) -> None:
    return


@dataclass(frozen=True, kw_only=True)
class Service(Generic[S]):
    """All that tells one service from another."""

    name: str
    title: str
    settings: type[S]
    handlers: Handlers
    jobs: Jobs = field(default_factory=Jobs)
    routers: Sequence[APIRouter] = ()
    loops: Callable[[Parts], Sequence[Loop]] = _no_loops
    """Makes the service's own background loops."""
    prepare: Callable[[FastAPI, Parts], None] = _nothing
    """Puts the service's own objects on `app.state`, for its routes."""
    patience_ms: int = 0
    """For a service that no alert waits for: how long records may wait at the broker to be taken together. Such a
    service also lets those that share its machine go first."""
    by_key: bool = False
    """For a service whose statements all go by keys: none reads a whole table because it was small once."""
    objection: Callable[[Parts], Coroutine[Any, Any, str | None]] = _no_objection
    """Asked once database and topics are well, and again until it answers None: why the replica may not come up."""
    version: str = "0.1.0"

    def app(self, settings: S) -> FastAPI:
        """The HTTP application with the whole replica behind it, from start-up to shutdown."""
        observed = telemetry.setup(self.name, settings.instance, endpoint=settings.otlp_endpoint)
        runtime = Runtime(
            service=self.name,
            settings=settings,
            handlers=self.handlers,
            jobs=self.jobs,
            loops=self.loops,
            objection=self.objection,
            metrics=observed.metrics,
            patience_ms=self.patience_ms,
            by_key=self.by_key,
        )
        limit = (
            RateLimit(
                settings.redis_url,
                health=runtime.health,
                metrics=observed.metrics,
                quota=settings.rate_limit_per_minute,
            )
            if settings.redis_url
            else None
        )
        app = create_app(
            title=self.title,
            version=self.version,
            routers=self.routers,
            health=runtime.health,
            edge=runtime.edge,
            public_keys=settings.token_public_keys,
            rate_limit=limit,
            telemetry=observed,
        )
        self.prepare(app, runtime.parts)

        @asynccontextmanager
        async def lifespan(_: FastAPI) -> AsyncIterator[None]:
            await runtime.start()
            try:
                yield
            finally:
                await runtime.stop()
                if limit:
                    await limit.close()
                await asyncio.to_thread(observed.shutdown)

        app.router.lifespan_context = lifespan
        return app

    def openapi(self) -> dict[str, Any]:
        """The committed OpenAPI document; needs no settings."""
        return openapi_document(_paper_app(self))


def run(service: Service[Any], arguments: Sequence[str] | None = None) -> None:
    """`python -m <service> [serve|migrate|replay|openapi]`.

    Exits with status 2 and one sentence a variable when the settings do not fit.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {service.name}", description=service.title)
    parser.add_argument("command", nargs="?", default="serve", choices=["serve", "migrate", "replay", "openapi"])
    command = parser.parse_args(arguments).command
    if command == "openapi":
        print(json.dumps(service.openapi(), indent=2, ensure_ascii=False))  # noqa: T201 - the command's output
        return
    settings = load_or_exit(service.settings)
    logs.configure(service.name, settings.instance, fmt=settings.log_format, level=settings.log_level)
    match command:
        case "migrate":
            ran = asyncio.run(migrations.upgrade(settings.database_url, service.name))
            sys.stderr.write(f"{service.name}: {', '.join(ran) or 'already current'}\n")
        case "replay":
            taken = asyncio.run(_replay(service, settings))
            sys.stderr.write(f"\n{service.name}: {taken} records taken by projections\n")
        case _:
            app = service.app(settings)
            garbage.settle()
            if service.patience_ms:
                give_way()
            uvicorn.run(
                app,
                host=settings.http_host,
                port=settings.http_port,
                loop="uvloop",
                http="httptools",
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=10,
            )


def give_way() -> None:
    """Let others have the processor first.

    Linux shares it out among sessions before it looks at niceness within one (sched_autogroup). A supervisor gives each
    process a session of its own, which then has a niceness to be lowered; one shared with others is left alone.
    """
    os.nice(_BEHIND)
    if os.getsid(0) == os.getpid():
        with suppress(OSError):
            Path("/proc/self/autogroup").write_text(str(_BEHIND))


async def _replay(service: Service[Any], settings: ServiceSettings) -> int:
    observed = telemetry.setup(service.name, settings.instance)
    runtime = Runtime(
        service=service.name,
        settings=settings,
        handlers=service.handlers,
        jobs=Jobs(),
        loops=_no_loops,
        metrics=observed.metrics,
    )
    try:
        return await replay.replay(settings.kafka_url, runtime.edge, service.handlers, progress=_show)
    finally:
        await runtime.database.close()


def _show(done: int, total: int) -> None:
    sys.stderr.write(f"\rreplay: {done} of {total} records")
    sys.stderr.flush()


class _NoUnits:
    """Stands in for the edge where only the routes are described."""

    def unit(self, name: str, *, envelope: Any = None) -> Any:
        raise NotImplementedError(name)


def _paper_app(service: Service[Any]) -> FastAPI:
    return create_app(
        title=service.title, version=service.version, routers=service.routers, health=Health(), edge=_NoUnits()
    )
