"""What the clock does with tenancies: whose they may be, whether they meet the conditions, when they are forgotten."""

import datetime as dt
from uuid import UUID

from chassis import due
from chassis.jobs import Jobs
from chassis.work import Task, Work
from demand import store
from demand.domain.tenancy_due import ASSESS, ASSESS_ALL, FORGET, LINK, LINK_APPLICATION
from demand.tenure import assess_application, assess_tenancy, forget_tenancy
from reference.days import civil_day

jobs = Jobs()


@jobs.on(LINK)
async def link(task: Task, work: Work) -> None:
    """Look for applications that name the homes of new leases."""
    tenancies = [UUID(one) for one in task.payload["tenancies"]]
    await store.find_links(work.session, tenancies=tenancies, now=work.now)


@jobs.on(LINK_APPLICATION)
async def link_application(task: Task, work: Work) -> None:
    """Look for the lease of the home that an application names."""
    await store.find_links(work.session, applications=[UUID(task.subject)], now=work.now)


@jobs.on(ASSESS)
async def assess(task: Task, work: Work) -> None:
    """Say of the tenancy's applications whether the landlord's conditions are met; look again when that may change."""
    tenancy = await store.tenancy(work.session, UUID(task.subject), lock=True)
    await due.cancel(work.session, ASSESS, task.subject)
    if tenancy is None:
        return
    assessment = await assess_tenancy(work, tenancy, civil_day(work.now))
    links = await store.links(work.session, tenancy_id=tenancy.id, state="confirmed")
    for one in links:
        await assess_application(work, one.application_id, tenancy, assessment)
    if links and assessment.changes_on:
        at = dt.datetime.combine(assessment.changes_on, dt.time(), tzinfo=dt.UTC)
        work.due(ASSESS, task.subject, at=at)


@jobs.on(ASSESS_ALL)
async def assess_all(task: Task, work: Work) -> None:
    """A landlord published conditions: look at each of its tenancies that has an application."""
    for tenancy_id in await store.linked_of(work.session, task.subject):
        work.due(ASSESS, str(tenancy_id))


@jobs.on(FORGET)
async def forget(task: Task, work: Work) -> None:
    """Forget a lease that ended long ago, and its persons where they apply for nothing and hold no other."""
    await forget_tenancy(work, UUID(task.subject))
