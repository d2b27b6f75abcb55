"""Who is mandated to help a person hears of her calls too, and may answer for her (DOMAIN §11.13).

As a notice, apart from the hurry of the call itself: in the helper's own name, by her own consents and address.
"""

from collections.abc import Mapping, Sequence

from chassis.handlers import Received
from chassis.work import Work
from contracts.matching import CallIssued, CallWithdrawn
from contracts.notices import notice_id
from contracts.notifications import SuppressionReason
from contracts.values import PersonId
from notifications.acts import notices
from notifications.domain.contact import Contact
from notifications.domain.delivery import Purpose
from notifications.domain.notice import Notice, OfHome
from notifications.domain.reasons import widened_of
from notifications.store import notices as kept
from reference.days import civil_day

__all__ = ["tell_of_calls", "tell_of_withdrawals"]


async def tell_of_calls(
    received: Sequence[Received[CallIssued]], known: Mapping[PersonId, Contact], work: Work
) -> None:
    """A notice for each person called who has a helper."""
    for one in received:
        call = one.event
        for person_id in call.person_ids:
            contact = known.get(person_id)
            if contact is None or contact.helper is None:
                continue
            work.cause = one.envelope
            day = civil_day(call.answer_by)
            home = OfHome(
                dwelling=call.dwelling,
                available_on=call.available_on,
                available_on_expected=call.available_on_expected,
                widened=widened_of(call.reasons),
            )
            notice = Notice(
                notice_id=notice_id(call.call_id, person_id, Purpose.HELPER_CALL.value),
                purpose=Purpose.HELPER_CALL,
                person_id=person_id,
                subject=call.call_id,
                respond_by=day,
                ends_on=day,
                of_home=home,
                taken_at=work.now,
            )
            await notices.keep(notice, work)


async def tell_of_withdrawals(received: Sequence[Received[CallWithdrawn]], work: Work) -> None:
    """What did not leave stays; a helper that heard of the call, or may have, hears that it is over."""
    told = {
        notice_id(one.event.call_id, person_id, Purpose.HELPER_CALL.value): (one, person_id)
        for one in received
        for person_id in one.event.person_ids
    }
    begun = await kept.begun(work.session, list(told))
    if not begun:
        return
    for suppressed in await kept.take_back(work.session, begun, SuppressionReason.CALL_WITHDRAWN, work.now):
        work.emit(suppressed)
    for helper_call in await kept.left(work.session, begun):
        one, person_id = told[helper_call]
        work.cause = one.envelope
        notice = Notice(
            notice_id=notice_id(one.event.call_id, person_id, Purpose.HELPER_WITHDRAWAL.value),
            purpose=Purpose.HELPER_WITHDRAWAL,
            person_id=person_id,
            subject=one.event.call_id,
            taken_at=work.now,
        )
        await notices.keep(notice, work)
