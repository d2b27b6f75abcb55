"""The services as processes: how each is started, what it is told, and when it takes work."""

import asyncio
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from contracts.topics import SERVICES
from stack.errors import ServerError
from stack.servers import OwnedProcess

__all__ = ["SERVICES", "ServiceProcess", "await_ready", "readiness"]

POLL_S = 0.05
WORTH_SAYING_S = 1.0
"""A reason that passes sooner is part of every start."""
GRACE_S = 15.0
"""A service that was asked to stop finishes what it holds; what it could not finish comes again."""


class ServiceProcess:
    """`python -m <module>` on one port, with one log; a part for the supervisor."""

    def __init__(
        self,
        name: str,
        *,
        module: str,
        folder: Path,
        url: str,
        environment: Mapping[str, str],
        health: str = "/health/ready",
    ) -> None:
        self.name = name
        self.health = health
        self.url = url
        self.log_path = folder / f"{name}.log"
        self._module = module
        self._folder = folder
        self._environment = environment
        self._process = OwnedProcess(name, pid_path=folder / f"{name}.pid", log_path=self.log_path, grace=GRACE_S)

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def start(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._process.start([sys.executable, "-m", self._module], folder=self._folder, environment=self._environment)

    def stop(self) -> None:
        self._process.stop()

    def why_ended(self) -> str:
        return f"{self.name} ended with status {self._process.exit_status} while starting. {self._process.log_end()}"


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether a service takes work, and in sentences what is not as it should be."""

    answers: bool
    ready: bool
    reasons: list[str]


async def readiness(client: httpx.AsyncClient, health_url: str) -> Readiness:
    try:
        answer = await client.get(health_url, timeout=5)
        document: Any = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        return Readiness(answers=False, ready=False, reasons=[f"It does not answer ({type(error).__name__})."])
    reasons = document.get("reasons", []) if isinstance(document, dict) else []
    return Readiness(answers=True, ready=answer.is_success, reasons=[str(reason["message"]) for reason in reasons])


async def await_ready(services: list[ServiceProcess], say: Callable[[str, str], None]) -> None:
    """Return once all take work; say what each waits for meanwhile.

    Raises:
        ServerError: one ended instead.
    """
    async with httpx.AsyncClient(trust_env=False) as client:
        await asyncio.gather(*(_await_one(client, service, say) for service in services))


async def _await_one(client: httpx.AsyncClient, service: ServiceProcess, say: Callable[[str, str], None]) -> None:
    since, before, said = time.monotonic(), [""], [""]
    while True:
        if service.pid is None:
            raise ServerError(service.why_ended())
        now = await readiness(client, service.url + service.health)
        if now.ready:
            say(service.name, f"ready, but: {' '.join(now.reasons)}" if now.reasons else "ready")
            return
        if now.reasons != before:
            since, before = time.monotonic(), now.reasons
        if now.answers and now.reasons != said and time.monotonic() - since > WORTH_SAYING_S:
            said = now.reasons
            say(service.name, f"not ready: {' '.join(said)}")
        await asyncio.sleep(POLL_S)
