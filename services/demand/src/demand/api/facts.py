"""Declared and verified, apart: an agent's verification with a piece, the pieces that are missing, and the history."""

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from chassis.auth import Agent
from chassis.http import Command, CommandRoute, CommandWork, Conflict, Invalid
from contracts.landlord import FieldError
from contracts.values import Value
from demand import store
from demand.api.applications import ApplicationSummary, found_application, log_reading, summary
from demand.api.forms import Why
from demand.domain.days import latest_today
from demand.domain.facts import Fact, Lack, Proof, StatedBy, Statement, missing, proven, told
from demand.domain.record import Step
from demand.handling import Did, keep
from reference.days import civil_day
from reference.pieces import Stage, UnknownPiece, piece

router = APIRouter(prefix="/applications/{application_id}", route_class=CommandRoute, tags=["facts"])


class VerificationForm(Command):
    """The piece that an agent saw. The piece itself is not kept, only that it was seen."""

    piece: Annotated[str, Field(max_length=50, examples=["tax_notice"])]
    issued_on: dt.date
    valid_until: dt.date | None = None
    """As the piece says; else as long as its kind counts."""


class PieceDocument(Value):
    kind: str
    fr: str
    en: str
    stage: Stage


class MissingFact(Value):
    fact: Fact
    lack: Lack
    any_of: tuple[PieceDocument, ...]


class StatementDocument(Value):
    fact: Fact
    value: Any
    stated_by: StatedBy
    stated_at: dt.datetime
    holds_until: dt.date | None
    piece: str | None
    issued_on: dt.date | None
    seen_by: str | None


class FactsDocument(Value):
    proven: Annotated[tuple[Fact, ...], Field(description="Those that a piece proves today.")]
    history: Annotated[tuple[StatementDocument, ...], Field(description="Every statement, oldest first.")]


@router.post("/facts/{fact}/verification")
async def verify_fact(
    application_id: UUID, fact: Fact, form: VerificationForm, agent: Agent, work: CommandWork, response: Response
) -> ApplicationSummary:
    """Say that a piece proves what the application declares of this fact now."""
    before = await found_application(application_id, work, lock=True)
    if not before.open:
        raise Conflict(f"The application was closed on {before.closed_on}; there is nothing more to verify.")
    values, today = told(before), latest_today(work.now)
    if fact not in values:
        raise Conflict(f"The application declares nothing of {fact.value}; change it first.")
    valid_until = _valid_until(fact, form, today)
    statement = Statement(
        fact=fact,
        value=values[fact],
        stated_by=StatedBy.AGENT,
        stated_at=work.now,
        holds_until=valid_until,
        proof=Proof(kind=form.piece, issued_on=form.issued_on, seen_by=agent.subject),
    )
    detail = {"fact": fact.value, "piece": form.piece, "issued_on": form.issued_on, "valid_until": valid_until}
    steps = [Did(Step.FACT_VERIFIED, detail)]
    after = await keep(work, before, before, steps, who=agent.subject, proofs=[statement])
    return summary(after, response)


@router.get("/facts")
async def get_facts(application_id: UUID, why: Why, agent: Agent, work: CommandWork) -> FactsDocument:
    """Who stated what, when, until when it holds, and the piece that proves it. The reading is logged."""
    found = await found_application(application_id, work)
    await log_reading(found, agent.subject, why, work)
    stated = await store.statements(work.session, application_id)
    return FactsDocument(
        proven=tuple(sorted(proven(stated, found, civil_day(work.now)))),
        history=tuple(
            StatementDocument(
                fact=one.fact,
                value=one.value,
                stated_by=one.stated_by,
                stated_at=one.stated_at,
                holds_until=one.holds_until,
                piece=one.proof.kind if one.proof else None,
                issued_on=one.proof.issued_on if one.proof else None,
                seen_by=one.proof.seen_by if one.proof else None,
            )
            for one in stated
        ),
    )


@router.get("/pieces/missing")
async def get_missing_pieces(application_id: UUID, _: Agent, work: CommandWork) -> list[MissingFact]:
    """What this household's situation asks a piece for and has none that counts today; any one of them will do."""
    found = await found_application(application_id, work)
    stated = await store.statements(work.session, application_id)
    return [
        MissingFact(
            fact=one.fact,
            lack=one.lack,
            any_of=tuple(PieceDocument(kind=p.kind, fr=p.fr, en=p.en, stage=p.stage) for p in one.pieces),
        )
        for one in missing(stated, found, civil_day(work.now))
    ]


def _valid_until(fact: Fact, form: VerificationForm, today: dt.date) -> dt.date | None:
    """The last day the piece counts; raises `Invalid` for a piece that proves nothing of this fact today."""
    errors = []
    try:
        kind = piece(form.piece)
    except UnknownPiece as unknown:
        raise Invalid([FieldError(field="piece", message=str(unknown))]) from None
    if kind.proves != fact.value:
        message = f"a piece of the kind {kind.kind} proves {kind.proves}, not {fact.value}"
        errors.append(FieldError(field="piece", message=message))
    if form.issued_on > today:
        errors.append(FieldError(field="issued_on", message=f"{form.issued_on} is in the future"))
    ends = [day for day in (form.valid_until, kind.valid_until(form.issued_on)) if day is not None]
    valid_until = min(ends, default=None)
    if valid_until is not None and valid_until < max(form.issued_on, today):
        field = "valid_until" if valid_until == form.valid_until else "issued_on"
        errors.append(FieldError(field=field, message=f"the piece counted until {valid_until}; ask for a newer one"))
    if errors:
        raise Invalid(errors)
    return valid_until
