"""Interest calls: what agents see of one, and how households answer."""

from typing import Annotated
from uuid import UUID

import structlog
from fastapi import APIRouter
from pydantic import Field

from chassis.auth import Agent
from chassis.http import Command, CommandRoute, CommandWork, Conflict, Gone, NotFound
from chassis.links import Links
from chassis.work import Work
from contracts.matching import Answer, CallWithdrawalReason
from contracts.values import Language
from matching.acts import filing
from matching.api.known import no_call
from matching.api.links import CallLinks, Token, subject_of
from matching.api.spoken import Spoken
from matching.domain.call import AnswerRefused, Refusal
from matching.domain.candidacy import CandidacyRefused
from matching.store import calls, vacancies
from matching.store.tables import CallRow
from matching.views.calls import AskedView, CallView
from matching.words import wording

__all__ = ["call_of", "router"]

log = structlog.get_logger(__name__)
router = APIRouter(route_class=CommandRoute)


class AnswerGiven(Command):
    answer: Answer
    reason: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    """In the household's own words; helps to make better calls, and never counts against anybody."""


class AnswerByLink(AnswerGiven):
    token: Annotated[str, Field(max_length=2000)]
    """What the link in the message carries."""


@router.get("/calls/{call_id}")
async def show_call(call_id: UUID, agent: Agent, work: CommandWork) -> CallView:
    call = await calls.load(work.session, call_id)
    if call is None:
        raise no_call(call_id)
    log.info("call read", by=agent.subject, call_id=str(call_id), application_id=str(call.application_id))
    return CallView.of(call)


@router.post("/calls/{call_id}/answer")
async def answer_on_behalf(call_id: UUID, given: AnswerGiven, agent: Agent, work: CommandWork) -> CallView:
    """An agent answers for a household that asked for it; the call keeps who did."""
    call = await _answer(call_id, given, work, on_behalf_by=agent.subject)
    if call is None:
        raise no_call(call_id)
    log.info("call answered on behalf", by=agent.subject, call_id=str(call_id), answer=given.answer.value)
    return CallView.of(call)


@router.get("/answers")
async def show_asked(token: Token, spoken: Spoken, links: CallLinks, work: CommandWork) -> AskedView:
    """What a household is asked. Following a link answers nothing: mail scanners follow links too."""
    call = await calls.load(work.session, call_of(token, links, work))
    if call is None:
        raise NotFound(wording.UNKNOWN_LINK)
    return await _asked(call, work, spoken)


@router.post("/answers")
async def answer_by_link(given: AnswerByLink, spoken: Spoken, links: CallLinks, work: CommandWork) -> AskedView:
    """A household answers from the message itself, without an account. The same answer twice is one."""
    call = await _answer(call_of(given.token, links, work), given, work)
    if call is None:
        raise NotFound(wording.UNKNOWN_LINK)
    return await _asked(call, work, spoken)


async def _answer(call_id: UUID, given: AnswerGiven, work: Work, *, on_behalf_by: str | None = None) -> CallRow | None:
    try:
        return await filing.take_answer(
            call_id, given.answer, reason=given.reason, on_behalf_by=on_behalf_by, work=work
        )
    except CandidacyRefused:
        raise Conflict(wording.DECIDED) from None
    except AnswerRefused as refused:
        if refused.refusal is Refusal.WITHDRAWN:
            call = await calls.load(work.session, call_id)
            assert call is not None
            assert call.withdrawn_because is not None, "a withdrawal says why"
            raise Gone(wording.withdrawn(CallWithdrawalReason(call.withdrawn_because))) from None
        if refused.refusal is Refusal.DECIDED:
            raise Conflict(wording.DECIDED) from None
        too_late = wording.too_late(refused.refusal)
        raise (Conflict if refused.refusal is Refusal.ALREADY_DECLINED else Gone)(too_late) from None


async def _asked(call: CallRow, work: Work, spoken: Language) -> AskedView:
    vacancy = await vacancies.load(work.session, call.vacancy_id)
    assert vacancy is not None
    return AskedView.of(call, vacancy, spoken, asked=await calls.asked(work.session, call.pool_id))


def call_of(token: str, links: Links, work: Work) -> UUID:
    """The call of an answer link."""
    expired = wording.too_late(Refusal.AFTER_THE_DEADLINE)
    return subject_of(token, links, work, expired=expired, unknown=wording.UNKNOWN_LINK)
