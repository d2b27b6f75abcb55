"""The tables of candidacies and of the pieces verified for them."""

import datetime as dt
from typing import Any, Self
from uuid import UUID

from sqlalchemy import ARRAY, SmallInteger, Text, Uuid
from sqlalchemy.dialects.postgresql import JSON, TIMESTAMP
from sqlmodel import Field

from contracts.allocation import CandidacyOrigin
from matching.domain.candidacy import Candidacy, CandidacyStatus
from matching.domain.checklist import Item, Verified
from matching.store.tables import Table

__all__ = ["CandidacyRow", "PieceRow"]


class CandidacyRow(Table, table=True):
    """A candidacy, one an application and vacancy, ever. Whoever changes one holds its vacancy's row."""

    __tablename__ = "candidacy"

    id: UUID = Field(primary_key=True)
    vacancy_id: UUID = Field(foreign_key="vacancy.id")
    landlord: str = Field(sa_type=Text)
    application_id: UUID
    person_ids: list[UUID] = Field(sa_type=ARRAY(Uuid))
    origin: str = Field(sa_type=Text)
    call_id: UUID | None = Field(foreign_key="call.id")
    status: str = Field(sa_type=Text)
    session_id: UUID | None
    rank: int | None
    parked_for: UUID | None
    version: int
    score: int
    policy: str = Field(sa_type=Text)
    points: dict[str, int] = Field(sa_type=JSON)
    rationale: dict[str, Any] | None = Field(sa_type=JSON(none_as_null=True))
    """As the engine explained the household at the opening; erased with its application."""
    opened_at: dt.datetime = Field(sa_type=TIMESTAMP(timezone=True))
    opened_by: str | None = Field(sa_type=Text)
    opened_because: str | None = Field(sa_type=Text)
    closed_at: dt.datetime | None = Field(default=None, sa_type=TIMESTAMP(timezone=True))
    closed_because: str | None = Field(default=None, sa_type=Text)

    def candidacy(self) -> Candidacy:
        return Candidacy(
            id=self.id,
            vacancy_id=self.vacancy_id,
            landlord=self.landlord,
            application_id=self.application_id,
            person_ids=tuple(self.person_ids),
            origin=CandidacyOrigin(self.origin),
            call_id=self.call_id,
            status=CandidacyStatus(self.status),
            session_id=self.session_id,
            rank=self.rank,
            parked_for=self.parked_for,
            version=self.version,
        )

    def show(self, candidacy: Candidacy) -> None:
        """Write the candidacy's state; what led to it is written beside."""
        self.status, self.version = candidacy.status.value, candidacy.version
        self.session_id, self.rank, self.parked_for = candidacy.session_id, candidacy.rank, candidacy.parked_for


class PieceRow(Table, table=True):
    """The last piece that was verified for a line of a file's checklist."""

    __tablename__ = "candidacy_piece"

    candidacy_id: UUID = Field(primary_key=True, foreign_key="candidacy.id", ondelete="CASCADE")
    requirement: str = Field(primary_key=True, sa_type=Text)
    person: int = Field(primary_key=True, sa_type=SmallInteger)
    kind: str = Field(sa_type=Text)
    issued_on: dt.date
    valid_until: dt.date | None
    verified_by: str = Field(sa_type=Text)
    verified_on: dt.date

    @classmethod
    def of(cls, candidacy_id: UUID, one: Verified) -> Self:
        return cls(
            candidacy_id=candidacy_id,
            requirement=one.item.requirement,
            person=one.item.person,
            kind=one.kind,
            issued_on=one.issued_on,
            valid_until=one.valid_until,
            verified_by=one.verified_by,
            verified_on=one.verified_on,
        )

    def verified(self) -> Verified:
        return Verified(
            item=Item(self.requirement, self.person),
            kind=self.kind,
            issued_on=self.issued_on,
            valid_until=self.valid_until,
            verified_by=self.verified_by,
            verified_on=self.verified_on,
        )
