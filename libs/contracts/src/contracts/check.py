"""What is wrong with the contracts' files, in sentences that name the file, the event type and the field."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from contracts import asyncapi
from contracts.additive import breaking_changes
from contracts.event import Event
from contracts.examples import EXAMPLES
from contracts.files import Files, read
from contracts.goldens import misread, text_of, unset_fields
from contracts.history import contents, first_commits
from contracts.schemas import event_types, schema_of

_WRITE = "run `python -m contracts write`"
_NEW_MAJOR = "a change that is not additive is a new event type, with the next major version, beside this one"


def problems(files: Files) -> list[str]:
    """One sentence for each thing that is wrong; empty where all is well."""
    return [
        *_models(),
        *_current(files),
        *_released(files),
        *_goldens(files),
        *_frozen(files),
        *_asyncapi(files),
    ]


def _models() -> Iterator[str]:
    for event_type in Event.REGISTRY.keys() - event_types().keys():
        yield f"contracts.topics: {event_type}: the event is in no topic; add it to the line of its topic"
    for event_type in event_types().keys() - EXAMPLES.keys():
        yield f"contracts.examples: {event_type}: the event has no example; add one with every field set"


def _current(files: Files) -> Iterator[str]:
    for event_type, event in event_types().items():
        path = files.current_schema(event_type)
        if not path.exists():
            yield f"{files.name(path)}: {event_type}: the schema is missing; {_WRITE}"
        elif (held := read(path)) != schema_of(event):
            field = _difference(held, schema_of(event))
            yield f"{files.name(path)}: {event_type}: {field} is not what the model says; {_WRITE}"
    for path in sorted(files.current.glob("*.json")):
        if path.stem not in event_types():
            yield f"{files.name(path)}: {path.stem}: there is no such event; {_WRITE}"


def _released(files: Files) -> Iterator[str]:
    for event_type in sorted(files.released_types()):
        numbers = files.releases(event_type)
        paths = [files.released_schema(event_type, number) for number in numbers]
        if numbers != list(range(1, len(numbers) + 1)):
            yield f"{files.name(paths[-1])}: {event_type}: the releases are {numbers}; they count from 1 without a gap"
        for before, after in pairwise(paths):
            for change in breaking_changes(read(before), read(after)):
                yield f"{files.name(after)}: {event_type}: {change} since {before.name}; {_NEW_MAJOR}"
        event = event_types().get(event_type)
        if event is None:
            yield f"{files.name(paths[-1])}: {event_type}: its model is gone; put it back, stored events stay readable"
            continue
        for change in breaking_changes(read(paths[-1]), schema_of(event)):
            yield f"{files.name(paths[-1])}: {event_type}: {change} in the model; {_NEW_MAJOR}"


def _goldens(files: Files) -> Iterator[str]:
    for event_type, event in event_types().items():
        last = files.number(event)
        for number in range(1, last + 1):
            yield from _golden(files, event, number)
        for path in sorted((files.goldens / event_type).glob("*")):
            if path not in {files.golden(event_type, number) for number in range(1, last + 1)}:
                yield f"{files.name(path)}: {event_type}: there is no such release; {_WRITE}"
    for path in sorted(files.goldens.glob("*")):
        if path.name not in event_types():
            yield f"{files.name(path)}: {path.name}: there is no such event"


def _golden(files: Files, event: type[Event], number: int) -> Iterator[str]:
    path = files.golden(event.TYPE, number)
    at = f"{files.name(path)}: {event.TYPE}"
    if not path.exists():
        yield f"{at}: the golden example is missing; {_WRITE}"
        return
    document = read(path)
    if wrong := misread(document, event, schema_of(event)):
        yield f"{at}: {wrong}"
    for field in unset_fields(document, files.schema(event, number)):
        yield f"{at}: {field} is not set; a golden example sets every field of its release"
    example = EXAMPLES.get(event.TYPE)
    open_ = not files.released_schema(event.TYPE, number).exists()
    if open_ and example is not None and path.read_text(encoding="utf-8") != text_of(example):
        field = _difference(document, example.model_dump(mode="json"))
        yield f"{at}: {field} is not what contracts.examples says; {_WRITE}"


def _frozen(files: Files) -> Iterator[str]:
    """What was released stays as the commit that released it left it."""
    released = first_commits(files.root, files.released)
    wanted = []
    for path, commit in released.items():
        event_type, _, number = path.stem.rpartition(".")
        wanted.append((commit, path))
        wanted.append((commit, files.golden(event_type, int(number))))
    for path, held in contents(files.root, wanted).items():
        event_type = path.parent.name if files.goldens in path.parents else path.stem.rpartition(".")[0]
        if not path.exists():
            yield f"{files.name(path)}: {event_type}: a released file was removed; put it back"
        elif path.read_bytes() != held:
            yield f"{files.name(path)}: {event_type}: a released file was changed; put it back and release an addition"


def _asyncapi(files: Files) -> Iterator[str]:
    if not files.asyncapi.exists() or files.asyncapi.read_text(encoding="utf-8") != asyncapi.text():
        yield f"{files.name(files.asyncapi)}: the document is not what the topic table says; {_WRITE}"


def _difference(held: Any, meant: Any, path: str = "") -> str:
    """The path of the first difference between two documents; in a schema's path is the field's name."""
    if isinstance(held, dict) and isinstance(meant, dict):
        for name in [*meant, *held]:
            if held.get(name) != meant.get(name):
                return _difference(held.get(name), meant.get(name), f"{path}.{name}" if path else name)
    return path
