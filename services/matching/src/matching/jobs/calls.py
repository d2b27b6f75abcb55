"""Looking at what others committed, and calls that got no answer in time."""

from uuid import UUID

from chassis.jobs import Jobs
from chassis.work import Task, Work
from matching import causes
from matching.acts import calling
from matching.domain.widening import LOOK_AGAIN
from matching.policies import in_force
from matching.store import applications, calls, candidacies, offers, vacancies

__all__ = ["jobs"]

jobs = Jobs()


@jobs.on("match_vacancy")
async def match_vacancy(task: Task, work: Work) -> None:
    """Call the best that fit, as far as places are free."""
    if held := await vacancies.hold(work.session, UUID(task.subject)):
        changed = held.checked_version < held.dwelling_version
        await calling.fill(held, work)
        if changed:
            work.due("look_at_files", str(held.id))


@jobs.on("match_applications")
async def match_applications(task: Task, work: Work) -> None:
    """Look at applications that changed: their calls that cannot stand go, and open vacancies may want them.

    What follows names the event that changed the application it follows from.
    """
    changed = causes.of(task)
    await calling.compare_changed(changed, work)
    if closed := await applications.closed(work.session, changed):
        await calls.scrub_erased(work.session, closed)
        await candidacies.scrub_erased(work.session, closed)
        await offers.scrub_erased(work.session, closed)
    for vacancy_id, by in (await candidacies.vacancies_of(work.session, changed)).items():
        work.due("look_at_files", str(vacancy_id), cause=changed[by])
    at_once = in_force(work.now).most_calls_at_once
    for vacancy_id, by in await vacancies.reached_by(work.session, list(changed), at_once=at_once):
        work.due("match_vacancy", str(vacancy_id), cause=changed[by])


@jobs.on("call_again")
async def call_again(task: Task, work: Work) -> None:
    """Look at households whose live call ended: a home that passed them over at their limit may have a place."""
    freed = causes.of(task)
    at_once = in_force(work.now).most_calls_at_once
    for vacancy_id, by in await vacancies.reached_by(work.session, list(freed), at_once=at_once):
        work.due("match_vacancy", str(vacancy_id), cause=freed[by])


@jobs.on("look_again")
async def look_again(task: Task, work: Work) -> None:
    """Look every day at a home that is hard to let: what households say meanwhile may be one step away from it.

    The look that follows a household's own news reaches those alone who wish the home as it is.
    """
    held = await vacancies.load(work.session, UUID(task.subject))
    if held is not None and held.vacancy().closed_because is None:
        work.due("match_vacancy", task.subject)
        work.due(task.kind, task.subject, at=work.now + LOOK_AGAIN)


@jobs.on("leave_pool")
async def leave_pool(task: Task, work: Work) -> None:
    """A home that others are like is gone: its calls go over to them."""
    await calling.leave_pool(UUID(task.subject), work)


@jobs.on("lapse_calls")
async def lapse_calls(task: Task, work: Work) -> None:
    if held := await vacancies.hold(work.session, UUID(task.subject)):
        await calling.lapse_overdue(held, work)
