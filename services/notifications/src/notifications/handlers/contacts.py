"""Contacts are kept as they are recorded, and what waited for one is released; an erased one is forgotten."""

from collections.abc import Sequence

from chassis.handlers import Handlers
from chassis.work import Work
from contracts.demand import ContactRecorded
from contracts.notifications import SuppressionReason
from contracts.topics import DEMAND_CONTACT
from contracts.values import PersonId
from notifications.acts.publishing import publish
from notifications.domain.notice import safe
from notifications.domain.routing import route
from notifications.store import contacts, deliveries, post
from notifications.store.deliveries import Caused
from notifications.store.notices import forget

handlers = Handlers()


@handlers.projection(ContactRecorded)
async def keep_contacts(events: Sequence[ContactRecorded], work: Work) -> None:
    """Keep contacts, and release what waited for one."""
    events = [safe(event) for event in events]
    await post.record(work.session, events)
    changed = await contacts.record(work.session, events)
    waited = await deliveries.take_awaiting(work.session, changed)
    if not waited:
        return
    known = await contacts.known(work.session, [one.person_id for one in waited])
    released = [
        Caused(delivery=delivery, cause=one.cause)
        for one in waited
        for delivery in route(
            call_id=one.call_id,
            person_id=one.person_id,
            answer_by=one.answer_by,
            contact=known.get(one.person_id),
        )
    ]
    _, facts = await deliveries.write(work.session, released, work.now)
    publish(facts, work)


@handlers.erasure(DEMAND_CONTACT)
async def forget_contacts(keys: Sequence[str], work: Work) -> None:
    """Forget who these persons are; nothing more is sent to them."""
    person_ids = [PersonId(key) for key in keys]
    await contacts.erase(work.session, person_ids)
    await post.erase(work.session, person_ids)
    await forget(work.session, person_ids)
    reason = SuppressionReason.CONTACT_ERASED
    publish(await deliveries.suppress_of_persons(work.session, person_ids, reason, work.now), work)
