import json
import re

import pytest

from contracts import topics
from contracts.dead_letter import DeadLetterRecorded
from contracts.event import Event
from contracts.inventory import VacancyReleased
from contracts.landlord import NoticeReceived
from contracts.topics import TOPICS, Kind, NoTopic, Topic, topic_named, topic_of

DAY = 24 * 3600 * 1000


def by_name(topic: Topic) -> str:
    return topic.name


def test_names_are_unique_and_end_with_their_version() -> None:
    names = [topic.name for topic in TOPICS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z-]+(\.([a-z-]+|\{siren\}))+\.v\d+", name) for name in names)


@pytest.mark.parametrize("topic", TOPICS, ids=by_name)
def test_a_topics_events_are_of_its_own_family(topic: Topic) -> None:
    assert topic.events
    families = {event.TYPE.split(".")[0] for event in topic.events}
    assert families == {"chassis" if ".dead-letter." in topic.name else topic.name.split(".")[0]}


def test_every_event_is_in_one_topic() -> None:
    placed = [event for topic in TOPICS for event in topic.events if event is not DeadLetterRecorded]
    assert sorted(event.TYPE for event in placed) == sorted(Event.REGISTRY.keys() - {DeadLetterRecorded.TYPE})


def test_each_service_has_its_own_dead_letters() -> None:
    assert [topic.name for topic in TOPICS if DeadLetterRecorded in topic.events] == [
        f"{service}.dead-letter.v1" for service in topics.SERVICES
    ]


@pytest.mark.parametrize("topic", [topic for topic in TOPICS if topic.kind is Kind.STATE], ids=by_name)
def test_a_state_topic_says_one_thing_and_with_which_version(topic: Topic) -> None:
    (event,) = topic.events
    assert "version" in event.model_fields


def test_facts_are_kept_thirty_days_and_dead_letters_ninety() -> None:
    assert topics.INVENTORY_VACANCY.settings() == {"cleanup.policy": "delete", "retention.ms": str(30 * DAY)}
    assert topics.DEAD_LETTERS["matching"].settings()["retention.ms"] == str(90 * DAY)


def test_state_is_compacted_and_has_no_retention() -> None:
    assert topics.INVENTORY_DWELLING.settings() == {"cleanup.policy": "compact"}


@pytest.mark.parametrize("topic", [topics.DEMAND_APPLICATION, topics.DEMAND_CONTACT], ids=by_name)
def test_what_persons_can_have_erased_is_gone_from_the_broker_within_a_day(topic: Topic) -> None:
    assert topic.settings() == {
        "cleanup.policy": "compact",
        "segment.ms": str(DAY),
        "max.compaction.lag.ms": str(DAY),
        "min.cleanable.dirty.ratio": "0.01",
        "delete.retention.ms": str(30 * DAY),
    }


def test_identity_is_in_the_restricted_topic_only() -> None:
    identity = ('"given_name": {', '"family_name": {', '"email": {', '"phone": {')
    carrying = {
        topic.name
        for topic in TOPICS
        for event in topic.events
        if any(name in json.dumps(event.model_json_schema()) for name in identity)
    }
    assert carrying == {"demand.contact.v1", "landlord.{siren}.tenancy.v1"}
    assert carrying <= {topic.name for topic in TOPICS if topic.restricted}


@pytest.mark.parametrize("topic", TOPICS, ids=by_name)
def test_a_pattern_takes_exactly_its_own_topics(topic: Topic) -> None:
    name = topic.of("552032708")
    assert re.match(topic.pattern, name)
    for other in (f"x{name}", f"{name}0", f"{name}.x", name.replace(".", "-"), name.upper()):
        assert not re.match(topic.pattern, other), other
    for stranger in TOPICS:
        assert bool(re.match(topic.pattern, stranger.of("552032708"))) == (stranger is topic)


@pytest.mark.parametrize("siren", ["", "55203270", "5520327080", "55203270a", "*", "552032708.x"])
def test_only_a_sirens_topic_is_a_landlords(siren: str) -> None:
    assert not re.match(topics.LANDLORD_VACANCY.pattern, topics.LANDLORD_VACANCY.of(siren))


def test_the_siren_comes_from_the_topics_name() -> None:
    found = re.match(topics.LANDLORD_VACANCY.pattern, "landlord.999000001.vacancy.v1")
    assert found is not None
    assert found["siren"] == "999000001"


def test_a_topic_is_found_by_its_concrete_name() -> None:
    assert topic_named("landlord.552032708.vacancy.v1") is topics.LANDLORD_VACANCY
    assert topic_named("inventory.vacancy.v1") is topics.INVENTORY_VACANCY
    assert topic_named("landlord.receipt.v1") is topics.LANDLORD_RECEIPT
    assert topic_named("landlord.{siren}.vacancy.v1") is None
    assert topic_named("inventory.vacancy.v2") is None


def test_an_events_topic() -> None:
    assert topic_of(VacancyReleased) is topics.INVENTORY_VACANCY


@pytest.mark.parametrize("event", [DeadLetterRecorded, NoticeReceived])
def test_what_has_no_topic_of_its_own_must_be_named_outright(event: type[Event]) -> None:
    with pytest.raises(NoTopic, match=f"{event.__name__} has no topic of its own"):
        topic_of(event)
