"""The tables of offers and of the moves that leases make."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlmodel import Field

from matching.domain.offer import Offer, OfferStatus
from matching.store.tables import Table

__all__ = ["MoveRow", "OfferRow"]


class OfferRow(Table, table=True):
    """An offer, one a candidacy, ever. Whoever changes one holds its vacancy's row."""

    __tablename__ = "offer"

    id: UUID = Field(primary_key=True)
    vacancy_id: UUID = Field(foreign_key="vacancy.id")
    landlord: str = Field(sa_type=Text)
    candidacy_id: UUID = Field(foreign_key="candidacy.id")
    application_id: UUID
    person_ids: list[UUID] = Field(sa_type=ARRAY(Uuid))
    rank: int
    on_condition: bool
    answer_by: dt.date
    status: str = Field(sa_type=Text)
    version: int
    made_at: dt.datetime = Field(sa_type=TIMESTAMP(timezone=True))
    answered_at: dt.datetime | None = Field(sa_type=TIMESTAMP(timezone=True))
    answered_on_behalf_by: str | None = Field(sa_type=Text)
    refused_because: str | None = Field(sa_type=Text)
    said: str | None = Field(sa_type=Text)
    withdrawn_because: str | None = Field(sa_type=Text)

    def offer(self) -> Offer:
        return Offer(
            id=self.id,
            vacancy_id=self.vacancy_id,
            landlord=self.landlord,
            candidacy_id=self.candidacy_id,
            application_id=self.application_id,
            person_ids=tuple(self.person_ids),
            rank=self.rank,
            on_condition=self.on_condition,
            answer_by=self.answer_by,
            status=OfferStatus(self.status),
            version=self.version,
        )

    def show(self, offer: Offer) -> None:
        """Write the offer's state; what led to it is written beside."""
        self.status, self.version = offer.status.value, offer.version


class MoveRow(Table, table=True):
    """A lease that was signed for a home, and what its household leaves."""

    __tablename__ = "move"

    vacancy_id: UUID = Field(primary_key=True, foreign_key="vacancy.id")
    application_id: UUID
    kind: str | None = Field(sa_type=Text)
    offer_id: UUID | None
    signed_on: dt.date
    other_than_offered: bool
    """Another household had accepted the offer, or held it."""
    home_left: dict[str, Any] | None = Field(sa_type=JSONB(none_as_null=True))
    chain_id: UUID
    step: int
    signed_at: dt.datetime = Field(sa_type=TIMESTAMP(timezone=True))
