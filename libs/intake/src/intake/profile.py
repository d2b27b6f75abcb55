"""A mapping profile: how one system's file says what we want to know, as data (TOML).

    name = "dwellings of the Ikos export"

    [file]                        # all of it may be left out
    delimiter = ";"
    columns = ["id", "rooms"]     # where the file has no header

    [fields.reference]            # the target's field
    column = "N° RPLS"
    [fields.financing]
    column = "Financement"
    codes = { "PLUS CD" = "PLUS" }
    [fields.street]
    columns = ["Type voie", "Nom voie"]
    [fields.first_let_on]
    column = "Mise en service"
    formats = ["%m/%Y"]
    absent = ["01/1900"]

What is wrong with a profile is told with the line it stands on.
"""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from intake.delimited import DELIMITERS
from intake.kinds import Kind, Options
from intake.rejection import Refused


@dataclass(frozen=True, slots=True)
class Wanted:
    """A field of a target: what it takes, whether every record has to say it."""

    kind: Kind
    required: bool = False


@dataclass(frozen=True)
class Target:
    """What a file is read into: its fields by name."""

    name: str
    fields: Mapping[str, Wanted]


class ProfileRefused(Exception):
    """A profile cannot be used; `problems` are sentences that begin with file and line."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Layout(_Part):
    """How the file is written."""

    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    columns: tuple[str, ...] = ()
    """The columns' names in order, for a file without a header."""
    preamble: str | None = None
    """What the first line is where it belongs to no table; whoever stores the rows knows it by this name."""


class Mapped(_Part):
    """Where a field comes from and how it is written there."""

    column: str | None = None
    columns: tuple[str, ...] = ()
    """Several columns, joined by `join` where they say something."""
    join: str = " "
    constant: str | int | float | bool | None = None
    """The same for all records; the file is not asked."""
    default: str | int | float | bool | None = None
    """Where the cell is empty or absent."""
    absent: tuple[str, ...] = ()
    """Texts that mean: not known."""
    codes: Mapping[str, Any] = {}
    """The file's codes as values of the field; others are refused."""
    pattern: str | None = None
    """What the text has to look like, as a whole; its groups may be used by `replace`."""
    replace: str | None = None
    formats: tuple[str, ...] = ()
    unit: str | None = None
    separator: str | None = None

    @property
    def sources(self) -> tuple[str, ...]:
        return self.columns or ((self.column,) if self.column else ())

    @model_validator(mode="after")
    def _from_somewhere(self) -> Self:
        if sum((self.column is not None, bool(self.columns), self.constant is not None)) != 1:
            raise ValueError("give one of column, columns and constant")
        if self.replace is not None and self.pattern is None:
            raise ValueError("replace needs a pattern")
        try:
            re.compile(self.pattern or "")
        except re.error as error:
            raise ValueError(f"the pattern is no regular expression: {error}") from None
        return self


class _Document(_Part):
    name: str
    source: str = ""
    """Where the layout is described."""
    file: Layout = Layout()
    fields: Mapping[str, Mapped]


@dataclass(frozen=True)
class Profile:
    """How the files of one system are read into a target."""

    name: str
    target: Target
    layout: Layout
    fields: Mapping[str, Mapped]

    @classmethod
    def load(cls, path: Path, target: Target) -> Self:
        """Raises `ProfileRefused`, also where there is no such file."""
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise ProfileRefused([f"{path.name}: cannot be read: {reason}"]) from error
        return cls.parse(text, target, name=path.name)

    @classmethod
    def parse(cls, text: str, target: Target, *, name: str = "profile") -> Self:
        """Raises `ProfileRefused` with every problem, each with its line."""
        try:
            document = _Document.model_validate(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"line (\d+)", str(error))
            raise ProfileRefused([f"{name}:{line[1] if line else 1}: {error}"]) from error
        except ValidationError as error:
            places = _places(text)
            problems = [
                f"{name}:{_line(places, one['loc'])}: {_path(one['loc'])}: {_said(one)}" for one in error.errors()
            ]
            raise ProfileRefused(problems) from error
        if problems := [f"{name}:{line}: {what}" for line, what in _misfits(document, target, _places(text))]:
            raise ProfileRefused(problems)
        return cls(document.name, target, document.file, document.fields)

    @property
    def known_columns(self) -> list[str]:
        return [column for mapped in self.fields.values() for column in mapped.sources]


def kind_of(wanted: Wanted, mapped: Mapped) -> Kind:
    """The field's kind in this profile's manner of writing. Raises `Refused`."""
    return wanted.kind.configured(Options(formats=mapped.formats, unit=mapped.unit, separator=mapped.separator))


def _misfits(document: _Document, target: Target, places: dict[tuple[str, ...], int]) -> Iterator[tuple[int, str]]:
    """What is wrong with a well-formed profile for this target."""
    if document.file.delimiter not in {None, *DELIMITERS}:
        shown = " ".join(map(repr, DELIMITERS))
        yield _line(places, ("file", "delimiter")), f"file.delimiter: one of {shown}"
    for name, mapped in document.fields.items():
        path = ("fields", name)
        wanted = target.fields.get(name)
        if wanted is None:
            near = difflib.get_close_matches(name, target.fields, n=1)
            hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(target.fields)}"
            yield _line(places, path), f"fields.{name}: {target.name} has no such field; {hint}"
            continue
        try:
            kind = kind_of(wanted, mapped)
        except Refused as error:
            yield _line(places, (*path, "unit")), f"fields.{name}.unit: {error}"
            continue
        given: dict[tuple[str, ...], Any] = {("codes", code): value for code, value in mapped.codes.items()}
        given |= {(key,): value for key in ("constant", "default") if (value := getattr(mapped, key)) is not None}
        for where, value in given.items():
            try:
                kind.read(value if isinstance(value, str) else str(value).lower())
            except Refused as error:
                yield _line(places, (*path, *where)), f"fields.{name}.{'.'.join(where)}: {value!r} is {error}"
        if document.file.columns:
            for column in set(mapped.sources) - set(document.file.columns):
                yield _line(places, (*path, "column")), f"fields.{name}: file.columns has no column {column!r}"
    for name, wanted in target.fields.items():
        if wanted.required and name not in document.fields:
            yield _line(places, ("fields",)), f"fields.{name} is missing: no {target.name} without it"


_TABLE = re.compile(r"\s*\[([^\[\]]+)\]")
_KEY = re.compile(r"""\s*((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=""")
_WORD = re.compile(r'"([^"]*)"|\'([^\']*)\'|([\w-]+)')


def _places(text: str) -> dict[tuple[str, ...], int]:
    """The line that each table and key of a TOML text begins on."""
    places: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if found := _TABLE.match(line):
            table = _words(found[1])
            path = table
        elif found := _KEY.match(line):
            path = (*table, *_words(found[1]))
        else:
            continue
        for depth in range(1, len(path) + 1):
            places.setdefault(path[:depth], number)
    return places


def _words(dotted: str) -> tuple[str, ...]:
    return tuple(next(filter(None, found), "") for found in _WORD.findall(dotted))


def _line(places: dict[tuple[str, ...], int], path: tuple[Any, ...]) -> int:
    """Of the path, or of the nearest part of it that stands in the file."""
    words = tuple(map(str, path))
    return next((places[words[:depth]] for depth in range(len(words), 0, -1) if words[:depth] in places), 1)


def _path(path: tuple[Any, ...]) -> str:
    return ".".join(map(str, path)) or "the profile"


def _said(error: Any) -> str:
    if error["type"] == "extra_forbidden":
        return "there is no such key"
    if error["type"] == "missing":
        return "it is missing"
    return str(error["msg"]).removeprefix("Value error, ")
