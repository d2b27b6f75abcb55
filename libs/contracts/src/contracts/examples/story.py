"""Who and what the examples tell of; nobody and nothing of it exists."""

from uuid import UUID

from contracts.values import (
    Accessibility,
    Building,
    DwellingFacts,
    DwellingType,
    EnergyClass,
    Financing,
    LettingExclusion,
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
AGREEMENT_ID = UUID("2b6d0c94-8e13-4f7a-9d05-b1c7e3f48999")
RIGHT_ID = UUID("d40f7b1e-6a92-4c58-8b3d-5e9c0a71faaa")
TENANCY_ID = UUID("7c85e2a3-19d4-5b60-a7f1-c2e94d08bbbb")
EXAMINATION_ID = UUID("a9e31d57-40c6-5e82-9f2b-68d5b1370ccc")
MEASURE_ID = UUID("35f2c8b6-e7a0-4d19-8c64-90ab1e5f2ddd")
NOTICE_ID = UUID("8d10a4e9-5b37-4c2f-b6e8-f3479c06deee")
CANDIDACY_ID = UUID("1c6e90d7-84b2-4f35-a6d1-20e7b9f5c888")
OTHER_CANDIDACY_ID = UUID("4d27a1b9-6f08-4e5c-93c7-8b1f0e62d999")
OFFER_ID = UUID("f70b3d62-91e8-4ac4-8d35-c6e2049b7bbb")
SESSION_ID = UUID("b81e4f29-d3a6-4705-9c12-7ae8d05f6ccc")
FIRST_VACANCY_ID = UUID("6a94d0c3-7b1f-5e28-8d46-f3c50b9e1ddd")
HOLDER = "999000002"
PARTNER = "999000003"
TENANCY_REFERENCE = "BAIL-1987-0031"
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
    main_rooms=3,
    accessibility=Accessibility.ACCESSIBLE,
    equipment=(2, 5),
    outdoor_space=True,
    parking=False,
    building=Building.COLLECTIVE,
    in_priority_district=True,
    priority_district="QN07511M",
    plai_adapted=False,
    exclusions=(LettingExclusion.TO_BE_RENOVATED,),
)
