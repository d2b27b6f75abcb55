from uuid import uuid4

import pytest
from demand_samples import application, consent, declared, hosted, tenant, wishes

from chassis.testing import NOON
from contracts.demand import ApplicationRecorded, ContactRecorded
from contracts.values import ApplicationKind
from demand import bulk, store
from demand.bulk import Household, load_applications
from demand.domain.application import Housing, Situation
from demand.domain.number import application_number
from demand.domain.person import Contact, Person


def household(*, applicants=1, **over):
    persons = [
        Person(
            id=uuid4(),
            contact=Contact(given_name=f"P{n}", family_name="Diallo", email=f"p{n}@exemple.fr"),
            consents=(consent(),),
        )
        for n in range(applicants)
    ]
    registered = application(
        id=uuid4(),
        applicant=persons[0].id,
        co_applicant=persons[1].id if applicants > 1 else None,
        file=declared(**over),
    )
    return Household(registered.recorded(), [person.recorded() for person in persons])


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(bulk, "CHUNK", 4)


@pytest.mark.parametrize(
    ("housing", "kind"),
    [
        (tenant(), ApplicationKind.TRANSFER),
        (hosted(), ApplicationKind.SPLIT),
        (Housing(situation=Situation.OTHER), ApplicationKind.FIRST),
    ],
)
async def test_applications_are_stored_and_told_as_the_api_does(harness, database, housing, kind):
    given = household(applicants=2, housing=housing)
    assert await load_applications(database, [given], now=NOON) == bulk.Loaded(1, 1)
    async with harness.work() as work:
        kept = await store.application(work.session, given.application.application_id)
        persons = [await store.person(work.session, contact.person_id) for contact in given.contacts]
    assert kept.kind is kind
    assert kept.recorded() == given.application
    assert application_number(kept.number) == kept.number
    assert kept.number.startswith("SYN")
    assert [person.recorded() for person in persons] == given.contacts
    published = await harness.outbox()
    read = {"demand.application.v1": ApplicationRecorded, "demand.contact.v1": ContactRecorded}
    told = [read[one.topic].model_validate(one.payload) for one in published]
    assert sorted(told, key=lambda event: event.key) == sorted(
        [given.application, *given.contacts], key=lambda event: event.key
    )


async def test_a_load_run_again_adds_only_what_is_missing(harness, database, small_chunks):
    given, seen = [household(applicants=1 + n % 2) for n in range(10)], []
    assert await load_applications(database, given[:6], now=NOON) == bulk.Loaded(6, 6)
    assert await load_applications(database, iter(given), now=NOON, progress=seen.append) == bulk.Loaded(10, 4)
    assert seen == [4, 8, 10]
    assert len(await harness.outbox()) == 25


async def test_what_is_wrong_stops_the_load_before_its_chunk(harness, database, small_chunks):
    given = [*(household() for _ in range(5)), household(wishes=wishes(places=[{"commune": "99999"}]))]
    with pytest.raises(ValueError, match="wishes: No commune"):
        await load_applications(database, given, now=NOON)
    assert await harness.scalar("SELECT count(*) FROM application") == 4
    assert len(await harness.outbox()) == 8
