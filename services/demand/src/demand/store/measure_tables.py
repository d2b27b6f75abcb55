"""The tables of measures; what they mean is said in the migration that makes them."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Column, DateTime, Identity, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from demand.store.tables import Table

_MOMENT = DateTime(timezone=True)


class TermsRow(Table, table=True):
    __tablename__ = "measure_terms"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    landlord: str | None
    valid_from: dt.date
    visit_valid_months: int
    threshold_cents: int = Field(sa_type=BigInteger)
    contract_lets_move: bool
    origin: str


class WearGridRow(Table, table=True):
    __tablename__ = "wear_grid"

    landlord: str = Field(primary_key=True)
    valid_from: dt.date = Field(primary_key=True)
    lines: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    published_at: dt.datetime = Field(sa_type=_MOMENT)


class PartnerRow(Table, table=True):
    __tablename__ = "partner"

    siren: str = Field(primary_key=True)
    name: str
    registered_at: dt.datetime = Field(sa_type=_MOMENT)


class PlaceRow(Table, table=True):
    __tablename__ = "partner_place"

    id: UUID = Field(primary_key=True)
    partner: str = Field(foreign_key="partner.siren")
    year: int
    area: str
    communes: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    in_priority_district: bool | None
    places: int
    taken: int = 0


class MeasureRow(Table, table=True):
    __tablename__ = "measure"

    id: UUID = Field(primary_key=True)
    version: int
    landlord: str
    commune: str
    in_priority_district: bool | None
    tenancy_id: UUID | None
    application_id: UUID | None
    opened_on: dt.date
    stage: str
    stage_on: dt.date
    works: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    blocks: bool
    visited_on: dt.date | None
    valid_until: dt.date | None
    place_id: UUID | None = Field(foreign_key="partner_place.id")
    reason: str | None
    light: str | None
    changed_at: dt.datetime = Field(sa_type=_MOMENT)
