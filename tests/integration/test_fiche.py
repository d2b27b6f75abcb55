"""Fiche 2.2.5 of Tour(s)plus, "favour moves inside the social stock", played once through the doors of the services."""

from dataclasses import dataclass

import pytest
from fiche_agent import Agent
from fiche_doors import TODAY, Doors, Told, until
from fiche_people import SANITAS, Holder, Home, Lady, Landlord, they_join_the_protocole

from contracts.allocation import MoveSigned
from contracts.demand import (
    ApplicationClosed,
    ApplicationOpened,
    ApplicationRecorded,
    ConditionsRecorded,
)
from contracts.inventory import (
    DesignationDue,
    HolderAnswered,
    HolderInformed,
    ParticipationRecorded,
    RightLent,
    RightRestituted,
    VacancyAllocated,
    VacancyAnnounced,
    VacancyDesignated,
    VacancyLet,
    VacancyReleased,
)
from contracts.matching import CallAnswered, CallIssued
from contracts.measures import MeasureCompleted, MeasureContracted, MeasurePrescribed, MeasureStarted, StateVisited
from contracts.notices import TransferSuggested
from contracts.notifications import DeliverySuppressed
from contracts.tenancy import ExaminationMade, OpinionGiven

pytestmark = pytest.mark.timeout(300)


@dataclass
class Town:
    """Everybody who plays, and the four homes."""

    doors: Doors
    agent: Agent
    landlord: Landlord
    city: Holder
    state: Holder
    large: Home
    dear: Home
    cheap: Home
    small: Home


@pytest.fixture
async def here(town):
    """A landlord of Tours with its homes: a large one in a priority district, two for one person, a small one."""
    async with Doors(town) as doors:
        landlord = await Landlord.joins(doors)
        await landlord.publishes_its_conditions_of_transfer()
        city = Holder(doors, "Ville de Tours", "local_authority", share_percent=20)
        state = Holder(doors, "Préfet d'Indre-et-Loire", "prefect", share_percent=30)
        await they_join_the_protocole(doors, landlord, city, state)
        yield Town(
            doors=doors,
            agent=Agent(doors),
            landlord=landlord,
            city=city,
            state=state,
            large=await landlord.records(Home(dwelling_type="T5", area_m2=96.0, base_rent_cents=430_00, at=SANITAS)),
            dear=await landlord.records(Home(dwelling_type="T2", area_m2=52.0, base_rent_cents=445_00)),
            cheap=await landlord.records(Home(dwelling_type="T2", area_m2=47.0, base_rent_cents=305_00)),
            small=await landlord.records(Home(dwelling_type="T3", area_m2=50.0, base_rent_cents=372_00)),
        )


async def test_with_homes_reserved_in_stock_the_right_is_lent_and_restituted(here, tmp_path):
    """The large home is the city's, the cheaper one the State's: what is lent is given back by the home left."""
    await here.city.agrees_to_reserve(here.landlord, here.large)
    await here.state.agrees_to_reserve(here.landlord, here.cheap)
    played = Play(here, Lady(given_name="Odette", family_name="Essai-Stock", street="12 ALLEE DE LUYNES"))

    await played.she_is_found_and_applies(tmp_path)
    await played.works_block_her_until_the_measure_completes()
    await here.agent.informs_the_holder_of(played.cheap)
    await here.state.accepts_the_letter_about(played.cheap)
    await played.she_moves()

    lent = await here.doors.told(RightLent, holder=here.state.siren)
    assert (lent.body["borrower"], lent.body["cause_vacancy_id"]) == (here.city.siren, played.cheap)
    let = await here.doors.told(VacancyLet, vacancy_id=played.cheap)
    assert lent.cause == let.cause, "the landlord's word of the lease moved the right"
    (owed,) = await here.state.ledger()
    assert (owed["age_days"], owed["ending"], owed["left"]) == (0, None, here.large.reference)

    await played.her_home_comes_back()
    restituted = await here.doors.told(RightRestituted, right_id=lent.body["right_id"])
    assert (restituted.body["holder"], restituted.body["cause_vacancy_id"]) == (here.state.siren, played.large)
    released = await here.doors.told(VacancyReleased, vacancy_id=played.large)
    assert restituted.cause == released.cause, "the landlord's word of the release gave it back"
    (given_back,) = await here.state.ledger()
    assert (given_back["ending"], given_back["lent_by"], given_back["ended_by"]) == (
        "restituted",
        played.cheap,
        played.large,
    )

    await played.a_family_is_called_for_it()
    await here.state.designates(played.large, played.family)
    await played.the_family_moves_and_its_home_is_announced()
    assert [one["ending"] for one in await here.state.ledger()] == ["restituted"], "its own candidate lends nothing"
    assert await here.city.ledger() == []

    await played.the_indicators_have_their_sources()
    for event in (DesignationDue, RightLent, RightRestituted):
        assert await here.doors.history(event, holder=here.state.siren), event.TYPE
    await here.doors.told(HolderInformed, cause_vacancy_id=played.cheap)
    await here.doors.told(HolderAnswered, cause_vacancy_id=played.cheap, answer="accepted")
    await here.doors.told(VacancyDesignated, vacancy_id=played.large, candidates=1)


async def test_in_flow_both_moves_are_deducted_and_no_line_is_written(here, tmp_path):
    """Moves inside the landlord's stock leave the base: one more on the year's deduction each, and past it an alarm."""
    for holder in (here.city, here.state):
        await holder.agrees_to_a_share_of(here.landlord)
    await here.landlord.announces_deductions(1)
    played = Play(here, Lady(given_name="Odette", family_name="Essai-Flux", street="14 ALLEE DE LUYNES"))

    await played.she_is_found_and_applies(tmp_path)
    await played.works_block_her_until_the_measure_completes()
    await played.she_moves()
    await played.deductions_are(1, past_the_announced=False)
    await played.her_home_comes_back()
    await played.a_family_is_called_for_it()
    await played.the_family_moves_and_its_home_is_announced()
    await played.deductions_are(2, past_the_announced=True)

    await played.the_indicators_have_their_sources()
    for event in (RightLent, RightRestituted):
        assert await here.doors.history(event, landlord=here.landlord.siren) == []
    for holder in (here.city, here.state):
        assert await holder.ledger() == []


class Play:
    """The fiche's story, act by act; what an act leaves for the next is kept by name."""

    lady_applies: str
    family: str
    tenancy: str
    measure: str
    cheap: str
    dear: str
    large: str
    small: str

    def __init__(self, here: Town, lady: Lady) -> None:
        self.here, self.doors, self.agent, self.lady = here, here.doors, here.agent, lady

    async def she_is_found_and_applies(self, folder) -> None:
        """The examination finds her, a letter reaches her, her form comes back on paper."""
        here, landlord = self.here, self.here.landlord
        self.tenancy = await landlord.tells_of_its_tenant(self.lady, here.large)
        (found,) = await until(lambda: self.agent.whom_to_reach_out_to(landlord), "the examination finds her")
        assert (found["dwelling_reference"], found["rooms_freed"], found["cases"]) == (
            here.large.reference,
            3,
            ["under_occupied"],
        )
        await self.agent.enters_the_opinion_and_invites(found["examination_id"])
        suggested = await self.doors.told(TransferSuggested, tenancy_id=self.tenancy)
        await self.doors.known(
            "notifications", "delivery", call_id=suggested.body["notice_id"], channel="letter", state="pending"
        )
        await self.agent.prints_and_posts_the_letters(self.lady, folder)

        self.lady_applies = await self.agent.enters_her_paper_application(self.lady, landlord, here.large)
        await self.agent.confirms_whose_lease_it_is(self.tenancy, self.lady_applies)
        assert await self.agent.whom_to_reach_out_to(landlord) == [], "she is asked no more: she has applied"

    async def works_block_her_until_the_measure_completes(self) -> None:
        """Two homes come back meanwhile; nobody calls her. The completed measure alone has her called for one."""
        here, agent = self.here, self.agent
        self.measure = await agent.finds_works_owed_at(here.landlord, self.lady_applies)
        await self.doors.known("matching", "application", id=self.lady_applies, light="blocked")
        self.dear = await here.landlord.releases(here.dear, vacant_days=40)
        self.cheap = await here.landlord.releases(here.cheap, vacant_days=20)
        unlawful, blocked = {"transfer_rent.not_lower": "unlawful"}, {"light.blocked": "policy"}
        assert await agent.reads_why_not(self.lady_applies, self.cheap) == blocked
        assert await agent.reads_why_not(self.lady_applies, self.dear) == {**unlawful, **blocked}
        await agent.starts_the_self_renovation(self.measure)
        assert await self.her_calls_for(self.cheap) == []

        await agent.sees_the_works_done(self.measure)
        call = await self.doors.told(CallIssued, application_id=self.lady_applies, vacancy_id=self.cheap)
        recorded = await self.doors.cause_of(call)
        assert recorded, "nothing that was told led to the call"
        completed = await self.doors.cause_of(recorded)
        assert completed, "nothing that was told led to the application's change"
        assert (recorded.type, completed.type) == (ApplicationRecorded.TYPE, MeasureCompleted.TYPE)
        assert (recorded.body["light"], recorded.body["meets_transfer_conditions"]) == ("may_move", True)
        assert call.story == recorded.story == completed.story, "one story from the completed works to the call"
        assert await agent.reads_why_not(self.lady_applies, self.cheap) == {}
        assert await agent.reads_why_not(self.lady_applies, self.dear) == unlawful

    async def her_calls_for(self, vacancy_id: str) -> list[Told]:
        return await self.doors.history(CallIssued, application_id=self.lady_applies, vacancy_id=vacancy_id)

    async def she_moves(self) -> None:
        """No message of the call can reach her: an agent asks her, and the cheaper home is hers."""
        (call,) = await self.her_calls_for(self.cheap)
        await self.doors.told(DeliverySuppressed, call_id=call.body["call_id"])
        await self.agent.answers_yes_for(self.lady_applies, self.cheap)
        await self.here.landlord.lets(self.here.cheap, self.lady_applies)
        let = await self.doors.told(VacancyLet, vacancy_id=self.cheap)
        assert (let.body["application_id"], let.body["days_vacant"]) == (self.lady_applies, 20)
        await self.is_housed(self.lady_applies, way="paper")
        assert await self.her_calls_for(self.dear) == [], "she is not called for what the law refuses"
        signed = await self.doors.told(MoveSigned, vacancy_id=self.cheap, application_id=self.lady_applies)
        assert (signed.body["home_left"]["reference"], signed.body["step"]) == (self.here.large.reference, 1)

    async def her_home_comes_back(self) -> None:
        """Her notice, the visit before she leaves, the release."""
        here = self.here
        self.family = await self.agent.enters_a_family_of_six(here.landlord, here.small)
        self.large = await here.landlord.receives_the_notice_of(here.large)
        await here.landlord.visits_before_departure(here.large)
        assert await here.landlord.releases(here.large) == self.large
        await self.doors.known("inventory", "home_left", vacancy_id=self.cheap, followed_by=self.large)
        await self.doors.known("matching", "vacancy", id=self.large, chain_id=self.cheap)

    async def a_family_is_called_for_it(self) -> None:
        """Six in three rooms of 50 square metres, where the law wants 52 (CCH R822-25)."""
        await self.agent.answers_yes_for(self.family, self.large)
        (recorded, *_) = await self.doors.history(ApplicationRecorded, application_id=self.family)
        household = recorded.body["household"]
        assert (household["persons_for_occupancy"], household["over_occupied"]) == (6, True)
        assert "over_occupation" in household["target_groups"]

    async def the_family_moves_and_its_home_is_announced(self) -> None:
        here = self.here
        await here.landlord.lets(here.large, self.family)
        await self.is_housed(self.family, way="online")
        self.small = await here.landlord.receives_the_notice_of(here.small)
        announced = await self.doors.told(VacancyAnnounced, vacancy_id=self.small)
        assert (announced.body["dwelling"]["dwelling_type"], announced.body["landlord"]) == ("T3", here.landlord.siren)

    async def is_housed(self, application_id: str, *, way: str) -> None:
        """The lease closes the application, for the first of the six lawful reasons; its record tells the whole way."""
        closed = await self.doors.told(ApplicationClosed, application_id=application_id)
        assert (closed.body["reason"], closed.body["on"]) == ("housed", str(TODAY))
        opened = await self.doors.told(ApplicationOpened, application_id=application_id)
        assert (opened.body["way"], opened.body["kind"]) == (way, "transfer")
        steps = ("registered", "completed", "call_issued", "call_answered", "allocated", "let", "closed")

        async def whole_record() -> bool:
            return set(steps) <= set(await self.agent.record(application_id))

        await until(whole_record, f"the record of {application_id} has all of {steps}")

    async def deductions_are(self, homes: int, *, past_the_announced: bool) -> None:
        async def counted() -> bool:
            return (await self.here.landlord.flow())["deductions"] == {"internal_transfer": homes}

        await until(counted, f"{homes} homes deducted from the base of the flow")
        assert (await self.here.landlord.flow())["over_announced"] is past_the_announced

    async def the_indicators_have_their_sources(self) -> None:
        """Of each indicator that the fiche asks for (DOMAIN §6.1), the events it is counted from."""
        landlord, doors = self.here.landlord.siren, self.doors
        # Internal moves served, and how long those housed waited: leases to tenants of the same landlord.
        for vacancy_id, application_id in ((self.cheap, self.lady_applies), (self.large, self.family)):
            await doors.told(VacancyAllocated, vacancy_id=vacancy_id, application_id=application_id)
            let = await doors.told(VacancyLet, vacancy_id=vacancy_id, application_id=application_id)
            left = await doors.history(ApplicationRecorded, application_id=application_id)
            assert let.body["landlord"] == left[-1].body["current_home"]["landlord"] == landlord
            closed = await doors.told(ApplicationClosed, application_id=application_id, reason="housed")
            assert closed.body["registered_on"] <= let.body["lease_signed_on"] == str(TODAY)
            await doors.told(CallAnswered, application_id=application_id, answer="interested")
        # Households helped with the state of their home, in and out of priority districts.
        for step in (StateVisited, MeasurePrescribed, MeasureContracted, MeasureStarted, MeasureCompleted):
            of_hers = {"measure_id": self.measure, "application_id": self.lady_applies}
            await doors.told(step, **of_hers, in_priority_district=True)
        # Homes back on the market, with the days they stood vacant.
        await doors.told(VacancyAnnounced, vacancy_id=self.large)
        for vacancy_id, days in ((self.cheap, 20), (self.large, 0)):
            await doors.told(VacancyReleased, vacancy_id=vacancy_id)
            await doors.told(VacancyLet, vacancy_id=vacancy_id, days_vacant=days)
        # Partnerships, and what landlords share: conditions of transfer, homes known ahead, who takes part.
        await doors.told(ConditionsRecorded, landlord=landlord)
        await doors.told(ParticipationRecorded, landlord=landlord, scheme="protocole_mutations")
        # The demand known: who was examined and reached.
        made = await doors.told(ExaminationMade, tenancy_id=self.tenancy)
        assert (made.body["rooms_freed"], made.body["in_priority_district"]) == (3, True)
        await doors.told(OpinionGiven, tenancy_id=self.tenancy)
        await doors.told(TransferSuggested, tenancy_id=self.tenancy)
