"""The tables of notices and letters; what they mean is said in the migration that makes them."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Identity
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

_MOMENT = DateTime(timezone=True)


class NoticeRow(SQLModel, table=True):
    __tablename__ = "notice"

    notice_id: UUID = Field(primary_key=True)
    purpose: str
    person_id: UUID
    subject: UUID | None
    respond_by: dt.date | None
    ends_on: dt.date | None
    reminder: bool
    landlord: str | None
    of_home: dict[str, Any] | None = Field(sa_column=Column(JSONB(none_as_null=True)))
    taken_at: dt.datetime = Field(sa_type=_MOMENT)


class PostRow(SQLModel, table=True):
    __tablename__ = "contact_post"

    person_id: UUID = Field(primary_key=True)
    version: int
    address: dict[str, Any] | None = Field(sa_column=Column(JSONB(none_as_null=True)))
    helper: UUID | None


class BatchRow(SQLModel, table=True):
    __tablename__ = "letter_batch"

    number: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    made_at: dt.datetime = Field(sa_type=_MOMENT)
    made_by: str
    printed_at: dt.datetime | None = Field(sa_type=_MOMENT)


class RegisteredNumberRow(SQLModel, table=True):
    __tablename__ = "registered_number"

    number: str = Field(primary_key=True)
    added_at: dt.datetime = Field(sa_type=_MOMENT)
    delivery_id: UUID | None


class LetterRow(SQLModel, table=True):
    __tablename__ = "letter"

    delivery_id: UUID = Field(primary_key=True)
    batch: int = Field(sa_type=BigInteger)
    place: int
    reference: str
    registered: bool
    posted_on: dt.date | None
    received_on: dt.date | None
    returned_on: dt.date | None


class CheckRow(SQLModel, table=True):
    __tablename__ = "contact_check"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    person_id: UUID
    channel: str
    reason: str
    delivery_id: UUID | None
    contact_version: int | None
    opened_at: dt.datetime = Field(sa_type=_MOMENT)
    closed_at: dt.datetime | None = Field(sa_type=_MOMENT)
    closed_by: str | None
    said: str | None
