"""What the clock does: terms end, announced closures come, a year after its closure an application is erased."""

from dataclasses import replace
from uuid import UUID

from chassis.jobs import Jobs
from chassis.work import Task, Work
from contracts.topics import DEMAND_APPLICATION
from demand import store
from demand.domain import life
from demand.domain.application import Application
from demand.domain.days import earliest_today
from demand.domain.deriving import RECOUNT
from demand.domain.record import Step
from demand.domain.retention import ERASE_APPLICATION
from demand.handling import Did, forget_person, keep, note, tell_persons

jobs = Jobs()
_TOLD = {Step.RENEWAL_NOTIFIED, Step.RENEWAL_REMINDED}


@jobs.on(life.LOOK)
async def look_at_application(task: Task, work: Work) -> None:
    """Notice, reminder, announced closure, end of the term; the next look is left due, whatever this one found."""
    before = await store.application(work.session, UUID(task.subject), lock=True)
    if before is None:
        return
    found = life.look(before, earliest_today(work.now))
    dids: list[Did] = []
    for step in found.steps:
        if step in _TOLD:
            dids += tell_persons(work, found.application, step)
        elif step is Step.EXTENDED:
            dids.append(Did(step, {"expires_on": found.application.expires_on}))
    await keep(work, before, found.application, dids)


@jobs.on(RECOUNT)
async def recount_application(task: Task, work: Work) -> None:
    """Count the household again on the day something changes by time alone; told only where it did."""
    before = await store.application(work.session, UUID(task.subject), lock=True)
    if before is None or not before.open:
        return
    after = await keep(work, before, replace(before))
    if after.facts != before.facts:
        await note(work, after, [Did(Step.FACTS_RECOMPUTED, {"changed": _changed(before, after)})])


@jobs.on(ERASE_APPLICATION)
async def erase_application(task: Task, work: Work) -> None:
    """Erase the application, and its persons where they apply for nothing else and hold no lease."""
    application = await store.application(work.session, UUID(task.subject), lock=True)
    if application is None:
        return
    await store.erase_application(work.session, application.id)
    work.erase(DEMAND_APPLICATION, str(application.id))
    for person_id in application.persons:
        known = await store.person(work.session, person_id, lock=True)
        if known is None or await store.tenancies_of_person(work.session, person_id):
            continue
        if not await store.applications_of(work.session, person_id):
            await forget_person(work, known)


def _changed(before: Application, after: Application) -> list[str]:
    """Names of the facts that are not what they were."""
    was, now = (one.facts.model_dump() if one.facts else {} for one in (before, after))
    return sorted(name for name in now if now[name] != was.get(name))
