"""Blocks of a file: cut by the process that imports, read by another. What a line says is read only where it is new.

A line is known again by the hash of its text and of the manner in which it is read, so that one which says what it
said last is not even read.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count, islice
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeAlias

from demand.domain.number import application_number
from demand.imports import flat, sne
from intake import Batch, Profile, Rejection, Source
from intake.delimited import Record
from intake.mapping import Mapping
from intake.pieces import Cut, NotCut, cuts
from intake.xml import elements

READING = 1
"""Grows by one whenever a line is read as another form than before: files then are looked at again, line by line."""

Form: TypeAlias = "dict[str, Any] | list[Rejection]"
"""The registration form that a line fills in, or why it fills in none."""
_serials = count()
_PLAIN_NUMBER = re.compile(rb"<(?:[^<>\s:/]+:)?numUnique>\s*([0-9A-Z]{18})\s*</")
"""Where this is all that a line says of numbers, it is its number."""


class Said(NamedTuple):
    """A line by what it is known again by. `number` is empty where it can be none."""

    line: int
    number: str
    hash: bytes


class Block(Protocol):
    """Some lines of a file. `rejections` are those that are no lines; they count as read."""

    serial: int
    """Of the process that cuts."""
    read: int
    position: int
    """Bytes of the file up to its end."""
    rejections: list[Rejection]

    def said(self) -> list[Said]:
        """Raises `NotCut` where the block is not what it seemed."""
        ...

    def forms(self, which: Sequence[int]) -> Iterator[Form]:
        """Those of the lines at these places. Raises `NotCut` as well."""
        ...


@dataclass(frozen=True)
class Columns:
    """How the lines of an export are read; equal where they are read the same."""

    profile: Profile = field(compare=False)
    columns: tuple[str, ...] = field(compare=False)
    seed: bytes

    @classmethod
    def of(cls, profile: Profile, columns: tuple[str, ...]) -> "Columns":
        manner = repr((READING, profile.layout, dict(profile.fields), columns))
        return cls(profile, columns, hashlib.sha256(manner.encode()).digest())


@lru_cache(maxsize=8)
def _mapping(columns: Columns) -> Mapping:
    return Mapping(columns.profile, columns.columns)


@dataclass(slots=True)
class LinesBlock:
    """Lines of an export."""

    serial: int
    read: int
    position: int
    rejections: list[Rejection]
    columns: Columns
    records: list[Record]

    @classmethod
    def of(cls, batch: Batch, columns: Columns) -> "LinesBlock":
        return cls(next(_serials), batch.read, batch.position, batch.rejections, columns, batch.records)

    def said(self) -> list[Said]:
        value, seed = _mapping(self.columns).value, self.columns.seed
        return [
            Said(
                record.line,
                _number(value("number", record)),
                hashlib.sha256(seed + "\x1f".join(record.cells).encode()).digest(),
            )
            for record in self.records
        ]

    def forms(self, which: Sequence[int]) -> Iterator[Form]:
        read = _mapping(self.columns).read
        for place in which:
            row = read(self.records[place])
            yield row if isinstance(row, list) else flat.registration_of(row.values)


@dataclass(slots=True)
class PiecesBlock:
    """Applications of an SNE file, not parsed yet."""

    serial: int
    read: int
    position: int
    rejections: list[Rejection]
    cut: Cut

    @classmethod
    def of(cls, cut: Cut) -> "PiecesBlock":
        return cls(next(_serials), len(cut.ends), cut.position, [], cut)

    def said(self) -> list[Said]:
        seed = hashlib.sha256(f"{sne.APPLICATION} {READING}".encode()).digest()
        return [
            Said(line, self._number(piece), hashlib.sha256(seed + piece.strip()).digest())
            for line, piece in self.cut.pieces()
        ]

    def forms(self, which: Sequence[int]) -> Iterator[Form]:
        wanted, pieces = set(which), self.cut.pieces()
        chosen = [piece for place, (_, piece) in enumerate(pieces) if place in wanted]
        return map(sne.registration_of, self.cut.frame.elements(chosen))

    def _number(self, piece: bytes) -> str:
        if piece.count(b"numUnique") == 2 and (found := _PLAIN_NUMBER.search(piece)):  # noqa: PLR2004 - one, and its end
            return str(found[1].decode())
        (element,) = self.cut.frame.elements([piece])
        return _number(sne.registration_of(element).get("number"))


@dataclass(slots=True)
class FormsBlock:
    """Applications of an SNE file that is read as one: their forms."""

    serial: int
    read: int = 0
    position: int = 0
    rejections: list[Rejection] = field(default_factory=list)
    lines: list[tuple[int, Form]] = field(default_factory=list)

    def said(self) -> list[Said]:
        return [
            Said(line, _number(form.get("number")), hashlib.sha256(json.dumps([READING, form]).encode()).digest())
            for line, form in self.lines
            if isinstance(form, dict)
        ]

    def forms(self, which: Sequence[int]) -> Iterator[Form]:
        return (self.lines[place][1] for place in which)


def lines_of(source: Source, profile: Profile, size: int) -> Iterator[Block]:
    """An export, `size` lines at a time."""
    columns = Columns.of(profile, source.columns)
    for batch in source.batches(size):
        yield LinesBlock.of(batch, columns)


def pieces_of(path: Path, size: int) -> Iterator[Block]:
    """An SNE file, `size` applications at a time; read as one from where it cannot be cut. Raises `FileRefused`."""
    taken = 0
    try:
        for cut in cuts(path, sne.APPLICATION, size):
            yield PiecesBlock.of(cut)
            taken += len(cut.ends)
    except NotCut:
        yield from forms_of(path, size, after=taken)


def forms_of(path: Path, size: int, *, after: int = 0) -> Iterator[Block]:
    """An SNE file read as one, `size` applications at a time, without so many first ones. Raises `FileRefused`."""
    block = FormsBlock(next(_serials))
    for found in islice(elements(path, sne.APPLICATION), after, None):
        block.read += 1
        if isinstance(found, Rejection):
            block.rejections.append(found)
            continue
        block.lines.append((found.line, sne.registration_of(found.element)))
        block.position = found.position
        if block.read == size:
            yield block
            block = FormsBlock(next(_serials), position=found.position)
    if block.read:
        yield block


def _number(written: Any) -> str:
    try:
        return application_number(str(written or ""))
    except ValueError:
        return ""
