"""One notice, four moves: three transfers, then a household that leaves no home of the stock."""

import datetime as dt
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from chain_town import AGENT, SECRET, ChainTown

from chassis.auth import Role
from chassis.links import OFFER, Links
from chassis.testing import bearer
from contracts.allocation import CandidacyParked, CommitteeDecided, MoveSigned, OfferMade, OfferRefused
from contracts.demand import ApplicationClosed, ApplicationRecorded
from contracts.inventory import VacancyAnnounced, VacancyLet
from contracts.landlord import DwellingAvailable, DwellingLet, NoticeCase, NoticeReceived
from contracts.matching import CallAnswered, CallIssued
from contracts.tenancy import Leaseholder, LeaseSigned, RentAccountStated
from contracts.topics import LANDLORD_TENANCY, LANDLORD_VACANCY
from matching.domain.days import after_the_last_moment_of

pytestmark = pytest.mark.timeout(300)
SIREN = "552032708"
LANDLORD = bearer(Role.LANDLORD, SIREN)
OPERATOR = bearer(Role.OPERATOR)
TOURS, JOUE, SAINT_AVERTIN, LA_RICHE = "37261", "37122", "37208", "37195"
REPOSITORY = Path(__file__).parents[2]
DAY = dt.timedelta(days=1)
MEMBERS = [
    {"seat": "chair", "name": "Mme Essai", "present": True},
    {"seat": "member", "name": "M. Essai", "present": True},
    {"seat": "tenants", "name": "Mme Preuve", "present": True},
]
WORDS = "Le logement lui convient mieux, son traitement est à deux pas."


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
    homes: dict[str, Home] = field(default_factory=dict)
    numbers: int = 0

    async def records(self, name: str, commune: str, **over: Any) -> Home:
        home = Home(reference=f"37000000{len(self.homes):02d}", commune=commune, **over)
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
        self.homes[name] = home
        return home

    async def registers(
        self, wanted: str, *, lives_in: Home | None = None, registered_on: str = "2019-03-01", **over: Any
    ) -> str:
        """A couple that wants a home in one commune; it rents `lives_in`, or nothing of the stock."""
        self.numbers += 1
        incomes = over.pop("incomes", {2024: 21_000})
        declared = {
            "members": [
                {"ref": "m1", "relation": "applicant", "birth_date": "1980-02-03"},
                {"ref": "m2", "relation": "spouse", "birth_date": "1978-06-05"},
            ],
            "tax_incomes": [{"year": year, "euros": euros} for year, euros in incomes.items()],
            "main_reason": "13",
            **over.pop("declared", {}),
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
            "number": f"0370126{self.numbers:011d}",
            "registered_on": registered_on,
            "current_housing": housing,
            "declaration": declared,
            "wishes": {"places": [{"commune": wanted}], "dwelling_types": over.pop("types", ["T3"])},
            "applicant": {
                "given_name": "Camille",
                "family_name": f"Essai{self.numbers}",
                "birth_date": "1980-02-03",
                "email": f"essai{self.numbers}@example.org",
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
        await self.sits(home, lambda files: [_allocated(files[0], 1)])
        await self.accepts(await self.offer(home))
        await self.signs(home, application)


def _allocated(file: dict[str, Any], rank: int, **fields: Any) -> dict[str, Any]:
    kind = "allocated" if rank == 1 else "allocated_by_rank"
    return {"candidacy_id": file["candidacy_id"], "kind": kind, "rank": rank, **fields}


@pytest.fixture
def three_at_once(tmp_path, monkeypatch):
    """The policies as shipped, but that three households are called at a time."""
    from matching.policies import library

    folder = tmp_path / "policies"
    shutil.copytree(REPOSITORY / "policies", folder)
    for file in (folder / "tours-metropole").glob("*.toml"):
        file.write_text(re.sub(r"(?m)^at_once = \d+", "at_once = 3", file.read_text()))
    monkeypatch.setenv("MATCHING_POLICIES", str(folder))
    library.cache_clear()
    yield
    library.cache_clear()


@pytest.fixture
async def play(postgres_server, three_at_once):
    async with ChainTown(postgres_server) as town:
        await town.ask("PUT", f"inventory/landlords/{SIREN}", {"name": "Val de Loire Essai"}, who=OPERATOR)
        conditions = {
            "valid_from": "2026-01-01",
            "minimum_occupancy_months": 0,
            "arrears": "plan_respected",
            "insurance_required": False,
            "visit_required": False,
            "rent_policy": "relet",
        }
        where = f"demand/landlords/{SIREN}/transfer-conditions"
        await town.ask("PUT", where, conditions, who=LANDLORD)
        yield Play(town)


async def owes_rent(play: Play, home: Home, application: str) -> None:
    """The landlord states the lease and arrears; an agent confirms whose lease it is."""
    of_it = {"dwelling_reference": home.reference, "tenancy_reference": f"BAIL-{home.reference}"}
    today, topic = play.town.now.date(), LANDLORD_TENANCY.of(SIREN)
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
    await play.town.tell("demand", lease, topic)
    await play.town.tell("demand", RentAccountStated(**of_it, as_of=today, arrears_cents=900_00), topic)
    tenancy = await play.town.scalar("demand", "SELECT id FROM tenancy")
    await play.town.ask("PUT", f"demand/tenancies/{tenancy}/applications/{application}", {"confirmed": True})


async def test_one_notice_four_moves_read_from_one_call(play):  # noqa: PLR0915 - one story, told whole
    town = play.town
    first, second, third, last, other, small = [
        await play.records(name, commune)
        for name, commune in zip("ABCDEF", (TOURS, JOUE, SAINT_AVERTIN, LA_RICHE, "37050", "37214"), strict=True)
    ]
    # Who wants the first home. Of two whose income was above the ceiling two years ago, one fell by a tenth and more.
    fell = {2024: 32_900, 2025: round(32_900 * 0.89)}
    not_enough = {2024: 32_900, 2025: round(32_900 * 0.91)}
    mover = await play.registers(TOURS, lives_in=second, registered_on="2016-03-01", incomes=fell)
    nine = await play.registers(TOURS, registered_on="2015-03-01", incomes=not_enough)
    owing = await play.registers(TOURS, lives_in=other, registered_on="2014-03-01")
    await owes_rent(play, other, owing)
    smaller = await play.registers(TOURS, lives_in=small, registered_on="2001-03-01", types=["T2"])
    others = [await play.registers(TOURS, registered_on=f"{year}-03-01") for year in (2017, 2018, 2019)]
    # Who wants the homes that come free behind.
    behind = await play.registers(JOUE, lives_in=third)
    third_mover = await play.registers(SAINT_AVERTIN, lives_in=last)
    resources = {"resources": [{"code": "SAL", "monthly_cents": 1_350_00}], "housing_aid_cents": 180_00}
    newcomer = await play.registers(LA_RICHE, declared=resources)

    # The notice, and what the rules say of each.
    await play.gives_notice(first)
    assert (await play.verdicts(nine, first))["income.above_ceiling"] == "unlawful"
    assert not {"unlawful", "policy", "not_wished"} & set((await play.verdicts(mover, first)).values())
    recorded = (await town.published(ApplicationRecorded, application_id=mover))[-1]
    assert recorded["household"]["ceiling_income_euros"] == fell[2025]
    assert "policy" in set((await play.verdicts(owing, first)).values()), (
        "below the line for arrears its landlord stated"
    )
    missed = await play.explains(smaller, first)
    assert not missed["fits"]
    (change,) = [one for one in missed["nearest"] if one["code"] == "accept_type"]
    assert (change["rank"], "T3" in change["sentence"]) == (1, True), "accept T3: rank 1"

    # A no costs nothing and the next moves up at once.
    asked = await play.called(first)
    assert len(asked) == 3
    assert not {nine, owing, smaller} & {one["application_id"] for one in asked}
    no = next(one for one in asked if one["application_id"] != mover)
    await play.answers_call(no, "not_interested")
    assert len(await play.called(first, "open")) == 3
    (answered,) = await town.published(CallAnswered)
    assert answered["call_id"] == no["id"]
    household = (await town.published(ApplicationRecorded, application_id=no["application_id"]))[-1]["household"]
    assert not household.get("refused_offers")
    for call in await play.called(first, "open"):
        await play.answers_call(call, "interested")
    assert {mover, *others} - {no["application_id"]} == {
        one["application_id"] for one in await play.called(first, "interested")
    }

    # The committee reorders with a reason: the household that moves is second, behind one that the engine had later.
    await play.completes(first)

    def reorder(files: list[dict[str, Any]]) -> list[dict[str, Any]]:
        rest = [one for one in files if one["application_id"] != mover]
        (moving,) = [one for one in files if one["application_id"] == mover]
        order = [rest[-1], moving, rest[0]]
        said = {"moved_because": "home_suits_its_needs", "words": WORDS}
        return [
            _allocated(one, rank, **(said if _overtakes(one, order[rank:]) else {}))
            for rank, one in enumerate(order, start=1)
        ]

    await play.sits(first, reorder)
    (decided,) = await town.published(CommitteeDecided)
    assert decided["decisions"][0]["moved_because"] == "home_suits_its_needs"
    assert WORDS not in str(decided)

    # The first in rank stays silent: on the last minute of the tenth day nothing happens, then the second is offered.
    offered = await play.offer(first)
    silent, last_day = offered["application_id"], dt.date.fromisoformat(offered["answer_by"])
    assert (silent != mover, last_day) == (True, town.now.date() + 10 * DAY)
    await town.at(after_the_last_moment_of(last_day) - dt.timedelta(minutes=1))
    assert await town.published(OfferRefused) == []
    await town.at(after_the_last_moment_of(last_day))
    (refused,) = await town.published(OfferRefused)
    assert (refused["because"], refused["application_id"]) == ("silence", silent)
    offered = await play.offer(first)
    assert (offered["application_id"], offered["rank"]) == (mover, 2)
    counted = (await town.published(ApplicationRecorded, application_id=silent))[-1]["household"]
    assert counted["refused_offers"] == 1
    await play.accepts(offered)
    await play.signs(first, mover)

    # Its home is asked for, the landlord's notice announces it in the chain; so on twice more.
    for home, before, application in (
        (second, first, behind),
        (third, second, third_mover),
        (last, third, newcomer),
    ):
        (left,) = (await town.ask("GET", "inventory/homes-left", who=LANDLORD, state="awaiting"))["homes"]
        assert (left["vacancy_id"], left["dwelling_reference"]) == (before.vacancy, home.reference)
        await play.gives_notice(home)
        (announced,) = await play.announced(home)
        assert (announced["chain_id"], announced["follows_vacancy_id"]) == (first.vacancy, before.vacancy)
        await play.moves_alone(home, application)
    assert (await town.ask("GET", "inventory/homes-left", who=LANDLORD, state="awaiting"))["homes"] == []

    # The whole chain from one call.
    chain = await town.ask("GET", f"matching/chains/{first.vacancy}")
    assert (chain["chain_id"], chain["moves"], chain["end"]) == (first.vacancy, 4, "no_home_left")
    homes = chain["homes"]
    (file,) = homes[-1]["files"]
    assert file["verdicts"]["effort.affordable_with_aid"] == "fits", "the newcomer affords it net of aid alone"
    assert [one["lease"]["application_id"] for one in homes] == [mover, behind, third_mover, newcomer]
    assert [one["lease"]["kind"] for one in homes] == ["transfer", "transfer", "transfer", "first"]
    assert [one["next_vacancy_id"] for one in homes] == [second.vacancy, third.vacancy, last.vacancy, None]
    assert [(one["status"], one["refused_because"]) for one in homes[0]["offers"]] == [
        ("refused", "silence"),
        ("accepted", None),
    ]
    assert homes[0]["sessions"][0]["decisions"][0]["moved_because"] == "home_suits_its_needs"
    assert {one["status"] for one in homes[0]["calls"]} == {"decided", "not_interested"}
    moves = await town.published(MoveSigned)
    assert [(one["step"], one["chain_id"]) for one in moves] == [(step, first.vacancy) for step in range(1, 5)]
    assert WORDS not in str(chain)
    assert "Essai" not in str([one["lease"] for one in homes])

    # Each household's record tells its own way, and nothing was put aside.
    steps = [
        one["step"]
        for one in (await town.ask("GET", f"demand/applications/{mover}/record", why="le scénario"))["steps"]
    ]
    for step in (
        "call_issued",
        "candidacy_opened",
        "committee_decided",
        "offer_made",
        "offer_accepted",
        "let",
        "closed",
    ):
        assert step in steps, step
    assert await town.scalar("notifications", "SELECT count(*) FROM notice WHERE purpose = 'offer'") >= 5
    assert await town.dead_letters() == {}
    assert await town.published(CandidacyParked) == []
    assert len(await town.published(CallIssued, vacancy_id=first.vacancy)) == 4


def _overtakes(one: dict[str, Any], later: list[dict[str, Any]]) -> bool:
    return any(after["proposed_rank"] < one["proposed_rank"] for after in later)


__all__ = ["AGENT"]
