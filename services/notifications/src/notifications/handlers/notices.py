"""Notices that demand asks for: renewals, warnings of closure, suggestions of a transfer. Each is kept once."""

from chassis.handlers import Handlers
from chassis.work import Work
from contracts.notices import ClosureWarned, RenewalDue, TransferSuggested
from notifications.acts.notices import keep
from notifications.domain.delivery import Purpose
from notifications.domain.notice import Notice

handlers = Handlers()


@handlers.reaction(RenewalDue)
async def tell_of_renewal(event: RenewalDue, work: Work) -> None:
    await keep(
        Notice(
            notice_id=event.notice_id,
            purpose=Purpose.RENEWAL,
            person_id=event.person_id,
            subject=event.application_id,
            respond_by=event.respond_by,
            ends_on=event.expires_on,
            reminder=event.reminder,
            taken_at=work.now,
        ),
        work,
    )


@handlers.reaction(ClosureWarned)
async def tell_of_closure(event: ClosureWarned, work: Work) -> None:
    await keep(
        Notice(
            notice_id=event.notice_id,
            purpose=Purpose.CLOSURE_WARNING,
            person_id=event.person_id,
            subject=event.application_id,
            respond_by=event.respond_by,
            ends_on=event.closes_on,
            taken_at=work.now,
        ),
        work,
    )


@handlers.reaction(TransferSuggested)
async def suggest_transfer(event: TransferSuggested, work: Work) -> None:
    await keep(
        Notice(
            notice_id=event.notice_id,
            purpose=Purpose.TRANSFER_SUGGESTION,
            person_id=event.person_id,
            subject=event.tenancy_id,
            respond_by=event.respond_by,
            landlord=event.landlord,
            taken_at=work.now,
        ),
        work,
    )
