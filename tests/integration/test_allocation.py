"""One home from its release to the next announcement of its chain, over Kafka and the four services as they run."""

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest
from fiche_doors import AGENT, Doors, until
from fiche_people import Landlord

from contracts.allocation import CandidacyClosed, CommitteeDecided, MoveSigned, OfferAccepted, OfferMade, OfferRefused
from contracts.demand import ApplicationClosed
from contracts.inventory import VacancyAllocated, VacancyAnnounced, VacancyLet, VacancyReleased
from contracts.landlord import DwellingAvailable, NoticeCase, NoticeReceived
from contracts.matching import CallIssued

pytestmark = pytest.mark.timeout(180)
JOUE, SAINT_AVERTIN = "37122", "37208"
TODAY = dt.datetime.now(ZoneInfo("Europe/Paris")).date()
MEMBERS = [
    {"seat": "chair", "name": "Mme Essai", "present": True},
    {"seat": "member", "name": "M. Essai", "present": True},
    {"seat": "tenants", "name": "Mme Preuve", "present": True},
]
WORDS = "Ses soins sont à deux pas."


@dataclass
class Household:
    application: str
    email: str


@dataclass
class Letting:
    """A landlord of two homes, and who wants them."""

    doors: Doors
    landlord: Landlord
    homes: dict[str, str] = field(default_factory=dict)
    """The register's name of each, by commune."""

    async def records(self, commune: str) -> str:
        reference = f"{uuid4().int % 10**10:010d}"
        facts = {
            "commune": commune,
            "street": "2 rue de l'Essai",
            "dwelling_type": "T3",
            "living_area_m2": 62.0,
            "financing": "PLUS",
            "base_rent_cents": 380_00,
            "service_charges_cents": 80_00,
            "floor": 1,
            "lift": True,
        }
        await self.doors.ask(self.landlord.who, "PUT", f"inventory/dwellings/{reference}", facts)
        await self.doors.known("demand", "home", reference=reference)
        self.homes[commune] = reference
        return reference

    async def registers(self, wanted: str, since: int, *, lives_in: str | None = None) -> Household:
        """A couple that wants a T3 in one commune, registered in a year; it rents a home of the landlord, or none."""
        number = uuid4().int % 10**11
        email = f"essai{number}@example.org"
        housing: dict[str, Any] = {"situation": "private_tenant"}
        if lives_in is not None:
            home = {"landlord": self.landlord.siren, "reference": self.homes[lives_in], "commune": lives_in}
            home |= {"dwelling_type": "T3", "living_area_m2": 62.0}
            housing = {"situation": "social_tenant", "home": home}
        form = {
            "number": f"0370126{number:011d}",
            "registered_on": f"{since}-03-01",
            "current_housing": housing,
            "declaration": {
                "members": [
                    {"ref": "m1", "relation": "applicant", "birth_date": "1980-02-03"},
                    {"ref": "m2", "relation": "spouse", "birth_date": "1978-06-05"},
                ],
                "tax_incomes": [{"year": TODAY.year - 2, "euros": 21_000}],
                "main_reason": "13",
            },
            "wishes": {"places": [{"commune": wanted}], "dwelling_types": ["T3"]},
            "applicant": {
                "given_name": "Camille",
                "family_name": "Essai",
                "birth_date": "1980-02-03",
                "email": email,
                "consents": [{"channel": "email", "granted": True, "given_on": "2026-01-01", "origin": "agent"}],
            },
        }
        registered = await self.doors.ask(AGENT, "POST", "demand/applications", form)
        application = str(registered["application_id"])
        await self.doors.known("matching", "posting", application_id=application)
        return Household(application, email)

    def of(self, commune: str) -> dict[str, str]:
        return {"dwelling_reference": self.homes[commune], "vacancy_reference": f"V-{self.homes[commune]}"}

    async def message(self, household: Household, subject: str) -> str:
        """The household's e-mail whose subject holds this."""
        page = self.doors.town.state.mailbox.page

        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:

            async def arrived() -> dict[str, Any] | None:
                listed = (await client.get(f"{page}/messages", params={"limit": 1000})).json()["messages"]
                return next((m for m in listed if m["to"] == [household.email] and subject in m["subject"]), None)

            message = await until(arrived, f"an e-mail to {household.email}: {subject}")
            return str((await client.get(f"{page}/messages/{message['seq']}")).json()["text"])

    async def answers(self, household: Household, subject: str, answer: str) -> None:
        """By the link of the message, as the household does: no account, no token of ours."""
        text = await self.message(household, subject)
        found = re.search(r"(https?://\S+)\?token=(\S+)", text)
        assert found, text
        address, token = found.groups()
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            seen = await client.get(address, params={"token": token})
            assert seen.is_success, seen.text
            answered = await client.post(address, json={"token": token, "answer": answer})
            assert answered.is_success, answered.text

    async def completes(self, file: dict[str, Any]) -> None:
        """An agent sees every piece that the file still asks for."""
        view = await self.doors.ask(AGENT, "GET", f"matching/candidacies/{file['id']}")
        for line in view["checklist"]:
            if line["proved"]:
                continue
            seen = {"requirement": line["requirement"], "person": line["person"], "kind": line["any_of"][0]}
            seen["issued_on"] = str(TODAY - dt.timedelta(days=20))
            await self.doors.ask(AGENT, "POST", f"matching/candidacies/{file['id']}/pieces", seen)


@pytest.fixture
async def letting(town):
    async with Doors(town) as doors:
        landlord = await Landlord.joins(doors)
        found = Letting(doors, landlord)
        await found.records(JOUE)
        await found.records(SAINT_AVERTIN)
        yield found


async def test_from_the_release_to_the_next_announcement_of_the_chain(letting):  # noqa: PLR0915 - one story, told whole
    doors, siren = letting.doors, letting.landlord.siren
    silent = await doors.dead_letters()
    mover = await letting.registers(JOUE, 2016, lives_in=SAINT_AVERTIN)
    second, third, fourth = [await letting.registers(JOUE, year) for year in (2018, 2019, 2020)]
    behind = await letting.registers(SAINT_AVERTIN, 2020)

    # Released on the landlord's topic: each household is called, and answers by the link of its message.
    await doors.publish(siren, DwellingAvailable(**letting.of(JOUE), available_on=TODAY))
    released = await doors.told(VacancyReleased, landlord=siren)
    home = released.body["vacancy_id"]
    for one in (mover, second, third, fourth):
        await doors.told(CallIssued, vacancy_id=home, application_id=one.application)
    await letting.answers(fourth, "vous intéresse-t-il", "not_interested")
    for one in (mover, second, third):
        await letting.answers(one, "vous intéresse-t-il", "interested")

    # Files: an incomplete one is not taken on the agenda, complete ones are.
    files = {
        one["application_id"]: one for one in await doors.ask(AGENT, "GET", f"matching/vacancies/{home}/candidacies")
    }
    assert set(files) == {one.application for one in (mover, second, third)}
    plan = {"landlord": siren, "held_on": str(TODAY), "place": "Tours", "members": MEMBERS}
    session = (await doors.ask(AGENT, "POST", "matching/committee-sessions", plan))["id"]
    agenda = {"vacancy_id": home, "candidacies": [one["id"] for one in files.values()]}
    refused = await doors.refused(AGENT, "POST", f"matching/committee-sessions/{session}/homes", agenda)
    assert "n'est pas complet" in refused["errors"][0]["message"]
    for file in files.values():
        await letting.completes(file)
    tabled = await doors.ask(AGENT, "POST", f"matching/committee-sessions/{session}/homes", agenda)
    proposed = [one["candidacy_id"] for one in sorted(tabled["files"], key=lambda one: one["proposed_rank"])]
    assert proposed[0] == files[mover.application]["id"], "a transfer, and the oldest"

    # The committee ranks another household before it, with its reason; the minutes say so.
    first, last = files[second.application]["id"], files[third.application]["id"]
    said = {"moved_because": "home_suits_its_needs", "words": WORDS}
    decisions = [
        {"candidacy_id": first, "kind": "allocated", "rank": 1, **said},
        {"candidacy_id": proposed[0], "kind": "allocated_by_rank", "rank": 2},
        {"candidacy_id": last, "kind": "allocated_by_rank", "rank": 3},
    ]
    where = f"matching/committee-sessions/{session}/homes/{home}/decisions"
    await doors.ask(AGENT, "POST", where, {"decisions": decisions})
    decided = await doors.told(CommitteeDecided, vacancy_id=home)
    assert WORDS not in str(decided.body)
    await doors.ask(AGENT, "POST", f"matching/committee-sessions/{session}/close", {})
    minutes = await doors.read(AGENT, f"matching/committee-sessions/{session}/minutes.csv")
    assert ";appel;2;" in minutes.decode("utf-8-sig")
    assert "le logement répond mieux à ses besoins" in minutes.decode("utf-8-sig")
    assert (await doors.read(AGENT, f"matching/committee-sessions/{session}/minutes.pdf")).startswith(b"%PDF-")

    # Offered by rank: the first says no by its link, the second is offered at once, by that no, and accepts.
    await doors.told(OfferMade, vacancy_id=home, application_id=second.application)
    await letting.answers(second, "vous est proposé", "refused")
    no = await doors.told(OfferRefused, vacancy_id=home)
    offered = await doors.told(OfferMade, vacancy_id=home, application_id=mover.application)
    assert (offered.body["rank"], offered.story, offered.cause) == (2, no.story, no.cause)
    await letting.answers(mover, "vous est proposé", "accepted")
    accepted = await doors.told(OfferAccepted, vacancy_id=home)
    allocated = await doors.told(VacancyAllocated, vacancy_id=home)
    assert allocated.cause == accepted.id

    # The landlord's word of the lease: the household is housed, its home is asked for, and confirmed by its notice.
    names = letting.of(JOUE)
    await doors.parcours(
        *("vacancy", "publish", "let", "--siren", siren, "--dwelling", names["dwelling_reference"]),
        *("--vacancy", names["vacancy_reference"], "--on", str(TODAY), "--application", mover.application),
    )
    await doors.told(VacancyLet, vacancy_id=home)
    move = await doors.told(MoveSigned, vacancy_id=home)
    assert move.body["home_left"]["reference"] == letting.homes[SAINT_AVERTIN]
    closed = await doors.told(ApplicationClosed, application_id=mover.application)
    assert closed.body["reason"] == "housed"

    async def awaited() -> list[Any]:
        found = await doors.ask(letting.landlord.who, "GET", "inventory/homes-left", state="awaiting")
        return list(found["homes"])

    (left,) = await until(awaited, "the landlord is asked for the home left")
    assert (left["vacancy_id"], left["dwelling_reference"]) == (home, letting.homes[SAINT_AVERTIN])
    notice = NoticeReceived(**letting.of(SAINT_AVERTIN), received_on=TODAY, case=NoticeCase.SAME_LANDLORD)
    await doors.publish(siren, notice)
    announced = await doors.told(VacancyAnnounced, follows_vacancy_id=home)
    assert announced.body["chain_id"] == home
    call = await doors.told(CallIssued, application_id=behind.application)
    assert (call.body["vacancy_id"], call.cause) == (announced.body["vacancy_id"], announced.id)

    # Who waited behind them is told that the home is let: by the end of its file, once.
    assert (await doors.told(CandidacyClosed, application_id=third.application)).body["because"] == "vacancy_let"
    await letting.message(third, "est refermé")

    # The whole chain in one reading, and nothing was put aside on the way.
    chain = await doors.ask(AGENT, "GET", f"matching/chains/{home}")
    assert (chain["moves"], chain["end"]) == (1, "open")
    assert [one["vacancy_id"] for one in chain["homes"]] == [home, announced.body["vacancy_id"]]
    assert [one["status"] for one in chain["homes"][0]["offers"]] == ["refused", "accepted"]
    assert chain["homes"][0]["lease"]["application_id"] == mover.application
    assert WORDS not in str(chain)
    assert await doors.dead_letters() == silent
