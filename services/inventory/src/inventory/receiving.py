"""What is said of a vacancy, by whoever: judge it, fold it, tell the world the difference, answer a landlord."""

import datetime as dt
from dataclasses import replace

from chassis.handlers import RuleBroken
from chassis.receipts import landlord_of, receipt
from chassis.work import Work
from contracts.allocation import OfferEvent, OfferRefused
from contracts.inventory import VacancyLet, VacancyWithdrawn
from contracts.landlord import LandlordEvent, NoticeReceived, OfferDeclined, Outcome, ReceiptIssued
from contracts.values import HomeFacts
from inventory import chains, rights, store
from inventory.domain.parameters import completed, says_all
from inventory.domain.receipt import Arrival, judge
from inventory.domain.standing import Standing, Told, VacancyState, fold
from inventory.domain.vacancy import Vacancy
from reference.days import civil_day


async def receive(event: LandlordEvent, work: Work, *, same_body: bool) -> ReceiptIssued:
    """Take what a landlord said, and answer; `work.topic` says which landlord."""
    arrival = Arrival(
        landlord=landlord_of(work.topic), envelope=work.cause, event=event, received_at=work.now, same_body=same_body
    )
    before = await store.before(work.session, arrival)
    outcome, errors = judge(arrival, before.known)
    vacancy_id = None if outcome is Outcome.REJECTED else arrival.vacancy_id
    answer = receipt(work, outcome, errors, vacancy_id=vacancy_id)
    if outcome is Outcome.ACCEPTED:
        arrival = await _completed(arrival, work)
        await _fold(arrival, before, work)
    await store.enter(work.session, answer, happened_at=arrival.envelope.time, arrival=arrival)
    work.emit(answer)
    return answer


async def take_answer(event: OfferEvent, work: Work) -> bool:
    """Take what matching says of an offer; False where there is no such vacancy."""
    held = await store.hold_at_home(work.session, event.vacancy_id)
    if held is None:
        return False
    vacancy, home = held
    cause = work.cause
    told = Told(event=event, time=cause.time, source=cause.source, event_id=cause.id)
    standing = fold((*await store.told_of(work.session, vacancy.id), told))
    await _advance(vacancy, standing, home.offered, work)
    await store.enter_answer(work.session, vacancy, event, cause, work.now)
    if isinstance(event, OfferRefused):
        work.due("hard_to_let", str(vacancy.id))
    return True


async def _completed(arrival: Arrival, work: Work) -> Arrival:
    """The arrival with what its notice leaves to the landlord's parameters of that day."""
    notice = arrival.event
    if not isinstance(notice, NoticeReceived) or says_all(notice):
        return arrival
    parameters = await store.parameters_in_force(work.session, arrival.landlord, notice.received_on)
    return replace(arrival, completed=completed(notice, parameters))


async def _fold(arrival: Arrival, before: store.Before, work: Work) -> None:
    assert before.dwelling, "an event of an unknown dwelling is not accepted"
    standing = fold((*before.told, arrival.told))
    vacancy = before.vacancy
    if vacancy is None:
        vacancy = Vacancy(
            id=arrival.vacancy_id,
            landlord=arrival.landlord,
            reference=arrival.event.vacancy_reference,
            dwelling_reference=before.dwelling.reference,
            facts=before.dwelling.offered,
            standing=standing,
        )
        if before.awaited:
            vacancy = replace(vacancy, link=await chains.link_of(vacancy, work))
        if standing.state is VacancyState.ANNOUNCED:
            vacancy = await rights.foresee(vacancy, work)
    released = _is_released(standing, before.vacancy)
    let = _is_let_unreleased(standing, before.vacancy)
    if released or let:
        vacancy = await rights.orient(vacancy, before.dwelling.offered, work, let=let)
    await _advance(vacancy, standing, before.dwelling.offered, work)
    if isinstance(arrival.event, OfferDeclined):
        work.due("hard_to_let", str(vacancy.id))
    elif released:
        work.due("hard_to_let", str(vacancy.id), at=_first_look(standing, work.now))


async def _advance(vacancy: Vacancy, standing: Standing, home: HomeFacts, work: Work) -> None:
    """Keep where the vacancy stands now, and tell the difference."""
    vacancy, news = vacancy.advance(standing, home)
    if not await store.save_vacancy(work.session, vacancy, work.now):
        raise RuleBroken(
            f"vacancy_reference: {vacancy.reference} was given to two dwellings at once; send the event of "
            f"dwelling {vacancy.dwelling_reference} again under an id and a reference of its own"
        )
    for one in news:
        work.emit(one)
    ended = any(isinstance(one, VacancyLet | VacancyWithdrawn) for one in news)
    if ended and await store.turn(work.session, vacancy.id):
        work.due("settle_rights", str(vacancy.id))
    if standing.state is VacancyState.WITHDRAWN and vacancy.link is not None:
        await chains.reopen(vacancy, work)


def _first_look(standing: Standing, now: dt.datetime) -> dt.datetime:
    """When a home that comes back is asked for the first time whether it is hard to let.

    At once where it stood empty before anybody told it, as in a first load; else the next day, and nobody waits for it.
    """
    vacant = standing.ready_on is not None and standing.ready_on < civil_day(now)
    return now if vacant else now + dt.timedelta(days=1)


def _is_released(standing: Standing, before: Vacancy | None) -> bool:
    """Whether the home comes back to letting now; that happens once in a vacancy's life."""
    available = VacancyState.AVAILABLE
    return standing.state is available and (before is None or before.standing.state is not available)


def _is_let_unreleased(standing: Standing, before: Vacancy | None) -> bool:
    """Whether the home was announced and is let now without ever having been released."""
    return standing.state is VacancyState.LET and before is not None and before.standing.state is VacancyState.ANNOUNCED
