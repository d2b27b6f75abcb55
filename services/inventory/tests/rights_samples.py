"""Agreements, and inventory with its clock, its doors and homes to let."""

from uuid import UUID, uuid4

from inventory_samples import LANDLORD, STRANGER, D, available, facts, let

from chassis.auth import Role
from chassis.testing import bearer
from contracts.demand import ApplicationRecorded, CurrentHome, HouseholdFacts, Wishes
from contracts.topics import LANDLORD_VACANCY
from inventory import store
from inventory.domain.dwelling import Dwelling
from inventory.domain.vacancy import vacancy_id

OPERATOR, AGENT = bearer(Role.OPERATOR), bearer(Role.AGENT)
MINE, THEIRS = bearer(Role.LANDLORD, LANDLORD), bearer(Role.LANDLORD, STRANGER)
PREFECT, CITY = "999100001", "999100002"
AS_PREFECT, AS_CITY = bearer(Role.HOLDER, PREFECT), bearer(Role.HOLDER, CITY)
TODAY = "2026-11-22"


def agreement_id(holder):
    return UUID(int=int(holder))


def terms(holder=PREFECT, **over):
    kinds = {PREFECT: "prefect", CITY: "local_authority"}
    return {
        "landlord": LANDLORD,
        "holder": holder,
        "holder_name": {PREFECT: "Préfet de Paris", CITY: "Ville de Paris"}.get(holder, "Réservataire"),
        "holder_kind": kinds.get(holder, "other"),
        "department": "75",
        "mode": "flow",
        "share_percent": {PREFECT: 30, CITY: 20}.get(holder, 5),
        "designation": "direct",
        "designation_days": 10,
        "valid_from": "2026-01-01",
        **over,
    }


def in_stock(holder=PREFECT, **over):
    return terms(holder, mode="stock", share_percent=None, **over)


class Stock:
    """Inventory with its clock, its doors, and homes to let."""

    def __init__(self, harness, client):
        self.harness, self.client = harness, client

    async def agree(self, *given):
        for one in given:
            url = f"/v1/agreements/{agreement_id(one['holder'])}"
            answer = await self.client.put(url, json=one, headers=OPERATOR)
            assert answer.status_code == 201, answer.text

    async def reserve(self, holder, *homes):
        url = f"/v1/agreements/{agreement_id(holder)}/dwellings"
        answer = await self.client.put(url, json={"dwellings": homes}, headers=OPERATOR)
        assert answer.status_code == 200, answer.text

    async def join(self, scheme="protocole_mutations", **who):
        body = {"scheme": scheme, "area": "75", "valid_from": "2026-01-01", **who}
        answer = await self.client.put(f"/v1/participations/{uuid4()}", json=body, headers=OPERATOR)
        assert answer.status_code == 201, answer.text

    async def everybody_joins(self):
        """Landlord and both holders take part in the Protocole."""
        await self.join(landlord=LANDLORD)
        await self.join(holder=PREFECT)
        await self.join(holder=CITY, landlord=LANDLORD)

    async def home(self, reference, landlord=LANDLORD, **over):
        async with self.harness.work() as work:
            home = Dwelling(reference=reference, landlord=landlord, facts=facts(**over))
            await store.save_dwelling(work.session, home, work.now)
        return reference

    async def say(self, event, landlord=LANDLORD):
        await self.harness.handle(event, topic=LANDLORD_VACANCY.of(landlord))
        return vacancy_id(landlord, event.vacancy_reference)

    async def release(self, reference, landlord=LANDLORD):
        event = available(TODAY, dwelling_reference=reference, vacancy_reference=f"V-{reference}")
        return await self.say(event, landlord)

    async def let(self, reference, landlord=LANDLORD, **over):
        event = let(TODAY, dwelling_reference=reference, vacancy_reference=f"V-{reference}", **over)
        found = await self.say(event, landlord)
        await self.harness.run_due()
        return found

    async def apply(self, *, kind="transfer", landlord=LANDLORD, reference=None, version=1, application_id=None):
        application_id = application_id or uuid4()
        recorded = ApplicationRecorded(
            application_id=application_id,
            version=version,
            kind=kind,
            status="active",
            registered_on=D(2024, 1, 1),
            person_ids=(uuid4(),),
            household=HouseholdFacts(persons_for_occupancy=1, persons_for_ceiling=1),
            wishes=Wishes(places=({"commune": "75118"},), dwelling_types=("T3",)),
            current_home=CurrentHome(landlord=landlord, reference=reference) if kind == "transfer" else None,
        )
        await self.harness.handle(recorded)
        return application_id

    async def turn(self, vacancy, who=AGENT):
        return (await self.client.get(f"/v1/vacancies/{vacancy}/turn", headers=who)).json()

    async def told(self, name):
        return [one.payload for one in await self.harness.outbox(f"inventory.right.{name}.v1")]

    async def ledger(self, who=AGENT):
        return (await self.client.get("/v1/rights", headers=who)).json()["rights"]
