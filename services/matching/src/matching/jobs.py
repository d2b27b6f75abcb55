"""What is left due: looking at what others committed, and deadlines."""

import datetime as dt
from uuid import UUID

from chassis.jobs import Jobs
from chassis.work import Task, Work
from matching import calling
from matching.policies import in_force
from matching.store import applications, calls, policies, vacancies

__all__ = ["POLICY_PACE", "REPOST_PAGE", "jobs"]

POLICY_PACE = dt.timedelta(minutes=10)
REPOST_PAGE = 1_000
"""Applications posted again in one transaction."""

jobs = Jobs()


@jobs.on("match_vacancy")
async def match_vacancy(task: Task, work: Work) -> None:
    """Call the best that fit, as far as places are free."""
    if held := await vacancies.hold(work.session, UUID(task.subject)):
        await calling.fill(held, work)


@jobs.on("match_applications")
async def match_applications(task: Task, work: Work) -> None:
    """Look at applications that changed: the calls of closed ones go, and open vacancies may want the others."""
    changed = [UUID(application_id) for application_id in task.payload["applications"]]
    closed = await applications.closed(work.session, changed)
    if closed:
        for vacancy_id in await calls.vacancies_of(work.session, closed):
            if held := await vacancies.hold(work.session, vacancy_id):
                await calling.withdraw_closed(held, closed, work)
        await calls.scrub_erased(work.session, closed)
    at_once = in_force(work.now).most_calls_at_once
    for vacancy_id in await vacancies.reached_by(work.session, changed, at_once=at_once):
        work.due("match_vacancy", str(vacancy_id))


@jobs.on("lapse_calls")
async def lapse_calls(task: Task, work: Work) -> None:
    if held := await vacancies.hold(work.session, UUID(task.subject)):
        await calling.lapse_overdue(held, work)


@jobs.on("follow_policy")
async def follow_policy(task: Task, work: Work) -> None:
    """See whether another policy has taken effect; looks again in a while, for ever (migration 0001 begins it)."""
    policies_now = in_force(work.now)
    await policies.use(work.session, policies_now.policies, work.now)
    if await applications.post_under(work.session, policies_now):
        work.due("repost_applications", str(UUID(int=0)))
    work.due(task.kind, task.subject, at=work.now + POLICY_PACE)


@jobs.on("repost_applications")
async def repost_applications(task: Task, work: Work) -> None:
    """Post all applications again under the policies in force, page by page; then look at every open vacancy again."""
    last = await applications.repost(work.session, UUID(task.subject), REPOST_PAGE, in_force(work.now))
    if last:
        work.due("repost_applications", str(last))
        return
    for vacancy_id in await vacancies.with_free_places(work.session, at_once=in_force(work.now).most_calls_at_once):
        work.due("match_vacancy", str(vacancy_id))
