"""HTTP: what agents see of shortlists and calls, and how households answer."""

from typing import Annotated
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, Header, Query, Request
from pydantic import Field

from chassis.auth import Agent
from chassis.http import Command, CommandRoute, CommandWork, Conflict, Gone, NotFound
from chassis.links import BadLink, LinkExpired, Links
from chassis.work import Work
from contracts.matching import Answer, CallWithdrawalReason
from contracts.values import Language
from matching import calling, wording
from matching.domain.call import AnswerRefused, Refusal
from matching.domain.explanation import explain
from matching.policies import basis
from matching.store import applications, calls, vacancies
from matching.store.tables import CallRow
from matching.views import AskedView, CallView, ExplanationView, NextView, ShortlistView
from policy.explain import lines

__all__ = ["router"]

log = structlog.get_logger(__name__)
router = APIRouter(prefix="/v1", route_class=CommandRoute)


class AnswerGiven(Command):
    answer: Answer
    reason: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    """In the household's own words; helps to make better calls, and never counts against anybody."""


class AnswerByLink(AnswerGiven):
    token: Annotated[str, Field(max_length=2000)]
    """What the link in the message carries."""


def _language(accept_language: Annotated[str | None, Header()] = None) -> Language:
    return wording.language_of(accept_language)


def _links(request: Request) -> Links:
    links: Links = request.app.state.links
    return links


Spoken = Annotated[Language, Depends(_language)]
Signed = Annotated[Links, Depends(_links)]
Token = Annotated[str, Query(max_length=2000)]


@router.get("/vacancies/{vacancy_id}/shortlist")
async def shortlist(vacancy_id: UUID, agent: Agent, work: CommandWork) -> ShortlistView:
    """The households called for a home, by rank, and the next in line."""
    row = await vacancies.load(work.session, vacancy_id)
    if row is None:
        raise NotFound(f"vacancy_id: there is no vacancy {vacancy_id}; its announcement may still be on its way.")
    log.info("shortlist read", by=agent.subject, vacancy_id=str(vacancy_id))
    vacancy = row.vacancy()
    now = basis(work.now, vacancy)
    called = await calls.of_vacancy(work.session, vacancy_id)
    room = now.policy.shortlist_size - len(called)
    following = (
        await calling.candidates(
            work.session, vacancy, now, limit=room, excluding={call.application_id for call in called}, lock=False
        )
        if vacancy.open and room > 0
        else []
    )
    return ShortlistView(
        vacancy_id=vacancy_id,
        status=vacancy.status,
        dwelling=vacancy.dwelling,
        available_on=vacancy.available_on,
        policy=now.policy.name,
        places=now.policy.calls_at_once,
        standing=row.standing,
        called=[CallView.of(call) for call in called],
        next_in_line=[NextView.of(candidate) for candidate in following],
    )


@router.get("/calls/{call_id}")
async def show_call(call_id: UUID, agent: Agent, work: CommandWork) -> CallView:
    call = await calls.load(work.session, call_id)
    if call is None:
        raise NotFound(_no_call(call_id))
    log.info("call read", by=agent.subject, call_id=str(call_id), application_id=str(call.application_id))
    return CallView.of(call)


@router.get("/applications/{application_id}/explanations")
async def explain_application(
    application_id: UUID, vacancy_id: UUID, agent: Agent, spoken: Spoken, work: CommandWork
) -> ExplanationView:
    """Rule by rule and rubric by rubric, why an application fits a home or not, as both are now."""
    application = await applications.load(work.session, application_id)
    if application is None:
        raise NotFound(f"application_id: there is no application {application_id}; it may have been erased.")
    row = await vacancies.load(work.session, vacancy_id)
    vacancy = None if row is None else row.vacancy()
    if vacancy is None or vacancy.dwelling is None:
        raise NotFound(f"vacancy_id: there is no vacancy {vacancy_id} of a known home.")
    log.info("explanation read", by=agent.subject, application_id=str(application_id), vacancy_id=str(vacancy_id))
    now = basis(work.now, vacancy)
    return ExplanationView.of(
        explain(application, vacancy.dwelling, now),
        application_id=application_id,
        vacancy_id=vacancy_id,
        rubrics=lines(now.policy, application, vacancy.dwelling, now.on),
        language=spoken,
    )


@router.post("/calls/{call_id}/answer")
async def answer_on_behalf(call_id: UUID, given: AnswerGiven, agent: Agent, work: CommandWork) -> CallView:
    """An agent answers for a household that asked for it; the call keeps who did."""
    call = await _answer(call_id, given, work, Language.ENGLISH, on_behalf_by=agent.subject)
    if call is None:
        raise NotFound(_no_call(call_id))
    log.info("call answered on behalf", by=agent.subject, call_id=str(call_id), answer=given.answer.value)
    return CallView.of(call)


@router.get("/answers")
async def show_asked(token: Token, spoken: Spoken, links: Signed, work: CommandWork) -> AskedView:
    """What a household is asked. Following a link answers nothing: mail scanners follow links too."""
    call = await calls.load(work.session, _call_of(token, links, work, spoken))
    if call is None:
        raise NotFound(wording.unknown_link(spoken))
    return await _asked(call, work)


@router.post("/answers")
async def answer_by_link(given: AnswerByLink, spoken: Spoken, links: Signed, work: CommandWork) -> AskedView:
    """A household answers from the message itself, without an account. The same answer twice is one."""
    call = await _answer(_call_of(given.token, links, work, spoken), given, work, spoken)
    if call is None:
        raise NotFound(wording.unknown_link(spoken))
    return await _asked(call, work)


async def _answer(
    call_id: UUID, given: AnswerGiven, work: Work, spoken: Language, *, on_behalf_by: str | None = None
) -> CallRow | None:
    try:
        return await calling.give_answer(
            call_id, given.answer, reason=given.reason, on_behalf_by=on_behalf_by, work=work
        )
    except AnswerRefused as refused:
        if refused.refusal is Refusal.WITHDRAWN:
            call = await calls.load(work.session, call_id)
            assert call is not None
            assert call.withdrawn_because is not None, "a withdrawal says why"
            raise Gone(wording.withdrawn(CallWithdrawalReason(call.withdrawn_because), spoken)) from None
        too_late = wording.too_late(refused.refusal, spoken)
        raise (Conflict if refused.refusal is Refusal.ALREADY_DECLINED else Gone)(too_late) from None


async def _asked(call: CallRow, work: Work) -> AskedView:
    vacancy = await vacancies.load(work.session, call.vacancy_id)
    assert vacancy is not None
    return AskedView.of(call, vacancy)


def _call_of(token: str, links: Links, work: Work, spoken: Language) -> UUID:
    try:
        return links.verify(token, now=work.now)
    except LinkExpired:
        raise Gone(wording.too_late(Refusal.AFTER_THE_DEADLINE, spoken)) from None
    except BadLink:
        raise NotFound(wording.unknown_link(spoken)) from None


def _no_call(call_id: UUID) -> str:
    return f"call_id: there is no call {call_id}; take it from the vacancy's shortlist."
