"""What is kept of lettings is forgotten in time."""

import datetime as dt

from chassis.jobs import Jobs
from chassis.work import Task, Work
from matching.domain.days import civil_day
from matching.store import supply

__all__ = ["KEPT", "jobs"]

KEPT = dt.timedelta(days=396)
"""Waits are told of twelve months; a month more, so that no day of them is missing."""
_PACE = dt.timedelta(days=1)

jobs = Jobs()


@jobs.on("forget_lettings")
async def forget_lettings(task: Task, work: Work) -> None:
    """Once a day, for ever (migration 0004 begins it)."""
    await supply.forget_lettings(work.session, civil_day(work.now) - KEPT)
    work.due(task.kind, task.subject, at=work.now + _PACE)
