"""The doors of a running town, and what its services' histories hold."""

import asyncio
import datetime as dt
import json
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar
from uuid import uuid4

import asyncpg
import httpx
from aiokafka import AIOKafkaProducer

from chassis.auth import Role
from contracts.event import Event
from contracts.landlord import LandlordEvent
from contracts.tenancy import TenancyEvent
from contracts.topics import LANDLORD_TENANCY, LANDLORD_VACANCY
from stack.landlord_system import envelope_of
from stack.tokens import issue

PARCOURS = Path(sys.executable).with_name("parcours")
TODAY = dt.datetime.now(dt.UTC).date()
SINCE = "2026-01-01"
"""The day from which everything agreed here holds."""
T = TypeVar("T")


def synthetic_siren() -> str:
    return f"999{uuid4().int % 1_000_000:06d}"


async def until(look: Callable[[], Awaitable[T | None]], what: str, seconds: float = 90) -> T:
    """What `look` finds, as soon as it finds something."""
    try:
        async with asyncio.timeout(seconds):
            while not (found := await look()):
                await asyncio.sleep(0.05)
            return found
    except TimeoutError:
        raise AssertionError(f"waited {seconds} s in vain: {what}") from None


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody with a token."""

    role: Role
    siren: str | None = None


AGENT, OPERATOR = Who(Role.AGENT), Who(Role.OPERATOR)


@dataclass(frozen=True, slots=True)
class Told:
    """An event that a service published: its history has it once Kafka has acknowledged it."""

    id: str
    type: str
    body: dict[str, Any]
    cause: str | None
    story: str


class Doors:
    """HTTP with a token, the landlords' topics, the command `parcours`; and the histories to look at afterwards."""

    def __init__(self, town: Any) -> None:
        self.town = town
        self._parts = AsyncExitStack()
        self._tokens: dict[Who, str] = {}
        self._databases: dict[str, asyncpg.Connection] = {}

    async def __aenter__(self) -> Self:
        self._client = await self._parts.enter_async_context(httpx.AsyncClient(trust_env=False, timeout=60))
        self._producer = AIOKafkaProducer(bootstrap_servers=self.town.state.kafka, acks="all")
        await self._producer.start()
        self._parts.push_async_callback(self._producer.stop)
        for service, url in self.town.state.databases.items():
            self._databases[service] = await asyncpg.connect(url)
            self._parts.push_async_callback(self._databases[service].close)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._parts.aclose()

    async def ask(self, who: Who, method: str, where: str, body: Any = None, **query: Any) -> Any:
        """What the service answers; `where` begins with its name. What is refused fails the test."""
        answer = await self._request(who, method, where, body, query)
        assert answer.is_success, f"{method} {where}: {answer.status_code} {answer.text}"
        return answer.json()

    async def read(self, who: Who, where: str) -> bytes:
        """A document, as it is."""
        answer = await self._request(who, "GET", where, None, {})
        assert answer.is_success, answer.text
        return answer.content

    async def refused(self, who: Who, method: str, where: str, body: Any = None) -> dict[str, Any]:
        """The problem that the service answers with; what is taken fails the test."""
        answer = await self._request(who, method, where, body, {})
        assert answer.is_client_error, f"{method} {where}: {answer.status_code} {answer.text}"
        return dict(answer.json())

    async def find(self, who: Who, where: str, **query: Any) -> Any | None:
        """The same of a reading; None where nothing is there yet."""
        answer = await self._request(who, "GET", where, None, query)
        assert answer.is_success or answer.status_code == httpx.codes.NOT_FOUND, answer.text
        return answer.json() if answer.is_success else None

    async def _request(self, who: Who, method: str, where: str, body: Any, query: dict[str, Any]) -> httpx.Response:
        if who not in self._tokens:
            self._tokens[who], _ = issue(self.town.folder, subject="test", role=who.role, siren=who.siren)
        service, _, path = where.partition("/")
        return await self._client.request(
            method,
            f"{self.town.state.services[service]}/v1/{path}",
            json=body,
            params=query or None,
            headers={"Authorization": f"Bearer {self._tokens[who]}"},
        )

    async def publish(self, siren: str, event: LandlordEvent | TenancyEvent) -> dict[str, Any]:
        """Tell it on the landlord's own topic; returns the receipt, which must accept it."""
        of_a_tenancy = isinstance(event, TenancyEvent)
        topic = (LANDLORD_TENANCY if of_a_tenancy else LANDLORD_VACANCY).of(siren)
        where = "demand/tenancy-events" if of_a_tenancy else "inventory/vacancy-events"
        envelope = envelope_of(event, siren, source="//essai")
        await self._producer.send_and_wait(
            topic, key=event.key.encode(), value=event.encode(), headers=envelope.headers()
        )
        landlord = Who(Role.LANDLORD, siren)
        answered = await until(lambda: self.find(landlord, f"{where}/{envelope.id}"), f"a receipt of {event.TYPE}")
        (receipt,) = answered["receipts"]
        assert receipt["outcome"] == "accepted", receipt
        return receipt

    async def parcours(self, *words: str) -> str:
        """What the command says."""
        process = await asyncio.create_subprocess_exec(
            *(PARCOURS, *words, "--data", str(self.town.folder)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said = (await process.communicate())[0].decode()
        assert process.returncode == 0, said
        return said

    async def known(self, service: str, table: str, **row: Any) -> None:
        """Return once the service keeps such a row: what came to it by an event is there."""
        wanted = " AND ".join(f"{name}::text = ${place}" for place, name in enumerate(row, start=1))
        query = f"SELECT EXISTS (SELECT FROM {table} WHERE {wanted})"
        await until(lambda: self._databases[service].fetchval(query, *row.values()), f"{service} knows {table} {row}")

    async def dead_letters(self) -> dict[str, int]:
        """How many records each service has put aside."""
        counted = "SELECT count(*) FROM dead_letter"
        return {service: await database.fetchval(counted) for service, database in self._databases.items()}

    async def history(self, event: type[Event], **body: Any) -> list[Told]:
        """The events of a type that have these fields, oldest first."""
        rows = await self._databases[event.TYPE.partition(".")[0]].fetch(
            "SELECT id, type, payload::text AS body, headers->>'causationid' AS cause, "
            "headers->>'correlationid' AS story FROM event_log WHERE type = $1 AND payload @> $2::jsonb ORDER BY seq",
            event.TYPE,
            json.dumps(body, default=str),
        )
        return [_told(row) for row in rows]

    async def told(self, event: type[Event], **body: Any) -> Told:
        """The one event of a type that has these fields, as soon as it is told; a second one fails the test."""
        found = await until(lambda: self.history(event, **body), f"{event.TYPE} with {body}")
        assert len(found) == 1, found
        return found[0]

    async def cause_of(self, told: Told) -> Told | None:
        """The event just before in its story, whichever service told it; None where a person or a clock began it."""
        for database in self._databases.values():
            row = await database.fetchrow(
                "SELECT id, type, payload::text AS body, headers->>'causationid' AS cause, "
                "headers->>'correlationid' AS story FROM event_log WHERE id::text = $1",
                told.cause,
            )
            if row:
                return _told(row)
        return None


def _told(row: Any) -> Told:
    return Told(str(row["id"]), row["type"], json.loads(row["body"]), row["cause"], row["story"])
