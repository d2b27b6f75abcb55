"""What the clock does with tenancies: who they may be of, whether they meet the conditions, when they are forgotten."""

import datetime as dt
from uuid import UUID

from chassis import due
from chassis.jobs import Jobs
from chassis.work import Task, Work
from demand import store
from demand.domain.tenancy_due import ASSESS, FORGET, LINK
from demand.tenure import assess_application, forget_tenancy

jobs = Jobs()


@jobs.on(LINK)
async def link(task: Task, work: Work) -> None:
    """Look for applications that name the homes of new leases, or for leases of the home an application names."""
    tenancies = [UUID(one) for one in task.payload.get("tenancies", ())]
    applications = [UUID(one) for one in task.payload.get("applications", ())]
    await store.find_links(work.session, tenancies=tenancies, applications=applications, now=work.now)


@jobs.on(ASSESS)
async def assess(task: Task, work: Work) -> None:
    """Say of the tenancy's applications whether the landlord's conditions are met today; look again when that ends."""
    tenancy = await store.tenancy(work.session, UUID(task.subject), lock=True)
    await due.cancel(work.session, ASSESS, task.subject)
    if tenancy is None:
        return
    links = await store.links(work.session, tenancy_id=tenancy.id, state="confirmed")
    changes = [await assess_application(work, one.application_id, tenancy) for one in links]
    days = [day for day in changes if day is not None]
    if days:
        work.due(ASSESS, task.subject, at=dt.datetime.combine(min(days), dt.time(), tzinfo=dt.UTC))


@jobs.on(FORGET)
async def forget(task: Task, work: Work) -> None:
    """Forget a lease that ended long ago, and its persons where they apply for nothing and hold no other."""
    await forget_tenancy(work, UUID(task.subject))
