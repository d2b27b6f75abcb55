"""Delimited text (CSV) as records with the line each begins on.

A quoted field may span lines. A quote that nobody closes costs its own line, not the rest of the file.
"""

import csv
import unicodedata
from collections.abc import Collection, Iterator
from typing import NamedTuple

from intake.lines import Line, Lines
from intake.rejection import FileRefused, Rejection, excerpt

DELIMITERS = (";", ",", "\t", "|")
LONGEST_RECORD = 50
"""Lines a quoted field may span; past it the quote is taken for one that was never closed."""


class Record(NamedTuple):
    """The cells of a record that begins on `line`; `cut` where the file ended within it or just after."""

    line: int
    cells: list[str]
    cut: bool


def column_key(name: str) -> str:
    """A column's name as it is compared: without accents, case, signs or spaces around."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    return "_".join("".join(sign if sign.isalnum() else " " for sign in plain.casefold()).split())


class Records:
    """Iterates the records of a file, a `Rejection` where a line belongs to none. Blank lines are passed over."""

    def __init__(self, lines: Lines, delimiter: str) -> None:
        self._lines = lines
        self._delimiter = delimiter

    def __iter__(self) -> Iterator[Record | Rejection]:
        lines, delimiter = self._lines, self._delimiter
        for line in lines:
            if isinstance(line, Rejection):
                yield line
            elif '"' in line[1]:
                yield self._quoted(*line)
            elif line[1].strip():
                yield Record(line[0], line[1].split(delimiter), lines.cut)

    def _quoted(self, number: int, text: str) -> Record | Rejection:
        taken, whole = list[Line](), text
        while whole.count('"') % 2 and len(taken) < LONGEST_RECORD:
            line = next(self._lines, None)
            if line is None:
                break
            taken.append(line)
            if isinstance(line, Rejection):
                break
            whole += f"\n{line[1]}"
        if whole.count('"') % 2 == 0:
            cut = self._lines.cut
            try:
                return Record(number, next(csv.reader([whole], delimiter=self._delimiter, strict=True)), cut)
            except csv.Error:  # a quote that is part of the text, an inch for instance
                self._lines.put_back(taken)
                return Record(number, text.split(self._delimiter), self._lines.cut)
        ended = len(taken) < LONGEST_RECORD
        self._lines.put_back(taken)
        if ended:
            reason = "a quote that opens here is never closed: the file seems to have been cut short; export it again"
        else:
            reason = f"a quote that opens here is not closed within {LONGEST_RECORD} lines; double a quote in a text"
        return Rejection(number, "", excerpt(text), reason)


class Table:
    """A delimited file whose first record names its columns, unless `columns` does.

    `known` are column names that somebody looks for: the delimiter is the one that finds most of them.

    Raises:
        FileRefused: when made, where the first line cannot be read.
    """

    def __init__(
        self, lines: Lines, *, delimiter: str | None, columns: Collection[str] = (), known: Collection[str] = ()
    ) -> None:
        self._lines = lines
        if delimiter is None:
            first = next(lines, None)
            if not isinstance(first, tuple) or isinstance(first, Rejection):
                raise FileRefused(f"The first line cannot be read: {first.reason if first else 'there is none'}.")
            lines.put_back([first])
            delimiter = sniffed(first[1], {column_key(name) for name in known})
        self.delimiter = delimiter
        self._records = iter(Records(lines, delimiter))
        self.columns = [column_key(name) for name in columns]
        if not columns:
            head = next(self._records, None)
            if not isinstance(head, Record):
                raise FileRefused("The first line names no columns: send the file with its header.")
            self.columns = [column_key(name) for name in head.cells]

    def __iter__(self) -> Iterator[Record | Rejection]:
        width = len(self.columns)
        for row in self._records:
            if isinstance(row, Record) and len(row.cells) != width:
                yield self._uneven(row, width)
            else:
                yield row

    def _uneven(self, row: Record, width: int) -> Record | Rejection:
        line, cells, cut = row
        if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
            return Record(line, cells[:width], cut)
        if len(cells) < width and cut:
            reason = f"the file ends within this line, after {len(cells)} of {width} fields: export it again"
        else:
            reason = (
                f"{len(cells)} fields where {width} are expected; "
                f"is {self.delimiter!r} part of a text that is not quoted?"
            )
        return Rejection(line, "", excerpt(self.delimiter.join(cells)), reason)


def sniffed(line: str, known: Collection[str] = ()) -> str:
    """The delimiter of a file that begins with `line`; `known` are keys of columns (`column_key`) to look for."""

    def merit(delimiter: str) -> tuple[int, int]:
        cells = [column_key(cell) for cell in line.split(delimiter)]
        return len(set(cells) & set(known)), len(cells)

    return max(DELIMITERS, key=merit)
