"""A file read through a profile, in chunks: rows that can be taken and lines that cannot."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Self

from intake.delimited import Record, Table
from intake.lines import Lines
from intake.mapping import Mapping, Row
from intake.profile import Profile
from intake.rejection import FileRefused, Rejection


@dataclass(slots=True)
class Chunk:
    """Some records of a file in its order. `read` counts those that were there, taken or not."""

    read: int = 0
    rows: list[Row] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    rejected: int = 0
    """Records that were not taken; one may have several rejections."""
    position: int = 0
    """Bytes of the file read so far."""


@dataclass(slots=True)
class Batch:
    """Some records of a file in its order as they stand there: `Source.mapping` reads them, here or elsewhere."""

    read: int = 0
    records: list[Record] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    """Of what is no record."""
    position: int = 0
    """Bytes of the file read so far."""


class Source:
    """Opens a file and reads it once.

    Raises:
        FileRefused: when made, where the file cannot be opened or its header does not fit the profile.
    """

    def __init__(self, path: Path, profile: Profile) -> None:
        self._file = opened(path)
        try:
            self.size = os.fstat(self._file.fileno()).st_size
            self.lines = Lines(self._file)
            self.preamble = self._preamble() if profile.layout.preamble else ""
            """The first line, where it belongs to no table."""
            layout = profile.layout
            self._table = Table(
                self.lines, delimiter=layout.delimiter, columns=layout.columns, known=profile.known_columns
            )
            self.mapping = Mapping(profile, self._table.columns)
            self.columns = tuple(self._table.columns)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def chunks(self, size: int) -> Iterator[Chunk]:
        """Up to `size` records each, until the file ends."""
        read = self.mapping.read
        for batch in self.batches(size):
            chunk = Chunk(batch.read, [], batch.rejections, len(batch.rejections), batch.position)
            for record in batch.records:
                row = read(record)
                if isinstance(row, Row):
                    chunk.rows.append(row)
                else:
                    chunk.rejections += row
                    chunk.rejected += 1
            yield chunk

    def batches(self, size: int) -> Iterator[Batch]:
        """Up to `size` records each, until the file ends."""
        records = iter(self._table)
        while True:
            batch = Batch()
            for record in islice(records, size):
                batch.read += 1
                if isinstance(record, Record):
                    batch.records.append(record)
                else:
                    batch.rejections.append(record)
            batch.position = self.lines.position
            if not batch.read:
                return
            yield batch

    def _preamble(self) -> str:
        first = next(self.lines)
        if isinstance(first, Rejection):
            raise FileRefused(f"The first line cannot be read: {first.reason}.")
        return first[1]

    def notes(self) -> list[tuple[int, str]]:
        """What to say of the file as a whole, once it was read: line and sentence."""
        found = [
            (1, f"the file has no column {column!r}: what it would say is not known") for column in self.mapping.absent
        ]
        if count := self.lines.windows_lines:
            which = (
                f"{count} lines from here on are not UTF-8 and were" if count > 1 else "this line is not UTF-8 and was"
            )
            found.append((self.lines.first_windows_line, f"{which} read as Windows-1252"))
        return found


def opened(path: Path) -> BinaryIO:
    """Raises `FileRefused` with the system's reason."""
    try:
        return path.open("rb")
    except OSError as error:
        raise FileRefused(f"{path} cannot be read: {error.strerror}.") from error
