"""What the clock does: a closed application is erased when its time of retention is over."""

from uuid import UUID

from chassis.jobs import Jobs
from chassis.work import Task, Work
from contracts.topics import DEMAND_APPLICATION, DEMAND_CONTACT
from demand import store
from demand.domain.retention import ERASE_APPLICATION

jobs = Jobs()


@jobs.on(ERASE_APPLICATION)
async def erase_application(task: Task, work: Work) -> None:
    """Erase the application, and its persons where they apply for nothing else."""
    application = await store.application(work.session, UUID(task.subject), lock=True)
    if application is None:
        return
    await store.erase_application(work.session, application.id)
    work.erase(DEMAND_APPLICATION, str(application.id))
    for person_id in application.persons:
        known = await store.person(work.session, person_id, lock=True)
        if known and not await store.applications_of(work.session, person_id):
            await store.erase_person(work.session, person_id)
            work.erase(DEMAND_CONTACT, str(person_id))
