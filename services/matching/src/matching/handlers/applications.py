"""Applications as demand tells them, kept; who may want them is looked at by due work."""

from collections.abc import Sequence
from uuid import UUID

from chassis.handlers import Handlers, RuleBroken
from chassis.work import Work
from contracts.demand import ApplicationRecorded
from contracts.topics import DEMAND_APPLICATION
from matching.policies import in_force
from matching.store import applications

__all__ = ["handlers"]

handlers = Handlers()


@handlers.projection(ApplicationRecorded)
async def record(events: Sequence[ApplicationRecorded], work: Work) -> None:
    news = await applications.record(work.session, events, in_force(work.now))
    _look_at(news, work)


@handlers.erasure(DEMAND_APPLICATION)
async def erase(keys: Sequence[str], work: Work) -> None:
    erased = [_application_id(key) for key in keys]
    await applications.forget(work.session, erased)
    _look_at(erased, work)


def _look_at(application_ids: Sequence[UUID], work: Work) -> None:
    """One piece of due work for all that one poll changed."""
    if application_ids:
        ids = [str(application_id) for application_id in application_ids]
        work.due("match_applications", ids[0], applications=ids)


def _application_id(key: str) -> UUID:
    try:
        return UUID(key)
    except ValueError:
        raise RuleBroken(f"key {key!r}: an application's key is its id, a UUID") from None
