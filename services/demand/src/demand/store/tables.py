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
    household: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    wishes: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
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
