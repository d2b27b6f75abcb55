"""The household: its application, its lease's examination, its home's state, what it is to be told."""

import datetime as dt
from typing import Any
from uuid import UUID

from contracts import demand, household, measures, notices, tenancy
from contracts.event import Event
from contracts.examples.story import (
    APPLICANT_ID,
    APPLICATION_ID,
    CO_APPLICANT_ID,
    EXAMINATION_ID,
    LANDLORD,
    MEASURE_ID,
    NOTICE_ID,
    PARTNER,
    TENANCY_ID,
)
from contracts.values import ApplicationKind, Channel, DwellingType, Language, WantedPlace

_EXAMINATION: dict[str, Any] = {
    "tenancy_id": TENANCY_ID,
    "examination_id": EXAMINATION_ID,
    "landlord": LANDLORD,
}


def _measure(
    kind: type[measures.MeasureEvent], version: int, on: dt.date, light: household.Light, **more: Any
) -> measures.MeasureEvent:
    return kind(
        measure_id=MEASURE_ID,
        version=version,
        landlord=LANDLORD,
        commune="75118",
        in_priority_district=True,
        tenancy_id=TENANCY_ID,
        application_id=APPLICATION_ID,
        on=on,
        light=light,
        **more,
    )


EXAMPLES: tuple[Event, ...] = (
    demand.ApplicationRecorded(
        application_id=APPLICATION_ID,
        version=2,
        kind=ApplicationKind.TRANSFER,
        status=demand.ApplicationStatus.ACTIVE,
        registered_on=dt.date(2021, 3, 18),
        person_ids=(APPLICANT_ID, CO_APPLICANT_ID),
        household=demand.HouseholdFacts(
            persons_for_occupancy=3,
            persons_for_ceiling=3,
            reference_tax_income_euros=31_480,
            needs_step_free=True,
            needs_wheelchair=False,
            max_floor_without_lift=1,
            persons_for_type=4,
            income_category=3,
            income_category_extra_persons=0,
            ceiling_income_euros=27_900,
            ceiling_regime=household.CeilingRegime.RECENT_INCOME,
            monthly_resources_cents=2_310_00,
            housing_aid_cents=184_00,
            consumption_units=1.8,
            first_quartile=False,
            minors=1,
            disabled_persons=1,
            eldest_born_in=1984,
            access_needs=household.AccessNeeds(
                wheelchair=household.Wheelchair.MANUAL,
                steps=2,
                evolving=False,
                limbs=("MI",),
                senses=("DA",),
                aids=(3,),
                equipment=(2,),
            ),
            over_occupied=True,
            under_occupied=False,
            occupation_index=-1,
            effort_percent=31.4,
            reasons=(household.Reason.TOO_SMALL, household.Reason.NEARER_TO_WORK),
            priorities=(household.Priority.DALO,),
            refused_offers=1,
            target_groups=("over_occupation", "disability"),
            verified=("reference_tax_income_euros", "persons_for_occupancy"),
        ),
        wishes=demand.Wishes(
            places=(WantedPlace(commune="75118", neighbours=True), WantedPlace(commune="93070", neighbours=False)),
            dwelling_types=(DwellingType.T3, DwellingType.T4),
            max_rent_cents=750_00,
            min_area_m2=55.0,
            lowest_floor=0,
            highest_floor=4,
            lift=True,
            outdoor_space=False,
            parking=False,
            latest_on=dt.date(2027, 6, 30),
        ),
        current_home=demand.CurrentHome(
            landlord=LANDLORD,
            commune="75118",
            dwelling_type=DwellingType.T2,
            reference="7518004187",
            living_area_m2=31.0,
            main_rooms=2,
            base_rent_cents=301_22,
            service_charges_cents=84_10,
            in_priority_district=True,
        ),
        expires_on=dt.date(2027, 3, 18),
        closed_on=dt.date(2026, 12, 14),
        closure=demand.ClosureReason.MERGED,
        merged_into=UUID("1f6b93d0-72c4-4e8a-95ab-d03c58e71000"),
        tenancy_id=TENANCY_ID,
        light=household.Light.MAY_MOVE,
        meets_transfer_conditions=True,
    ),
    demand.ApplicationOpened(
        application_id=APPLICATION_ID,
        kind=ApplicationKind.TRANSFER,
        on=dt.date(2026, 11, 22),
        registered_on=dt.date(2026, 11, 20),
        way=demand.EntryWay.PAPER,
    ),
    demand.ApplicationRenewed(
        application_id=APPLICATION_ID,
        kind=ApplicationKind.TRANSFER,
        on=dt.date(2026, 2, 27),
        expires_on=dt.date(2027, 3, 18),
    ),
    demand.ApplicationClosed(
        application_id=APPLICATION_ID,
        kind=ApplicationKind.TRANSFER,
        on=dt.date(2026, 12, 14),
        reason=demand.ClosureReason.HOUSED,
        registered_on=dt.date(2021, 3, 18),
        merged_into=UUID("1f6b93d0-72c4-4e8a-95ab-d03c58e71000"),
    ),
    demand.ConditionsRecorded(
        landlord=LANDLORD,
        version=2,
        valid_from=dt.date(2026, 1, 1),
        minimum_occupancy_months=24,
        arrears=demand.ArrearsRule.PLAN_RESPECTED,
        insurance_required=True,
        visit_required=True,
        visit_valid_months=6,
        rent_policy=demand.RentPolicy.SAME_PER_M2,
    ),
    tenancy.ExaminationMade(
        **_EXAMINATION,
        on=dt.date(2026, 6, 1),
        cases=(tenancy.ExaminationCase.UNDER_OCCUPIED,),
        rooms_freed=3,
        in_priority_district=True,
    ),
    tenancy.OpinionGiven(
        **_EXAMINATION,
        on=dt.date(2026, 6, 24),
        rehouse=True,
        suitable=tenancy.SuitableHome(
            smallest=DwellingType.T1,
            largest=DwellingType.T2,
            step_free=True,
            adapted=False,
            highest_base_rent_cents=387_99,
        ),
    ),
    tenancy.ApplicationStarted(
        **_EXAMINATION,
        on=dt.date(2026, 7, 9),
        application_id=APPLICATION_ID,
    ),
    _measure(measures.StateVisited, 1, dt.date(2026, 9, 14), household.Light.BLOCKED, chargeable_cents=1_860_00),
    _measure(measures.MeasurePrescribed, 2, dt.date(2026, 9, 21), household.Light.BLOCKED, partner=PARTNER),
    _measure(measures.MeasureContracted, 3, dt.date(2026, 10, 2), household.Light.BLOCKED),
    _measure(measures.MeasureStarted, 4, dt.date(2026, 10, 12), household.Light.BLOCKED),
    _measure(measures.MeasureCompleted, 5, dt.date(2026, 11, 20), household.Light.MAY_MOVE),
    _measure(measures.MeasureAbandoned, 5, dt.date(2026, 11, 20), household.Light.BLOCKED, reason="moved away"),
    _measure(measures.VisitLapsed, 4, dt.date(2027, 3, 15), household.Light.BLOCKED),
    notices.RenewalDue(
        notice_id=NOTICE_ID,
        person_id=APPLICANT_ID,
        respond_by=dt.date(2027, 3, 18),
        application_id=APPLICATION_ID,
        expires_on=dt.date(2027, 3, 18),
        reminder=True,
    ),
    notices.ClosureWarned(
        notice_id=NOTICE_ID,
        person_id=APPLICANT_ID,
        respond_by=dt.date(2027, 1, 20),
        application_id=APPLICATION_ID,
        closes_on=dt.date(2027, 1, 21),
    ),
    notices.TransferSuggested(
        notice_id=NOTICE_ID,
        person_id=APPLICANT_ID,
        respond_by=dt.date(2026, 9, 30),
        tenancy_id=TENANCY_ID,
        landlord=LANDLORD,
    ),
    demand.ContactRecorded(
        person_id=APPLICANT_ID,
        version=1,
        given_name="Camille",
        family_name="Exemple",
        email="camille.exemple@example.org",
        phone="+33639980017",
        language=Language.FRENCH,
        consents=(
            demand.Consent(channel=Channel.EMAIL, granted=True, given_on=dt.date(2021, 3, 18), origin="cerfa-14069"),
            demand.Consent(channel=Channel.SMS, granted=False, given_on=dt.date(2024, 1, 9), origin="agent"),
        ),
        address=demand.PostalAddress(
            lines=("MME CAMILLE EXEMPLE", "12 RUE ORDENER"), postal_code="75018", town="PARIS"
        ),
        safe_contact=False,
        shared=(Channel.SMS,),
        helper=CO_APPLICANT_ID,
    ),
)
