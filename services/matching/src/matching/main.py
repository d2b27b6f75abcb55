"""Who fits what: shortlists and interest calls."""

from fastapi import FastAPI

from chassis.links import OFFER, RECORD, Links
from chassis.runtime import Parts
from chassis.service import Service, run
from matching.api import router
from matching.following import Following, come_up
from matching.handlers import handlers
from matching.jobs import jobs
from matching.policies import in_force, library
from matching.settings import Settings
from matching.store import policies

__all__ = ["main", "service"]


def _prepare(app: FastAPI, parts: Parts) -> None:
    assert isinstance(parts.settings, Settings)
    app.state.links = Links(parts.settings.link_secret)
    app.state.offer_links = Links(parts.settings.link_secret, OFFER)
    app.state.record_links = Links(parts.settings.link_secret, RECORD)


async def _objection(parts: Parts) -> str | None:
    """Whether every policy file is still what it was when it was first used; then the index comes up."""
    async with parts.edge.unit("policies") as work:
        if told := await policies.changed(work.session, library().policies):
            return told
        await policies.use(work.session, in_force(work.now).policies, work.now)
    await come_up(parts)
    return None


service = Service(
    name="matching",
    title="Parcours: matching",
    settings=Settings,
    handlers=handlers,
    jobs=jobs,
    routers=[router],
    loops=lambda parts: [Following(parts)],
    prepare=_prepare,
    objection=_objection,
)


def main() -> None:
    run(service)


if __name__ == "__main__":
    main()
