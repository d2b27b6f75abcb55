"""The lady, her landlord and the reservation holders; every verb goes through the door that this one has."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from fiche_doors import OPERATOR, SINCE, TODAY, Doors, Who, synthetic_siren

from chassis.auth import Role
from contracts.landlord import (
    AdviceVisitMade,
    DwellingAllocated,
    DwellingAvailable,
    DwellingLet,
    NoticeCase,
    NoticeReceived,
)
from contracts.tenancy import (
    InsuranceStated,
    Leaseholder,
    LeaseSigned,
    OccupancyStated,
    Occupant,
    Relation,
    RentAccountStated,
)

TOURS, METROPOLE = "37261", "243700754"
SANITAS = (47.3817, 0.6998)
"""A point of Sanitas, the priority district QN03709M."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A home of Tours; `at` is where it stands."""

    dwelling_type: str
    area_m2: float
    base_rent_cents: int
    at: tuple[float, float] | None = None
    reference: str = ""

    def facts(self) -> dict[str, Any]:
        latitude, longitude = self.at or (None, None)
        return {
            "commune": TOURS,
            "street": "rue de la Fuye",
            "dwelling_type": self.dwelling_type,
            "living_area_m2": self.area_m2,
            "financing": "PLUS",
            "base_rent_cents": self.base_rent_cents,
            "service_charges_cents": 90_00,
            "floor": 1,
            "lift": True,
            "latitude": latitude,
            "longitude": longitude,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Lady:
    """71 years old, alone, reached by post only."""

    given_name: str
    family_name: str
    street: str
    birth_date: dt.date = dt.date(TODAY.year - 71, 1, 1)

    @property
    def lease_signed_on(self) -> dt.date:
        """Thirty-six years ago to the day: the three-yearly examination is due today."""
        return TODAY.replace(year=TODAY.year - 36)

    @property
    def address(self) -> dict[str, Any]:
        return {"lines": [self.street], "postal_code": "37000", "town": "TOURS"}


class Landlord:
    """A landlord and its information system."""

    def __init__(self, doors: Doors, siren: str) -> None:
        self.doors, self.siren, self.who = doors, siren, Who(Role.LANDLORD, siren)

    @classmethod
    async def joins(cls, doors: Doors) -> "Landlord":
        siren = synthetic_siren()
        await doors.parcours("landlord", "add", siren, "Val de Loire Habitat Essai")
        return cls(doors, siren)

    async def publishes_its_conditions_of_transfer(self) -> None:
        conditions = {
            "valid_from": SINCE,
            "minimum_occupancy_months": 24,
            "arrears": "plan_respected",
            "insurance_required": True,
            "visit_required": False,
            "rent_policy": "relet",
        }
        await self.doors.ask(self.who, "PUT", f"demand/landlords/{self.siren}/transfer-conditions", conditions)

    async def records(self, home: Home) -> Home:
        """The home with the register's name for it."""
        reference = f"{uuid4().int % 10**10:010d}"
        await self.doors.ask(self.who, "PUT", f"inventory/dwellings/{reference}", home.facts())
        await self.doors.known("demand", "home", reference=reference)
        return replace(home, reference=reference)

    async def tells_of_its_tenant(self, lady: Lady, home: Home) -> str:
        """Who lives there, that the rent is paid and the home insured, then the lease itself; returns the tenancy."""
        of_it = {"dwelling_reference": home.reference, "tenancy_reference": f"BAIL-{home.reference}"}
        alone = Occupant(relation=Relation.LEASEHOLDER, born_in=lady.birth_date.year)
        statements = (
            OccupancyStated(**of_it, stated_on=TODAY, occupants=(alone,), reference_tax_income_euros=14_800),
            RentAccountStated(**of_it, as_of=TODAY, arrears_cents=0),
            InsuranceStated(**of_it, as_of=TODAY, insured_until=TODAY + dt.timedelta(days=200)),
            LeaseSigned(
                **of_it,
                signed_on=lady.lease_signed_on,
                leaseholders=(
                    Leaseholder(given_name=lady.given_name, family_name=lady.family_name, birth_date=lady.birth_date),
                ),
                address=(lady.street,),
                postal_code="37000",
                town="TOURS",
                commune=TOURS,
                dwelling_type=home.dwelling_type,
                living_area_m2=home.area_m2,
                base_rent_cents=home.base_rent_cents,
                service_charges_cents=90_00,
            ),
        )
        receipts = [await self.doors.publish(self.siren, statement) for statement in statements]
        (tenancy_id,) = {receipt["tenancy_id"] for receipt in receipts}
        return tenancy_id

    async def releases(self, home: Home, *, vacant_days: int = 0) -> str:
        """The home can be lived in since so many days; returns the vacancy, once matching knows it."""
        since = TODAY - dt.timedelta(days=vacant_days)
        receipt = await self.doors.publish(self.siren, DwellingAvailable(**_of(home), available_on=since))
        return await self._known_to_matching(receipt["vacancy_id"], "released")

    async def receives_the_notice_of(self, home: Home) -> str:
        """Its tenant leaves for another home of the landlord; returns the vacancy, once matching knows it."""
        notice = NoticeReceived(**_of(home), received_on=TODAY, case=NoticeCase.SAME_LANDLORD)
        receipt = await self.doors.publish(self.siren, notice)
        return await self._known_to_matching(receipt["vacancy_id"], "announced")

    async def visits_before_departure(self, home: Home) -> None:
        await self.doors.publish(self.siren, AdviceVisitMade(**_of(home), visited_on=TODAY))

    async def lets(self, home: Home, application_id: str) -> None:
        """The committee allocates the home, then the lease is signed."""
        household = {"application_id": application_id}
        await self.doors.publish(self.siren, DwellingAllocated(**_of(home), allocated_on=TODAY, **household))
        await self.doors.publish(self.siren, DwellingLet(**_of(home), lease_signed_on=TODAY, **household))

    async def announces_deductions(self, homes: int) -> None:
        where = f"inventory/landlords/{self.siren}/flows/37/deductions/{TODAY.year}"
        await self.doors.ask(self.who, "PUT", where, {"homes": homes})

    async def flow(self) -> dict[str, Any]:
        found: dict[str, Any] = await self.doors.ask(self.who, "GET", f"inventory/landlords/{self.siren}/flows/37")
        return found

    async def _known_to_matching(self, vacancy_id: str, status: str) -> str:
        await self.doors.known("matching", "vacancy", id=vacancy_id, status=status)
        return vacancy_id


def _of(home: Home) -> dict[str, str]:
    return {"dwelling_reference": home.reference, "vacancy_reference": f"V-{home.reference}"}


class Holder:
    """A reservation holder."""

    def __init__(self, doors: Doors, name: str, kind: str, share_percent: float) -> None:
        self.doors, self.name, self.kind, self.share_percent = doors, name, kind, share_percent
        self.siren = synthetic_siren()
        self.who = Who(Role.HOLDER, self.siren)

    async def agrees_to_a_share_of(self, landlord: Landlord) -> None:
        await self._agrees(landlord, mode="flow", share_percent=self.share_percent)

    async def agrees_to_reserve(self, landlord: Landlord, home: Home) -> None:
        agreement_id = await self._agrees(landlord, mode="stock")
        where = f"inventory/agreements/{agreement_id}/dwellings"
        await self.doors.ask(OPERATOR, "PUT", where, {"dwellings": [home.reference]})

    async def _agrees(self, landlord: Landlord, **terms: Any) -> str:
        agreement_id = str(uuid4())
        agreement = {
            "landlord": landlord.siren,
            "holder": self.siren,
            "holder_name": self.name,
            "holder_kind": self.kind,
            "department": "37",
            "designation": "direct",
            "valid_from": SINCE,
            **terms,
        }
        await self.doors.ask(OPERATOR, "PUT", f"inventory/agreements/{agreement_id}", agreement)
        return agreement_id

    async def accepts_the_letter_about(self, vacancy_id: str) -> None:
        where = f"inventory/vacancies/{vacancy_id}/letter/answer"
        await self.doors.ask(self.who, "PUT", where, {"answer": "accepted"})

    async def designates(self, vacancy_id: str, application_id: str) -> None:
        where = f"inventory/vacancies/{vacancy_id}/designation"
        await self.doors.ask(self.who, "POST", where, {"applications": [application_id]})

    async def ledger(self) -> list[dict[str, Any]]:
        """The rights that were lent of it."""
        return list((await self.doors.ask(self.who, "GET", "inventory/rights"))["rights"])


async def they_join_the_protocole(doors: Doors, landlord: Landlord, *holders: Holder) -> None:
    for who in ({"landlord": landlord.siren}, *({"holder": holder.siren} for holder in holders)):
        joining = {"scheme": "protocole_mutations", "area": METROPOLE, "valid_from": SINCE, **who}
        await doors.ask(OPERATOR, "PUT", f"inventory/participations/{uuid4()}", joining)
