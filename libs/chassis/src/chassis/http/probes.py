"""What machines ask: is it there, may it be sent work, what are its numbers."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse

from chassis.health import Health
from chassis.metrics import prometheus_text, snapshot
from chassis.telemetry import Telemetry


def probes(service: str, version: str, health: Health, telemetry: Telemetry | None) -> APIRouter:
    """`/health/live`, `/health/ready`, and with telemetry `/metrics` (Prometheus text) and `/metrics.json`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "live", "service": service, "version": version}

    @router.get("/health/ready")
    async def ready() -> JSONResponse:
        reasons = [
            {
                "name": one.name,
                "severity": one.severity,
                "message": one.message,
                "since": one.since.isoformat(),
            }
            for one in health.conditions
        ]
        content = {"status": health.state, "service": service, "reasons": reasons}
        return JSONResponse(content, status_code=200 if health.ready else 503)

    if telemetry is not None:
        reader = telemetry.reader

        @router.get("/metrics")
        async def metrics() -> PlainTextResponse:
            return PlainTextResponse(prometheus_text(snapshot(reader)), media_type="text/plain; version=0.0.4")

        @router.get("/metrics.json")
        async def metrics_json() -> list[dict[str, Any]]:
            return [sample.to_json() for sample in snapshot(reader)]

    return router
