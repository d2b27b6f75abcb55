import asyncio
import time

import httpx

from chassis import telemetry
from chassis.health import Health
from chassis.http import create_app
from chassis.metrics import LoopLag, Metrics, prometheus_text, snapshot

from .conftest import NOW, Service


async def test_live_and_ready(service: Service) -> None:
    live = await service.client.get("/health/live")
    assert live.json() == {"status": "live", "service": "test", "version": "1.0"}
    ready = await service.client.get("/health/ready")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")

    service.health.degrade("rate-limit", "Valkey does not answer.")
    ready = await service.client.get("/health/ready")
    assert (ready.status_code, ready.json()["status"]) == (200, "degraded")

    service.health.fail("topics", "inventory.vacancy.v1 has 1 partition instead of 12.")
    ready = await service.client.get("/health/ready")
    assert (ready.status_code, ready.json()["status"]) == (503, "not_ready")
    assert ready.json()["reasons"][0] == {
        "name": "topics",
        "severity": "not_ready",
        "message": "inventory.vacancy.v1 has 1 partition instead of 12.",
        "since": NOW.isoformat(),
    }
    assert (await service.client.get("/health/live")).status_code == 200

    service.health.clear("topics")
    service.health.clear("rate-limit")
    service.health.clear("never said")
    assert (await service.client.get("/health/ready")).json()["reasons"] == []


def test_said_again_a_condition_keeps_since_when_it_holds(service: Service) -> None:
    service.health.degrade("outbox.age", "The oldest is 5 s old.")
    service.clock.advance(NOW - NOW.replace(hour=8))
    service.health.degrade("outbox.age", "The oldest is 65 s old.")
    (said,) = service.health.conditions
    assert (said.since, said.message) == (NOW, "The oldest is 65 s old.")


async def test_numbers_as_prometheus_and_as_json() -> None:
    observed = telemetry.setup("castle", "a")
    metrics = observed.metrics
    metrics.dead_letters.add(1_234_567, {"reason": 'said "no"\n'})
    metrics.outbox_age.set(1.5)
    metrics.event_latency.record(0.004, {"type": "a.b.v1"})
    metrics.event_latency.record(0.020, {"type": "a.b.v1"})
    metrics.watch_pool(lambda: 0.25)
    app = create_app(title="castle", version="1", routers=[], health=Health(), edge=None, telemetry=observed)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as client:
        assert (await client.get("/v1/nothing")).status_code == 404
        text = (await client.get("/metrics")).text
        document = {one["name"]: one for one in (await client.get("/metrics.json")).json()}
    lines = text.splitlines()
    assert "# TYPE parcours_dead_letters_total counter" in lines
    assert r'parcours_dead_letters_total{reason="said \"no\"\n"} 1234567' in lines
    assert "parcours_outbox_age_seconds 1.5" in lines
    assert "parcours_database_pool_saturation 0.25" in lines
    assert 'parcours_event_latency_seconds_bucket{type="a.b.v1",le="0.005"} 1' in lines
    assert 'parcours_event_latency_seconds_bucket{type="a.b.v1",le="+Inf"} 2' in lines
    assert 'parcours_event_latency_seconds_count{type="a.b.v1"} 2' in lines
    assert 'http_route="(none)"' in text
    latency = document["parcours.event.latency"]
    assert (latency["value"], latency["p50"], latency["p99"]) == (2, 0.005, 0.02)


def test_without_a_meter_nothing_is_kept_and_nothing_fails() -> None:
    metrics = Metrics()
    metrics.relayed.add(3)
    metrics.consumer_lag.set(5, {"topic": "x"})
    metrics.watch_pool(lambda: 1.0)


def test_of_what_was_never_counted_there_is_no_line() -> None:
    assert prometheus_text(snapshot(telemetry.setup("castle", "a").reader)) == "\n"


async def test_a_blocked_event_loop_is_seen() -> None:
    observed = telemetry.setup("castle", "a")
    probe = LoopLag(observed.metrics, every_s=0.05)
    running = asyncio.create_task(probe.run())
    await asyncio.sleep(0)
    time.sleep(0.3)  # what must never happen on the loop
    async with asyncio.timeout(5):
        while not snapshot(observed.reader):
            await asyncio.sleep(0.01)
    (lag,) = snapshot(observed.reader)
    await probe.stop()
    await running
    assert lag.total is not None
    assert lag.total >= 0.2
