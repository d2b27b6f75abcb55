"""The AsyncAPI 3.0 document, from the topic table: what an outside system needs to read or write our topics."""

from importlib.metadata import version
from typing import Any

import yaml
from pydantic.json_schema import models_json_schema

from contracts.event import CONTENT_TYPE, Event
from contracts.examples import EXAMPLES
from contracts.schemas import ProducerSchema, event_types, key_fields, present, schema_of
from contracts.topics import DEMAND_CONTACT, LANDLORD_TENANCY, TOPICS, Kind, Topic

_BINDING = "0.5.0"
_HEADERS: dict[str, Any] = {
    "type": "object",
    "description": "CloudEvents 1.0 in binary mode: attributes are record headers, UTF-8, without control characters.",
    "required": ["ce_specversion", "ce_id", "ce_type", "ce_source", "ce_time"],
    "properties": {
        "ce_specversion": {"type": "string", "const": "1.0"},
        "ce_id": {
            "type": "string",
            "minLength": 1,
            "maxLength": 200,
            "description": "With ce_source unique for ever: the same id with the same body is a repetition.",
        },
        "ce_type": {"type": "string", "maxLength": 200, "description": "A past-tense fact with its major version."},
        "ce_source": {"type": "string", "minLength": 1, "maxLength": 200, "description": "Who says it."},
        "ce_time": {"type": "string", "format": "date-time", "description": "RFC 3339, with an offset."},
        "ce_subject": {"type": "string", "maxLength": 200, "description": "The record key again."},
        "content-type": {"type": "string", "const": CONTENT_TYPE},
        "correlationid": {
            "type": "string",
            "maxLength": 200,
            "description": "The same in all that one outside fact set off.",
        },
        "causationid": {"type": "string", "maxLength": 200, "description": "The event or command just before."},
        "traceparent": {"type": "string", "description": "W3C trace context."},
        "storytime": {"type": "string", "format": "date-time", "description": "When that outside fact was told."},
    },
}


def document() -> dict[str, Any]:
    """The whole document as plain data."""
    schemas = models_json_schema(
        [(event, "validation") for event in event_types().values()],
        ref_template="#/components/schemas/{model}",
        schema_generator=ProducerSchema,
    )[1]["$defs"]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Parcours",
            "version": version("parcours-contracts"),
            "description": "One vacancy, as many moves as it can start: the events of Parcours.\n\n"
            "Bodies only gain optional fields and enum values inside a major version. "
            "Readers pass over fields that they do not know and take an unknown value of an `x-open-enum` as such.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {_channel_id(topic): _channel(topic) for topic in TOPICS},
        "operations": {_operation_id(topic): _operation(topic) for topic in TOPICS},
        "components": {
            "messages": {name: _message(event) for name, event in event_types().items()},
            "schemas": {"CloudEventHeaders": _HEADERS, **schemas},
        },
    }


def text() -> str:
    """The document as it is committed."""
    return "# Generated from contracts.topics by `python -m contracts write`.\n" + yaml.dump(
        document(), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=110
    )


class _Plain(yaml.SafeDumper):
    """YAML without anchors: the same value twice is written twice."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _channel_id(topic: Topic) -> str:
    return topic.name.replace("{siren}.", "")


def _operation_id(topic: Topic) -> str:
    return f"{'receive' if topic.per_landlord else 'send'}.{_channel_id(topic)}"


def _channel(topic: Topic) -> dict[str, Any]:
    channel: dict[str, Any] = {"address": topic.name, "description": _description(topic)}
    if topic.per_landlord:
        channel["parameters"] = {
            "siren": {
                "description": "The landlord's SIREN, nine digits; it says who wrote the records.",
                "examples": ["552032708"],
            }
        }
    return channel | {
        "messages": {event.TYPE: {"$ref": f"#/components/messages/{event.TYPE}"} for event in topic.events},
        "bindings": {
            "kafka": {
                "partitions": topic.partitions,
                "topicConfiguration": _settings(topic),
                "bindingVersion": _BINDING,
            }
        },
        "x-owner": topic.owner,
        **({"x-shared-with": list(topic.shared_with)} if topic.shared_with else {}),
        "x-kind": topic.kind.value,
        "x-record-key": topic.key,
        "x-restricted": topic.restricted,
    }


def _description(topic: Topic) -> str:
    sentences = [topic.says[0].upper() + topic.says[1:] + "."]
    if topic.kind is Kind.STATE:
        sentences.append("Compacted: the last record of a key is how things are; a null value says that it was erased.")
    if topic.restricted:
        carried = "carries identity" if topic in {DEMAND_CONTACT, LANDLORD_TENANCY} else "tells of persons"
        only = f"only {' and '.join(topic.readers)} may read it" if topic.readers else "no service reads it"
        sentences.append(f"Restricted: {carried}; {only}.")
    return " ".join(sentences)


def _settings(topic: Topic) -> dict[str, Any]:
    """Broker settings in the binding's types: the cleanup policy is a list, what is a number is one."""
    return {
        name: value.split(",") if name == "cleanup.policy" else int(value) if value.isdecimal() else value
        for name, value in topic.settings().items()
    }


def _operation(topic: Topic) -> dict[str, Any]:
    channel = f"#/channels/{_channel_id(topic)}"
    return {
        "action": "receive" if topic.per_landlord else "send",
        "channel": {"$ref": channel},
        "summary": f"{_who(topic)}: {topic.says}",
        "messages": [{"$ref": f"{channel}/messages/{event.TYPE}"} for event in topic.events],
    }


def _who(topic: Topic) -> str:
    if topic.per_landlord:
        return "Demand reads" if topic is LANDLORD_TENANCY else "Inventory reads"
    return f"{' and '.join(topic.writers).capitalize()} write{'' if topic.shared_with else 's'}"


def _message(event: type[Event]) -> dict[str, Any]:
    schema = schema_of(event)
    fields = key_fields(event)
    key = present(schema["properties"][fields[0]], schema)
    return {
        "name": event.TYPE,
        "title": event.__name__,
        **({"summary": event.__doc__.split("\n")[0]} if event.__doc__ else {}),
        "contentType": CONTENT_TYPE,
        "headers": {
            "allOf": [
                {"$ref": "#/components/schemas/CloudEventHeaders"},
                {"type": "object", "properties": {"ce_type": {"const": event.TYPE}}},
            ]
        },
        "payload": {"$ref": f"#/components/schemas/{event.__name__}"},
        "correlationId": {"location": "$message.header#/correlationid"},
        "bindings": {
            "kafka": {
                "key": {
                    **{word: key[word] for word in ("type", "format", "pattern") if word in key},
                    "description": " or, where absent, ".join(fields),
                },
                "bindingVersion": _BINDING,
            }
        },
        "examples": [{"name": event.TYPE, "payload": EXAMPLES[event.TYPE].model_dump(mode="json")}],
    }
