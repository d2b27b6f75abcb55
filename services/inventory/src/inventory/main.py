"""What exists and what comes free: landlords, dwellings, vacancies."""

from chassis.service import Service, run
from inventory.api import router
from inventory.handlers import handlers
from inventory.jobs import jobs
from inventory.settings import Settings

service = Service(
    name="inventory",
    title="Parcours: inventory",
    settings=Settings,
    handlers=handlers,
    jobs=jobs,
    routers=[router],
)


def main() -> None:
    run(service)
