"""Who fits what: shortlists and interest calls."""

from fastapi import FastAPI

from chassis.links import Links
from chassis.runtime import Parts
from chassis.service import Service, run
from matching.api import router
from matching.handlers import handlers
from matching.jobs import jobs
from matching.settings import Settings

__all__ = ["main", "service"]


def _prepare(app: FastAPI, parts: Parts) -> None:
    assert isinstance(parts.settings, Settings)
    app.state.links = Links(parts.settings.link_secret)


service = Service(
    name="matching",
    title="Parcours: matching",
    settings=Settings,
    handlers=handlers,
    jobs=jobs,
    routers=[router],
    prepare=_prepare,
)


def main() -> None:
    run(service)


if __name__ == "__main__":
    main()
