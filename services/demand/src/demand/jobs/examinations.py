"""What the clock does: every lease is examined every three years from its signature (CCH L442-5-2).

Landlords state in any order: an examination that lacked something is made again, as of its day, once that is stated.
"""

import datetime as dt
from uuid import UUID

from chassis.jobs import Jobs
from chassis.work import Task, Work
from demand import store
from demand.domain.tenancy_due import COMPLETE, EXAMINE
from demand.tenure import complete_examination, examine_tenancy
from law.tenure import next_examination

jobs = Jobs()


@jobs.on(EXAMINE)
async def examine(task: Task, work: Work) -> None:
    """Examine the lease if its zone is examined today, and leave the next one due, three years date to date."""
    tenancy = await store.tenancy(work.session, UUID(task.subject), lock=True)
    on = dt.date.fromisoformat(task.payload["on"])
    if tenancy is None or tenancy.lease is None or not tenancy.sitting(on):
        return
    await examine_tenancy(work, tenancy, on)
    day = next_examination(tenancy.lease.signed_on, on + dt.timedelta(days=1))
    work.due(EXAMINE, task.subject, at=dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC), on=day.isoformat())


@jobs.on(COMPLETE)
async def complete(task: Task, work: Work) -> None:
    """Something was stated of a lease whose last examination lacked something."""
    tenancy_id = UUID(task.subject)
    tenancy = await store.tenancy(work.session, tenancy_id, lock=True)
    if tenancy is not None and await store.lacking(work.session, [tenancy_id]):
        (last, *_) = await store.examinations_of(work.session, tenancy_id)
        await complete_examination(work, tenancy, last)
