"""Who wants to move: applications, and the persons behind them."""

from chassis.service import Service, run
from demand.api import router
from demand.handlers import handlers
from demand.jobs import jobs
from demand.settings import Settings

service = Service(
    name="demand",
    title="Parcours: demand",
    settings=Settings,
    handlers=handlers,
    jobs=jobs,
    routers=[router],
)


def main() -> None:
    run(service)
