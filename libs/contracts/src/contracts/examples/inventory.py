"""The home and its vacancy as inventory tells them, and whose turn it is to name candidates."""

import datetime as dt
from typing import Any
from uuid import UUID

from contracts import inventory, landlord
from contracts.event import Event
from contracts.examples.story import (
    AGREEMENT_ID,
    APPLICATION_ID,
    DWELLING,
    DWELLING_ID,
    DWELLING_REFERENCE,
    FIRST_VACANCY_ID,
    HOLDER,
    LANDLORD,
    PARTNER,
    RIGHT_ID,
    VACANCY_ID,
)
from contracts.values import DwellingType

DESIGNATION = inventory.Designation(
    agreement_id=AGREEMENT_ID,
    holder=HOLDER,
    mode=inventory.DesignationMode.DIRECT,
    until=dt.date(2026, 12, 15),
    holder_kind=inventory.HolderKind.LOCAL_AUTHORITY,
    reservation=inventory.ReservationMode.STOCK,
)
_RIGHT: dict[str, Any] = {
    "agreement_id": AGREEMENT_ID,
    "landlord": LANDLORD,
    "holder": HOLDER,
    "cause_vacancy_id": VACANCY_ID,
}
_CHAIN: dict[str, Any] = {"chain_id": FIRST_VACANCY_ID, "follows_vacancy_id": FIRST_VACANCY_ID}
_LENT: dict[str, Any] = {"right_id": RIGHT_ID, "dwelling_type": DwellingType.T3, "commune": "75118"}


EXAMPLES: tuple[Event, ...] = (
    inventory.DwellingRecorded(
        dwelling_id=DWELLING_ID,
        version=4,
        landlord=LANDLORD,
        reference=DWELLING_REFERENCE,
        dwelling=DWELLING,
        reletting_base_rent_cents=471_30,
    ),
    inventory.VacancyAnnounced(
        vacancy_id=VACANCY_ID,
        version=1,
        dwelling_id=DWELLING_ID,
        landlord=LANDLORD,
        dwelling=DWELLING,
        expected_on=dt.date(2026, 11, 26),
        designation=DESIGNATION,
        **_CHAIN,
    ),
    inventory.AvailabilityChanged(vacancy_id=VACANCY_ID, version=2, expected_on=dt.date(2026, 11, 28)),
    inventory.VacancyReleased(
        vacancy_id=VACANCY_ID,
        version=3,
        dwelling_id=DWELLING_ID,
        landlord=LANDLORD,
        dwelling=DWELLING,
        available_on=dt.date(2026, 12, 1),
        designation=DESIGNATION,
        **_CHAIN,
    ),
    inventory.VacancyLinked(vacancy_id=VACANCY_ID, version=4, **_CHAIN),
    inventory.VacancyDesignated(
        vacancy_id=VACANCY_ID,
        version=4,
        designation=DESIGNATION,
        candidates=1,
        on=dt.date(2026, 12, 2),
        application_ids=(APPLICATION_ID,),
    ),
    inventory.VacancyAllocated(
        vacancy_id=VACANCY_ID, version=5, on=dt.date(2026, 12, 8), application_id=APPLICATION_ID
    ),
    inventory.VacancyHardToLet(
        vacancy_id=VACANCY_ID,
        version=6,
        on=dt.date(2027, 3, 2),
        days_vacant=91,
        offers_refused=3,
        cause=inventory.HardToLetCause.RENT,
    ),
    inventory.VacancyWithdrawn(vacancy_id=VACANCY_ID, version=4, reason=landlord.WithdrawalReason.NOTICE_WITHDRAWN),
    inventory.VacancyLet(
        vacancy_id=VACANCY_ID,
        version=4,
        lease_signed_on=dt.date(2026, 12, 14),
        dwelling_id=DWELLING_ID,
        landlord=LANDLORD,
        application_id=APPLICATION_ID,
        days_vacant=13,
        **_CHAIN,
    ),
    inventory.HomeLeftDenied(vacancy_id=VACANCY_ID, version=5, because=inventory.HomeLeftDenial.SOMEBODY_STAYS),
    inventory.DesignationDue(
        **_RIGHT,
        on=dt.date(2026, 12, 1),
        mode=inventory.DesignationMode.DIRECT,
        until=dt.date(2026, 12, 15),
    ),
    inventory.DesignationLapsed(
        **_RIGHT,
        on=dt.date(2026, 12, 16),
        until=dt.date(2026, 12, 15),
    ),
    inventory.HolderInformed(
        **_RIGHT,
        on=dt.date(2026, 12, 16),
        until=dt.date(2026, 12, 15),
    ),
    inventory.HolderAnswered(
        **_RIGHT,
        on=dt.date(2026, 12, 16),
        answer=inventory.HolderAnswer.SILENT,
    ),
    inventory.RightLent(
        **_RIGHT,
        on=dt.date(2026, 12, 14),
        **_LENT,
        borrower=PARTNER,
    ),
    inventory.RightRestituted(
        **_RIGHT,
        on=dt.date(2027, 2, 1),
        **_LENT,
        lent_on=dt.date(2026, 12, 14),
    ),
    inventory.RightWaived(
        **_RIGHT,
        on=dt.date(2027, 2, 1),
        **_LENT,
        lent_on=dt.date(2026, 12, 14),
    ),
    inventory.ParticipationRecorded(
        participation_id=UUID("61c7e0d4-3a8b-4952-b0ef-7d24c916afff"),
        version=1,
        scheme=inventory.Scheme.PROTOCOLE_MUTATIONS,
        landlord=LANDLORD,
        holder=HOLDER,
        area="75056",
        valid_from=dt.date(2027, 1, 1),
        valid_to=dt.date(2029, 12, 31),
    ),
)
