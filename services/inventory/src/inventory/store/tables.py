"""The tables of inventory."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Identity, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel


class Table(SQLModel, registry=registry()):
    """The tables of inventory have a registry of their own: other services use the same names in their databases."""


class LandlordRow(Table, table=True):
    __tablename__ = "landlord"

    siren: str = Field(primary_key=True)
    name: str
    version: int
    registered_at: dt.datetime = Field(sa_type=DateTime(timezone=True))


class DwellingRow(Table, table=True):
    __tablename__ = "dwelling"

    reference: str = Field(primary_key=True)
    id: UUID = Field(unique=True)
    landlord: str = Field(foreign_key="landlord.siren")
    version: int
    facts: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    reletting_base_rent_cents: int | None
    latitude: float | None
    longitude: float | None
    occupation: str | None
    contingent: str | None
    changed_at: dt.datetime = Field(sa_type=DateTime(timezone=True))


class VacancyRow(Table, table=True):
    __tablename__ = "vacancy"

    id: UUID = Field(primary_key=True)
    landlord: str = Field(foreign_key="landlord.siren")
    reference: str
    dwelling_reference: str = Field(foreign_key="dwelling.reference")
    version: int
    facts: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    state: str
    ready_on: dt.date | None
    base_rent_cents: int | None
    service_charges_cents: int | None
    withdrawal_reason: str | None
    lease_signed_on: dt.date | None
    changed_at: dt.datetime = Field(sa_type=DateTime(timezone=True))
    notice_ends_on: dt.date | None
    visited_on: dt.date | None
    offers_refused: int
    allocated_on: dt.date | None
    application_id: UUID | None
    days_vacant: int | None
    designation: dict[str, Any] | None = Field(sa_column=Column(JSONB(none_as_null=True)))
    chain_id: UUID | None
    follows_vacancy_id: UUID | None


class VacancyEventRow(Table, table=True):
    """One arrival, by whatever door, and what became of it."""

    __tablename__ = "vacancy_event"

    arrival: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    landlord: str
    source: str
    event_id: str
    type: str
    happened_at: dt.datetime = Field(sa_type=DateTime(timezone=True))
    body_hash: bytes | None = Field(sa_column=Column(LargeBinary))
    body: dict[str, Any] | None = Field(sa_column=Column(JSONB(none_as_null=True)))
    outcome: str
    errors: list[dict[str, str]] = Field(sa_column=Column(JSONB, nullable=False))
    vacancy_id: UUID | None
    received_at: dt.datetime = Field(sa_type=DateTime(timezone=True))


class ParametersRow(Table, table=True):
    __tablename__ = "parameters"

    scope: str = Field(primary_key=True)
    valid_from: dt.date = Field(primary_key=True)
    parameters: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    changed_at: dt.datetime = Field(sa_type=DateTime(timezone=True))


class HardToLetRow(Table, table=True):
    __tablename__ = "hard_to_let"

    vacancy_id: UUID = Field(primary_key=True, foreign_key="vacancy.id")
    version: int
    entered_on: dt.date
    cause: str
    next_action: str | None
    owner: str | None
    changed_at: dt.datetime = Field(sa_type=DateTime(timezone=True))
