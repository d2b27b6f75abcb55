"""Every model reads every golden example, old and new, and every schema describes what was published under it."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from contracts.event import Event
from contracts.examples import EXAMPLES
from contracts.files import Files, read
from contracts.goldens import misread, unset_fields, with_defaults
from contracts.inventory import VacancyReleased
from contracts.schemas import Schema, as_read, event_types, schema_of

FILES = Files()
GOLDENS = sorted(FILES.goldens.glob("*/*.json"))


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def event_of(path: Path) -> type[Event]:
    return event_types()[path.parent.name]


def number_of(path: Path) -> int:
    return int(path.stem)


def mismatches(document: Any, schema: Schema) -> list[str]:
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


def schemas_of(path: Path) -> list[tuple[int, Schema]]:
    """Every release of a golden's event and what the model says now, with their numbers."""
    event = event_of(path)
    releases = [(number, read(FILES.released_schema(event.TYPE, number))) for number in FILES.releases(event.TYPE)]
    return [*releases, (FILES.number(event), schema_of(event))]


def test_there_is_a_golden_example_of_every_event() -> None:
    assert {path.parent.name for path in GOLDENS} == event_types().keys() == EXAMPLES.keys()


@pytest.mark.parametrize("path", GOLDENS, ids=named)
def test_the_model_reads_it_and_writes_it_back_as_it_was(path: Path) -> None:
    document = read(path)
    event = event_of(path)
    again = json.loads(event.decode(path.read_bytes()).encode())
    assert again == with_defaults(document, schema_of(event))
    assert misread(document, event, schema_of(event)) is None


@pytest.mark.parametrize("path", GOLDENS, ids=named)
def test_it_is_valid_under_its_own_and_every_later_release(path: Path) -> None:
    later = [(number, schema) for number, schema in schemas_of(path) if number >= number_of(path)]
    assert later
    for number, schema in later:
        assert mismatches(read(path), schema) == [], f"release {number}"


@pytest.mark.parametrize("path", GOLDENS, ids=named)
def test_readers_of_every_earlier_release_take_it(path: Path) -> None:
    for number, schema in schemas_of(path):
        assert mismatches(read(path), as_read(schema)) == [], f"release {number}"


@pytest.mark.parametrize("path", GOLDENS, ids=named)
def test_it_sets_every_field_of_its_release(path: Path) -> None:
    event = event_of(path)
    assert list(unset_fields(read(path), FILES.schema(event, number_of(path)))) == []


@pytest.mark.parametrize("path", GOLDENS, ids=named)
def test_its_required_fields_alone_are_enough(path: Path) -> None:
    """What a producer of the first days writes: nothing optional."""
    event = event_of(path)
    schema = schema_of(event)

    def bare(document: Any, part: Schema) -> Any:
        return {name: value for name, value in document.items() if name in part.get("required", ())}

    document = bare(read(path), schema)
    assert mismatches(document, schema) == []
    assert misread(document, event, schema) is None


def test_schemas_and_models_agree_on_what_is_wrong() -> None:
    released = json.loads(EXAMPLES[VacancyReleased.TYPE].encode())
    wrong = {**released, "dwelling": {**released["dwelling"], "floor": 61}}
    assert any(found.startswith("$.dwelling.floor") for found in mismatches(wrong, schema_of(VacancyReleased)))
    assert "VacancyReleased does not read dwelling.floor: " in str(
        misread(wrong, VacancyReleased, schema_of(VacancyReleased))
    )


def test_the_published_schema_never_offers_unknown() -> None:
    for event in event_types().values():
        for name, part in schema_of(event).get("$defs", {}).items():
            assert "unknown" not in part.get("enum", ()), f"{event.TYPE}: {name}"


def test_a_document_that_the_model_would_change_is_noticed() -> None:
    document = json.loads(EXAMPLES[VacancyReleased.TYPE].encode())
    document["available_on"] = "2026-12-01T00:00:00"
    assert misread(document, VacancyReleased, schema_of(VacancyReleased)) == (
        "VacancyReleased reads it and writes available_on differently"
    )
