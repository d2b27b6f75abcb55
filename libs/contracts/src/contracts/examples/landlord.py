"""What a landlord's systems tell: of a home that comes free, and of the lease on it."""

import datetime as dt
from typing import Any

from contracts import landlord, tenancy
from contracts.event import Event
from contracts.examples.story import (
    APPLICATION_ID,
    DWELLING_REFERENCE,
    LANDLORD,
    TENANCY_ID,
    TENANCY_REFERENCE,
    VACANCY_ID,
    VACANCY_REFERENCE,
)
from contracts.values import DwellingType

_VACANCY: dict[str, Any] = {"dwelling_reference": DWELLING_REFERENCE, "vacancy_reference": VACANCY_REFERENCE}
_TENANCY: dict[str, Any] = {"dwelling_reference": DWELLING_REFERENCE, "tenancy_reference": TENANCY_REFERENCE}


EXAMPLES: tuple[Event, ...] = (
    landlord.NoticeReceived(
        **_VACANCY,
        received_on=dt.date(2026, 10, 5),
        notice_months=1,
        works_days=21,
        case=landlord.NoticeCase.REDUCED,
    ),
    landlord.WorksPlanned(
        **_VACANCY,
        starts_on=dt.date(2026, 11, 6),
        ends_on=dt.date(2026, 11, 27),
    ),
    landlord.DwellingAvailable(
        **_VACANCY,
        available_on=dt.date(2026, 12, 1),
        base_rent_cents=452_17,
        service_charges_cents=118_40,
    ),
    landlord.VacancyCancelled(
        **_VACANCY,
        withdrawn_on=dt.date(2026, 10, 19),
        reason=landlord.WithdrawalReason.NOTICE_WITHDRAWN,
    ),
    landlord.DwellingLet(
        **_VACANCY,
        lease_signed_on=dt.date(2026, 12, 14),
        application_id=APPLICATION_ID,
    ),
    landlord.AdviceVisitMade(
        **_VACANCY,
        visited_on=dt.date(2026, 10, 16),
        works_days=28,
    ),
    landlord.OfferDeclined(
        **_VACANCY,
        declined_on=dt.date(2026, 12, 3),
        application_id=APPLICATION_ID,
    ),
    landlord.DwellingAllocated(
        **_VACANCY,
        allocated_on=dt.date(2026, 12, 8),
        application_id=APPLICATION_ID,
    ),
    tenancy.LeaseSigned(
        **_TENANCY,
        signed_on=dt.date(1987, 6, 1),
        leaseholders=(
            tenancy.Leaseholder(
                given_name="Camille",
                family_name="Exemple",
                birth_date=dt.date(1955, 4, 12),
                email="camille.exemple@example.org",
                phone="+33639980017",
            ),
        ),
        address=("12 RUE ORDENER",),
        postal_code="75018",
        town="PARIS",
        commune="75118",
        dwelling_type=DwellingType.T5,
        main_rooms=5,
        living_area_m2=94.0,
        base_rent_cents=388_00,
        service_charges_cents=141_00,
        adapted=False,
    ),
    tenancy.OccupancyStated(
        **_TENANCY,
        stated_on=dt.date(2026, 3, 31),
        occupants=(
            tenancy.Occupant(relation=tenancy.Relation.LEASEHOLDER, born_in=1955, disabled=False, visiting=False),
        ),
        reference_tax_income_euros=17_250,
        professional_rooms=0,
        loss_of_autonomy=False,
    ),
    tenancy.RentAccountStated(
        **_TENANCY,
        as_of=dt.date(2026, 10, 31),
        arrears_cents=120_00,
        plan_since=dt.date(2026, 4, 1),
        valid_until=dt.date(2026, 12, 31),
    ),
    tenancy.InsuranceStated(
        **_TENANCY,
        as_of=dt.date(2026, 1, 5),
        insured_until=dt.date(2026, 12, 31),
    ),
    tenancy.HomeVisited(
        **_TENANCY,
        visited_on=dt.date(2026, 9, 14),
        works_chargeable_cents=1_860_00,
    ),
    tenancy.TenancyEnded(
        **_TENANCY,
        ended_on=dt.date(2027, 1, 31),
    ),
    landlord.ReceiptIssued(
        landlord=LANDLORD,
        event_id="conge-2026-0412-3",
        event_source="urn:example:landlord:stock",
        event_type=landlord.DwellingAvailable.TYPE,
        outcome=landlord.Outcome.REJECTED,
        errors=(landlord.FieldError(field="base_rent_cents", message="Input should be greater than or equal to 0"),),
        vacancy_id=VACANCY_ID,
        tenancy_id=TENANCY_ID,
        received_at=dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC),
    ),
)
