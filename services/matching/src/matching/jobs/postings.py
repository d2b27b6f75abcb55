"""Rows of closed applications are kept until every replica has read that they are closed."""

import datetime as dt

from chassis.jobs import Jobs
from chassis.work import Task, Work
from matching.store import postings

__all__ = ["PRUNE_PACE", "jobs"]

PRUNE_PACE = dt.timedelta(hours=1)

jobs = Jobs()


@jobs.on("prune_postings")
async def prune_postings(task: Task, work: Work) -> None:
    """Prune what was closed before the last look, an hour ago; looks again in an hour (migration 0007 begins it)."""
    if before := task.payload.get("before"):
        await postings.prune(work.session, before)
    now = await postings.snapshot(work.session)
    work.due(task.kind, task.subject, at=work.now + PRUNE_PACE, before=now.partition(":")[0])
