"""How a running stack is: readiness with reasons, topics and lag, outboxes, dead letters."""

import asyncio
from dataclasses import dataclass

import httpx
from sqlalchemy import text

from stack.broker import GroupLag, broker_at
from stack.errors import CommandError
from stack.service_database import unit_of
from stack.services import SERVICES, Readiness, readiness
from stack.state import StackState

_COUNTS = text(
    """
    SELECT (SELECT count(*) FROM outbox) AS waiting,
           (SELECT count(*) FROM outbox WHERE parked_at IS NOT NULL) AS parked,
           (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(occurred_at)), 0) FROM outbox
            WHERE parked_at IS NULL) AS oldest_s,
           (SELECT count(*) FROM dead_letter WHERE state = 'open') AS dead_letters,
           (SELECT count(*) FROM due_work WHERE due_at <= clock_timestamp()) AS due
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What waits in one service's database."""

    waiting: int
    """Events in the outbox."""
    oldest_s: float
    parked: int
    dead_letters: int
    """Open ones."""
    due: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceStatus:
    name: str
    url: str
    ready: bool
    reasons: list[str]
    backlog: Backlog | None
    """None where its database does not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StackStatus:
    services: list[ServiceStatus]
    topics: dict[str, int]
    """Partitions of each."""
    lags: list[GroupLag]
    problems: list[str]
    """What could not be looked at."""

    @property
    def well(self) -> bool:
        return not self.problems and all(one.ready and one.backlog for one in self.services)


async def status_of(state: StackState) -> StackStatus:
    problems: list[str] = []
    services = await asyncio.gather(*(_service(state, name, problems) for name in _known_services(state)))
    topics: dict[str, int] = {}
    lags: list[GroupLag] = []
    try:
        async with broker_at(state.broker) as broker:
            topics = await broker.partitions()
            ours = [group for group in await broker.groups() if group.partition(".")[0] in SERVICES]
            lags = await broker.lags(ours)
    except CommandError as error:
        problems.append(str(error))
    return StackStatus(services=list(services), topics=topics, lags=lags, problems=problems)


async def backlog_of(state: StackState, service: str) -> Backlog:
    async with unit_of(state, service) as work:
        row = (await work.session.execute(_COUNTS)).mappings().one()
        return Backlog(**{**dict(row), "oldest_s": float(row["oldest_s"])})


def _known_services(state: StackState) -> list[str]:
    return [name for name in SERVICES if name in state.services or name in state.databases]


async def _service(state: StackState, name: str, problems: list[str]) -> ServiceStatus:
    url, health, backlog = state.services.get(name, ""), Readiness(answers=False, ready=False, reasons=[]), None
    if url:
        async with httpx.AsyncClient(trust_env=False) as client:
            health = await readiness(client, f"{url}/health/ready")
    else:
        problems.append(f"Nothing says where {name} is: set PARCOURS_{name.upper()}_URL.")
    try:
        async with asyncio.timeout(10):
            backlog = await backlog_of(state, name)
    except CommandError as error:
        problems.append(str(error))
    except Exception as error:  # noqa: BLE001 - whatever the database has is what there is to say
        problems.append(f"The database of {name} does not answer ({type(error).__name__}: {str(error)[:200]}).")
    return ServiceStatus(name=name, url=url, ready=health.ready, reasons=health.reasons, backlog=backlog)
