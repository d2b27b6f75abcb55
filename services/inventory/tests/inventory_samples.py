"""Landlord events and dwellings to test with."""

import datetime as dt

from contracts.landlord import (
    AdviceVisitMade,
    DwellingAllocated,
    DwellingAvailable,
    DwellingLet,
    NoticeReceived,
    OfferDeclined,
    VacancyCancelled,
    WithdrawalReason,
    WorksPlanned,
)
from contracts.values import DwellingFacts, HomeFacts

LANDLORD = "552032708"
STRANGER = "999000001"
DWELLING = "7500123456"
D = dt.date
NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
NAMES = {"dwelling_reference": DWELLING, "vacancy_reference": "V-2026-17"}


def facts(**over):
    return DwellingFacts.model_validate(
        {
            "commune": "75118",
            "street": "Rue Ordener",
            "dwelling_type": "T3",
            "living_area_m2": 62.5,
            "financing": "PLUS",
            "base_rent_cents": 41_000,
            "service_charges_cents": 9_000,
            **over,
        }
    )


def unpriced(**over):
    """Facts of a home whose rent nobody knows."""
    return HomeFacts.model_validate(facts(**over).model_dump(exclude={"base_rent_cents"}))


def notice(received_on="2026-09-05", **over):
    return NoticeReceived(received_on=received_on, **{**NAMES, **over})


def works(starts_on="2026-10-06", ends_on="2026-10-20", **over):
    return WorksPlanned(starts_on=starts_on, ends_on=ends_on, **{**NAMES, **over})


def available(available_on="2026-10-21", **over):
    return DwellingAvailable(available_on=available_on, **{**NAMES, **over})


def cancelled(withdrawn_on="2026-10-01", reason=WithdrawalReason.SOLD, **over):
    return VacancyCancelled(withdrawn_on=withdrawn_on, reason=reason, **{**NAMES, **over})


def let(lease_signed_on="2026-11-02", **over):
    return DwellingLet(lease_signed_on=lease_signed_on, **{**NAMES, **over})


def visit(visited_on="2026-09-20", **over):
    return AdviceVisitMade(visited_on=visited_on, **{**NAMES, **over})


def allocated(allocated_on="2026-10-25", **over):
    return DwellingAllocated(allocated_on=allocated_on, **{**NAMES, **over})


def declined(declined_on="2026-10-28", **over):
    return OfferDeclined(declined_on=declined_on, **{**NAMES, **over})
