"""What exists and what comes free: landlords, dwellings, vacancies."""

from collections.abc import Sequence

from chassis.runtime import Parts
from chassis.service import Service, run
from inventory.api import router
from inventory.handlers import handlers
from inventory.imports import Watch
from inventory.jobs import jobs
from inventory.settings import Settings


def _loops(parts: Parts) -> Sequence[Watch]:
    settings = parts.settings
    assert isinstance(settings, Settings)
    if settings.drop_folder is None:
        return []
    return [
        Watch(
            settings.drop_folder,
            database_url=settings.database_url,
            profiles=settings.profiles_folder,
            clock=parts.clock,
        )
    ]


service = Service(
    name="inventory",
    title="Parcours: inventory",
    settings=Settings,
    handlers=handlers,
    jobs=jobs,
    routers=[router],
    loops=_loops,
)


def main() -> None:
    run(service)
