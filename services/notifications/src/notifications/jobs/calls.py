"""An end to waiting for a contact."""

from uuid import UUID

from chassis.jobs import Jobs
from chassis.work import Task, Work
from contracts.notifications import SuppressionReason
from notifications.acts.publishing import publish
from notifications.domain.delivery import DeliveryState
from notifications.domain.routing import CONTACT_DEADLINE
from notifications.store import deliveries

jobs = Jobs()


@jobs.on(CONTACT_DEADLINE)
async def stop_waiting(task: Task, work: Work) -> None:
    """The call's deadline is there, and whoever has no contact yet can no longer be told in time."""
    reason = SuppressionReason.CONTACT_UNKNOWN_AT_DEADLINE
    call_ids, waiting = [UUID(task.subject)], (DeliveryState.AWAITING_CONTACT,)
    publish(await deliveries.suppress_of_calls(work.session, call_ids, waiting, reason, work.now), work)
