"""The JSON Schema of each event, as its producer must write it.

A schema names its record key (`x-key`) and its topic (`x-topic`), because both are part of what readers rely on.
An `OpenEnum` lists the values that may be published, so never `unknown`, and is marked `x-open-enum`.
"""

from functools import cache
from typing import Any

from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from contracts.event import Event
from contracts.topics import TOPICS
from contracts.values import OpenEnum

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
OPEN_ENUM = "x-open-enum"
DOCUMENTATION = frozenset({"$schema", "title", "description", "examples"})
"""Keywords that may change freely."""


class ProducerSchema(GenerateJsonSchema):
    """Pydantic's generator, with what readers tolerate and producers may not publish taken out of the enums."""

    def enum_schema(self, schema: core_schema.EnumSchema) -> Schema:
        found = super().enum_schema(schema)
        if issubclass(schema["cls"], OpenEnum):
            found["enum"] = [value for value in found["enum"] if value != "unknown"]
            found[OPEN_ENUM] = True
        return found


def event_types() -> dict[str, type[Event]]:
    """Every event of the topic table, by its type."""
    return {event.TYPE: event for topic in TOPICS for event in topic.events}


@cache
def schema_of(event: type[Event]) -> Schema:
    """The schema of an event of the topic table; the same object every time, so not to be changed.

    Raises:
        LookupError: the event is in no topic, or in several that are not one a service.
    """
    return {
        "$schema": DIALECT,
        "x-type": event.TYPE,
        "x-topic": topic_name(event),
        "x-key": key_fields(event),
        **event.model_json_schema(schema_generator=ProducerSchema),
    }


def topic_name(event: type[Event]) -> str:
    """The topic that carries an event; of a type that each service has a topic for, `{service}.…`."""
    topics = [topic for topic in TOPICS if event in topic.events]
    names = {topic.name for topic in topics}
    if len(names) > 1:
        names = {topic.name.replace(f"{topic.owner}.", "{service}.", 1) for topic in topics}
    if len(names) != 1:
        msg = f"{event.TYPE} is in {sorted(names) or 'no topic'}; contracts.topics names one topic for each type"
        raise LookupError(msg)
    return names.pop()


def key_fields(event: type[Event]) -> list[str]:
    """The fields that the record key is taken from, first the one that counts where it is set."""
    reads = _Reads()
    key: property = event.key  # type: ignore[assignment]  # read on the class, a property is itself
    assert key.fget is not None
    key.fget(reads)
    return reads.names


class _Reads:
    """Stands in for an event and notes which fields are read; each of them is empty."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __getattr__(self, name: str) -> None:
        self.names.append(name)


def contract_of(schema: Any) -> Any:
    """A schema without its documentation: what two versions are compared by."""
    if isinstance(schema, list):
        return [contract_of(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: {field: contract_of(item) for field, item in value.items()}
        if name in {"properties", "$defs"}
        else contract_of(value)
        for name, value in schema.items()
        if name not in DOCUMENTATION
    }


def resolved(schema: Schema, root: Schema) -> Schema:
    """A schema with its `$ref` into `root` followed; what stands beside the reference wins."""
    while "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        schema = {**root["$defs"][name], **{word: value for word, value in schema.items() if word != "$ref"}}
    return schema


def present(schema: Schema, root: Schema) -> Schema:
    """What a value is when it is there: the branch of an optional field that is not null."""
    schema = resolved(schema, root)
    for branch in schema.get("anyOf", ()):
        if branch.get("type") != "null":
            return resolved(branch, root)
    return schema


def as_read(schema: Any) -> Any:
    """The schema of a tolerant reader: an open enum is any string."""
    if isinstance(schema, list):
        return [as_read(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    dropped = {"enum"} if schema.get(OPEN_ENUM) else set[str]()
    return {name: as_read(value) for name, value in schema.items() if name not in dropped}
