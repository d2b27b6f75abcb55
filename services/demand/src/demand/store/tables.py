"""The tables of demand. They have a registry of their own: other services use the same names in their databases."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Identity
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel


class Table(SQLModel, registry=registry()):
    """What every table of demand derives from."""


class PersonRow(Table, table=True):
    __tablename__ = "person"

    id: UUID = Field(primary_key=True)
    version: int
    given_name: str
    family_name: str
    birth_date: dt.date | None
    email: str | None
    phone: str | None
    language: str
    consents: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    address: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    safe_contact: bool = False
    shared: list[str] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    helper: UUID | None = None
    changed_at: dt.datetime = Field(sa_type=DateTime(timezone=True))


class ApplicationRow(Table, table=True):
    __tablename__ = "application"

    id: UUID = Field(primary_key=True)
    number: str | None = Field(unique=True)
    version: int
    kind: str
    status: str
    registered_on: dt.date
    closed_on: dt.date | None
    applicant: UUID
    co_applicant: UUID | None
    housing: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    household: dict[str, Any] | None = Field(sa_column=Column(JSONB(none_as_null=True)))
    wishes: dict[str, Any] | None = Field(sa_column=Column(JSONB(none_as_null=True)))
    way: str
    declaration: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    facts: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    expires_on: dt.date | None = None
    notified_on: dt.date | None = None
    reminded_on: dt.date | None = None
    warned: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    closure: str | None = None
    merged_into: UUID | None = None
    tenancy_id: UUID | None = None
    light: str | None = None
    meets_transfer_conditions: bool | None = None
    refused_offers: int | None = None
    imported: bytes | None = None
    changed_at: dt.datetime = Field(sa_type=DateTime(timezone=True))


class ReadingRow(Table, table=True):
    """Who read a file that names a person, and for what."""

    __tablename__ = "reading"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    person_id: UUID
    application_id: UUID | None = None
    who: str
    why: str
    read_at: dt.datetime = Field(sa_type=DateTime(timezone=True))


class FactRow(Table, table=True):
    """A statement of a fact, with the piece that proves it where there is one."""

    __tablename__ = "fact"

    application_id: UUID = Field(primary_key=True)
    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    """They follow one another in the order in which the facts were stated."""
    fact: str
    value: Any = Field(sa_column=Column(JSONB, nullable=False))
    stated_by: str
    stated_at: dt.datetime = Field(sa_type=DateTime(timezone=True))
    holds_until: dt.date | None = None
    piece: str | None = None
    issued_on: dt.date | None = None
    seen_by: str | None = None


class HandlingRow(Table, table=True):
    """A step in an application's handling."""

    __tablename__ = "handling"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    application_id: UUID | None = None
    about: UUID | None = None
    step: str
    at: dt.datetime = Field(sa_type=DateTime(timezone=True))
    detail: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    who: str | None = None
