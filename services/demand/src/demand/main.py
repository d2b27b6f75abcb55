"""Who wants to move: applications, and the persons behind them."""

from chassis.handlers import Handlers
from chassis.service import Service, run
from demand.api import router
from demand.jobs import jobs
from demand.settings import Settings

service = Service(
    name="demand",
    title="Parcours: demand",
    settings=Settings,
    handlers=Handlers(),  # demand listens to nobody
    jobs=jobs,
    routers=[router],
)


def main() -> None:
    run(service)
