import json
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel, ValidationError

from contracts.event import Event, UnknownValue
from contracts.examples import EXAMPLES
from contracts.landlord import LandlordEvent
from contracts.schemas import OPEN_ENUM, Schema, event_types, key_fields, present, schema_of
from contracts.tenancy import TenancyEvent

EVENTS = sorted(event_types().items())


def open_enum_paths(schema: Schema, root: Schema, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where a document that sets everything holds a value of an open enum; 0 is the first of an array."""
    schema = present(schema, root)
    if schema.get(OPEN_ENUM):
        return [path]
    found = open_enum_paths(schema["items"], root, (*path, 0)) if "items" in schema else []
    for name, field in schema.get("properties", {}).items():
        found += open_enum_paths(field, root, (*path, name))
    return found


OPEN = [(event, path) for _, event in EVENTS for path in open_enum_paths(schema_of(event), schema_of(event))]


def with_value(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = json.loads(json.dumps(document))
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return changed


def read(event: type[Event], document: Any) -> Event:
    return event.decode(json.dumps(document).encode())


def dotted(path: tuple[Any, ...]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def test_open_enums_are_looked_for_where_they_are() -> None:
    assert len(OPEN) > 20
    assert {dotted(path) for event, path in OPEN if event.__name__ == "ApplicationRecorded"} == {
        "kind", "status", "closure", "light", "wishes.dwelling_types[0]", "current_home.dwelling_type",
        "household.ceiling_regime", "household.reasons[0]", "household.priorities[0]",
        "household.access_needs.wheelchair",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("event", "path"), [(event, path) for event, path in OPEN if not issubclass(event, LandlordEvent | TenancyEvent)]
)
def test_a_reader_takes_a_newer_value_as_unknown_and_no_producer_passes_it_on(
    event: type[Event], path: tuple[Any, ...]
) -> None:
    document = json.loads(EXAMPLES[event.TYPE].encode())
    held: Any = read(event, with_value(document, path, "a newer value"))
    with pytest.raises(UnknownValue) as refusal:
        held.encode()
    assert str(refusal.value).startswith(f"{event.TYPE}: {dotted(path)} is UNKNOWN")
    for step in path:
        held = held[step] if isinstance(step, int) else getattr(held, step)
    assert held == "unknown"


@pytest.mark.parametrize(("event", "path"), [(event, path) for event, path in OPEN if issubclass(event, LandlordEvent)])
def test_a_landlords_unknown_value_is_an_error_of_its_field(event: type[Event], path: tuple[Any, ...]) -> None:
    document = json.loads(EXAMPLES[event.TYPE].encode())
    with pytest.raises(ValidationError) as error:
        read(event, with_value(document, path, "a newer value"))
    assert [found["loc"] for found in error.value.errors()] == [path]


@pytest.mark.parametrize(("event_type", "event"), EVENTS)
def test_unknown_fields_are_passed_over_at_every_level(event_type: str, event: type[Event]) -> None:
    def padded(value: Any) -> Any:
        if isinstance(value, dict):
            return {**{name: padded(item) for name, item in value.items()}, "of_tomorrow": {"x": [1]}}
        return [padded(item) for item in value] if isinstance(value, list) else value

    assert read(event, padded(json.loads(EXAMPLES[event_type].encode()))) == EXAMPLES[event_type]


@pytest.mark.parametrize(("event_type", "event"), EVENTS)
def test_each_required_field_is_named_where_it_is_missing(event_type: str, event: type[Event]) -> None:
    document = json.loads(EXAMPLES[event_type].encode())
    for name, field in event.model_fields.items():
        if field.is_required():
            with pytest.raises(ValidationError) as error:
                read(event, {key: value for key, value in document.items() if key != name})
            assert [found["loc"] for found in error.value.errors()] == [(name,)]


@pytest.mark.parametrize(("event_type", "event"), EVENTS)
def test_the_key_is_the_field_that_the_schema_names(event_type: str, event: type[Event]) -> None:
    assert EXAMPLES[event_type].key == str(getattr(EXAMPLES[event_type], key_fields(event)[0]))


@pytest.mark.parametrize("event", [event for _, event in EVENTS], ids=lambda event: event.__name__)
def test_events_and_their_parts_are_frozen_and_tolerant(event: type[Event]) -> None:
    def models(of: type[BaseModel]) -> list[type[BaseModel]]:
        parts = [field.annotation for field in of.model_fields.values()]
        return [
            of,
            *[
                model
                for part in parts
                if isinstance(part, type) and issubclass(part, BaseModel)
                for model in models(part)
            ],
        ]

    for model in models(event):
        assert model.model_config.get("frozen") is True
        assert model.model_config.get("extra") == "ignore"


@pytest.mark.parametrize("bad", ["inventory.vacancy.released", "Inventory.Vacancy.v1", "vacancy.v1x", "v1"])
def test_a_type_without_form_cannot_be_declared(bad: str) -> None:
    with pytest.raises(TypeError, match="is not of the form"):

        class Misnamed(Event):
            TYPE: ClassVar[str] = bad

    assert bad not in Event.REGISTRY


def test_a_type_cannot_be_declared_twice() -> None:
    taken = "inventory.vacancy.released.v1"
    with pytest.raises(TypeError, match=f"'{taken}' is declared twice"):

        class Again(Event):
            TYPE: ClassVar[str] = taken

    assert Event.REGISTRY[taken].__name__ == "VacancyReleased"
