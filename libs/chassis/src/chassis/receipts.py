"""The answer to each event that a landlord's system sent, whichever service took it and by whatever door."""

import datetime as dt
import re
from collections.abc import Sequence
from functools import cache
from typing import Protocol
from uuid import UUID

from chassis.handlers import Refused
from chassis.work import Work
from contracts.event import Envelope
from contracts.landlord import FieldError, Outcome, ReceiptIssued
from contracts.topics import topic_named

_QUOTED = re.compile(r"""^(header [\w-]+: )?(['"]).*\2 (?=is |has )""", re.DOTALL)
"""How `OpenEnum` names a value that it does not know, and an envelope a header that does not fit."""


@cache
def landlord_of(topic: str) -> str:
    """The SIREN of the landlord whose topic this is: the one thing in an event that nobody can forge (DESIGN §3)."""
    named = topic_named(topic)
    found = re.match(named.pattern, topic) if named and named.per_landlord else None
    assert found, f"{topic} is no landlord's topic"
    return found["siren"]


def receipt(
    work: Work,
    outcome: Outcome,
    errors: Sequence[FieldError] = (),
    *,
    envelope: Envelope | None = None,
    vacancy_id: UUID | None = None,
    tenancy_id: UUID | None = None,
) -> ReceiptIssued:
    """What became of the event of this envelope, that of `work.cause` where none is given."""
    envelope = envelope or work.cause
    return ReceiptIssued(
        landlord=landlord_of(work.topic),
        event_id=envelope.id,
        event_source=envelope.source,
        event_type=envelope.type,
        outcome=outcome,
        errors=tuple(errors),
        vacancy_id=vacancy_id,
        tenancy_id=tenancy_id,
        received_at=work.now,
    )


class Entered(Protocol):
    """An arrival in a service's ledger of what landlords sent, with what became of it."""

    landlord: str
    source: str
    event_id: str
    type: str
    outcome: str
    errors: list[dict[str, str]]
    received_at: dt.datetime


def receipt_of(row: Entered, **subject: UUID | None) -> ReceiptIssued:
    """The receipt that was given for an arrival; `subject` is its vacancy or its tenancy."""
    return ReceiptIssued(
        landlord=row.landlord,
        event_id=row.event_id,
        event_source=row.source,
        event_type=row.type,
        outcome=Outcome(row.outcome),
        errors=tuple(FieldError.model_validate(error) for error in row.errors),
        received_at=row.received_at,
        **subject,
    )


def rejection(refused: Refused, work: Work) -> ReceiptIssued:
    """The answer to what became a dead letter: it can be read neither here nor by a replay.

    Receipts are not restricted: of a restricted topic's record no value is quoted back.
    """
    errors = refused.errors or (FieldError(field="event", message=refused.error),)
    named = topic_named(work.topic)
    if named and named.restricted:
        errors = [FieldError(field=error.field, message=_QUOTED.sub(r"\1it ", error.message)) for error in errors]
    return receipt(work, Outcome.REJECTED, errors, envelope=refused.envelope)
