import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import yaml

from contracts import asyncapi
from contracts.event import Envelope
from contracts.examples import EXAMPLES
from contracts.files import Files
from contracts.schemas import event_types
from contracts.topics import DEMAND_CONTACT, TOPICS, Topic

DOCUMENT: dict[str, Any] = yaml.safe_load(Files().asyncapi.read_text(encoding="utf-8"))


def channel_of(topic: Topic) -> Any:
    (found,) = (channel for channel in DOCUMENT["channels"].values() if channel["address"] == topic.name)
    return found


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def followed(reference: str) -> Any:
    found: Any = DOCUMENT
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found


def test_the_committed_document_is_what_the_topic_table_says() -> None:
    assert asyncapi.document() == DOCUMENT
    assert DOCUMENT["asyncapi"] == "3.0.0"


def test_every_reference_leads_somewhere() -> None:
    found = set(references(DOCUMENT))
    assert len(found) > 50
    for reference in found:
        assert followed(reference)


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_a_topic_is_a_channel_with_its_messages_and_settings(topic: Topic) -> None:
    channel = channel_of(topic)
    assert list(channel["messages"]) == [event.TYPE for event in topic.events]
    kafka = channel["bindings"]["kafka"]
    assert kafka["partitions"] == topic.partitions
    said = {
        name: ",".join(value) if isinstance(value, list) else str(value)
        for name, value in kafka["topicConfiguration"].items()
    }
    assert said == topic.settings()
    assert channel["x-restricted"] is topic.restricted
    assert channel["x-owner"] == topic.owner
    assert ("parameters" in channel) == ("{siren}" in channel["address"]) == topic.per_landlord


def test_the_restricted_topic_says_so_in_words() -> None:
    assert "only notifications may read it" in channel_of(DEMAND_CONTACT)["description"]


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_a_topic_has_one_operation(topic: Topic) -> None:
    (operation,) = (
        one for one in DOCUMENT["operations"].values() if followed(one["channel"]["$ref"])["address"] == topic.name
    )
    assert operation["action"] == ("receive" if topic.owner == "landlord" else "send")
    assert len(operation["messages"]) == len(topic.events)


@pytest.mark.parametrize("event_type", sorted(event_types()))
def test_a_message_describes_headers_key_and_body(event_type: str) -> None:
    message = DOCUMENT["components"]["messages"][event_type]
    example = EXAMPLES[event_type]
    common, own = message["headers"]["allOf"]
    envelope = Envelope.new(event_type, source="inventory", time=dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC))
    headers = {name: value.decode() for name, value in envelope.headers()}
    jsonschema.validate(headers, followed(common["$ref"]))
    jsonschema.validate(headers, own)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**headers, "ce_type": "x"}, own)
    jsonschema.validate(example.key, message["bindings"]["kafka"]["key"])
    body = json.loads(example.encode())
    jsonschema.Draft7Validator({**message["payload"], "components": DOCUMENT["components"]}).validate(body)
    assert [found["payload"] for found in message["examples"]] == [body]


def test_one_message_for_each_event() -> None:
    assert DOCUMENT["components"]["messages"].keys() == event_types().keys()
