"""What a field's error says to whoever filled it in."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chassis.sentences import WRITTEN, sentence_of
from contracts.values import CommuneCode

OPENAPI = Path(__file__).parents[4] / "docs/openapi"


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid")

    commune: CommuneCode = "75118"
    code: Annotated[str, Field(pattern="^Z$")] = "Z"
    places: Annotated[tuple[int, ...], Field(min_length=1, max_length=2)] = (1,)
    name: Annotated[str, Field(min_length=1, max_length=3)] = "a"
    floor: Annotated[int, Field(ge=0)] = 0


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"commune": "paris"}, "An INSEE code of a commune has five characters, as 75118 or 2A004."),
        ({"code": "A"}, "The text should have the form ^Z$."),
        ({"places": ()}, "At least 1 should be named; there are 0."),
        ({"places": (1, 2, 3)}, "At most 2 should be named; there are 3."),
        ({"name": ""}, "The text should have 1 characters or more."),
        ({"name": "abcd"}, "The text should have 3 characters at most."),
        ({"floor": -1}, "The value should be greater than or equal to 0."),
        ({"roof": 1}, "This field is not known here; leave it out or correct its name."),
    ],
)
def test_an_error_is_a_sentence(said, sentence):
    with pytest.raises(ValidationError) as refused:
        Form.model_validate(said)
    assert [sentence_of(one) for one in refused.value.errors()] == [sentence]


def test_every_pattern_of_a_route_is_said_in_words():
    asked = {pattern for file in OPENAPI.glob("*.json") for pattern in _patterns(json.loads(file.read_text()))}
    assert asked
    assert asked <= set(WRITTEN), "a field whose pattern nobody put into words"


def _patterns(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("pattern"), str):
            yield part["pattern"]
        for value in part.values():
            yield from _patterns(value)
    elif isinstance(part, list):
        for value in part:
            yield from _patterns(value)
