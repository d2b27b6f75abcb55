"""Which channels a notice takes, decided when its persons are known."""

from collections.abc import Sequence
from uuid import UUID

from chassis.jobs import Jobs
from chassis.work import Task, Work
from contracts.notifications import SuppressionReason
from contracts.values import Channel
from notifications.domain.delivery import Delivery
from notifications.domain.notice import LOOK_AGAIN, ROUTE_NOTICE, message, route, unreached
from notifications.store import contacts, notices, post
from notifications.store.post import Unreached

jobs = Jobs()

UNREACHED = "no channel is left that may be used and has an address"


@jobs.on(ROUTE_NOTICE)
async def route_notice(task: Task, work: Work) -> None:
    """Write the deliveries to the person and to who is mandated to help her; wait for a contact that is not there."""
    notice = await notices.notice(work.session, UUID(task.subject))
    if notice is None:
        return
    helper = (await post.of(work.session, [notice.person_id]))[notice.person_id].helper
    persons = [] if notice.helpers else [notice.person_id]
    persons += [] if helper is None else [helper]
    known = await contacts.known(work.session, persons)
    addresses = await post.of(work.session, persons)
    for person_id in persons:
        if (contact := known.get(person_id)) is not None:
            await _write(route(notice, contact, addresses[person_id]), task, work)
        elif work.now >= notice.deliver_by:
            nobody = SuppressionReason.CONTACT_UNKNOWN_AT_DEADLINE
            await _write([message(notice, person_id, Channel.LETTER, nobody)], task, work)
    if work.now < notice.deliver_by and any(person_id not in known for person_id in persons):
        work.cause = task.cause
        work.due(ROUTE_NOTICE, str(notice.notice_id), at=min(work.now + LOOK_AGAIN, notice.deliver_by))


async def _write(planned: Sequence[Delivery], task: Task, work: Work) -> None:
    fresh, facts = await notices.write(work.session, planned, task.cause, work.now)
    for fact in facts:
        work.emit(fact, cause=task.cause)
    if fresh and unreached(planned):
        last = fresh[-1]
        nobody = Unreached(person_id=last.person_id, channel=last.channel, reason=UNREACHED, delivery_id=last.id)
        await post.open_checks(work.session, [nobody], work.now)
