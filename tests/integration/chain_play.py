"""The households, the landlord and the agents of a chain; every verb goes through the door that each of them has."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chain_town import SECRET, ChainTown

from chassis.auth import Role
from chassis.links import OFFER, Links
from chassis.testing import bearer
from contracts.allocation import OfferMade
from contracts.demand import ApplicationClosed
from contracts.inventory import VacancyAnnounced, VacancyLet
from contracts.landlord import DwellingAvailable, DwellingLet, NoticeCase, NoticeReceived
from contracts.tenancy import Leaseholder, LeaseSigned, RentAccountStated
from contracts.topics import LANDLORD_TENANCY, LANDLORD_VACANCY
from matching.domain.days import after_the_last_moment_of

SIREN = "552032708"
LANDLORD = bearer(Role.LANDLORD, SIREN)
DAY = dt.timedelta(days=1)
MEMBERS = [
    {"seat": "chair", "name": "Mme Essai", "present": True},
    {"seat": "member", "name": "M. Essai", "present": True},
    {"seat": "tenants", "name": "Mme Preuve", "present": True},
]
MODEST = {2024: 21_000}
"""Tax income by year, euros."""


@dataclass
class Home:
    reference: str
    commune: str
    rent: int = 380_00
    vacancy: str = ""

    @property
    def names(self) -> dict[str, str]:
        return {"dwelling_reference": self.reference, "vacancy_reference": f"V-{self.reference}"}


@dataclass
class Play:
    town: ChainTown
    homes: int = 0
    applications: int = 0

    async def records(self, commune: str) -> Home:
        home = Home(reference=f"37000000{self.homes:02d}", commune=commune)
        self.homes += 1
        facts = {
            "commune": commune,
            "street": "rue de l'Essai",
            "dwelling_type": "T3",
            "living_area_m2": 62.0,
            "financing": "PLUS",
            "base_rent_cents": home.rent,
            "service_charges_cents": 80_00,
            "floor": 1,
            "lift": True,
        }
        await self.town.ask("PUT", f"inventory/dwellings/{home.reference}", facts, who=LANDLORD)
        return home

    async def registers(
        self,
        wanted: str,
        *,
        lives_in: Home | None = None,
        registered_on: str = "2019-03-01",
        dwelling_type: str = "T3",
        incomes: Mapping[int, int] = MODEST,
        **declared: Any,
    ) -> str:
        """A couple that wants a home in one commune; it rents `lives_in`, or nothing of the stock."""
        self.applications += 1
        declaration = {
            "members": [
                {"ref": "m1", "relation": "applicant", "birth_date": "1980-02-03"},
                {"ref": "m2", "relation": "spouse", "birth_date": "1978-06-05"},
            ],
            "tax_incomes": [{"year": year, "euros": euros} for year, euros in incomes.items()],
            "main_reason": "13",
            **declared,
        }
        housing: dict[str, Any] = {"situation": "private_tenant"}
        if lives_in is not None:
            home = {
                "landlord": SIREN,
                "reference": lives_in.reference,
                "commune": lives_in.commune,
                "dwelling_type": "T3",
                "living_area_m2": 62.0,
            }
            housing = {"situation": "social_tenant", "home": home}
        form = {
            "number": f"0370126{self.applications:011d}",
            "registered_on": registered_on,
            "current_housing": housing,
            "declaration": declaration,
            "wishes": {"places": [{"commune": wanted}], "dwelling_types": [dwelling_type]},
            "applicant": {
                "given_name": "Camille",
                "family_name": f"Essai{self.applications}",
                "birth_date": "1980-02-03",
                "email": f"essai{self.applications}@example.org",
                "consents": [{"channel": "email", "granted": True, "given_on": "2026-01-01", "origin": "agent"}],
            },
        }
        registered = await self.town.ask("POST", "demand/applications", form)
        assert registered["status"] == "active", registered
        return str(registered["application_id"])

    async def says(self, event: Any) -> None:
        """The landlord's system, of vacancies."""
        await self.town.tell("inventory", event, LANDLORD_VACANCY.of(SIREN))

    async def gives_notice(self, home: Home) -> str:
        await self.says(NoticeReceived(**home.names, received_on=self.town.now.date(), case=NoticeCase.SAME_LANDLORD))
        (announced,) = await self.announced(home)
        home.vacancy = announced["vacancy_id"]
        return home.vacancy

    async def announced(self, home: Home) -> list[dict[str, Any]]:
        found = await self.town.published(VacancyAnnounced)
        return [one for one in found if one["dwelling"]["commune"] == home.commune]

    async def explains(self, application: str, home: Home) -> dict[str, Any]:
        where = f"matching/applications/{application}/explanations"
        found: dict[str, Any] = await self.town.ask("GET", where, vacancy_id=home.vacancy)
        return found

    async def verdicts(self, application: str, home: Home) -> dict[str, str]:
        """Of the findings that are not plain fits."""
        explained = await self.explains(application, home)
        return {one["code"]: one["verdict"] for one in explained["findings"]}

    async def called(self, home: Home, status: str | None = None) -> list[dict[str, Any]]:
        shortlist = await self.town.ask("GET", f"matching/vacancies/{home.vacancy}/shortlist")
        return [one for one in shortlist["called"] if status in {None, one["status"]}]

    async def answers_call(self, call: dict[str, Any], answer: str) -> None:
        await self.town.ask("POST", f"matching/calls/{call['id']}/answer", {"answer": answer})

    async def completes(self, home: Home) -> None:
        """An agent sees every piece that is missing of the home's files."""
        for file in await self.town.ask("GET", f"matching/vacancies/{home.vacancy}/candidacies"):
            view = await self.town.ask("GET", f"matching/candidacies/{file['id']}")
            for line in view["checklist"]:
                if line["proved"]:
                    continue
                seen = {
                    "requirement": line["requirement"],
                    "person": line["person"],
                    "kind": line["any_of"][0],
                    "issued_on": str(self.town.now.date() - 20 * DAY),
                }
                await self.town.ask("POST", f"matching/candidacies/{file['id']}/pieces", seen)

    async def sits(self, home: Home, decide: Any) -> None:
        """A session in two days on all complete files of a home."""
        held_on = self.town.now.date() + 2 * DAY
        plan = {"landlord": SIREN, "held_on": str(held_on), "place": "Tours", "members": MEMBERS}
        session = (await self.town.ask("POST", "matching/committee-sessions", plan))["id"]
        files = await self.town.ask("GET", f"matching/vacancies/{home.vacancy}/candidacies")
        few = {"fewer_files_because": "too_few_candidates", "justification": "Deux appels sans suite."}
        agenda = {"vacancy_id": home.vacancy, **(few if len(files) < 3 else {})}
        await self.town.ask("POST", f"matching/committee-sessions/{session}/homes", agenda)
        await self.town.at(dt.datetime.combine(held_on, dt.time(13), tzinfo=dt.UTC))
        seen = await self.town.ask("GET", f"matching/committee-sessions/{session}")
        whose = {one["id"]: one["application_id"] for one in files}
        tabled = [one | {"application_id": whose[one["candidacy_id"]]} for one in seen["homes"][0]["files"]]
        tabled.sort(key=lambda one: one["proposed_rank"])
        where = f"matching/committee-sessions/{session}/homes/{home.vacancy}/decisions"
        await self.town.ask("POST", where, {"decisions": decide(tabled)})

    async def offer(self, home: Home) -> dict[str, Any]:
        """The last offer of a home."""
        return (await self.town.published(OfferMade, vacancy_id=home.vacancy))[-1]

    async def accepts(self, offer: dict[str, Any]) -> None:
        """By the link of the message."""
        last = after_the_last_moment_of(dt.date.fromisoformat(offer["answer_by"]))
        token = Links(SECRET, OFFER).issue(UUID(offer["offer_id"]), expires_at=last)
        await self.town.ask("POST", "matching/offer-answers", {"token": token, "answer": "accepted"}, who={})

    async def signs(self, home: Home, application: str) -> None:
        """The landlord's system says so: the one source of a lease."""
        today = self.town.now.date()
        await self.says(DwellingAvailable(**home.names, available_on=today))
        await self.says(DwellingLet(**home.names, lease_signed_on=today, application_id=application))
        (let,) = await self.town.published(VacancyLet, vacancy_id=home.vacancy)
        assert let["application_id"] == application
        (closed,) = await self.town.published(ApplicationClosed, application_id=application)
        assert closed["reason"] == "housed"

    async def moves_alone(self, home: Home, application: str) -> None:
        """Called, interested, the only file, allocated, offered, accepted, signed."""
        (call,) = await self.called(home)
        assert call["application_id"] == application
        await self.answers_call(call, "interested")
        await self.completes(home)
        await self.sits(home, lambda files: [allocated(files[0], 1)])
        await self.accepts(await self.offer(home))
        await self.signs(home, application)

    async def owes_rent(self, home: Home, application: str) -> None:
        """The landlord states the lease and arrears; an agent confirms whose lease it is."""
        of_it = {"dwelling_reference": home.reference, "tenancy_reference": f"BAIL-{home.reference}"}
        today, topic = self.town.now.date(), LANDLORD_TENANCY.of(SIREN)
        person = Leaseholder(given_name="Camille", family_name="Essai", birth_date=dt.date(1980, 2, 3))
        lease = LeaseSigned(
            **of_it,
            signed_on=dt.date(2015, 4, 1),
            leaseholders=(person,),
            address=("RUE DE L ESSAI",),
            postal_code="37000",
            town="TOURS",
            commune=home.commune,
            dwelling_type="T3",
            living_area_m2=62.0,
            base_rent_cents=home.rent,
            service_charges_cents=80_00,
        )
        await self.town.tell("demand", lease, topic)
        await self.town.tell("demand", RentAccountStated(**of_it, as_of=today, arrears_cents=900_00), topic)
        tenancy = await self.town.scalar("demand", "SELECT id FROM tenancy")
        await self.town.ask("PUT", f"demand/tenancies/{tenancy}/applications/{application}", {"confirmed": True})


def allocated(file: dict[str, Any], rank: int, **fields: Any) -> dict[str, Any]:
    kind = "allocated" if rank == 1 else "allocated_by_rank"
    return {"candidacy_id": file["candidacy_id"], "kind": kind, "rank": rank, **fields}


def overtakes(one: dict[str, Any], later: list[dict[str, Any]]) -> bool:
    return any(after["proposed_rank"] < one["proposed_rank"] for after in later)
