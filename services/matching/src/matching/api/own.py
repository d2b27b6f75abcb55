"""What a household reads of itself by the links it was sent, without an account."""

from typing import Annotated
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends

from chassis.http import CommandRoute, CommandWork, Gone, NotFound
from matching.acts import filing
from matching.acts.placing import place
from matching.api.calls import call_of
from matching.api.explanations import supply_view
from matching.api.known import known_home
from matching.api.links import CallLinks, RecordLinks, Token, subject_of
from matching.api.spoken import Spoken
from matching.domain.application import Application
from matching.domain.days import civil_day
from matching.domain.explanation import explain
from matching.domain.rationale import Rationale
from matching.domain.widening import wish_widened
from matching.grounds import basis
from matching.policies import library
from matching.store import applications, calls, candidacies, committee, vacancies
from matching.views.own import OwnExplanationView
from matching.views.own_candidacies import OwnCandidacyView
from matching.views.supply import SupplyView
from matching.words import wording

__all__ = ["Linked", "router"]

log = structlog.get_logger(__name__)
router = APIRouter(route_class=CommandRoute)


async def _linked(token: Token, links: RecordLinks, work: CommandWork) -> Application:
    """The application of the link to its record: the one of the renewal notice, or that an agent gave."""
    application_id = subject_of(token, links, work, expired=wording.LINK_EXPIRED, unknown=wording.NOT_OURS)
    application = await applications.load(work.session, application_id)
    if application is None:
        raise NotFound(wording.NO_APPLICATION)
    return application


Linked = Annotated[Application, Depends(_linked)]


@router.get("/answers/explanation")
async def explain_own_call(token: Token, spoken: Spoken, links: CallLinks, work: CommandWork) -> OwnExplanationView:
    """Why the household of an answer link was called: as it was at the call, and nothing of the others."""
    call = await calls.load(work.session, call_of(token, links, work))
    if call is None:
        raise NotFound(wording.UNKNOWN_LINK)
    rationale = await calls.rationale_of(work.session, call.id)
    if rationale is None:
        raise Gone(wording.NO_RATIONALE)
    log.info("own explanation read", application_id=str(call.application_id), call_id=str(call.id))
    ahead = await calls.ahead_of(work.session, call.pool_id, call.rank)
    return OwnExplanationView.called(call, rationale, ahead, library().named(call.policy), spoken)


@router.get("/own/candidacies")
async def read_own_files(own: Linked, spoken: Spoken, work: CommandWork) -> list[OwnCandidacyView]:
    """The files of the household of a record link: home by home what is missing, what was decided and why."""
    log.info("own candidacies read", application_id=str(own.id))
    rows = await candidacies.of_application(work.session, own.id)
    today = civil_day(work.now)
    views = []
    for row in rows:
        vacancy = await vacancies.load(work.session, row.vacancy_id)
        assert vacancy is not None, "a file is for a vacancy"
        checklist = await filing.checklist_of(row, today, work)
        decision = await committee.decision_on(work.session, row.id)
        views.append(OwnCandidacyView.of(row, vacancy, checklist, decision, spoken))
    return views


@router.get("/own/explanations")
async def explain_own(vacancy_id: UUID, own: Linked, spoken: Spoken, work: CommandWork) -> OwnExplanationView:
    """Why a home is for the household of a record link or not, and what would change that."""
    vacancy = await known_home(vacancy_id, work)
    assert vacancy.dwelling is not None
    log.info("own explanation read", application_id=str(own.id), vacancy_id=str(vacancy_id))
    now = await basis(work.session, vacancy, work.now)
    explanation = explain(own, vacancy.dwelling, now)
    placing = await place(work.session, own, explanation, vacancy, now, shown=0, nearest=True)
    rationale = Rationale.of(own, explanation)
    beyond = wish_widened(own, vacancy.dwelling, now, hard_to_let=vacancy.hard_to_let)
    return OwnExplanationView.now(
        explanation, rationale, placing, (own.id, vacancy.id), now.policy, spoken, widened=beyond
    )


@router.get("/own/supply")
async def show_own_supply(own: Linked, spoken: Spoken, work: CommandWork) -> SupplyView:
    """Twelve months of the household of a record link: what came up, what it missed and why, how long others waited."""
    log.info("own supply read", application_id=str(own.id))
    return await supply_view(own, work, spoken)
