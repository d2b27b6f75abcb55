"""Applications as demand tells them, kept; who may want them is looked at by due work."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from chassis.handlers import Handlers, RuleBroken
from chassis.work import Work
from contracts.demand import ApplicationRecorded
from contracts.event import Envelope
from contracts.topics import DEMAND_APPLICATION
from matching import causes
from matching.policies import in_force
from matching.store import applications

__all__ = ["handlers"]

handlers = Handlers()


@handlers.projection(ApplicationRecorded)
async def record(events: Sequence[ApplicationRecorded], work: Work) -> None:
    news = await applications.record(work.session, events, in_force(work.now))
    latest: dict[UUID, tuple[int, Envelope]] = {}
    for event, envelope in zip(events, work.envelopes, strict=False):
        if latest.get(event.application_id, (0,))[0] < event.version:
            latest[event.application_id] = event.version, envelope
    _look_at({one: latest[one][1] if one in latest else work.cause for one in news}, work)


@handlers.erasure(DEMAND_APPLICATION)
async def erase(keys: Sequence[str], work: Work) -> None:
    erased = [_application_id(key) for key in keys]
    await applications.forget(work.session, erased)
    _look_at(dict(zip(erased, work.envelopes, strict=True)), work)


def _look_at(changed: Mapping[UUID, Envelope], work: Work) -> None:
    """One piece of due work for all that one poll changed, each application with the event that changed it."""
    if changed:
        first = next(iter(changed))
        work.due("match_applications", str(first), cause=changed[first], **causes.payload(changed))


def _application_id(key: str) -> UUID:
    try:
        return UUID(key)
    except ValueError:
        raise RuleBroken(f"key {key!r}: an application's key is its id, a UUID") from None
