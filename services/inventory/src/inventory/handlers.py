"""What inventory does with what landlords, matching and demand say."""

from collections.abc import Sequence
from uuid import UUID

from chassis.handlers import Handlers, Refused, Repeat, RuleBroken
from chassis.receipts import rejection
from chassis.work import Work
from contracts.allocation import MoveSigned, OfferAccepted, OfferEvent, OfferRefused, OfferWithdrawn
from contracts.demand import ApplicationRecorded
from contracts.landlord import VACANCY_EVENTS, LandlordEvent
from contracts.topics import DEMAND_APPLICATION, LANDLORD_VACANCY
from inventory import chains, receiving, store

handlers = Handlers()


async def _again(repeat: Repeat, work: Work) -> None:
    assert isinstance(repeat.event, LandlordEvent)
    await receiving.receive(repeat.event, work, same_body=repeat.same_body)


@handlers.reaction(*VACANCY_EVENTS, on_repeat=_again)
async def receive(event: LandlordEvent, work: Work) -> None:
    """Take an event under an id that the inbox has not seen."""
    await receiving.receive(event, work, same_body=True)


@handlers.refusal(LANDLORD_VACANCY)
async def refuse(refused: Refused, work: Work) -> None:
    """Answer the sender of what became a dead letter: it can be read neither here nor by a replay."""
    answer = rejection(refused, work)
    await store.enter(work.session, answer, happened_at=refused.envelope.time)
    work.emit(answer)


@handlers.reaction(OfferAccepted, OfferRefused, OfferWithdrawn)
async def take_answer(event: OfferEvent, work: Work) -> None:
    """A household answered matching's offer of a home: it is allocated, or was refused once more."""
    if not await receiving.take_answer(event, work):
        raise RuleBroken(
            f"vacancy_id: inventory told of no vacancy {event.vacancy_id}; matching's database is another's"
        )


@handlers.reaction(MoveSigned)
async def ask_for_the_home_left(event: MoveSigned, work: Work) -> None:
    """A household signed: the home that it leaves is asked of its landlord, and the chain goes on there."""
    await chains.ask(event, work)


@handlers.projection(ApplicationRecorded)
async def keep_households(recorded: Sequence[ApplicationRecorded], work: Work) -> None:
    """Keep which home each application would leave: what rights need of it, and nothing else."""
    await store.project_households(work.session, recorded)


@handlers.erasure(DEMAND_APPLICATION)
async def forget_households(keys: Sequence[str], work: Work) -> None:
    application_ids = [UUID(key) for key in keys]
    await store.forget_households(work.session, application_ids)
    await store.forget_movers(work.session, application_ids)
