"""Landlord events and dwellings to test with."""

import datetime as dt
from uuid import UUID, uuid5

from contracts.allocation import HomeLeft, MoveSigned, OfferAccepted, OfferRefused, OfferWithdrawn
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
from inventory.domain.vacancy import vacancy_id as vacancy_id_of

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


OFFERED_TO = UUID("0d9a4c77-3f1e-4b52-9c68-7e2b51f8a033")


def of_offer(kind, *, application_id=OFFERED_TO, vacancy_id=None, **over):
    """An answer to matching's offer of the vacancy of these samples."""
    said = {
        OfferAccepted: {"accepted_on": "2026-10-26"},
        OfferRefused: {"refused_on": "2026-10-28"},
        OfferWithdrawn: {"because": "application_closed"},
    }
    return kind(
        vacancy_id=vacancy_id or vacancy_id_of(LANDLORD, NAMES["vacancy_reference"]),
        landlord=LANDLORD,
        offer_id=uuid5(application_id, "offer"),
        candidacy_id=uuid5(application_id, "candidacy"),
        application_id=application_id,
        version=2,
        person_ids=(uuid5(application_id, "person"),),
        **{**said[kind], **over},
    )


def moved(*, reference=DWELLING, landlord=LANDLORD, **over):
    """A household signed for a home elsewhere and leaves the dwelling of these samples."""
    into = over.pop("vacancy_id", UUID(int=77))
    return MoveSigned(
        **{
            "vacancy_id": into,
            "landlord": STRANGER,
            "application_id": OFFERED_TO,
            "signed_on": "2026-11-20",
            "home_left": HomeLeft(landlord=landlord, reference=reference, commune="75118", dwelling_type="T3"),
            "chain_id": into,
            "step": 1,
            **over,
        }
    )
