"""The tables of matching. What is read or written many rows at a time is in SQL beside them."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Integer, SmallInteger, Text, Uuid
from sqlalchemy.dialects.postgresql import JSON, JSONB, TIMESTAMP
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from contracts.inventory import Designation
from contracts.values import DwellingFacts
from matching.domain.call import Call, CallStatus
from matching.domain.vacancy import Vacancy, VacancyStatus

__all__ = ["ApplicationRow", "CallExplanationRow", "CallRow", "LettingRow", "Table", "VacancyRow"]


class Table(SQLModel, registry=registry()):
    """The tables of matching have a registry of their own: other services use the same names in their databases."""


class ApplicationRow(Table, table=True):
    """A projection of `demand.application.recorded`, closed ones included: their version still guards."""

    __tablename__ = "application"

    id: UUID = Field(primary_key=True)
    version: int
    kind: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    registered_on: dt.date
    person_ids: list[UUID] = Field(sa_type=ARRAY(Uuid))
    household: dict[str, Any] = Field(sa_type=JSONB)
    wishes: dict[str, Any] = Field(sa_type=JSONB)
    current_home: dict[str, Any] | None = Field(sa_type=JSONB)
    light: str | None = Field(sa_type=Text)
    meets_transfer_conditions: bool | None
    expires_on: dt.date | None


class VacancyRow(Table, table=True):
    """A vacancy, and how many calls were issued for it (`called`) and hold a place (`standing`).

    Its row is the lock of all its calls: whoever changes one holds it, and takes it before any application's.
    """

    __tablename__ = "vacancy"

    id: UUID = Field(primary_key=True)
    status: str = Field(default=VacancyStatus.UNKNOWN.value, sa_type=Text)
    status_version: int = 0
    landlord: str = Field(default="", sa_type=Text)
    dwelling_id: UUID | None = None
    dwelling: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    dwelling_version: int = 0
    available_on: dt.date | None = None
    available_version: int = 0
    told_on: dt.date | None = None
    designation: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    named: list[UUID] = Field(default_factory=list, sa_type=ARRAY(Uuid))
    named_version: int = 0
    buckets: list[int] = Field(default_factory=list, sa_type=ARRAY(Integer))
    rent_cents: int | None = None
    area: int | None = None
    """In hundredths of a square metre: what the reverse query compares first."""
    called: int = 0
    standing: int = 0
    checked_version: int = 0
    deciding: bool = False
    chain_id: UUID | None = None
    follows_vacancy_id: UUID | None = None
    announced_on: dt.date | None = None
    released_on: dt.date | None = None
    ended_on: dt.date | None = None
    ended_because: str | None = Field(default=None, sa_type=Text)
    home_left_denied: str | None = Field(default=None, sa_type=Text)
    likeness: str | None = Field(default=None, sa_type=Text)
    pool_id: UUID | None = None
    hard_to_let_on: dt.date | None = None

    def vacancy(self) -> Vacancy:
        return Vacancy(
            id=self.id,
            status=VacancyStatus(self.status),
            status_version=self.status_version,
            landlord=self.landlord,
            dwelling_id=self.dwelling_id,
            dwelling=None if self.dwelling is None else DwellingFacts.model_validate(self.dwelling),
            dwelling_version=self.dwelling_version,
            available_on=self.available_on,
            available_version=self.available_version,
            deciding=self.deciding,
            designation=None if self.designation is None else Designation.model_validate(self.designation),
            named=frozenset(self.named),
            named_version=self.named_version,
            hard_to_let_on=self.hard_to_let_on,
        )


class CallSlotRow(Table, table=True):
    """A live call among those that its household may have at a time; there are none where no policy limits them."""

    __tablename__ = "call_slot"

    application_id: UUID = Field(primary_key=True)
    slot: int = Field(primary_key=True, sa_type=SmallInteger)
    call_id: UUID


class CallRow(Table, table=True):
    """A call with what it rested on; one an application and pool of like homes, ever.

    `vacancy_id` is the home it stands for: another of the pool once that one is gone.
    """

    __tablename__ = "call"

    id: UUID = Field(primary_key=True)
    vacancy_id: UUID = Field(foreign_key="vacancy.id")
    pool_id: UUID
    application_id: UUID
    person_ids: list[UUID] = Field(sa_type=ARRAY(Uuid))
    rank: int
    status: str = Field(sa_type=Text)
    version: int
    score: int
    points: dict[str, int] = Field(sa_type=JSONB)
    reasons: list[str] = Field(sa_type=ARRAY(Text))
    to_verify: list[str] = Field(sa_type=ARRAY(Text))
    policy: str = Field(sa_type=Text)
    issued_at: dt.datetime = Field(sa_type=TIMESTAMP(timezone=True))
    answer_by: dt.datetime = Field(sa_type=TIMESTAMP(timezone=True))
    answered_at: dt.datetime | None = Field(sa_type=TIMESTAMP(timezone=True))
    answer_reason: str | None = Field(sa_type=Text)
    answered_on_behalf_by: str | None = Field(sa_type=Text)
    withdrawn_because: str | None = Field(sa_type=Text)

    def call(self) -> Call:
        return Call(
            id=self.id,
            vacancy_id=self.vacancy_id,
            application_id=self.application_id,
            person_ids=tuple(self.person_ids),
            rank=self.rank,
            status=CallStatus(self.status),
            answer_by=self.answer_by,
            version=self.version,
        )

    def show(self, call: Call) -> None:
        """Write the call's state; what led to it is written beside."""
        self.status, self.version = call.status.value, call.version


class CallExplanationRow(Table, table=True):
    """What a call rested on (`matching.domain.rationale`), beside it: answering a call does not write it anew.

    Kept as long as its application, and erased with it.
    """

    __tablename__ = "call_explanation"

    call_id: UUID = Field(primary_key=True)
    rationale: dict[str, Any] = Field(sa_type=JSON)


class LettingRow(Table, table=True):
    """How long a household that was housed had waited: nothing of who it is. Forgotten after thirteen months."""

    __tablename__ = "letting"

    vacancy_id: UUID = Field(primary_key=True)
    commune: str = Field(sa_type=Text)
    dwelling_type: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    signed_on: dt.date
    days_waited: int
