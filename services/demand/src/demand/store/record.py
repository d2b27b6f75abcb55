"""Queries on facts and on the record of an application's handling: both are only ever added to."""

import json
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from chassis import sql
from contracts.notices import notice_id
from demand.domain.facts import Fact, Proof, StatedBy, Statement
from demand.domain.record import OF_HELPERS, Entry, Step
from demand.store.tables import ApplicationRow, FactRow, HandlingRow

_NOTE = """
    INSERT INTO handling (application_id, about, step, at, detail, who)
    SELECT application_id, about, step, at, detail::jsonb, who
    FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::text[], $6::text[])
        AS r(application_id, about, step, at, detail, who)
    WHERE application_id IS NULL OR EXISTS (SELECT FROM application WHERE application.id = r.application_id)
"""
"""Nothing of an application that was erased."""
_JSON = json.JSONEncoder(default=str)


async def state(session: AsyncSession, application_id: UUID, statements: Sequence[Statement]) -> None:
    session.add_all(
        FactRow(
            application_id=application_id,
            fact=one.fact.value,
            value=one.value,
            stated_by=one.stated_by.value,
            stated_at=one.stated_at,
            holds_until=one.holds_until,
            piece=one.proof.kind if one.proof else None,
            issued_on=one.proof.issued_on if one.proof else None,
            seen_by=one.proof.seen_by if one.proof else None,
        )
        for one in statements
    )
    await session.flush()


async def statements(session: AsyncSession, application_id: UUID) -> list[Statement]:
    """All that was stated of an application, oldest first."""
    query = select(FactRow).where(FactRow.application_id == application_id).order_by(col(FactRow.id))
    return [_statement(row) for row in await session.scalars(query)]


async def note(session: AsyncSession, entries: Sequence[Entry]) -> None:
    """Add steps to the record, all in one statement: some come with every call and message."""
    if not entries:
        return
    columns = zip(
        *(
            (one.application_id, one.about, one.step.value, one.at, _JSON.encode(dict(one.detail)), one.who)
            for one in entries
        ),
        strict=True,
    )
    await sql.execute(session, _NOTE, *map(list, columns))


async def subjects(session: AsyncSession, application_id: UUID) -> dict[UUID, UUID]:
    """What steps and messages of an application are about, by the id that they carry.

    A message to the helper of one of its persons carries an id made of the call, the person and the purpose.
    """
    own = col(HandlingRow.application_id) == application_id
    steps = select(HandlingRow.about, HandlingRow.step).where(own, col(HandlingRow.about).is_not(None))
    found = [(about, step) for about, step in await session.execute(steps) if about is not None]
    persons = select(ApplicationRow.applicant, ApplicationRow.co_applicant).where(ApplicationRow.id == application_id)
    named = [one for one in (await session.execute(persons)).one_or_none() or () if one is not None]
    return {about: about for about, _ in found} | {
        notice_id(about, person_id, purpose.value): about
        for about, step in found
        if step == Step.CALL_ISSUED.value
        for person_id in named
        for purpose in OF_HELPERS
    }


async def record(session: AsyncSession, application_id: UUID) -> list[Entry]:
    """The record of an application with what was told of its calls and notices, by date."""
    about = await subjects(session, application_id)
    own = col(HandlingRow.application_id) == application_id
    told = col(HandlingRow.application_id).is_(None) & col(HandlingRow.about).in_(about)
    query = select(HandlingRow).where(or_(own, told)).order_by(col(HandlingRow.at), col(HandlingRow.id))
    return [
        Entry(
            step=Step(row.step),
            at=row.at,
            application_id=application_id,
            about=about.get(row.about, row.about) if row.about else None,
            detail=row.detail,
            who=row.who,
        )
        for row in await session.scalars(query)
    ]


def _statement(row: FactRow) -> Statement:
    proof = None
    if row.piece is not None:
        assert row.issued_on is not None, "a piece was issued on a day"
        assert row.seen_by is not None, "somebody saw it"
        proof = Proof(kind=row.piece, issued_on=row.issued_on, seen_by=row.seen_by)
    return Statement(
        fact=Fact(row.fact),
        value=row.value,
        stated_by=StatedBy(row.stated_by),
        stated_at=row.stated_at,
        holds_until=row.holds_until,
        proof=proof,
    )
