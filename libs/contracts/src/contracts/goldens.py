"""Golden examples: what the bodies of an event looked like in each of its versions, kept for ever.

`goldens/<event type>/<n>.json` goes with `schemas/released/<event type>.<n>.json` and sets every field of it.
"""

import json
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from contracts.event import Event, UnknownValue
from contracts.schemas import Schema, present, resolved


def text_of(event: Event) -> str:
    """The body that the event's producer writes, set out for reading."""
    return json.dumps(json.loads(event.encode()), indent=2, ensure_ascii=False) + "\n"


def misread(document: Any, event: type[Event], schema: Schema) -> str | None:
    """Say why the event's model does not read a golden and write it back as it was, None where it does.

    Fields that came after the golden was written are expected with their defaults.
    """
    try:
        again = json.loads(event.decode(json.dumps(document).encode()).encode())
    except ValidationError as error:
        first = error.errors()[0]
        return f"{event.__name__} does not read {'.'.join(str(step) for step in first['loc'])}: {first['msg']}"
    except UnknownValue as error:
        return str(error)
    expected = with_defaults(document, schema)
    if again == expected:
        return None
    changed = sorted(name for name in expected.keys() | again.keys() if expected.get(name) != again.get(name))
    return f"{event.__name__} reads it and writes {', '.join(changed)} differently"


def with_defaults(document: Any, schema: Schema, root: Schema | None = None) -> Any:
    """A document with the default of every field that it leaves out."""
    root = root or schema
    schema = present(schema, root)
    if isinstance(document, list) and "items" in schema:
        return [with_defaults(item, schema["items"], root) for item in document]
    if not isinstance(document, dict) or "properties" not in schema:
        return document
    fields = {name: resolved(field, root) for name, field in schema["properties"].items()}
    defaults = {name: field["default"] for name, field in fields.items() if "default" in field}
    return defaults | {
        name: with_defaults(value, fields[name], root) if name in fields else value for name, value in document.items()
    }


def unset_fields(document: Any, schema: Schema, root: Schema | None = None, path: str = "") -> Iterator[str]:
    """The paths of the fields that a document leaves out, or leaves null or empty."""
    root = root or schema
    schema = present(schema, root)
    if isinstance(document, list):
        for item in document:
            yield from unset_fields(item, schema.get("items", {}), root, f"{path}[]")
    if not isinstance(document, dict):
        return
    for name, field in schema.get("properties", {}).items():
        at = f"{path}.{name}" if path else name
        if document.get(name) in (None, [], {}):
            yield at
        else:
            yield from unset_fields(document[name], field, root, at)
