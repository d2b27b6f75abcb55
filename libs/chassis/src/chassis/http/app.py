"""A service's HTTP application, the same for every service."""

from collections.abc import Sequence

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from chassis.auth import PublicKeys
from chassis.clock import Clock, SystemClock
from chassis.health import Health
from chassis.http import errors
from chassis.http.doorway import Doorway
from chassis.http.openapi import openapi_document
from chassis.http.probes import probes
from chassis.http.route import Door, Units
from chassis.metrics import Metrics
from chassis.ratelimit import RateLimit
from chassis.telemetry import Telemetry

MAX_BODY_BYTES = 1_000_000


def create_app(
    *,
    title: str,
    version: str,
    routers: Sequence[APIRouter],
    health: Health,
    edge: Units,
    public_keys: PublicKeys | None = None,
    clock: Clock | None = None,
    rate_limit: RateLimit | None = None,
    telemetry: Telemetry | None = None,
    max_body_bytes: int = MAX_BODY_BYTES,
    description: str = "",
) -> FastAPI:
    """Put routers behind the chassis's door.

    `edge` opens a unit of work for each request; without `public_keys` every token is refused, without `rate_limit`
    nobody is held back, without `telemetry` nothing is measured. The service's own objects go to `app.state`.
    """
    app = FastAPI(
        title=title,
        version=version,
        description=description,
        openapi_url="/v1/openapi.json",
        docs_url=None,  # the pages behind it load scripts from the internet
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # see Doorway
    )
    app.state.edge = edge
    app.state.door = Door(
        edge=edge,
        clock=clock or SystemClock(),
        public_keys=public_keys or PublicKeys(),
        rate_limit=rate_limit,
    )
    errors.install(app)
    metrics = telemetry.metrics if telemetry else Metrics()
    app.add_middleware(Doorway, metrics=metrics, max_body_bytes=max_body_bytes)
    app.include_router(probes(title, version, health, telemetry))
    for router in routers:
        app.include_router(router)
    app.openapi = lambda: openapi_document(app)  # type: ignore[method-assign]  # FastAPI's documented way to extend it
    return app


def _operation_id(route: APIRoute) -> str:
    """The function's name: stable, and what a generated client calls it."""
    return route.name
