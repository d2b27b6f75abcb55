"""Vacancies as inventory tells them, kept; calls for a home that is gone are withdrawn."""

from chassis.handlers import Handlers, RuleBroken
from chassis.work import Work
from contracts.allocation import CandidacyEnd
from contracts.inventory import (
    AvailabilityChanged,
    VacancyAllocated,
    VacancyAnnounced,
    VacancyEvent,
    VacancyLet,
    VacancyReleased,
    VacancyWithdrawn,
)
from contracts.matching import CallWithdrawalReason
from contracts.values import EnergyClass
from matching.calling import withdraw_all
from matching.domain.days import civil_day
from matching.domain.vacancy import apply
from matching.filing import close_all
from matching.store import supply, vacancies
from reference.communes import UnknownCommune

__all__ = ["handlers"]

handlers = Handlers()
_ENDS = {
    CallWithdrawalReason.VACANCY_WITHDRAWN: CandidacyEnd.VACANCY_GONE,
    CallWithdrawalReason.VACANCY_LET: CandidacyEnd.VACANCY_LET,
}


@handlers.reaction(
    VacancyAnnounced, AvailabilityChanged, VacancyReleased, VacancyAllocated, VacancyWithdrawn, VacancyLet
)
async def follow(event: VacancyEvent, work: Work) -> None:
    """Keep the vacancy as its newest events tell it; once it is gone, so are its calls."""
    held = await vacancies.hold_new(work.session, event.vacancy_id)
    before = held.vacancy()
    after = apply(before, _understood(event))
    if after == before:
        return
    try:
        held.show(after)
    except UnknownCommune as error:
        raise RuleBroken(f"dwelling.commune of vacancy {event.vacancy_id}: {error}") from None
    if held.told_on is None and after.dwelling is not None:
        held.told_on = civil_day(work.cause.time)
    if not held.standing:
        held.checked_version = after.dwelling_version
    if isinstance(event, VacancyLet) and event.application_id:
        await supply.note_letting(work.session, event.vacancy_id, event.application_id, event.lease_signed_on)
    if after.closed_because:
        await withdraw_all(held, after.closed_because, work)
        housed = event.application_id if isinstance(event, VacancyLet) else None
        await close_all(held, _ENDS[after.closed_because], work, housed=housed)
    elif after.open:
        work.due("match_vacancy", str(after.id))


def _understood(event: VacancyEvent) -> VacancyEvent:
    """The event with a home that a call can tell of: what a newer producer says in unknown words is left out."""
    if not isinstance(event, VacancyAnnounced | VacancyReleased):
        return event
    home = event.dwelling
    for field, said in (("dwelling_type", home.dwelling_type), ("financing", home.financing)):
        if said == "unknown":
            raise RuleBroken(
                f"dwelling.{field} of vacancy {event.vacancy_id}: this version of matching does not know the value; "
                "replay the event after an upgrade"
            )
    if home.energy_class is EnergyClass.UNKNOWN:
        return event.model_copy(update={"dwelling": home.model_copy(update={"energy_class": None})})
    return event
