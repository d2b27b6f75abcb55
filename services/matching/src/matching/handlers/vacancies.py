"""Vacancies as inventory tells them, kept; calls for a home that is gone are withdrawn."""

import datetime as dt

from chassis.handlers import Handlers, RuleBroken
from chassis.work import Work
from contracts.allocation import CandidacyEnd
from contracts.inventory import (
    AvailabilityChanged,
    DesignationMode,
    HomeLeftDenied,
    VacancyAllocated,
    VacancyAnnounced,
    VacancyDesignated,
    VacancyEvent,
    VacancyHardToLet,
    VacancyLet,
    VacancyLinked,
    VacancyReleased,
    VacancyWithdrawn,
)
from contracts.matching import CallWithdrawalReason
from contracts.values import EnergyClass
from matching.acts import drawing
from matching.acts.calling import withdraw_all
from matching.acts.filing import close_all
from matching.acts.moving import tell_later
from matching.acts.offering import end_all
from matching.domain.days import after_the_last_moment_of, civil_day
from matching.domain.vacancy import Vacancy, VacancyStatus, apply
from matching.domain.widening import LOOK_AGAIN
from matching.store import vacancies
from matching.store.vacancies import Held
from reference.communes import UnknownCommune

__all__ = ["handlers"]

handlers = Handlers()
_ENDS = {
    CallWithdrawalReason.VACANCY_WITHDRAWN: CandidacyEnd.VACANCY_GONE,
    CallWithdrawalReason.VACANCY_LET: CandidacyEnd.VACANCY_LET,
}


@handlers.reaction(VacancyLinked)
async def link(event: VacancyLinked, work: Work) -> None:
    """The home was found to be left by a household of a chain, whatever became of it since."""
    held = await vacancies.meet(work.session, event.vacancy_id)
    _chain(held, event)
    await vacancies.keep(work.session, held)


@handlers.reaction(HomeLeftDenied)
async def note_denial(event: HomeLeftDenied, work: Work) -> None:
    """The home that the household of this one was to leave does not come free: the chain ends."""
    held = await vacancies.meet(work.session, event.vacancy_id)
    held.home_left_denied = event.because.value
    await vacancies.keep(work.session, held)


@handlers.reaction(
    VacancyAnnounced,
    AvailabilityChanged,
    VacancyReleased,
    VacancyDesignated,
    VacancyAllocated,
    VacancyHardToLet,
    VacancyWithdrawn,
    VacancyLet,
)
async def follow(event: VacancyEvent, work: Work) -> None:
    """Keep the vacancy as its newest events tell it; once it is gone, so are its calls."""
    held = await vacancies.meet(work.session, event.vacancy_id)
    before = held.vacancy
    after = held.vacancy = apply(before, _understood(event))
    _date(held, event, civil_day(work.cause.time))
    if after != before:
        if after.dwelling is not None:
            held.told_on = held.told_on or civil_day(work.cause.time)
        if not held.standing:
            held.checked_version = after.dwelling_version
    try:
        await vacancies.keep(work.session, held)
    except UnknownCommune as error:
        raise RuleBroken(f"dwelling.commune of vacancy {event.vacancy_id}: {error}") from None
    if after == before:
        return
    if before.hard_to_let_on is None and after.hard_to_let_on is not None:
        work.due("look_again", str(after.id), at=work.now + LOOK_AGAIN)
    await drawing.seal(after, work, landlord_known=bool(before.landlord))
    if after.closed_because:
        await _close(event, after.closed_because, work)
    elif after.open:
        work.due("match_vacancy", str(after.id))
        if (ends := turn_ends(after)) and ends != turn_ends(before):
            work.due("match_vacancy", str(after.id), at=ends)


async def _close(event: VacancyEvent, because: CallWithdrawalReason, work: Work) -> None:
    """The home is gone: its calls, offers and files end, and its draw is told."""
    held = await vacancies.hold(work.session, event.vacancy_id)
    assert held is not None, "it was kept a moment ago"
    housed = event.application_id if isinstance(event, VacancyLet) else None
    await withdraw_all(held, because, work)
    await end_all(held, _ENDS[because], work, housed=housed)
    await close_all(held, _ENDS[because], work, housed=housed)
    if isinstance(event, VacancyLet) and housed is not None:
        tell_later(held.id, housed, event.lease_signed_on, since=work.now, at=work.now, work=work)
    await drawing.tell(held, work)


def turn_ends(vacancy: Vacancy) -> dt.datetime | None:
    """When the home becomes everybody's: its holder's last day is over."""
    turn = vacancy.designation
    last = None if turn is None or turn.mode is not DesignationMode.DIRECT else turn.until
    return None if last is None else after_the_last_moment_of(last)


def _date(held: Held, event: VacancyEvent, told_on: dt.date) -> None:
    """When each step was told first, and why it ended."""
    match event:
        case VacancyAnnounced():
            held.announced_on = held.announced_on or told_on
        case VacancyReleased():
            held.released_on = held.released_on or told_on
        case VacancyWithdrawn():
            held.ended_on, held.ended_because = told_on, event.reason.value
        case VacancyLet():
            held.ended_on, held.ended_because = event.lease_signed_on, VacancyStatus.LET.value
        case _:
            pass
    if isinstance(event, VacancyAnnounced | VacancyReleased | VacancyLet):
        _chain(held, event)


def _chain(held: Held, event: VacancyAnnounced | VacancyReleased | VacancyLinked | VacancyLet) -> None:
    """A place in a chain is told once or more often, never taken back."""
    held.chain_id = event.chain_id or held.chain_id
    held.follows_vacancy_id = event.follows_vacancy_id or held.follows_vacancy_id


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
