"""Offers, as agents and households see them."""

import datetime as dt
from typing import Self
from uuid import UUID

from contracts.allocation import CandidacyEnd, OfferRefusedBecause
from contracts.values import DwellingFacts
from matching.domain.days import civil_day
from matching.domain.offer import OfferStatus
from matching.domain.vacancy import VacancyStatus
from matching.store.offer_tables import OfferRow
from matching.store.tables import VacancyRow
from matching.views.view import View

__all__ = ["OfferPage", "OfferSummary", "OfferView", "OfferedView"]


class OfferedView(View):
    """An offer as the household sees it. Whoever else was ranked is not in it."""

    offer_id: UUID
    status: OfferStatus
    answer_by: dt.date
    """The last day; no answer until its midnight in Paris counts as a refusal (CCH R441-10)."""
    on_condition: bool
    """A piece is still to be given."""
    dwelling: DwellingFacts
    available_on: dt.date
    available_on_expected: bool
    """The home is announced: the day may still change."""

    @classmethod
    def of(cls, offer: OfferRow, vacancy: VacancyRow) -> Self:
        seen = vacancy.vacancy()
        assert seen.dwelling is not None
        assert seen.available_on is not None, "a home that is offered is known"
        return cls(
            offer_id=offer.id,
            status=OfferStatus(offer.status),
            answer_by=offer.answer_by,
            on_condition=offer.on_condition,
            dwelling=seen.dwelling,
            available_on=seen.available_on,
            available_on_expected=seen.status is VacancyStatus.ANNOUNCED,
        )


class OfferSummary(View):
    """An offer as an agent sees it among others, and in a chain."""

    id: UUID
    vacancy_id: UUID
    candidacy_id: UUID
    application_id: UUID
    rank: int
    on_condition: bool
    status: OfferStatus
    made_on: dt.date
    answer_by: dt.date
    answered_on: dt.date | None
    answered_on_behalf_by: str | None
    refused_because: OfferRefusedBecause | None
    withdrawn_because: CandidacyEnd | None

    @classmethod
    def of(cls, row: OfferRow) -> Self:
        return cls(
            **row.model_dump(include=set(cls.model_fields) - {"made_on", "answered_on"}),
            made_on=civil_day(row.made_at),
            answered_on=civil_day(row.answered_at) if row.answered_at else None,
        )


class OfferPage(View):
    offers: list[OfferSummary]
    next_after: UUID | None
    """Ask again with `after` set to this for the next page; null on the last."""


class OfferView(OfferSummary):
    """An offer read by itself."""

    said: str | None
    """In the household's own words: in no list."""
