"""How often one token may ask, and what happens when nobody counts."""

import asyncio
import time
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from chassis import telemetry
from chassis.health import Health, Severity, State
from chassis.http import TooManyRequests
from chassis.metrics import snapshot
from chassis.ratelimit import PATIENCE_S, RateLimit
from stack.servers import ValkeyServer
from stack.servers.ports import free_port

from .conftest import make_tables, running, token


@pytest.fixture
def observed() -> telemetry.Telemetry:
    return telemetry.setup("test", "1")


@pytest.fixture
def health() -> Health:
    return Health()


@pytest.fixture
async def limit(valkey: str, health: Health, observed: telemetry.Telemetry) -> AsyncIterator[RateLimit]:
    """Five, then one every twelve seconds, and patience enough for a busy machine."""
    limit = RateLimit(valkey, health=health, metrics=observed.metrics, quota=5, prefix=f"test:{uuid4()}:", patience_s=5)
    yield limit
    await limit.close()


def bypassed(observed: telemetry.Telemetry) -> float:
    return sum(one.value for one in snapshot(observed.reader) if one.name == "parcours.rate_limit.bypassed")


async def test_a_burst_up_to_the_quota_then_a_wait(limit: RateLimit) -> None:
    headers = [await limit.take("a") for _ in range(5)]
    assert [one["RateLimit"].split(";")[1] for one in headers] == ["r=4", "r=3", "r=2", "r=1", "r=0"]
    assert headers[0]["RateLimit-Policy"] == '"token";q=5;w=60'
    with pytest.raises(TooManyRequests, match="5 times in 60 seconds; ask again in 12 s") as refused:
        await limit.take("a")
    assert refused.value.headers is not None
    assert refused.value.headers["Retry-After"] == "12"
    assert refused.value.headers["RateLimit"].startswith('"token";r=0;t=')
    await limit.take("b")


async def test_it_refills_one_at_a_time(valkey: str, health: Health, observed: telemetry.Telemetry) -> None:
    limit = RateLimit(
        valkey,
        health=health,
        metrics=observed.metrics,
        quota=2,
        window_s=2,
        prefix=f"test:{uuid4()}:",
        patience_s=5,
    )
    began = time.monotonic()
    await limit.take("a")
    await limit.take("a")
    async with asyncio.timeout(10):
        while True:
            try:
                await limit.take("a")
                break
            except TooManyRequests:
                await asyncio.sleep(0.02)
    assert time.monotonic() - began > 0.95
    with pytest.raises(TooManyRequests):
        await limit.take("a")
    await limit.close()


async def test_many_at_once_get_no_more_than_the_quota(limit: RateLimit) -> None:
    answers = await asyncio.gather(*(limit.take("a") for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(one, dict) for one in answers) == 5


async def test_nobody_listens(health: Health, observed: telemetry.Telemetry) -> None:
    limit = RateLimit(f"redis://127.0.0.1:{free_port()}/0", health=health, metrics=observed.metrics)
    for _ in range(10):
        assert await limit.take("a") == {}
    assert health.state is State.DEGRADED
    assert health.ready
    (said,) = health.conditions
    assert said.name == "rate-limit"
    assert said.severity is Severity.DEGRADED
    assert bypassed(observed) == 10
    await limit.close()


async def test_stopped_then_back(
    limit: RateLimit, valkey_server: ValkeyServer, health: Health, observed: telemetry.Telemetry
) -> None:
    await limit.take("a")
    await asyncio.to_thread(valkey_server.stop)
    assert await limit.take("a") == {}
    assert health.state is State.DEGRADED
    await asyncio.to_thread(valkey_server.start)
    async with asyncio.timeout(10):
        while health.state is not State.READY:
            await asyncio.sleep(0.05)
    assert "RateLimit" in await limit.take("a")
    assert bypassed(observed) == 1


async def test_too_slow_is_paid_for_once(
    valkey: str, valkey_server: ValkeyServer, health: Health, observed: telemetry.Telemetry
) -> None:
    limit = RateLimit(valkey, health=health, metrics=observed.metrics)
    valkey_server.pause()
    try:
        began = time.perf_counter()
        assert await limit.take("a") == {}
        first = time.perf_counter() - began
        began = time.perf_counter()
        for _ in range(100):
            assert await limit.take("a") == {}
        others = time.perf_counter() - began
    finally:
        valkey_server.resume()
    assert first > PATIENCE_S * 0.8
    assert others < 100 * PATIENCE_S / 10
    assert health.state is State.DEGRADED
    async with asyncio.timeout(20):
        while not await limit.take("a"):
            await asyncio.sleep(0.05)
    assert health.state is State.READY
    await limit.close()


async def test_through_the_door(database: str, limit: RateLimit) -> None:
    await make_tables(database)
    async with running(database, rate_limit=limit) as service:
        for left in (4, 3, 2, 1, 0):
            response = await service.client.get("/v1/homes", headers=token())
            assert response.status_code == 200
            assert f";r={left};" in response.headers["ratelimit"]
        response = await service.client.get("/v1/homes", headers=token())
        assert response.status_code == 429
        assert response.json()["type"] == "/problems/too-many-requests"
        assert int(response.headers["retry-after"]) >= 1
        assert (await service.client.get("/v1/homes", headers=token(jti="another"))).status_code == 200
        assert (await service.client.get("/v1/homes")).status_code == 200
