"""Where in a TOML file each field stands, and what is wrong with it: file, line, column, field, and the way out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Mistake", "Path", "Place", "PolicyRefused", "dotted", "places"]

Path = tuple[str | int, ...]
"""Names of tables and fields; a number is the position in a list of tables, from 0."""

_HEADER = re.compile(r"[ \t]*(\[\[?)([^\[\]\n]+)\]\]?")
_KEY = re.compile(r"[ \t]*([A-Za-z0-9_.\"'-]+)[ \t]*=[ \t]*")
_STRING = re.compile(r"\"\"\".*?\"\"\"|'''.*?'''|\"(?:\\.|[^\"\\\n])*\"|'[^'\n]*'", re.DOTALL)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Line and column from 1."""

    line: int
    column: int

    def within(self, raw: str, offset: int) -> "Place":
        """The place of a character of a text whose value begins here and is written as `raw`."""
        opening = 3 if raw[:3] in ('"""', "'''") else 1
        before = raw[: opening + offset + (raw[opening : opening + 1] == "\n" and opening > 1)]
        lines = before.split("\n")
        column = len(lines[-1]) + (self.column if len(lines) == 1 else 1)
        return Place(self.line + len(lines) - 1, column)


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One thing that is wrong with a file."""

    file: str
    place: Place
    field: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.place.line}:{self.place.column}: {self.field}: {self.what}"


class PolicyRefused(ValueError):
    """A policy that cannot be applied: all that is wrong with its file, each with its place and the way out."""

    def __init__(self, *mistakes: Mistake | str) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = mistakes


def dotted(path: Path) -> str:
    """`scoring.rubric[2].criterion[1].when`, lists counted from 1 as people do."""
    said = ""
    for part in path:
        said += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if said else part
    return said


def places(text: str) -> dict[Path, tuple[Place, str]]:
    """For each table and field of a file that `tomllib` has read: where it begins, and how its value is written.

    A table begins at its header, a field at its value. What stands inside an inline table or a list is found at the
    field that holds it.
    """
    found: dict[Path, tuple[Place, str]] = {(): (Place(1, 1), "")}
    counts: dict[Path, int] = {}
    table: Path = ()
    at = 0
    while at < len(text):
        if header := _HEADER.match(text, at):
            table = _opened(header, counts)
            found[table] = (_place(text, header.start(1)), "")
            at = _end_of_line(text, header.end())
        elif key := _KEY.match(text, at):
            end = _value_end(text, key.end())
            path = (*table, *_names(key[1]))
            found[path] = (_place(text, key.end()), text[key.end() : end].rstrip())
            at = _end_of_line(text, end)
        else:
            at = _end_of_line(text, at)
    return found


def _opened(header: re.Match[str], counts: dict[Path, int]) -> Path:
    """The path of a header; parts that name a list of tables mean its last one."""
    names, path = _names(header[2]), Path.__new__(tuple)
    for depth, name in enumerate(names, start=1):
        path = (*path, name)
        if depth == len(names) and header[1] == "[[":
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _names(said: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in said.split("."))


def _value_end(text: str, start: int) -> int:
    """Where a value ends: at the line's end or a comment, outside of texts and brackets."""
    depth = 0
    at = start
    while at < len(text):
        if string := _STRING.match(text, at):
            at = string.end()
            continue
        character = text[at]
        if character == "#":
            if not depth:
                return at
            at = _end_of_line(text, at)
            continue
        depth += (character in "[{") - (character in "]}")
        if character == "\n" and not depth:
            return at
        at += 1
    return at


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _place(text: str, at: int) -> Place:
    return Place(text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))


def mistakes_of(file: str, error: ValueError) -> Iterator[Mistake]:
    """A file that is not TOML, or not UTF-8, in the same words as a field that is wrong."""
    said = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    place = Place(int(said[1]), int(said[2])) if said else Place(1, 1)
    what = str(error).split(" (at ", maxsplit=1)[0]
    yield Mistake(file, place, "file", f"it is not TOML in UTF-8: {what[:1].lower()}{what[1:]}.")
