"""What inventory does with what landlords say: judge it, fold its vacancy, tell the world the difference, answer."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from chassis.handlers import Handlers, Refused, Repeat, RuleBroken
from chassis.receipts import landlord_of, receipt, rejection
from chassis.work import Work
from contracts.demand import ApplicationRecorded
from contracts.inventory import VacancyLet, VacancyWithdrawn
from contracts.landlord import VACANCY_EVENTS, LandlordEvent, NoticeReceived, OfferDeclined, Outcome
from contracts.topics import DEMAND_APPLICATION, LANDLORD_VACANCY
from inventory import rights, store
from inventory.domain.parameters import completed, says_all
from inventory.domain.receipt import Arrival, judge
from inventory.domain.vacancy import Standing, Vacancy, VacancyState, fold

handlers = Handlers()


async def _again(repeat: Repeat, work: Work) -> None:
    assert isinstance(repeat.event, LandlordEvent)
    await _receive(repeat.event, work, same_body=repeat.same_body)


@handlers.reaction(*VACANCY_EVENTS, on_repeat=_again)
async def receive(event: LandlordEvent, work: Work) -> None:
    """Take an event under an id that the inbox has not seen."""
    await _receive(event, work, same_body=True)


@handlers.refusal(LANDLORD_VACANCY)
async def refuse(refused: Refused, work: Work) -> None:
    """Answer the sender of what became a dead letter: it can be read neither here nor by a replay."""
    answer = rejection(refused, work)
    await store.enter(work.session, answer, happened_at=refused.envelope.time)
    work.emit(answer)


async def _receive(event: LandlordEvent, work: Work, *, same_body: bool) -> None:
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
    vacancy = before.vacancy or Vacancy(
        id=arrival.vacancy_id,
        landlord=arrival.landlord,
        reference=arrival.event.vacancy_reference,
        dwelling_reference=before.dwelling.reference,
        facts=before.dwelling.offered,
        standing=standing,
    )
    released = _is_released(standing, before.vacancy)
    let = _is_let_unreleased(standing, before.vacancy)
    if released or let:
        vacancy = await rights.orient(vacancy, before.dwelling.offered, work, let=let)
    vacancy, news = vacancy.advance(standing, before.dwelling.offered)
    if not await store.save_vacancy(work.session, vacancy, work.now):
        raise RuleBroken(
            f"vacancy_reference: {vacancy.reference} was given to two dwellings at once; send the event of "
            f"dwelling {vacancy.dwelling_reference} again under an id and a reference of its own"
        )
    for one in news:
        work.emit(one)
    if isinstance(arrival.event, OfferDeclined):
        work.due("hard_to_let", str(vacancy.id))
    elif released:
        work.due("hard_to_let", str(vacancy.id), at=work.now + dt.timedelta(days=1))
    if any(isinstance(one, VacancyLet | VacancyWithdrawn) for one in news) and await store.turn(
        work.session, vacancy.id
    ):
        work.due("settle_rights", str(vacancy.id))


def _is_released(standing: Standing, before: Vacancy | None) -> bool:
    """Whether the home comes back to letting now; that happens once in a vacancy's life."""
    available = VacancyState.AVAILABLE
    return standing.state is available and (before is None or before.standing.state is not available)


def _is_let_unreleased(standing: Standing, before: Vacancy | None) -> bool:
    """Whether the home was announced and is let now without ever having been released."""
    return standing.state is VacancyState.LET and before is not None and before.standing.state is VacancyState.ANNOUNCED


@handlers.projection(ApplicationRecorded)
async def keep_households(recorded: Sequence[ApplicationRecorded], work: Work) -> None:
    """Keep which home each application would leave: what rights need of it, and nothing else."""
    await store.project_households(work.session, recorded)


@handlers.erasure(DEMAND_APPLICATION)
async def forget_households(keys: Sequence[str], work: Work) -> None:
    await store.forget_households(work.session, [UUID(key) for key in keys])
