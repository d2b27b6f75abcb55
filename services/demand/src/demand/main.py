"""Who wants to move: applications, and the persons behind them."""

from fastapi import FastAPI

from chassis.links import RECORD, TENANCY, Links
from chassis.runtime import Parts
from chassis.service import Service, run
from demand.api import router
from demand.handlers import handlers
from demand.jobs import jobs
from demand.settings import Settings


def _prepare(app: FastAPI, parts: Parts) -> None:
    secret = parts.settings.link_secret
    app.state.links = Links(secret, RECORD) if secret else None
    app.state.tenancy_links = Links(secret, TENANCY) if secret else None


service = Service(
    name="demand",
    title="Parcours: demand",
    settings=Settings,
    handlers=handlers,
    jobs=jobs,
    routers=[router],
    prepare=_prepare,
    patience_ms=1000,
)


def main() -> None:
    run(service)
