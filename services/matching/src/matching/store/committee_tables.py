"""The tables of committee sessions: agenda, files as they lay before the committee, decisions."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKeyConstraint, Text
from sqlalchemy.dialects.postgresql import JSON, TIMESTAMP
from sqlmodel import Field

from matching.domain.committee import Member, Seat, SessionStatus
from matching.store.tables import Table

__all__ = ["AgendaFileRow", "AgendaHomeRow", "DecisionRow", "SessionRow"]


class SessionRow(Table, table=True):
    """A session of a landlord's committee. Whoever needs its row and a vacancy's takes its row first."""

    __tablename__ = "committee_session"

    id: UUID = Field(primary_key=True)
    landlord: str = Field(sa_type=Text)
    held_on: dt.date
    place: str = Field(sa_type=Text)
    status: str = Field(default=SessionStatus.PLANNED.value, sa_type=Text)
    members: list[dict[str, Any]] = Field(sa_type=JSON)
    quorum: int | None
    version: int = 1
    planned_by: str = Field(sa_type=Text)
    planned_at: dt.datetime = Field(sa_type=TIMESTAMP(timezone=True))
    closed_by: str | None = Field(default=None, sa_type=Text)
    closed_at: dt.datetime | None = Field(default=None, sa_type=TIMESTAMP(timezone=True))

    @property
    def closed(self) -> bool:
        return self.status == SessionStatus.CLOSED.value

    def seats(self) -> tuple[Member, ...]:
        return tuple(Member(**(one | {"seat": Seat(one["seat"])})) for one in self.members)


class AgendaHomeRow(Table, table=True):
    """A home on an agenda: `listed` until it is `decided` or `adjourned` with the session's end."""

    __tablename__ = "agenda_home"

    session_id: UUID = Field(primary_key=True, foreign_key="committee_session.id")
    vacancy_id: UUID = Field(primary_key=True, foreign_key="vacancy.id")
    place: int
    status: str = Field(sa_type=Text)
    dwelling: dict[str, Any] = Field(sa_type=JSON)
    """As it was when it was put on the agenda."""
    policy: str = Field(sa_type=Text)
    fewer_files_because: str | None = Field(sa_type=Text)
    justification: str | None = Field(sa_type=Text)
    ballot: dict[str, int] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    decided_by: str | None = Field(default=None, sa_type=Text)
    decided_at: dt.datetime | None = Field(default=None, sa_type=TIMESTAMP(timezone=True))


class AgendaFileRow(Table, table=True):
    """A file as the engine laid it before the committee."""

    __tablename__ = "agenda_file"
    __table_args__ = (
        ForeignKeyConstraint(["session_id", "vacancy_id"], ["agenda_home.session_id", "agenda_home.vacancy_id"]),
    )

    session_id: UUID = Field(primary_key=True)
    candidacy_id: UUID = Field(primary_key=True, foreign_key="candidacy.id")
    vacancy_id: UUID
    proposed_rank: int
    score: int
    points: dict[str, int] = Field(sa_type=JSON)
    rationale: dict[str, Any] | None = Field(sa_type=JSON(none_as_null=True))


class DecisionRow(Table, table=True):
    """What was decided on a file, once."""

    __tablename__ = "decision"
    __table_args__ = (
        ForeignKeyConstraint(["session_id", "candidacy_id"], ["agenda_file.session_id", "agenda_file.candidacy_id"]),
    )

    candidacy_id: UUID = Field(primary_key=True, foreign_key="candidacy.id")
    session_id: UUID
    vacancy_id: UUID
    kind: str = Field(sa_type=Text)
    rank: int | None
    moved_because: str | None = Field(sa_type=Text)
    reasons: list[str] = Field(sa_type=ARRAY(Text))
    words: str | None = Field(sa_type=Text)
    piece: str | None = Field(sa_type=Text)
    piece_by: dt.date | None
    condition_met_on: dt.date | None = None
    condition_met_by: str | None = Field(default=None, sa_type=Text)
