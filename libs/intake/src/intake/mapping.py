"""A profile put to work on one file: records in, values by field out."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from intake.delimited import Record, column_key
from intake.profile import Mapped, Profile, Wanted, kind_of
from intake.rejection import FileRefused, Refused, Rejection, excerpt

_REMEMBERED = 4096
"""Texts of a field whose values are kept: most columns repeat a few."""
_NOTHING = object()


class Row(NamedTuple):
    """A record as the target's fields; what the file does not say is not in `values`."""

    line: int
    values: dict[str, Any]


@dataclass(slots=True)
class _Reader:
    field: str
    places: tuple[int, ...]
    join: str
    read: Callable[[str], Any]
    """Of a text with something in it; `_NOTHING` where that means: not known."""
    default: Any
    required: bool
    known: dict[str, Any]

    def text(self, cells: Sequence[str]) -> str:
        if len(self.places) == 1:
            return cells[self.places[0]].strip()
        return self.join.join(filter(None, (cells[place].strip() for place in self.places)))


class Mapping:
    """Reads records of a file with these columns.

    Raises:
        FileRefused: when made, where a column of a required field is missing.
    """

    def __init__(self, profile: Profile, columns: Sequence[str]) -> None:
        self.absent: list[str] = []
        """Columns the profile names and the file does not have."""
        places: dict[str, int] = {}
        for place, key in enumerate(columns):
            places.setdefault(key, place)
        self._constants: dict[str, Any] = {}
        self._readers: list[_Reader] = []
        for field, mapped in profile.fields.items():
            self._add(field, mapped, profile.target.fields[field], places)

    def _add(self, field: str, mapped: Mapped, wanted: Wanted, places: dict[str, int]) -> None:
        kind = kind_of(wanted, mapped)
        if mapped.constant is not None:
            self._constants[field] = kind.read(_text(mapped.constant))
            return
        default = _NOTHING if mapped.default is None else kind.read(_text(mapped.default))
        there = [places[column_key(column)] for column in mapped.sources if column_key(column) in places]
        missing = [column for column in mapped.sources if column_key(column) not in places]
        self.absent += missing
        if not there:
            if wanted.required and default is _NOTHING:
                raise FileRefused(
                    f"The file has no column {' or '.join(map(repr, missing))}, from which {field} is read; "
                    f"it has {', '.join(places)}."
                )
            if default is not _NOTHING:
                self._constants[field] = default
            return
        codes = {code: kind.read(_text(value)) for code, value in mapped.codes.items()}
        read = _reading(kind.read, codes, frozenset(mapped.absent), mapped.pattern, mapped.replace)
        self._readers.append(_Reader(field, tuple(there), mapped.join, read, default, wanted.required, {}))

    def read(self, record: Record) -> Row | list[Rejection]:
        """The record's values, or everything that is wrong with it."""
        values, wrong = dict(self._constants), list[Rejection]()
        cells = record.cells
        for reader in self._readers:
            text = cells[reader.places[0]] if len(reader.places) == 1 else reader.text(cells)
            try:
                value = reader.known[text]
            except KeyError:
                try:
                    value = self._first(reader, text)
                except Refused as error:
                    wrong.append(Rejection(record.line, reader.field, excerpt(text), str(error)))
                    continue
            if value is not _NOTHING:
                values[reader.field] = value
            elif reader.required:
                wrong.append(Rejection(record.line, reader.field, excerpt(text), "it is not told, and has to be"))
        return wrong or Row(record.line, values)

    def value(self, field: str, record: Record) -> Any | None:
        """What the record says in one field; None where it says nothing that can be taken."""
        for reader in self._readers:
            if reader.field == field:
                text = reader.text(record.cells)
                try:
                    value = reader.read(text) if text else reader.default
                except Refused:
                    return None
                return None if value is _NOTHING else value
        return self._constants.get(field)

    @staticmethod
    def _first(reader: _Reader, text: str) -> Any:
        bare = text.strip()
        value = reader.read(bare) if bare else _NOTHING
        if value is _NOTHING:
            value = reader.default
        if len(reader.known) < _REMEMBERED:
            reader.known[text] = value
        return value


def _reading(
    read: Callable[[str], Any],
    codes: dict[str, Any],
    absent: frozenset[str],
    pattern: str | None,
    replace: str | None,
) -> Callable[[str], Any]:
    form = re.compile(pattern) if pattern else None

    def value(text: str) -> Any:
        if text in absent:
            return _NOTHING
        if form:
            found = form.fullmatch(text)
            if not found:
                raise Refused(f"not of the form {form.pattern}")
            text = found.expand(replace) if replace is not None else text
        if codes:
            if text not in codes:
                raise Refused(f"none of the codes {', '.join(codes)}")
            return codes[text]
        return read(text)

    return value


def _text(given: str | float) -> str:
    return given if isinstance(given, str) else str(given).lower()
