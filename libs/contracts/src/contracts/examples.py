"""One example of each event with every field set: a home in the rue Ordener comes free and a household is asked.

No person, landlord or dwelling in it exists: the SIREN is from the range kept for synthetic landlords, the phone
number from the one that ARCEP keeps for fiction, the mail domain from RFC 2606.
`python -m contracts write` makes golden examples of them.
"""

import datetime as dt
from uuid import UUID

from contracts import dead_letter, demand, inventory, landlord, matching, notifications
from contracts.event import Event
from contracts.values import (
    ApplicationKind,
    Channel,
    DwellingFacts,
    DwellingType,
    EnergyClass,
    Financing,
    Language,
    WantedPlace,
)

LANDLORD = "999000001"
DWELLING_REFERENCE = "7518004211"
VACANCY_REFERENCE = "CONGE-2026-0412"
DWELLING_ID = UUID("6f1c2e52-9b0a-5d3e-8f47-0c6b1f0a7d11")
VACANCY_ID = UUID("b3d7f0a4-51c9-5b8e-a2f6-94e01d7c3322")
APPLICATION_ID = UUID("0d9a4c77-3f1e-4b52-9c68-7e2b51f8a033")
APPLICANT_ID = UUID("c1e5b8f2-6a3d-4e97-8b14-2d70f9a6e444")
CO_APPLICANT_ID = UUID("5a7e9d13-c2b4-4f86-91d0-8c3f6b2e7555")
CALL_ID = UUID("e8b26f40-1d95-4c73-b6a8-3f09d4c1e666")
DELIVERY_ID = UUID("92f4a6d8-7c01-4b3e-8e5f-1a6d0b9c2777")

DWELLING = DwellingFacts(
    commune="75118",
    street="Rue Ordener",
    dwelling_type=DwellingType.T3,
    living_area_m2=61.5,
    financing=Financing.PLUS,
    base_rent_cents=452_17,
    service_charges_cents=118_40,
    floor=3,
    lift=True,
    step_free=True,
    wheelchair_accessible=False,
    energy_class=EnergyClass.D,
    built_in=1934,
)

_EXAMPLES: tuple[Event, ...] = (
    landlord.NoticeReceived(
        dwelling_reference=DWELLING_REFERENCE,
        vacancy_reference=VACANCY_REFERENCE,
        received_on=dt.date(2026, 10, 5),
        notice_months=1,
        works_days=21,
    ),
    landlord.WorksPlanned(
        dwelling_reference=DWELLING_REFERENCE,
        vacancy_reference=VACANCY_REFERENCE,
        starts_on=dt.date(2026, 11, 6),
        ends_on=dt.date(2026, 11, 27),
    ),
    landlord.DwellingAvailable(
        dwelling_reference=DWELLING_REFERENCE,
        vacancy_reference=VACANCY_REFERENCE,
        available_on=dt.date(2026, 12, 1),
        base_rent_cents=452_17,
        service_charges_cents=118_40,
    ),
    landlord.VacancyCancelled(
        dwelling_reference=DWELLING_REFERENCE,
        vacancy_reference=VACANCY_REFERENCE,
        withdrawn_on=dt.date(2026, 10, 19),
        reason=landlord.WithdrawalReason.NOTICE_WITHDRAWN,
    ),
    landlord.DwellingLet(
        dwelling_reference=DWELLING_REFERENCE,
        vacancy_reference=VACANCY_REFERENCE,
        lease_signed_on=dt.date(2026, 12, 14),
    ),
    landlord.ReceiptIssued(
        landlord=LANDLORD,
        event_id="conge-2026-0412-3",
        event_source="urn:example:landlord:stock",
        event_type=landlord.DwellingAvailable.TYPE,
        outcome=landlord.Outcome.REJECTED,
        errors=(landlord.FieldError(field="base_rent_cents", message="Input should be greater than or equal to 0"),),
        vacancy_id=VACANCY_ID,
        received_at=dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC),
    ),
    inventory.DwellingRecorded(
        dwelling_id=DWELLING_ID,
        version=4,
        landlord=LANDLORD,
        reference=DWELLING_REFERENCE,
        dwelling=DWELLING,
    ),
    inventory.VacancyAnnounced(
        vacancy_id=VACANCY_ID,
        version=1,
        dwelling_id=DWELLING_ID,
        landlord=LANDLORD,
        dwelling=DWELLING,
        expected_on=dt.date(2026, 11, 26),
    ),
    inventory.AvailabilityChanged(vacancy_id=VACANCY_ID, version=2, expected_on=dt.date(2026, 11, 28)),
    inventory.VacancyReleased(
        vacancy_id=VACANCY_ID,
        version=3,
        dwelling_id=DWELLING_ID,
        landlord=LANDLORD,
        dwelling=DWELLING,
        available_on=dt.date(2026, 12, 1),
    ),
    inventory.VacancyWithdrawn(vacancy_id=VACANCY_ID, version=4, reason=landlord.WithdrawalReason.NOTICE_WITHDRAWN),
    inventory.VacancyLet(vacancy_id=VACANCY_ID, version=4, lease_signed_on=dt.date(2026, 12, 14)),
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
        ),
        wishes=demand.Wishes(
            places=(WantedPlace(commune="75118", neighbours=True), WantedPlace(commune="93070", neighbours=False)),
            dwelling_types=(DwellingType.T3, DwellingType.T4),
            max_rent_cents=750_00,
            min_area_m2=55.0,
        ),
        current_home=demand.CurrentHome(landlord=LANDLORD, commune="75118", dwelling_type=DwellingType.T2),
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
    ),
    matching.CallIssued(
        call_id=CALL_ID,
        vacancy_id=VACANCY_ID,
        application_id=APPLICATION_ID,
        version=1,
        person_ids=(APPLICANT_ID, CO_APPLICANT_ID),
        landlord=LANDLORD,
        dwelling=DWELLING,
        available_on=dt.date(2026, 12, 1),
        rank=1,
        called=20,
        answer_by=dt.datetime(2026, 11, 25, 17, 0, tzinfo=dt.UTC),
        score=128,
        reasons=("seniority", "over_occupied", "wanted_place"),
        policy="national/2026-11-01",
    ),
    matching.CallAnswered(
        call_id=CALL_ID,
        vacancy_id=VACANCY_ID,
        application_id=APPLICATION_ID,
        version=2,
        answer=matching.Answer.NOT_INTERESTED,
        answered_at=dt.datetime(2026, 11, 22, 18, 4, 31, tzinfo=dt.UTC),
    ),
    matching.CallLapsed(
        call_id=CALL_ID,
        vacancy_id=VACANCY_ID,
        application_id=APPLICATION_ID,
        version=2,
        lapsed_at=dt.datetime(2026, 11, 25, 17, 0, tzinfo=dt.UTC),
    ),
    matching.CallWithdrawn(
        call_id=CALL_ID,
        vacancy_id=VACANCY_ID,
        application_id=APPLICATION_ID,
        version=2,
        person_ids=(APPLICANT_ID, CO_APPLICANT_ID),
        reason=matching.CallWithdrawalReason.VACANCY_WITHDRAWN,
    ),
    notifications.DeliverySent(
        delivery_id=DELIVERY_ID,
        call_id=CALL_ID,
        person_id=APPLICANT_ID,
        channel=Channel.EMAIL,
        attempt=1,
        gateway_reference="<92f4a6d8-7c01-4b3e-8e5f-1a6d0b9c2777@example.org>",
        sent_at=dt.datetime(2026, 11, 22, 9, 30, 0, 412000, tzinfo=dt.UTC),
    ),
    notifications.DeliveryDelivered(
        delivery_id=DELIVERY_ID,
        call_id=CALL_ID,
        person_id=APPLICANT_ID,
        channel=Channel.SMS,
        delivered_at=dt.datetime(2026, 11, 22, 9, 30, 4, tzinfo=dt.UTC),
    ),
    notifications.DeliveryFailed(
        delivery_id=DELIVERY_ID,
        call_id=CALL_ID,
        person_id=APPLICANT_ID,
        channel=Channel.EMAIL,
        attempt=2,
        reason="451 4.3.0 Temporary local problem",
        final=False,
        outcome_unknown=True,
        failed_at=dt.datetime(2026, 11, 22, 9, 35, tzinfo=dt.UTC),
    ),
    notifications.DeliverySuppressed(
        delivery_id=DELIVERY_ID,
        call_id=CALL_ID,
        person_id=APPLICANT_ID,
        channel=Channel.SMS,
        reason=notifications.SuppressionReason.NO_CONSENT,
        suppressed_at=dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC),
    ),
    dead_letter.DeadLetterRecorded(
        dead_letter_id=UUID("47d1c9e6-0b8f-4a25-93d7-6e2f8a5b0888"),
        service="inventory",
        topic=f"landlord.{LANDLORD}.vacancy.v1",
        partition=7,
        offset=18_422,
        origin_key=DWELLING_REFERENCE,
        event_id="conge-2026-0412-3",
        event_source="urn:example:landlord:stock",
        event_type=landlord.DwellingAvailable.TYPE,
        reason=dead_letter.DeadLetterReason.UNDECODABLE,
        error="base_rent_cents: Input should be greater than or equal to 0",
        body_base64="eyJiYXNlX3JlbnRfY2VudHMiOi0xfQ==",
        recorded_at=dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC),
    ),
)

EXAMPLES: dict[str, Event] = {event.TYPE: event for event in _EXAMPLES}
"""By event type."""
