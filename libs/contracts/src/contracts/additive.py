"""What may change inside a major version: nothing that a deployed reader or a stored record could notice.

Services are deployed one by one and records are kept for years, so both hold at once: an old reader meets new
records, a new reader meets old ones. That leaves

- a new optional field with a default (an old reader ignores it, a new one takes the default), and
- a new value of an `OpenEnum` (an old reader takes it as `UNKNOWN`),

and documentation. A constraint may be neither tightened (stored records would no longer be read) nor loosened
(a deployed reader would refuse what a new producer may then send); the same goes for a default, the type, and
whether a field is required. Everything else is a new event type, `….v2`, beside the old one.
"""

from collections.abc import Iterator
from typing import Any

from contracts.schemas import DOCUMENTATION, OPEN_ENUM, Schema, resolved

_STRUCTURE = frozenset({"$defs", "$ref", "properties", "required", "items", "anyOf", "enum", OPEN_ENUM})
_OF_THE_EVENT = {"x-type": "the event type", "x-topic": "the topic", "x-key": "the record key"}


def breaking_changes(old: Schema, new: Schema) -> list[str]:
    """One sentence for each change from `old` to `new` that is not additive; each begins with the field's path."""
    return list(_Comparison(old, new).of(old, new, ""))


class _Comparison:
    def __init__(self, old: Schema, new: Schema) -> None:
        self._old = old
        self._new = new
        self._open: list[tuple[str, str]] = []
        """Pairs of definitions that are being compared: a recursive one is not entered again."""

    def of(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        pair = (old.get("$ref", ""), new.get("$ref", ""))
        if all(pair) and pair in self._open:
            return
        self._open.append(pair)
        yield from self._resolved(resolved(old, self._old), resolved(new, self._new), path)
        self._open.pop()

    def _resolved(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        was, now = _kind(old, self._old), _kind(new, self._new)
        if was != now:
            yield f"{path or 'event'}: the type was {was} and is {now}"
            return
        yield from _enum(old, new, path)
        yield from _keywords(old, new, path)
        yield from self._fields(old, new, path)
        if "items" in old and "items" in new:
            yield from self.of(old["items"], new["items"], f"{path}[]")
        for before, after in zip(old.get("anyOf", ()), new.get("anyOf", ()), strict=True):
            yield from self.of(before, after, path)

    def _fields(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        was_required, is_required = set(old.get("required", ())), set(new.get("required", ()))
        for name in before:
            at = _join(path, name)
            if name not in after:
                yield f"{at}: the field was removed or renamed"
                continue
            if name in is_required - was_required:
                yield f"{at}: the field was optional and is required"
            elif name in was_required - is_required:
                yield f"{at}: the field was required and is optional"
            yield from self.of(before[name], after[name], at)
        for name in after.keys() - before.keys():
            at = _join(path, name)
            if name in is_required:
                yield f"{at}: the field is new and required; give it a default"
            elif "default" not in resolved(after[name], self._new):
                yield f"{at}: the field is new and its default is made at run time; give it a fixed one"


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _kind(schema: Schema, root: Schema) -> str:
    """What a value is, in a word or two: what no other keyword can make up for."""
    schema = resolved(schema, root)
    if "anyOf" in schema:
        return " or ".join(_kind(one, root) for one in schema["anyOf"])
    kind = schema.get("type", "anything")
    if "items" in schema:
        return f"{kind} of {_kind(schema['items'], root)}"
    return f"{kind} ({schema['format']})" if "format" in schema else str(kind)


def _enum(old: Schema, new: Schema, path: str) -> Iterator[str]:
    if (OPEN_ENUM in old) != (OPEN_ENUM in new):
        words = {True: "open", False: "closed"}
        yield f"{path}: the enum was {words[OPEN_ENUM in old]} and is {words[OPEN_ENUM in new]}"
    before, after = old.get("enum"), new.get("enum")
    if before is None or after is None:
        if before != after:
            yield f"{path}: the enum was {before} and is {after}"
        return
    for value in before:
        if value not in after:
            yield f"{path}: the enum value {value!r} was removed"
    for value in after:
        if value not in before and OPEN_ENUM not in new:
            yield f"{path}: the enum value {value!r} was added to a closed enum; its readers would refuse it"


def _keywords(old: Schema, new: Schema, path: str) -> Iterator[str]:
    """Everything that is compared as it stands: constraints, defaults, the event's topic and key."""
    for word in sorted((old.keys() | new.keys()) - _STRUCTURE - DOCUMENTATION - {"type", "format"}):
        before, after = old.get(word, _ABSENT), new.get(word, _ABSENT)
        if before == after and type(before) is type(after):
            continue
        at = path or "event"
        if word in _OF_THE_EVENT:
            yield f"{at}: {_OF_THE_EVENT[word]} was {before} and is {after}"
        elif word == "default":
            yield f"{at}: the default was {before!r} and is {after!r}"
        else:
            yield f"{at}: the constraint {word} was {before!r} and is {after!r}"


class _Absent:
    def __repr__(self) -> str:
        return "absent"


_ABSENT: Any = _Absent()
