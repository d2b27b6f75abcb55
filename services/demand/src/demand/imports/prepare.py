"""Blocks made ready for the database, apart from it: processes of their own may do it.

Twice a block comes to the same hand: to say which numbers it holds, and, once it is known what was said of them last,
to make rows of what is new.
"""

import datetime as dt
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from chassis.copying import Ids
from contracts.event import Envelope
from demand.domain.application import Application
from demand.domain.facts import StatedBy
from demand.domain.person import Person
from demand.handling import opening
from demand.imports.blocks import Block, Said
from demand.imports.change import WHO
from demand.imports.told import told_by
from demand.store.openings import Opened, Openings, Writer
from intake import Rejection
from intake.pieces import NotCut
from intake.rejection import excerpt, twice


class Entry(NamedTuple):
    """A line that can be taken; `told` is what it says of an application that is known, where that is anything new."""

    line: int
    number: str
    hash: bytes
    told: tuple[Application, list[Person]] | None = None


@dataclass(slots=True)
class Prepared:
    """A block's lines by number, what those leave behind that are new, and those that cannot be taken."""

    read: int = 0
    position: int = 0
    entries: dict[str, Entry] = field(default_factory=dict)
    rejections: list[Rejection] = field(default_factory=list)
    rejected: int = 0
    openings: Openings = field(default_factory=lambda: Openings.of({}))

    def add(self, entry: Entry) -> bool:
        """Whether it is the first with its number."""
        if first := self.entries.get(entry.number):
            self.refuse(twice(entry.line, "number", entry.number, first.line))
            return False
        self.entries[entry.number] = entry
        return True

    def refuse(self, *rejections: Rejection) -> None:
        self.rejections += rejections
        self.rejected += 1


class _Kept(threading.local):
    """A hand's blocks between the two times; they go with it."""

    def __init__(self) -> None:
        self.blocks: dict[int, tuple[Block, list[Said]]] = {}


_kept = _Kept()


def read(block: Block) -> list[str] | None:
    """The numbers in a block, which is kept; None where it has to be read otherwise."""
    try:
        said = block.said()
    except NotCut:
        return None
    _kept.blocks[block.serial] = block, said
    return [one.number for one in said if one.number]


def prepare(
    serial: int, known: Mapping[str, bytes | None], *, service: str, cause: Envelope, now: dt.datetime
) -> Prepared | None:
    """Look at the lines; `known` has the hash of what was said last of each number that is registered.

    What is new is registered at `now`, because of `cause`.
    """
    writer = Writer(service=service, now=now, cause=cause, stated_by=StatedBy.IMPORT, who=WHO)
    ids = Ids()
    block, said = _kept.blocks.pop(serial)
    opened: dict[str, Opened] = {}
    fresh = [place for place, one in enumerate(said) if not one.number or known.get(one.number) != one.hash]
    prepared = Prepared(block.read, block.position, {}, block.rejections, len(block.rejections))
    try:
        forms = block.forms(fresh)
    except NotCut:
        return None
    for line, number, hashed in said:
        if number and known.get(number) == hashed:
            prepared.add(Entry(line, number, hashed))
            continue
        form = next(forms)
        if isinstance(form, list):
            prepared.refuse(*form)
            continue
        told = told_by(form, now, ids)
        if isinstance(told, list):
            prepared.refuse(
                *(
                    Rejection(line, error.field, excerpt(str(form.get(error.field, ""))), error.message)
                    for error in told
                )
            )
        elif number in known:
            prepared.add(Entry(line, number, hashed, told))
        elif prepared.add(Entry(line, number, hashed)):
            opened[number] = _opened(writer, *told, hashed, now)
    prepared.openings = Openings.of(opened)
    return prepared


def _opened(writer: Writer, application: Application, persons: list[Person], said: bytes, now: dt.datetime) -> Opened:
    begun = opening(application, now)
    return writer.opened(begun.application, persons, begun.stated, begun.due, said)
