"""Households' files for a home: brought by an agent, completed piece by piece, taken back."""

import datetime as dt
from typing import Annotated
from uuid import UUID

import structlog
from fastapi import APIRouter, Response
from pydantic import Field

from chassis.auth import Agent
from chassis.http import Command, CommandRoute, CommandWork, Conflict, Invalid, NotFound
from chassis.work import Work
from contracts.allocation import CandidacyOrigin
from contracts.told import Told
from contracts.values import Language
from matching.acts import filing
from matching.api.known import no_vacancy
from matching.api.spoken import Spoken
from matching.domain.candidacy import ADDED_BY, CandidacyRefused, Refused
from matching.domain.checklist import Item, PieceRefused
from matching.domain.committee import Objection
from matching.domain.days import civil_day
from matching.policies import library
from matching.store import candidacies, vacancies
from matching.store.candidacy_tables import CandidacyRow
from matching.views.candidacies import CandidacySummary, CandidacyView
from matching.views.explanations import KeptExplanationView
from matching.words.sentences import sentence

__all__ = ["router"]

log = structlog.get_logger(__name__)
router = APIRouter(route_class=CommandRoute)
_NOT_NOW = {
    Refused.NO_HOME: Told(
        "Le logement n'est ni annoncé ni remis à la location : aucun dossier n'est ouvert ; choisissez-en un autre.",
        "The home is not announced or released: no file is opened for it; choose another home.",
    ),
    Refused.NOT_ACTIVE: Told(
        "La demande n'est pas active : elle est close, ou incomplète ; complétez-la ou renouvelez-la d'abord.",
        "The application is not active: it is closed, or not complete yet; complete or renew it first.",
    ),
    Refused.CLOSED: Told(
        "Le dossier est clos, et un ménage en a un par logement ; ce qu'il est devenu figure dans son historique.",
        "The file is closed, and a household has one a home; what it came to stands in its record.",
    ),
    Refused.DECIDED: Told(
        "La commission a décidé sur ce dossier : le ménage répond à sa proposition.",
        "The committee has decided on this file: the household answers its offer instead.",
    ),
}


class CandidateBrought(Command):
    application_id: UUID
    origin: CandidacyOrigin
    """holder, prefet, renewal or landlord; the origin `call` comes from the household's own answer."""
    reason: Annotated[str, Field(min_length=1, max_length=1000)]
    """Why this household; read by agents alone."""


class PieceSeen(Command):
    """A piece that an agent saw and found good."""

    requirement: Annotated[str, Field(max_length=60)]
    person: Annotated[int, Field(ge=0, le=2)] = 0
    """1 for the applicant, 2 for the co-applicant, 0 where one piece speaks for the household."""
    kind: Annotated[str, Field(max_length=60)]
    issued_on: dt.date
    valid_until: dt.date | None = None
    """The last day that stands on it; the kind's own time may end before."""


@router.get("/vacancies/{vacancy_id}/candidacies")
async def list_candidacies(vacancy_id: UUID, agent: Agent, work: CommandWork) -> list[CandidacySummary]:
    """Every file for a home, those that ended included."""
    if await vacancies.load(work.session, vacancy_id) is None:
        raise no_vacancy(vacancy_id)
    log.info("candidacies read", by=agent.subject, vacancy_id=str(vacancy_id))
    rows = await candidacies.of_vacancy(work.session, vacancy_id)
    checklists = await filing.checklists_of(rows, civil_day(work.now), work)
    return [CandidacySummary.of(row, one) for row, one in zip(rows, checklists, strict=True)]


@router.post("/vacancies/{vacancy_id}/candidacies", status_code=201)
async def bring_candidate(
    vacancy_id: UUID, brought: CandidateBrought, agent: Agent, work: CommandWork, response: Response
) -> CandidacySummary:
    """Bring a household from outside the shortlist (a file that is open already is given back as it is).

    The engine explains it too; where the home would be unlawful for it, the answer says why.
    """
    if brought.origin not in ADDED_BY:
        known = ", ".join(one.value for one in ADDED_BY)
        one_of = Told(
            f"un agent présente un ménage pour l'un de {known}", f"an agent brings a household for one of {known}"
        )
        raise Invalid([Objection("origin", one_of)])
    try:
        opened = await filing.open_by_agent(
            vacancy_id,
            brought.application_id,
            origin=brought.origin,
            reason=brought.reason,
            by=agent.subject,
            work=work,
        )
    except CandidacyRefused as refused:
        raise _refused(refused) from None
    if opened is None:
        raise NotFound(
            Told(
                f"Il n'y a pas de vacance {vacancy_id}, ou pas de demande {brought.application_id} ; vérifiez-les.",
                f"There is no vacancy {vacancy_id}, or no application {brought.application_id}; look them up.",
            )
        )
    row, new = opened
    response.status_code = 201 if new else 200
    response.headers["Location"] = f"/v1/candidacies/{row.id}"
    log.info("candidate brought", by=agent.subject, candidacy_id=str(row.id), origin=brought.origin.value, new=new)
    return await _summary(row, work)


@router.get("/candidacies/{candidacy_id}")
async def show_candidacy(candidacy_id: UUID, agent: Agent, spoken: Spoken, work: CommandWork) -> CandidacyView:
    """A household's file for a home, with its checklist. The reading is logged."""
    row = await candidacies.load(work.session, candidacy_id)
    if row is None:
        raise _none(candidacy_id)
    log.info("candidacy read", by=agent.subject, candidacy_id=str(candidacy_id), application_id=str(row.application_id))
    explanation = row.rationale and KeptExplanationView.of(
        row.rationale,
        row.points,
        row.policy,
        library().named(row.policy),
        (row.application_id, row.vacancy_id),
        spoken,
    )
    checklist = await filing.checklist_of(row, civil_day(work.now), work)
    return CandidacyView.seen(row, checklist, explanation or None, spoken)


@router.post("/candidacies/{candidacy_id}/pieces")
async def verify_piece(candidacy_id: UUID, seen: PieceSeen, agent: Agent, work: CommandWork) -> CandidacySummary:
    """Say that a piece was seen and is good; with the last one the file is complete."""
    try:
        row = await filing.verify_piece(
            candidacy_id,
            Item(seen.requirement, seen.person),
            kind=seen.kind,
            issued_on=seen.issued_on,
            valid_until=seen.valid_until,
            by=agent.subject,
            work=work,
        )
    except PieceRefused as refused:
        raise Invalid([refused]) from None
    except CandidacyRefused as refused:
        raise _refused(refused) from None
    if row is None:
        raise _none(candidacy_id)
    log.info("piece verified", by=agent.subject, candidacy_id=str(candidacy_id))
    return await _summary(row, work)


@router.post("/candidacies/{candidacy_id}/withdraw")
async def withdraw_candidacy(candidacy_id: UUID, agent: Agent, work: CommandWork) -> CandidacySummary:
    """Close a file because its household asks for it; the place of its call goes to the next."""
    try:
        row = await filing.withdraw(candidacy_id, by=agent.subject, work=work)
    except CandidacyRefused as refused:
        raise _refused(refused) from None
    if row is None:
        raise _none(candidacy_id)
    log.info("candidacy withdrawn", by=agent.subject, candidacy_id=str(candidacy_id))
    return await _summary(row, work)


async def _summary(row: CandidacyRow, work: Work) -> CandidacySummary:
    return CandidacySummary.of(row, await filing.checklist_of(row, civil_day(work.now), work))


def _refused(refused: CandidacyRefused) -> Conflict:
    if refused.refused is Refused.UNLAWFUL:
        fr, en = (
            " ".join(sentence(one, language) for one in refused.findings)
            for language in (Language.FRENCH, Language.ENGLISH)
        )
        return Conflict(Told(fr, en))
    return Conflict(_NOT_NOW[refused.refused])


def _none(candidacy_id: UUID) -> NotFound:
    return NotFound(
        Told(
            f"candidacy_id : il n'y a pas de dossier {candidacy_id} ; prenez-le dans ceux du logement.",
            f"candidacy_id: there is no candidacy {candidacy_id}; take it from the home's candidacies.",
        )
    )
