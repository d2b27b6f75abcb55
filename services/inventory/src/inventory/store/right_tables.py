"""The tables of reservation rights and participation."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, ForeignKey, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from inventory.store.tables import Table


class AgreementRow(Table, table=True):
    __tablename__ = "agreement"

    id: UUID = Field(primary_key=True)
    version: int
    landlord: str = Field(foreign_key="landlord.siren")
    holder: str
    department: str
    terms: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    changed_at: dt.datetime = Field(sa_type=DateTime(timezone=True))


class ReservedDwellingRow(Table, table=True):
    __tablename__ = "reserved_dwelling"

    dwelling_reference: str = Field(primary_key=True, foreign_key="dwelling.reference")
    agreement_id: UUID = Field(foreign_key="agreement.id")


class FlowRow(Table, table=True):
    __tablename__ = "flow"

    landlord: str = Field(primary_key=True)
    department: str = Field(primary_key=True)
    year: int
    tally: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))


class TurnRow(Table, table=True):
    """Whose turn a release was; `agreement_id` None is the landlord's own."""

    __tablename__ = "turn"

    # a turn is given before its vacancy is kept, in one transaction
    vacancy_id: UUID = Field(
        sa_column=Column(Uuid, ForeignKey("vacancy.id", deferrable=True, initially="DEFERRED"), primary_key=True)
    )
    landlord: str
    department: str
    dwelling_reference: str
    agreement_id: UUID | None = Field(foreign_key="agreement.id")
    mode: str
    given_on: dt.date
    until: dt.date | None
    right_id: UUID | None
    """The lent right that this home is given back for."""
    designated_on: dt.date | None
    candidates: list[str] = Field(sa_column=Column(JSONB, nullable=False))
    lapsed_on: dt.date | None
    left_base: str | None


class DeductionRow(Table, table=True):
    __tablename__ = "deduction"

    vacancy_id: UUID = Field(primary_key=True, foreign_key="vacancy.id")
    landlord: str
    department: str
    year: int
    reason: str
    deducted_on: dt.date


class AnnouncedDeductionRow(Table, table=True):
    __tablename__ = "announced_deduction"

    landlord: str = Field(primary_key=True, foreign_key="landlord.siren")
    department: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    homes: int


class LentRightRow(Table, table=True):
    __tablename__ = "lent_right"

    id: UUID = Field(primary_key=True)
    agreement_id: UUID = Field(foreign_key="agreement.id")
    landlord: str
    holder: str
    borrower: str | None
    department: str
    dwelling_type: str
    commune: str
    lent_on: dt.date
    lent_by: UUID = Field(foreign_key="vacancy.id")
    left_dwelling: str | None
    ended_on: dt.date | None
    ending: str | None
    ended_by: UUID | None


class LetterRow(Table, table=True):
    __tablename__ = "letter"

    vacancy_id: UUID = Field(primary_key=True, foreign_key="vacancy.id")
    agreement_id: UUID = Field(foreign_key="agreement.id")
    sent_on: dt.date
    until: dt.date
    answer: str | None
    answered_on: dt.date | None


class HouseholdRow(Table, table=True):
    __tablename__ = "household"

    application_id: UUID = Field(primary_key=True)
    version: int
    kind: str
    landlord: str | None
    reference: str | None


class ParticipationRow(Table, table=True):
    __tablename__ = "participation"

    id: UUID = Field(primary_key=True)
    version: int
    scheme: str
    landlord: str | None
    holder: str | None
    area: str
    valid_from: dt.date
    valid_to: dt.date | None


HOUSEHOLD = Table.metadata.tables["household"]
