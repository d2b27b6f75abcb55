"""Looking at what others committed, and calls that got no answer in time."""

from uuid import UUID

from chassis.jobs import Jobs
from chassis.work import Task, Work
from matching import calling
from matching.policies import in_force
from matching.store import applications, calls, vacancies

__all__ = ["jobs"]

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
