"""Sitting tenancies: read, contested, settled."""

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field

from chassis.auth import Agent
from chassis.http import Command, CommandRoute, CommandWork, Conflict, Invalid, NotFound, etag
from chassis.work import Work
from contracts.landlord import FieldError
from contracts.values import PersonId, RplsId, Siren, Value
from demand import store
from demand.api.forms import Why
from demand.domain.conditions import FACT_BEHIND, Condition, Verdict
from demand.domain.days import latest_today
from demand.domain.tenancy import AlreadyContested, Fact, NothingStated, Settlement, Tenancy
from demand.domain.tenancy_due import ASSESS
from demand.tenure import assess_tenancy
from reference.days import civil_day

router = APIRouter(route_class=CommandRoute, tags=["tenancies"])

Reason = Annotated[str, Field(min_length=3, max_length=500)]


class SettlementDocument(Value):
    stands: bool
    reason: str
    by: str
    at: dt.datetime


class ContestDocument(Value):
    reason: str
    by: str
    at: dt.datetime
    settlement: SettlementDocument | None


class FactDocument(Value):
    """What the landlord stated last of one kind; `counts` is false while it is contested."""

    fact: Fact
    counts: bool
    told_at: dt.datetime
    stated: Annotated[dict[str, Any], Field(description="The event's body, without names and addresses.")]
    contest: ContestDocument | None


class FindingDocument(Value):
    condition: Condition
    verdict: Verdict
    french: str
    english: str
    fact: Annotated[Fact, Field(description="What to contest for whoever does not agree.")]
    changes_on: dt.date | None


class AssessmentDocument(Value):
    """Whether the landlord's conditions are met on a day; unknown where `meets` is absent."""

    tenancy_id: UUID
    on: dt.date
    meets: bool | None
    findings: list[FindingDocument]
    changes_on: dt.date | None


class TenancyDocument(Value):
    tenancy_id: UUID
    version: int
    landlord: Siren
    reference: str
    dwelling_reference: RplsId
    sitting: bool
    person_ids: Annotated[tuple[PersonId, ...], Field(description="The leaseholders; /v1/persons tells who they are.")]
    facts: list[FactDocument]
    refused_offers: Annotated[tuple[dt.date, ...], Field(description="Offers of CCH L442-3-1 that the tenant refused.")]


class OffersSummary(Value):
    """An answer to a command; it is kept for repetitions of the request, so it tells nothing of the household."""

    tenancy_id: UUID
    version: int
    refused_offers: tuple[dt.date, ...]


class StepDocument(Value):
    step: str
    fact: str | None
    who: str
    reason: str | None
    at: dt.datetime


class ContestForm(Command):
    fact: Fact
    reason: Reason


class SettlementForm(Command):
    stands: bool
    """Whether what the landlord stated counts again; else it stays unknown until the landlord states it anew."""
    reason: Reason


class RefusalForm(Command):
    refused_on: dt.date


@router.get("/tenancies")
async def find_tenancies(
    why: Why,
    agent: Agent,
    work: CommandWork,
    dwelling_reference: Annotated[RplsId | None, Query()] = None,
    landlord: Annotated[Siren | None, Query()] = None,
    reference: Annotated[str | None, Query(max_length=100)] = None,
) -> list[TenancyDocument]:
    """The tenancies of a home, or of a landlord by its own name of the lease. The reading is logged."""
    if dwelling_reference is None and reference is None:
        message = "say which: dwelling_reference, or the landlord's reference of the lease"
        raise Invalid([FieldError(field="dwelling_reference", message=message)])
    ids = await store.find_tenancies(
        work.session, landlord=landlord, dwelling_reference=dwelling_reference, reference=reference, limit=20
    )
    documents = []
    for tenancy in [await found_tenancy(one, work) for one in ids]:
        await _log(tenancy, agent.subject, why, work)
        documents.append(tenancy_document(tenancy, civil_day(work.now)))
    return documents


@router.get("/tenancies/{tenancy_id}")
async def get_tenancy(
    tenancy_id: UUID, why: Why, agent: Agent, work: CommandWork, response: Response
) -> TenancyDocument:
    """What a landlord states of a tenancy, and what of it is contested. The reading is logged."""
    tenancy = await found_tenancy(tenancy_id, work)
    await _log(tenancy, agent.subject, why, work)
    response.headers["ETag"] = etag(tenancy.version)
    return tenancy_document(tenancy, civil_day(work.now))


@router.get("/tenancies/{tenancy_id}/conditions")
async def assess_conditions(
    tenancy_id: UUID,
    why: Why,
    agent: Agent,
    work: CommandWork,
    on: Annotated[dt.date | None, Query(description="Today where absent.")] = None,
) -> AssessmentDocument:
    """Which of its landlord's conditions for a move a tenancy meets, each with a sentence. The reading is logged."""
    tenancy = await found_tenancy(tenancy_id, work)
    await _log(tenancy, agent.subject, why, work)
    return await assessment_document(tenancy, on or civil_day(work.now), work)


@router.get("/tenancies/{tenancy_id}/steps")
async def get_steps(tenancy_id: UUID, _: Agent, work: CommandWork) -> list[StepDocument]:
    """What was contested and settled, by whom and why, oldest first."""
    await found_tenancy(tenancy_id, work)
    return [
        StepDocument(step=row.step, fact=row.fact, who=row.who, reason=row.reason, at=row.at)
        for row in await store.steps_of(work.session, tenancy_id)
    ]


@router.post("/tenancies/{tenancy_id}/contests", status_code=201)
async def contest_fact(tenancy_id: UUID, form: ContestForm, agent: Agent, work: CommandWork) -> ContestDocument:
    """Say on the tenant's behalf that the landlord's last statement of a kind is wrong: it counts as unknown."""
    return await contest(tenancy_id, form, work, who=agent.subject)


@router.post("/tenancies/{tenancy_id}/contests/{fact}/settlement")
async def settle_contest(
    tenancy_id: UUID, fact: Fact, form: SettlementForm, agent: Agent, work: CommandWork
) -> ContestDocument:
    """Say whether a contested statement stands, and why."""
    before = await found_tenancy(tenancy_id, work, lock=True)
    settlement = Settlement(stands=form.stands, reason=form.reason, by=agent.subject, at=work.now)
    try:
        after = before.settle(fact, settlement)
    except NothingStated as error:
        raise Conflict(str(error)) from error
    step = "stands" if form.stands else "stays_unknown"
    await _keep(after, work, step=step, who=agent.subject, fact=fact, reason=form.reason)
    return _contest_document(after, fact)


@router.post("/tenancies/{tenancy_id}/refused-offers", status_code=201)
async def count_refusal(tenancy_id: UUID, form: RefusalForm, agent: Agent, work: CommandWork) -> OffersSummary:
    """Count an offer of CCH L442-3-1 that the tenant refused; the same day is counted once."""
    before = await found_tenancy(tenancy_id, work, lock=True)
    if form.refused_on > latest_today(work.now):
        raise Invalid([FieldError(field="refused_on", message=f"{form.refused_on} is in the future")])
    after = before.refuse_offer(form.refused_on)
    if after is not before:
        await _keep(after, work, step="offer_refused", who=agent.subject, reason=form.refused_on.isoformat())
    return OffersSummary(tenancy_id=after.id, version=after.version, refused_offers=after.refused_offers)


async def found_tenancy(tenancy_id: UUID, work: Work, *, lock: bool = False) -> Tenancy:
    found = await store.tenancy(work.session, tenancy_id, lock=lock)
    if found is None:
        raise NotFound(f"No tenancy {tenancy_id} is known here, or it was forgotten.")
    return found


async def contest(tenancy_id: UUID, form: ContestForm, work: Work, *, who: str) -> ContestDocument:
    """Keep a contest, whoever makes it."""
    before = await found_tenancy(tenancy_id, work, lock=True)
    try:
        after = before.contest(form.fact, reason=form.reason, by=who, at=work.now)
    except (NothingStated, AlreadyContested) as error:
        raise Conflict(str(error)) from error
    await _keep(after, work, step="contested", who=who, fact=form.fact, reason=form.reason)
    return _contest_document(after, form.fact)


async def _keep(
    after: Tenancy, work: Work, *, step: str, who: str, fact: Fact | None = None, reason: str | None = None
) -> None:
    await store.save_tenancies(work.session, [after], work.now)
    await store.log_step(work.session, after.id, step, who=who, fact=fact, reason=reason, now=work.now)
    work.due(ASSESS, str(after.id))


async def _log(tenancy: Tenancy, who: str, why: str, work: Work) -> None:
    await store.log_reading(work.session, tenancy.leaseholders, who=who, why=why, now=work.now)


async def assessment_document(tenancy: Tenancy, on: dt.date, work: Work) -> AssessmentDocument:
    assessment = await assess_tenancy(work, tenancy, on)
    return AssessmentDocument(
        tenancy_id=tenancy.id,
        on=on,
        meets=assessment.meets,
        changes_on=assessment.changes_on,
        findings=[
            FindingDocument(
                condition=finding.condition,
                verdict=finding.verdict,
                french=finding.french,
                english=finding.english,
                fact=FACT_BEHIND[finding.condition],
                changes_on=finding.changes_on,
            )
            for finding in assessment.findings
        ],
    )


UNNAMED = {"leaseholders", "address", "postal_code", "town"}
"""What of a lease names persons: `/v1/persons` tells it, and logs who reads it."""


def tenancy_document(tenancy: Tenancy, today: dt.date) -> TenancyDocument:
    return TenancyDocument(
        tenancy_id=tenancy.id,
        version=tenancy.version,
        landlord=tenancy.landlord,
        reference=tenancy.reference,
        dwelling_reference=tenancy.dwelling_reference,
        sitting=tenancy.sitting(today),
        person_ids=tenancy.leaseholders,
        facts=[
            FactDocument(
                fact=fact,
                counts=not tenancy.contested(fact),
                told_at=said.time,
                stated=said.event.model_dump(mode="json", exclude=UNNAMED),
                contest=_contest_document(tenancy, fact) if fact in tenancy.contests else None,
            )
            for fact, said in sorted(tenancy.statements.items())
        ],
        refused_offers=tenancy.refused_offers,
    )


def _contest_document(tenancy: Tenancy, fact: Fact) -> ContestDocument:
    contest = tenancy.contests[fact]
    settled = contest.settlement
    return ContestDocument(
        reason=contest.reason,
        by=contest.by,
        at=contest.at,
        settlement=SettlementDocument(stands=settled.stands, reason=settled.reason, by=settled.by, at=settled.at)
        if settled
        else None,
    )
