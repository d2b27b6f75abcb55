"""Another policy comes into force."""

import datetime as dt
from dataclasses import replace
from uuid import UUID

import structlog

from chassis.jobs import Jobs
from chassis.work import Task, Work
from contracts.event import Envelope, deterministic_id
from matching.domain.policy import InForce
from matching.policies import in_force
from matching.store import applications, policies, vacancies

__all__ = ["POLICY_PACE", "REPOST_PAGE", "jobs"]

POLICY_PACE = dt.timedelta(minutes=10)
REPOST_PAGE = 1_000
"""Applications posted again in one transaction."""

log = structlog.get_logger(__name__)
jobs = Jobs()


@jobs.on("follow_policy")
async def follow_policy(task: Task, work: Work) -> None:
    """See whether another policy has taken effect; looks again in a while, for ever (migration 0001 begins it)."""
    policies_now = in_force(work.now)
    await policies.use(work.session, policies_now.policies, work.now)
    if await applications.post_under(work.session, policies_now):
        work.due("repost_applications", str(UUID(int=0)), cause=_came_into_force(policies_now, work.now))
    work.due(task.kind, task.subject, at=work.now + POLICY_PACE)


def _came_into_force(policies_now: InForce, now: dt.datetime) -> Envelope:
    """No event tells it, so what follows names the files themselves: the id is that of these, in these versions."""
    told = Envelope.new("matching.policies.in-force", source="matching", time=now)
    which = str(deterministic_id("policies in force", policies_now.fingerprint))
    log.info("policies came into force", cause=which, policies=[policy.name for policy in policies_now.policies])
    return replace(told, id=which, correlation_id=which)


@jobs.on("repost_applications")
async def repost_applications(task: Task, work: Work) -> None:
    """Post all applications again under the policies in force, page by page; then look at every open vacancy again."""
    last = await applications.repost(work.session, UUID(task.subject), REPOST_PAGE, in_force(work.now))
    if last:
        work.due("repost_applications", str(last))
        return
    for vacancy_id in await vacancies.with_free_places(work.session, at_once=in_force(work.now).most_calls_at_once):
        work.due("match_vacancy", str(vacancy_id))
