"""The tables; what they mean is said in the migration that makes them."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Identity
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

_MOMENT = DateTime(timezone=True)


class ContactRow(SQLModel, table=True):
    __tablename__ = "contact"

    person_id: UUID = Field(primary_key=True)
    version: int
    state: str
    given_name: str | None
    family_name: str | None
    email: str | None
    phone: str | None
    language: str | None
    consents: dict[str, bool] = Field(sa_column=Column(JSONB, nullable=False))


class CallRow(SQLModel, table=True):
    __tablename__ = "call"

    call_id: UUID = Field(primary_key=True)
    vacancy_id: UUID
    dwelling: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    available_on: dt.date
    available_on_expected: bool = False
    like_homes: int = 1
    called: int
    answer_by: dt.datetime = Field(sa_type=_MOMENT)
    reasons: list[str] = Field(sa_column=Column(JSONB, nullable=False))
    policy: str
    state: str
    withdrawal_reason: str | None
    changed_at: dt.datetime = Field(sa_type=_MOMENT)


class DeliveryRow(SQLModel, table=True):
    __tablename__ = "delivery"

    id: UUID = Field(primary_key=True)
    call_id: UUID
    purpose: str
    person_id: UUID
    channel: str
    state: str
    attempt: int
    unknown_outcomes: int
    due_at: dt.datetime | None = Field(sa_type=_MOMENT)
    deliver_by: dt.datetime = Field(sa_type=_MOMENT)
    suppression: str | None
    gateway_reference: str | None
    last_reason: str | None
    cause_id: str
    correlation_id: str
    traceparent: str | None
    since: dt.datetime = Field(sa_type=_MOMENT)
    created_at: dt.datetime = Field(sa_type=_MOMENT)
    changed_at: dt.datetime = Field(sa_type=_MOMENT)
    sent_at: dt.datetime | None = Field(sa_type=_MOMENT)
    delivered_at: dt.datetime | None = Field(sa_type=_MOMENT)
    notice_due_at: dt.datetime | None = Field(default=None, sa_type=_MOMENT)


class HoldRow(SQLModel, table=True):
    __tablename__ = "alert_hold"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    held: bool
    who: str
    why: str
    at: dt.datetime = Field(sa_type=_MOMENT)


class MinuteRow(SQLModel, table=True):
    __tablename__ = "alert_minute"

    minute: dt.datetime = Field(primary_key=True, sa_type=_MOMENT)
    handed: int
