"""Four services on their own databases with one clock: what each publishes is handed to the others, in order.

The edge, handlers, jobs and routes are the services' own; only Kafka between them is a loop, so that ten days of
silence take no ten days.
"""

import asyncio
import datetime as dt
import json
from contextlib import AsyncExitStack
from importlib import import_module
from typing import Any, Self

import httpx
from pydantic import SecretStr

from chassis.auth import Role
from chassis.links import ANSWER, OFFER, RECORD, TENANCY, Links
from chassis.migrations import upgrade
from chassis.record import Record
from chassis.testing import EdgeHarness, bearer
from contracts.topics import TOPICS
from matching.engine import warm_up

SERVICES = ("inventory", "demand", "matching", "notifications")
SECRET = SecretStr("s" * 32)
AGENT = bearer(Role.AGENT)


class ChainTown:
    """`told` hands events to a service as its landlords would, `ask` goes through a service's routes."""

    def __init__(self, postgres_server: Any) -> None:
        self._server = postgres_server
        self._parts = AsyncExitStack()
        self._harnesses: dict[str, EdgeHarness] = {}
        self._clients: dict[str, httpx.AsyncClient] = {}
        self._read: dict[str, int] = dict.fromkeys(SERVICES, 0)
        self._topics: dict[str, set[str]] = {}

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(warm_up)  # as a replica does before it is ready: no transaction waits for the compiler
        for service in SERVICES:
            name = f"chain_{service}"
            url = self._server.create_database(name)
            self._parts.callback(self._server.drop_database, name)
            await upgrade(url, service)
            handlers = import_module(f"{service}.handlers").handlers
            jobs = import_module(f"{service}.jobs").jobs
            harness = EdgeHarness(url, service=service, handlers=handlers, jobs=jobs)
            self._parts.push_async_callback(harness.close)
            self._harnesses[service] = harness
            self._topics[service] = {
                topic.name for topic in TOPICS for event in topic.events if handlers.handles(event.TYPE)
            } | set(handlers.erasures)
            if service != "notifications":
                router = import_module(f"{service}.api").router
                client = harness.http(router, **self._links(service))
                self._clients[service] = await self._parts.enter_async_context(client)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._parts.aclose()

    @staticmethod
    def _links(service: str) -> dict[str, Links]:
        if service == "demand":
            return {"links": Links(SECRET, RECORD), "tenancy_links": Links(SECRET, TENANCY)}
        return {
            "links": Links(SECRET, ANSWER),
            "offer_links": Links(SECRET, OFFER),
            "record_links": Links(SECRET, RECORD),
        }

    @property
    def now(self) -> dt.datetime:
        return self._harnesses["matching"].clock.now()

    async def ask(self, method: str, where: str, body: Any = None, *, who: Any = AGENT, **query: Any) -> Any:
        """What the service answers, once all that follows from it is done; what is refused fails the test."""
        service, _, path = where.partition("/")
        client = self._clients[service]
        answer = await client.request(method, f"/v1/{path}", json=body, params=query or None, headers=who)
        assert answer.is_success, f"{method} {where}: {answer.status_code} {answer.text}"
        await self.settle()
        return answer.json() if answer.content else None

    async def tell(self, service: str, event: Any, topic: str) -> None:
        await self._harnesses[service].handle(event, topic=topic)
        await self.settle()

    async def at(self, moment: dt.datetime) -> None:
        """Move the one clock there, and do all that is due by then."""
        for harness in self._harnesses.values():
            harness.clock.advance(moment - harness.clock.now())
        await self.settle()

    async def settle(self) -> None:
        """Due work, and what was published handed on, until nothing moves any more."""
        moved = True
        while moved:
            moved = False
            for service, harness in self._harnesses.items():
                if await harness.run_due():
                    moved = True
                published = await harness.outbox()
                fresh, self._read[service] = published[self._read[service] :], len(published)
                for one in fresh:
                    moved = True
                    await self._hand_on(one)

    async def _hand_on(self, one: Any) -> None:
        value = None if one.payload is None else json.dumps(one.payload).encode()
        headers = [(name, said.encode()) for name, said in one.headers.items()]
        for service, topics in self._topics.items():
            if one.topic in topics:
                record = Record(topic=one.topic, key=one.key.encode(), value=value, headers=headers)
                await self._harnesses[service].edge.process([record])

    async def published(self, *kinds: Any, **of: Any) -> list[dict[str, Any]]:
        """Bodies of events of these types, by whatever service, that say this."""
        types = {kind.TYPE for kind in kinds}
        return [
            one.payload
            for harness in self._harnesses.values()
            for one in await harness.outbox()
            if one.type in types
            and one.payload
            and all(one.payload.get(name) == str(said) for name, said in of.items())
        ]

    async def dead_letters(self) -> dict[str, int]:
        counted = {
            service: await harness.scalar("SELECT count(*) FROM dead_letter")
            for service, harness in self._harnesses.items()
        }
        return {service: count for service, count in counted.items() if count}

    async def scalar(self, service: str, query: str, **values: Any) -> Any:
        return await self._harnesses[service].scalar(query, **values)
