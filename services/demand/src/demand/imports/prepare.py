"""Lines made ready for the database, a chunk at a time and apart from it: processes of their own may do it."""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from demand.domain.application import Application
from demand.domain.number import application_number
from demand.domain.person import Person
from demand.handling import opening
from demand.imports.told import told_by
from demand.store.openings import Row, opening_row, person_row
from intake import Rejection
from intake.rejection import excerpt


class Line(NamedTuple):
    """A line as the form it fills in, with the hash of what it says. `number` is empty where it can be none."""

    line: int
    form: dict[str, Any]
    number: str
    hash: bytes

    @classmethod
    def of(cls, line: int, form: dict[str, Any]) -> "Line":
        said = json.dumps(form, default=str)
        try:
            number = application_number(str(form.get("number", "")))
        except ValueError:
            number = ""
        return cls(line, form, number, hashlib.sha256(said.encode()).digest())


class Entry(NamedTuple):
    """A line that can be taken: an application to open as its rows, one that is known as itself.

    A line that says what it said the last time is neither: nothing of it was looked at but its hash.
    """

    line: int
    number: str
    hash: bytes
    rows: tuple[Row, list[Row]] | None = None
    told: tuple[Application, list[Person]] | None = None


@dataclass(slots=True)
class Prepared:
    """A chunk's lines by number, and those that cannot be taken."""

    entries: dict[str, Entry] = field(default_factory=dict)
    rejections: list[Rejection] = field(default_factory=list)
    rejected: int = 0

    def add(self, entry: Entry) -> None:
        if first := self.entries.get(entry.number):
            self.refuse(twice(entry, first.line))
        else:
            self.entries[entry.number] = entry

    def refuse(self, *rejections: Rejection) -> None:
        self.rejections += rejections
        self.rejected += 1


def prepare(lines: list[Line], known: dict[str, bytes | None], now: dt.datetime) -> Prepared:
    """Look at the lines; `known` has the hash of what was said last of each number that is registered."""
    prepared = Prepared()
    for line in lines:
        if line.number and known.get(line.number) == line.hash:
            prepared.add(Entry(line.line, line.number, line.hash))
            continue
        told = told_by(line.form, now)
        if isinstance(told, list):
            prepared.refuse(
                *(
                    Rejection(line.line, error.field, excerpt(str(line.form.get(error.field, ""))), error.message)
                    for error in told
                )
            )
        elif line.number in known:
            prepared.add(Entry(line.line, line.number, line.hash, told=told))
        else:
            prepared.add(Entry(line.line, line.number, line.hash, rows=_rows(*told, line.hash, now)))
    return prepared


def twice(entry: Entry, first: int) -> Rejection:
    reason = f"the number stands already on line {first}; that line was taken"
    return Rejection(entry.line, "number", entry.number, reason)


def _rows(application: Application, persons: list[Person], said: bytes, now: dt.datetime) -> tuple[Row, list[Row]]:
    begun = opening(application, now)
    return (
        opening_row(begun.application, begun.stated, begun.due, said),
        [person_row(application.id, person) for person in persons],
    )
