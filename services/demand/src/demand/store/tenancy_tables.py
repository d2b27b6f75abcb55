"""The tables of tenancies, of landlords' conditions and of the three-yearly examination."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Identity, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from demand.store.tables import Table


class HomeRow(Table, table=True):
    """What inventory recorded of a dwelling, as far as tenancies need it."""

    __tablename__ = "home"

    reference: str = Field(primary_key=True)
    landlord: str
    version: int
    financing: str
    adapted: bool
    in_priority_district: bool | None


class TenancyRow(Table, table=True):
    __tablename__ = "tenancy"

    id: UUID = Field(primary_key=True)
    landlord: str
    reference: str
    dwelling_reference: str
    version: int
    statements: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    contests: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    refused_offers: list[str] = Field(sa_column=Column(JSONB, nullable=False))
    ended_on: dt.date | None
    changed_at: dt.datetime = Field(sa_type=DateTime(timezone=True))


class LeaseholderRow(Table, table=True):
    __tablename__ = "leaseholder"

    tenancy_id: UUID = Field(primary_key=True, foreign_key="tenancy.id", ondelete="CASCADE")
    place: int = Field(primary_key=True)
    person_id: UUID


class TenancyEventRow(Table, table=True):
    """One arrival, by whatever door, and what became of it; what it said is in its tenancy."""

    __tablename__ = "tenancy_event"

    arrival: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    landlord: str
    source: str
    event_id: str
    type: str
    happened_at: dt.datetime = Field(sa_type=DateTime(timezone=True))
    body_hash: bytes | None = Field(sa_column=Column(LargeBinary))
    outcome: str
    errors: list[dict[str, str]] = Field(sa_column=Column(JSONB, nullable=False))
    tenancy_id: UUID | None
    received_at: dt.datetime = Field(sa_type=DateTime(timezone=True))


class TenancyStepRow(Table, table=True):
    """What people did with a tenancy's facts: contests, settlements, refusals, links."""

    __tablename__ = "tenancy_step"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    tenancy_id: UUID = Field(foreign_key="tenancy.id", ondelete="CASCADE")
    step: str
    fact: str | None
    who: str
    reason: str | None
    at: dt.datetime = Field(sa_type=DateTime(timezone=True))


class TransferConditionsRow(Table, table=True):
    """Each version that a landlord published; none is changed."""

    __tablename__ = "transfer_conditions"

    landlord: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    body: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    recorded_by: str
    recorded_at: dt.datetime = Field(sa_type=DateTime(timezone=True))


class TenancyApplicationRow(Table, table=True):
    """An application that may be of a tenancy's household: found by the home, said by an agent."""

    __tablename__ = "tenancy_application"

    application_id: UUID = Field(primary_key=True)
    tenancy_id: UUID = Field(primary_key=True, foreign_key="tenancy.id", ondelete="CASCADE")
    state: str
    same_names: int
    found_at: dt.datetime = Field(sa_type=DateTime(timezone=True))
    decided_by: str | None
    decided_at: dt.datetime | None = Field(sa_type=DateTime(timezone=True))


class ExaminationRow(Table, table=True):
    __tablename__ = "examination"

    id: UUID = Field(primary_key=True)
    tenancy_id: UUID = Field(foreign_key="tenancy.id", ondelete="CASCADE")
    landlord: str
    dwelling_reference: str
    commune: str
    on: dt.date
    version: int
    cases: list[str] = Field(sa_column=Column(JSONB, nullable=False))
    unknown: list[str] = Field(sa_column=Column(JSONB, nullable=False))
    rooms_freed: int
    in_priority_district: bool | None
    opinion: dict[str, Any] | None = Field(sa_column=Column(JSONB(none_as_null=True)))
    interview: dict[str, Any] | None = Field(sa_column=Column(JSONB(none_as_null=True)))
    invited_on: dt.date | None
    application_id: UUID | None
    changed_at: dt.datetime = Field(sa_type=DateTime(timezone=True))


TENANCY = Table.metadata.tables["tenancy"]
TENANCY_EVENT = Table.metadata.tables["tenancy_event"]
TENANCY_STEP = Table.metadata.tables["tenancy_step"]
LEASEHOLDER = Table.metadata.tables["leaseholder"]
HOME = Table.metadata.tables["home"]
EXAMINATION = Table.metadata.tables["examination"]
TENANCY_APPLICATION = Table.metadata.tables["tenancy_application"]
