"""What matching does with events: keep applications, follow vacancies, and leave the looking to due work.

Store, commit, then look (DESIGN §6): an application and a vacancy that arrive together are each committed with a
piece of due work first, and whichever looks last sees the other.
"""

from collections.abc import Sequence
from uuid import UUID

from chassis.handlers import Handlers, RuleBroken
from chassis.work import Work
from contracts.demand import ApplicationRecorded
from contracts.inventory import (
    AvailabilityChanged,
    VacancyAllocated,
    VacancyAnnounced,
    VacancyEvent,
    VacancyLet,
    VacancyReleased,
    VacancyWithdrawn,
)
from contracts.topics import DEMAND_APPLICATION
from contracts.values import EnergyClass
from matching.calling import withdraw_all
from matching.domain.vacancy import apply
from matching.policies import in_force
from matching.store import applications, vacancies
from reference.communes import UnknownCommune

__all__ = ["handlers"]

handlers = Handlers()


@handlers.projection(ApplicationRecorded)
async def record(events: Sequence[ApplicationRecorded], work: Work) -> None:
    news = await applications.record(work.session, events, in_force(work.now))
    look_at(news, work)


@handlers.erasure(DEMAND_APPLICATION)
async def erase(keys: Sequence[str], work: Work) -> None:
    erased = [_application_id(key) for key in keys]
    await applications.forget(work.session, erased)
    look_at(erased, work)


@handlers.reaction(
    VacancyAnnounced, AvailabilityChanged, VacancyReleased, VacancyAllocated, VacancyWithdrawn, VacancyLet
)
async def follow(event: VacancyEvent, work: Work) -> None:
    """Keep the vacancy as its newest events tell it; once it is gone, so are its calls."""
    held = await vacancies.hold_new(work.session, event.vacancy_id)
    before = held.vacancy()
    after = apply(before, _understood(event))
    if after == before:
        return
    try:
        held.show(after)
    except UnknownCommune as error:
        raise RuleBroken(f"dwelling.commune of vacancy {event.vacancy_id}: {error}") from None
    if not held.standing:
        held.checked_version = after.dwelling_version
    if after.closed_because:
        await withdraw_all(held, after.closed_because, work)
    elif after.open:
        work.due("match_vacancy", str(after.id))


def _understood(event: VacancyEvent) -> VacancyEvent:
    """The event with a home that a call can tell of: what a newer producer says in unknown words is left out."""
    if not isinstance(event, VacancyAnnounced | VacancyReleased):
        return event
    home = event.dwelling
    for field, said in (("dwelling_type", home.dwelling_type), ("financing", home.financing)):
        if said == "unknown":
            raise RuleBroken(
                f"dwelling.{field} of vacancy {event.vacancy_id}: this version of matching does not know the value; "
                "replay the event after an upgrade"
            )
    if home.energy_class is EnergyClass.UNKNOWN:
        return event.model_copy(update={"dwelling": home.model_copy(update={"energy_class": None})})
    return event


def look_at(application_ids: Sequence[UUID], work: Work) -> None:
    """One piece of due work for all that one poll changed."""
    if application_ids:
        ids = [str(application_id) for application_id in application_ids]
        work.due("match_applications", ids[0], applications=ids)


def _application_id(key: str) -> UUID:
    try:
        return UUID(key)
    except ValueError:
        raise RuleBroken(f"key {key!r}: an application's key is its id, a UUID") from None
