"""Where the generated and the frozen files are, and which version of a type is being made.

`schemas/current/<event type>.json` is what the model says now. `schemas/released/<event type>.<n>.json` counts from 1,
each additive to the one before; once there, a file never changes. `goldens/<event type>/<n>.json` is the example that
goes with release n and is frozen with it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.event import Event
from contracts.schemas import Schema, contract_of, schema_of

REPOSITORY = Path(__file__).resolve().parents[4]


def as_text(document: Any) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one checkout."""

    root: Path = REPOSITORY

    @property
    def current(self) -> Path:
        return self.root / "libs/contracts/schemas/current"

    @property
    def released(self) -> Path:
        return self.root / "libs/contracts/schemas/released"

    @property
    def goldens(self) -> Path:
        return self.root / "libs/contracts/goldens"

    @property
    def asyncapi(self) -> Path:
        return self.root / "docs/asyncapi.yaml"

    def name(self, path: Path) -> str:
        """A path as a reader of the tree would write it."""
        return path.relative_to(self.root).as_posix()

    def current_schema(self, event_type: str) -> Path:
        return self.current / f"{event_type}.json"

    def released_schema(self, event_type: str, number: int) -> Path:
        return self.released / f"{event_type}.{number}.json"

    def golden(self, event_type: str, number: int) -> Path:
        return self.goldens / event_type / f"{number}.json"

    def releases(self, event_type: str) -> list[int]:
        """The numbers of a type's released schemas, in order."""
        return sorted(number for kind, number in self._released() if kind == event_type)

    def released_types(self) -> set[str]:
        return {event_type for event_type, _ in self._released()}

    def latest(self, event_type: str) -> Schema | None:
        """The last released schema of a type."""
        numbers = self.releases(event_type)
        return read(self.released_schema(event_type, numbers[-1])) if numbers else None

    def number(self, event: type[Event]) -> int:
        """The release that the model is: the last one, or the one to come where the contract differs from it."""
        latest = self.latest(event.TYPE)
        last = max(self.releases(event.TYPE), default=0)
        return last if latest is not None and contract_of(latest) == contract_of(schema_of(event)) else last + 1

    def schema(self, event: type[Event], number: int) -> Schema:
        """The schema of a release, or what the model says where it is still to come."""
        path = self.released_schema(event.TYPE, number)
        return read(path) if path.exists() else schema_of(event)

    def _released(self) -> Iterator[tuple[str, int]]:
        for path in self.released.glob("*.json"):
            event_type, _, number = path.stem.rpartition(".")
            if number.isdecimal():
                yield event_type, int(number)


class NotJson(ValueError):
    """A frozen or generated file that is no JSON, for example after a merge with conflicts."""


def read(path: Path) -> Any:
    """Raise `NotJson` with the file and the line."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        msg = f"{path}: not JSON ({error}); put the file back, or delete it where it was generated"
        raise NotJson(msg) from None
