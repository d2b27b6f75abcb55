"""Every service reads everything that was ever published on the topics it reads."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from chassis.handlers import Handlers
from contracts.event import Event
from contracts.files import Files
from contracts.schemas import event_types
from contracts.topics import SERVICES, TOPICS, Kind, Topic

FILES = Files()


@cache
def handlers_of(service: str) -> Handlers | None:
    """A service's registry, None for one that has no handlers; whatever goes wrong in importing it is a failure."""
    if find_spec(f"{service}.handlers") is None:
        return None
    found = import_module(f"{service}.handlers").handlers
    assert isinstance(found, Handlers), f"{service}.handlers.handlers is a {type(found).__name__}"
    return found


REGISTRIES = {service: handlers for service in SERVICES if (handlers := handlers_of(service)) is not None}


def types_of(handlers: Handlers) -> set[str]:
    return handlers.reactions.keys() | handlers.projections.keys()


def topics_of(handlers: Handlers) -> set[str]:
    """The names in the table of what a service subscribes to, in whatever way."""
    by_event = {topic.name for topic in TOPICS for event in topic.events if handlers.handles(event.TYPE)}
    return by_event | handlers.erasures.keys() | handlers.refusals.keys()


SUBSCRIPTIONS = [
    (service, topic)
    for service, handlers in REGISTRIES.items()
    for topic in TOPICS
    if topic.name in topics_of(handlers)
]
GOLDENS = [
    (service, event, path)
    for service, topic in SUBSCRIPTIONS
    for event in topic.events
    if REGISTRIES[service].handles(event.TYPE)
    for path in sorted((FILES.goldens / event.TYPE).glob("*.json"))
]


@pytest.mark.parametrize(
    ("service", "event", "path"),
    GOLDENS,
    ids=[f"{service}-{event.TYPE}-{path.stem}" for service, event, path in GOLDENS],
)
def test_a_subscriber_reads_every_golden_example(service: str, event: type[Event], path: Path) -> None:
    read = REGISTRIES[service].event_class(event.TYPE).decode(path.read_bytes())
    assert read.TYPE == event.TYPE
    assert read.key


@pytest.mark.parametrize("service", REGISTRIES)
def test_every_handled_type_is_that_of_the_topic_table(service: str) -> None:
    handlers = REGISTRIES[service]
    for event_type in types_of(handlers):
        assert event_type in event_types(), f"{event_type} is in no topic"
        assert handlers.event_class(event_type) is event_types()[event_type]


@pytest.mark.parametrize("service", REGISTRIES)
def test_every_handled_type_has_golden_examples(service: str) -> None:
    read = {event.TYPE for reader, event, _ in GOLDENS if reader == service}
    assert read == types_of(REGISTRIES[service])


@pytest.mark.parametrize(
    ("service", "topic"), SUBSCRIPTIONS, ids=[f"{service}-{topic.name}" for service, topic in SUBSCRIPTIONS]
)
def test_restricted_topics_are_read_by_those_the_table_names(service: str, topic: Topic) -> None:
    assert not topic.restricted or service in topic.readers


@pytest.mark.parametrize("service", REGISTRIES)
def test_erasures_and_refusals_are_of_topics_of_the_table(service: str) -> None:
    kinds = {topic.name: topic.kind for topic in TOPICS}
    handlers = REGISTRIES[service]
    assert {name: kinds.get(name) for name in handlers.erasures} == dict.fromkeys(handlers.erasures, Kind.STATE)
    assert handlers.refusals.keys() <= kinds.keys()


@pytest.mark.parametrize(
    ("service", "topic"), SUBSCRIPTIONS, ids=[f"{service}-{topic.name}" for service, topic in SUBSCRIPTIONS]
)
def test_who_keeps_what_a_person_can_have_erased_forgets_it(service: str, topic: Topic) -> None:
    assert not topic.erasable or topic.name in REGISTRIES[service].erasures


@pytest.mark.parametrize("service", REGISTRIES)
def test_a_projection_has_a_version_to_be_guarded_by(service: str) -> None:
    for projection in REGISTRIES[service].projections.values():
        assert "version" in projection.event.model_fields, projection.event.TYPE
