"""The agent: who reaches out, enters, visits, calls and answers on behalf, each by the route that is there for it."""

import csv
from pathlib import Path
from typing import Any
from uuid import uuid4

from fiche_doors import AGENT, SINCE, TODAY, Doors, synthetic_siren, until
from fiche_people import METROPOLE, TOURS, Home, Lady, Landlord

from contracts.notifications import DeliverySent

EXCLUDING = {"unlawful", "not_wished", "policy"}
WHY = {"why": "the fiche, played"}


class Agent:
    """Who reaches out, enters, visits, calls and answers on behalf."""

    def __init__(self, doors: Doors) -> None:
        self.doors = doors

    async def ask(self, method: str, where: str, body: Any = None, **query: Any) -> Any:
        return await self.doors.ask(AGENT, method, where, body, **query)

    async def whom_to_reach_out_to(self, landlord: Landlord) -> list[dict[str, Any]]:
        """Leases in priority districts whose examination found a case and led to no application."""
        wanted = {"landlord": landlord.siren, "in_priority_district": True}
        return list((await self.ask("GET", "demand/examinations/outreach", **wanted))["leases"])

    async def enters_the_opinion_and_invites(self, examination_id: str) -> None:
        suitable = {"smallest": "T2", "largest": "T3"}
        opinion = {"on": str(TODAY), "rehouse": True, "suitable": suitable}
        await self.ask("POST", f"demand/examinations/{examination_id}/opinion", opinion)
        await self.ask("POST", f"demand/examinations/{examination_id}/invite")

    async def prints_and_posts_the_letters(self, lady: Lady, folder: Path) -> None:
        """One of them is hers, in the PDF and its manifest."""
        await self.doors.parcours("letters", "print", "--out", str(folder))
        lines = [line for file in folder.glob("*.csv") for line in _manifest(file)]
        (hers,) = (line for line in lines if line["line_1"] == lady.street)
        assert (hers["purpose"], hers["registered"]) == ("transfer_suggestion", "no")
        posted = folder / "posted.txt"
        posted.write_text(f"reference;on;reason\n{hers['reference']};{TODAY};\n")
        await self.doors.parcours("letters", "posted", str(posted))
        sent = await self.doors.told(DeliverySent, delivery_id=hers["delivery_id"])
        assert (sent.body["channel"], sent.body["purpose"]) == ("letter", "transfer_suggestion")

    async def enters_her_paper_application(self, lady: Lady, landlord: Landlord, home: Home) -> str:
        """From the form that came by post today."""
        declared = {
            "members": [{"ref": "m1", "relation": "applicant", "birth_date": str(lady.birth_date)}],
            "tax_incomes": [{"year": TODAY.year - 2, "euros": 14_800}],
            "resources": [{"code": "RET", "monthly_cents": 1_230_00}],
            "main_reason": "10",
        }
        applicant = {
            "given_name": lady.given_name,
            "family_name": lady.family_name,
            "birth_date": str(lady.birth_date),
            "address": lady.address,
        }
        paper = {"way": "paper", "received_on": str(TODAY)}
        return await self._registers(landlord, home, declared, ["T2"], applicant, **paper)

    async def enters_a_family_of_six(self, landlord: Landlord, home: Home) -> str:
        """A couple and four children."""
        children = [
            {"ref": f"c{n}", "relation": "child", "birth_date": f"{TODAY.year - 5 - n}-03-02"} for n in range(4)
        ]
        declared = {
            "members": [
                {"ref": "m1", "relation": "applicant", "birth_date": f"{TODAY.year - 38}-05-04"},
                {"ref": "m2", "relation": "spouse", "birth_date": f"{TODAY.year - 40}-06-05"},
                *children,
            ],
            "tax_incomes": [{"year": TODAY.year - 2, "euros": 31_000}],
            "main_reason": "13",
        }
        yes = {"channel": "email", "granted": True, "given_on": SINCE, "origin": "agent"}
        applicant = {
            "given_name": "Awa",
            "family_name": "Essai",
            "email": f"awa.{home.reference}@example.org",
            "consents": [yes],
        }
        return await self._registers(landlord, home, declared, ["T5"], applicant, registered_on="2022-02-01")

    async def _registers(
        self,
        landlord: Landlord,
        home: Home,
        declared: dict[str, Any],
        types: list[str],
        applicant: dict[str, Any],
        **dated: str,
    ) -> str:
        lived_in = {
            "landlord": landlord.siren,
            "reference": home.reference,
            "commune": TOURS,
            "dwelling_type": home.dwelling_type,
            "living_area_m2": home.area_m2,
        }
        application = {
            "number": f"0370126{uuid4().int % 10**11:011d}",
            "current_housing": {"situation": "social_tenant", "home": lived_in},
            "declaration": declared,
            "wishes": {"places": [{"commune": TOURS}], "dwelling_types": types},
            "applicant": applicant,
            **dated,
        }
        registered = await self.ask("POST", "demand/applications", application)
        assert (registered["kind"], registered["status"]) == ("transfer", "active")
        await self.doors.known("matching", "posting", application_id=registered["application_id"])
        return str(registered["application_id"])

    async def confirms_whose_lease_it_is(self, tenancy_id: str, application_id: str) -> None:
        """The home that the form names was found to be let to her."""
        found = await until(
            lambda: self.ask("GET", "demand/tenancy-applications", tenancy_id=tenancy_id), "the lease of the home named"
        )
        assert [(one["application_id"], one["same_names"]) for one in found] == [(application_id, 1)]
        where = f"demand/tenancies/{tenancy_id}/applications/{application_id}"
        await self.ask("PUT", where, {"confirmed": True})

    async def finds_works_owed_at(self, landlord: Landlord, application_id: str) -> str:
        """The advice visit: she would owe works, and this landlord wants them done before she moves."""
        terms = {
            "visit_valid_months": 6,
            "threshold_cents": 200_00,
            "contract_lets_move": False,
            "origin": "the landlord's charter",
            "landlord": landlord.siren,
        }
        await self.ask("PUT", f"demand/measure-terms/{SINCE}", terms)
        opened = {"landlord": landlord.siren, "commune": TOURS, "in_priority_district": True}
        measure = await self.ask("POST", "demand/measures", {**opened, "application_id": application_id})
        works = {"works": [{"item": "peinture, séjour", "amount_cents": 1_860_00, "wear_cents": 400_00}]}
        visited = await self.ask("POST", f"demand/measures/{measure['measure_id']}/works", works)
        assert (visited["chargeable_cents"], visited["light"]) == (1_460_00, "blocked")
        return str(measure["measure_id"])

    async def starts_the_self_renovation(self, measure_id: str) -> None:
        """With a partner that has places in the district; the signed contract alone frees nothing here."""
        partner = synthetic_siren()
        await self.ask("PUT", f"demand/partners/{partner}", {"name": "Compagnons bâtisseurs Essai"})
        places = {"year": TODAY.year, "area": "Tours", "epci": METROPOLE, "in_priority_district": True, "places": 1}
        await self.ask("PUT", f"demand/partners/{partner}/places", places)
        await self.ask("POST", f"demand/measures/{measure_id}/prescribe", {"partner": partner})
        for step in ("contract", "start"):
            assert (await self.ask("POST", f"demand/measures/{measure_id}/{step}", {}))["light"] == "blocked"

    async def sees_the_works_done(self, measure_id: str) -> None:
        assert (await self.ask("POST", f"demand/measures/{measure_id}/complete", {}))["light"] == "may_move"

    async def reads_why_not(self, application_id: str, vacancy_id: str) -> dict[str, str]:
        """The findings that exclude the household from the home: their codes, each with its verdict."""
        where = f"matching/applications/{application_id}/explanations"
        explained = await self.ask("GET", where, vacancy_id=vacancy_id)
        found = {one["code"]: one["verdict"] for one in explained["findings"] if one["verdict"] in EXCLUDING}
        assert explained["fits"] is not bool(found)
        assert explained["policy"].startswith("tours-metropole/")
        return found

    async def shortlist(self, vacancy_id: str) -> list[dict[str, Any]]:
        """The households called for a home."""
        return list((await self.ask("GET", f"matching/vacancies/{vacancy_id}/shortlist"))["called"])

    async def answers_yes_for(self, application_id: str, vacancy_id: str) -> None:
        """By telephone or at the door: the household was called, and asked an agent to answer."""

        async def its_call() -> str | None:
            called = await self.shortlist(vacancy_id)
            return next((one["id"] for one in called if one["application_id"] == application_id), None)

        call_id = await until(its_call, "the household is called")
        answered = await self.ask("POST", f"matching/calls/{call_id}/answer", {"answer": "interested"})
        assert answered["answered_on_behalf_by"] == "test"

    async def informs_the_holder_of(self, vacancy_id: str) -> None:
        """The Protocole's letter: the home is wanted for a transfer inside the stock."""
        await self.ask("POST", f"inventory/vacancies/{vacancy_id}/letter")

    async def record(self, application_id: str) -> list[str]:
        """The steps of an application's handling (CCH R441-2-15)."""
        record = await self.ask("GET", f"demand/applications/{application_id}/record", **WHY)
        return [one["step"] for one in record["steps"]]

    async def turn(self, vacancy_id: str) -> dict[str, Any]:
        found: dict[str, Any] = await self.ask("GET", f"inventory/vacancies/{vacancy_id}/turn")
        return found


def _manifest(file: Path) -> list[dict[str, str]]:
    assert file.with_suffix(".pdf").read_bytes().startswith(b"%PDF-")
    with file.open(encoding="utf-8-sig", newline="") as text:
        return list(csv.DictReader(text, delimiter=";"))
