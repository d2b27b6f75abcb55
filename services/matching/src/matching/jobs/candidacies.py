"""Files whose pieces end, and whose households change."""

from uuid import UUID

from chassis.jobs import Jobs
from chassis.work import Task, Work
from matching.acts import filing, offering
from matching.store import vacancies

__all__ = ["jobs"]

jobs = Jobs()


@jobs.on("look_at_files")
async def look_at_files(task: Task, work: Work) -> None:
    """Look at the pieces of a home's files as of today, and close those of applications that are gone."""
    if held := await vacancies.hold(work.session, UUID(task.subject)):
        await filing.close_gone(held, work)
        await offering.close_gone(held, work)
