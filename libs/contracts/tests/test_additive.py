"""The additive check by mutation: every forbidden change is caught, with the path of the field."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from contracts.additive import breaking_changes
from contracts.demand import ApplicationRecorded
from contracts.landlord import NoticeReceived, ReceiptIssued
from contracts.schemas import Schema, event_types, present, schema_of

Change = Callable[[Schema], Any]


def changed(schema: Schema, change: Change) -> Schema:
    new = copy.deepcopy(schema)
    change(new)
    return new


def household(schema: Schema) -> Schema:
    found: Schema = schema["$defs"]["HouseholdFacts"]
    return found


def place(schema: Schema) -> Schema:
    found: Schema = schema["$defs"]["WantedPlace"]
    return found


def renamed(fields: Schema, old: str, new: str) -> None:
    fields["properties"] = {new if name == old else name: field for name, field in fields["properties"].items()}
    fields["required"] = [new if name == old else name for name in fields["required"]]


FORBIDDEN: dict[str, tuple[Change, str]] = {
    "removed": (
        lambda new: new["properties"].pop("registered_on"),
        "registered_on: the field was removed or renamed",
    ),
    "renamed": (
        lambda new: renamed(new, "registered_on", "seniority_from"),
        "registered_on: the field was removed or renamed",
    ),
    "removed deep inside": (
        lambda new: place(new)["properties"].pop("neighbours"),
        "wishes.places[].neighbours: the field was removed or renamed",
    ),
    "type": (
        lambda new: household(new)["properties"]["persons_for_ceiling"].update(type="string"),
        "household.persons_for_ceiling: the type was integer and is string",
    ),
    "type widened": (
        lambda new: household(new)["properties"]["persons_for_ceiling"].update(type="number"),
        "household.persons_for_ceiling: the type was integer and is number",
    ),
    "format": (
        lambda new: new["properties"]["registered_on"].update(format="date-time"),
        "registered_on: the type was string (date) and is string (date-time)",
    ),
    "no longer nullable": (
        lambda new: household(new)["properties"]["max_floor_without_lift"]["anyOf"].pop(),
        "household.max_floor_without_lift: the type was integer or null and is integer",
    ),
    "newly nullable": (
        lambda new: new["properties"].update(
            status={"anyOf": [{"$ref": "#/$defs/ApplicationStatus"}, {"type": "null"}]}
        ),
        "status: the type was string and is string or null",
    ),
    "element's type": (
        lambda new: new["properties"]["person_ids"]["items"].update(format="uri"),
        "person_ids: the type was array of string (uuid) and is array of string (uri)",
    ),
    "newly required": (
        lambda new: household(new)["required"].append("needs_step_free"),
        "household.needs_step_free: the field was optional and is required",
    ),
    "no longer required": (
        lambda new: new["required"].remove("registered_on"),
        "registered_on: the field was required and is optional",
    ),
    "new and required": (
        lambda new: (new["properties"].update(desk={"type": "string"}), new["required"].append("desk")),
        "desk: the field is new and required; give it a default",
    ),
    "new without a fixed default": (
        lambda new: place(new)["properties"].update(weight={"type": "integer"}),
        "wishes.places[].weight: the field is new and its default is made at run time; give it a fixed one",
    ),
    "maximum tightened": (
        lambda new: household(new)["properties"]["persons_for_occupancy"].update(maximum=10),
        "household.persons_for_occupancy: the constraint maximum was 20 and is 10",
    ),
    "maximum loosened": (
        lambda new: household(new)["properties"]["persons_for_occupancy"].update(maximum=30),
        "household.persons_for_occupancy: the constraint maximum was 20 and is 30",
    ),
    "maximum dropped": (
        lambda new: household(new)["properties"]["persons_for_occupancy"].pop("maximum"),
        "household.persons_for_occupancy: the constraint maximum was 20 and is absent",
    ),
    "constraint inside an optional field": (
        lambda new: new["$defs"]["Wishes"]["properties"]["max_rent_cents"]["anyOf"][0].update(maximum=1),
        "wishes.max_rent_cents: the constraint maximum was 10000000 and is 1",
    ),
    "constraint added": (
        lambda new: new["properties"]["version"].update(minimum=1),
        "version: the constraint minimum was absent and is 1",
    ),
    "pattern": (
        lambda new: place(new)["properties"]["commune"].update(pattern="^[0-9]{5}$"),
        "wishes.places[].commune: the constraint pattern was '^([0-9]{2}|2[AB])[0-9]{3}$' and is '^[0-9]{5}$'",
    ),
    "number of elements": (
        lambda new: new["$defs"]["Wishes"]["properties"]["places"].update(maxItems=4),
        "wishes.places: the constraint maxItems was 8 and is 4",
    ),
    "unknown fields refused": (
        lambda new: household(new).update(additionalProperties=False),
        "household: the constraint additionalProperties was absent and is False",
    ),
    "default": (
        lambda new: place(new)["properties"]["neighbours"].update(default=True),
        "wishes.places[].neighbours: the default was False and is True",
    ),
    "default of another type": (
        lambda new: place(new)["properties"]["neighbours"].update(default=0),
        "wishes.places[].neighbours: the default was False and is 0",
    ),
    "default dropped": (
        lambda new: new["properties"]["current_home"].pop("default"),
        "current_home: the default was None and is absent",
    ),
    "enum value removed": (
        lambda new: new["$defs"]["DwellingType"]["enum"].remove("T6"),
        "wishes.dwelling_types[]: the enum value 'T6' was removed",
    ),
    "enum value removed inside an optional part": (
        lambda new: new["$defs"]["DwellingType"]["enum"].remove("T6"),
        "current_home.dwelling_type: the enum value 'T6' was removed",
    ),
    "enum closed": (
        lambda new: new["$defs"]["ApplicationKind"].pop("x-open-enum"),
        "kind: the enum was open and is closed",
    ),
    "enum given up": (
        lambda new: new["$defs"]["ApplicationKind"].pop("enum"),
        "kind: the enum was ['transfer', 'split', 'first'] and is None",
    ),
    "topic": (
        lambda new: new.update({"x-topic": "demand.file.v1"}),
        "event: the topic was demand.application.v1 and is demand.file.v1",
    ),
    "key": (
        lambda new: new.update({"x-key": ["version"]}),
        "event: the record key was ['application_id'] and is ['version']",
    ),
    "another event": (
        lambda new: new.update({"x-type": "demand.application.recorded.v2"}),
        "event: the event type was demand.application.recorded.v1 and is demand.application.recorded.v2",
    ),
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_a_forbidden_change_is_caught_with_its_field(name: str) -> None:
    change, sentence = FORBIDDEN[name]
    old = schema_of(ApplicationRecorded)
    assert sentence in breaking_changes(old, changed(old, change))


@pytest.mark.parametrize(
    "change",
    [
        lambda new: new["properties"].update(desk={"type": "string", "default": "online"}),
        lambda new: new["properties"].update(desk={"anyOf": [{"type": "string"}, {"type": "null"}], "default": None}),
        lambda new: place(new)["properties"].update(weight={"type": "integer", "default": 1}),
        lambda new: (
            new["$defs"].update(
                Desk={"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
            ),
            new["properties"].update(desk={"anyOf": [{"$ref": "#/$defs/Desk"}, {"type": "null"}], "default": None}),
        ),
        lambda new: new["$defs"]["ApplicationKind"]["enum"].append("exchange"),
        lambda new: new["$defs"]["DwellingType"]["enum"].insert(0, "T0"),
        lambda new: household(new).update(description="Said otherwise.", title="Household"),
        lambda new: new["properties"]["registered_on"].update(examples=["2026-11-22"]),
        lambda _: None,
    ],
)
def test_an_additive_change_passes(change: Change) -> None:
    old = schema_of(ApplicationRecorded)
    assert breaking_changes(old, changed(old, change)) == []


def test_the_name_of_a_part_is_nobodys_business() -> None:
    class Place(BaseModel):
        commune: str

    class Town(BaseModel):
        commune: str

    class Old(BaseModel):
        place: Place
        second: Place | None = None

    class New(BaseModel):
        place: Town
        second: Town | None = None

    assert breaking_changes(Old.model_json_schema(), New.model_json_schema()) == []


def test_a_part_that_contains_itself_is_compared_once_and_to_its_end() -> None:
    class Room(BaseModel):
        size: int
        inner: "Room | None" = None

    old = Room.model_json_schema()
    new = changed(old, lambda new: new["$defs"]["Room"]["properties"]["size"].update(maximum=9))
    assert breaking_changes(old, old) == []
    assert "size: the constraint maximum was absent and is 9" in breaking_changes(old, new)


def test_a_value_more_in_a_closed_enum_would_be_refused_by_its_readers() -> None:
    old = schema_of(ReceiptIssued)
    new = changed(old, lambda new: new["$defs"]["Outcome"]["enum"].append("deferred"))
    assert breaking_changes(old, new) == [
        "outcome: the enum value 'deferred' was added to a closed enum; its readers would refuse it"
    ]


def test_a_closed_enum_cannot_be_opened_for_those_who_read_it_closed() -> None:
    old = schema_of(ReceiptIssued)
    new = changed(old, lambda new: new["$defs"]["Outcome"].update({"x-open-enum": True}))
    assert breaking_changes(old, new) == ["outcome: the enum was closed and is open"]


def test_a_literal_is_a_closed_enum() -> None:
    old = schema_of(NoticeReceived)
    new = changed(old, lambda new: new["properties"]["notice_months"]["enum"].remove(3))
    assert breaking_changes(old, new) == ["notice_months: the enum value 3 was removed"]


def every_field(schema: Schema, root: Schema, path: str = "") -> Iterator[tuple[str, Schema, str]]:
    """Path, the fields it is one of, and name, of each field at every depth."""
    schema = present(schema, root)
    if "items" in schema:
        yield from every_field(schema["items"], root, f"{path}[]")
    for name, field in schema.get("properties", {}).items():
        at = f"{path}.{name}" if path else name
        yield at, schema["properties"], name
        yield from every_field(field, root, at)


@pytest.mark.parametrize("event_type", sorted(event_types()))
def test_no_field_of_any_event_can_go_unnoticed(event_type: str) -> None:
    old = schema_of(event_types()[event_type])
    paths = [path for path, _, _ in every_field(old, old)]
    assert paths
    for path in paths:
        new = copy.deepcopy(old)
        for at, fields, name in list(every_field(new, new)):
            if at == path:
                fields.pop(name)
                break
        assert f"{path}: the field was removed or renamed" in breaking_changes(old, new)
