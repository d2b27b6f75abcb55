"""Offers: what agents see of them, and how households answer."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

import structlog
from fastapi import APIRouter, Query
from pydantic import Field

from chassis.auth import Agent
from chassis.http import Command, CommandRoute, CommandWork, Conflict, Gone, NotFound
from chassis.links import Links
from chassis.work import Work
from contracts.allocation import OfferRefusedBecause
from contracts.told import Told
from contracts.values import Siren
from matching.acts import offering
from matching.api.known import no_vacancy
from matching.api.links import OfferLinks, Token, subject_of
from matching.domain.offer import OfferStatus, Unanswerable, Why
from matching.store import offers, vacancies
from matching.store.offer_tables import OfferRow
from matching.views.offers import OfferedView, OfferPage, OfferSummary, OfferView
from matching.words import wording

__all__ = ["router"]

log = structlog.get_logger(__name__)
router = APIRouter(route_class=CommandRoute, tags=["offers"])
States = Annotated[tuple[OfferStatus, ...], Query(description="May be named several times.")]


class OfferAnswer(StrEnum):
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Reason(StrEnum):
    """Why a home was refused; silence is nobody's answer."""

    RENT = "rent"
    PLACE = "place"
    TYPE_OR_AREA = "type_or_area"
    STATE = "state"
    ACCESS = "access"
    OTHER_HOME = "other_home"
    NOT_SAID = "not_said"


class OfferAnswered(Command):
    answer: OfferAnswer
    because: Reason = Reason.NOT_SAID
    """Of a refusal."""
    said: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    """In the household's own words; they stay here."""


class OfferAnsweredByLink(OfferAnswered):
    token: Annotated[str, Field(max_length=2000)]
    """What the link in the letter or message carries."""


class ConditionMet(Command):
    """The piece that an allocation is conditional on was seen by the agent of the token."""


@router.get("/vacancies/{vacancy_id}/offers")
async def list_offers(vacancy_id: UUID, agent: Agent, work: CommandWork) -> list[OfferSummary]:
    """To whom a home was offered, in the order of the offers."""
    if await vacancies.load(work.session, vacancy_id) is None:
        raise no_vacancy(vacancy_id)
    log.info("offers read", by=agent.subject, vacancy_id=str(vacancy_id))
    return [OfferSummary.of(row) for row in await offers.of_vacancy(work.session, vacancy_id)]


@router.get("/offers")
async def list_offers_of_landlord(
    landlord: Siren,
    agent: Agent,
    work: CommandWork,
    state: States = (OfferStatus.STANDING,),
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> OfferPage:
    """A page of a landlord's offers by their last day: those that stand, unless other states are asked for."""
    log.info("offers read", by=agent.subject, landlord=landlord)
    rows = await offers.of_landlord(work.session, landlord, state, after=after, limit=limit + 1)
    shown = rows[:limit]
    return OfferPage(
        offers=[OfferSummary.of(row) for row in shown], next_after=shown[-1].id if len(rows) > limit else None
    )


@router.get("/offers/{offer_id}")
async def show_offer(offer_id: UUID, agent: Agent, work: CommandWork) -> OfferView:
    row = await offers.load(work.session, offer_id)
    if row is None:
        raise _no_offer(offer_id)
    log.info("offer read", by=agent.subject, offer_id=str(offer_id), application_id=str(row.application_id))
    return OfferView.of(row)


@router.post("/offers/{offer_id}/answer")
async def answer_offer_on_behalf(offer_id: UUID, given: OfferAnswered, agent: Agent, work: CommandWork) -> OfferView:
    """An agent answers for a household that asked for it, by word or in writing; the offer keeps who did."""
    row = await _answer(offer_id, given, work, on_behalf_by=agent.subject)
    if row is None:
        raise _no_offer(offer_id)
    log.info("offer answered on behalf", by=agent.subject, offer_id=str(offer_id), answer=given.answer.value)
    return OfferView.of(row)


@router.post("/candidacies/{candidacy_id}/condition-met", status_code=204)
async def meet_condition(candidacy_id: UUID, _met: ConditionMet, agent: Agent, work: CommandWork) -> None:
    """Say that the piece of a conditional allocation was given: it does not end on its date any more."""
    try:
        decision = await offering.meet_condition(candidacy_id, by=agent.subject, work=work)
    except Unanswerable:
        raise Conflict(_condition_over(candidacy_id)) from None
    if decision is None:
        raise NotFound(_no_condition(candidacy_id))
    log.info("condition met", by=agent.subject, candidacy_id=str(candidacy_id))


@router.get("/offer-answers")
async def show_offered(token: Token, links: OfferLinks, work: CommandWork) -> OfferedView:
    """What a household is offered. Following a link answers nothing: mail scanners follow links too."""
    row = await offers.load(work.session, _offer_of(token, links, work))
    if row is None:
        raise NotFound(wording.UNKNOWN_LINK)
    return await _offered(row, work)


@router.post("/offer-answers")
async def answer_offer_by_link(given: OfferAnsweredByLink, links: OfferLinks, work: CommandWork) -> OfferedView:
    """A household answers from the message itself, without an account. The same answer twice is one."""
    row = await _answer(_offer_of(given.token, links, work), given, work)
    if row is None:
        raise NotFound(wording.UNKNOWN_LINK)
    return await _offered(row, work)


async def _answer(
    offer_id: UUID, given: OfferAnswered, work: Work, *, on_behalf_by: str | None = None
) -> OfferRow | None:
    try:
        return await offering.give_answer(
            offer_id,
            accepted=given.answer is OfferAnswer.ACCEPTED,
            because=OfferRefusedBecause(given.because.value),
            said=given.said,
            on_behalf_by=on_behalf_by,
            work=work,
        )
    except Unanswerable as refused:
        told = wording.unanswerable(refused.why)
        raise (Conflict if refused.why in {Why.REFUSED, Why.SIGNED} else Gone)(told) from None


async def _offered(row: OfferRow, work: Work) -> OfferedView:
    vacancy = await vacancies.load(work.session, row.vacancy_id)
    assert vacancy is not None
    return OfferedView.of(row, vacancy)


def _offer_of(token: str, links: Links, work: Work) -> UUID:
    expired = wording.unanswerable(Why.LAST_DAY_OVER)
    return subject_of(token, links, work, expired=expired, unknown=wording.UNKNOWN_LINK)


def _no_offer(offer_id: UUID) -> NotFound:
    return NotFound(
        Told(
            f"offer_id : il n'y a pas de proposition {offer_id} ; prenez-la dans celles du logement.",
            f"offer_id: there is no offer {offer_id}; take it from the vacancy's offers.",
        )
    )


def _condition_over(candidacy_id: UUID) -> Told:
    return Told(
        f"candidacy_id : la condition du dossier {candidacy_id} n'attend plus rien, ou le dossier est clos.",
        f"candidacy_id: the condition of {candidacy_id} is over, or its file is.",
    )


def _no_condition(candidacy_id: UUID) -> Told:
    return Told(
        f"candidacy_id : aucune commission n'a attribué de logement au dossier {candidacy_id} sous condition.",
        f"candidacy_id: no committee allocated a home to {candidacy_id} on condition.",
    )
