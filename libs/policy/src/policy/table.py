"""A table of a policy's file, read field by field: what is wrong is noted with its place, and reading goes on."""

import datetime as dt
import difflib
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from contracts.told import Told
from contracts.values import ApplicationKind, DwellingType
from policy.expression import ExpressionRefused, Name, Predicate, parse
from policy.facts import HOUSEHOLD_NAMES
from policy.model import KINDS
from policy.source import Mistake, Path, dotted

__all__ = ["TYPES", "Reader", "Table"]

TYPES: tuple[DwellingType, ...] = tuple(kind for kind in DwellingType if kind is not DwellingType.UNKNOWN)
_MOST = 10_000
_E = TypeVar("_E", bound=StrEnum)
_V = TypeVar("_V")


class Reader:
    def __init__(self, source: str, found: Mapping[Path, Any]) -> None:
        self._source, self._found = source, found
        self.mistakes: list[Mistake] = []

    def wrong(self, path: Path, what: str, *, offset: int | None = None) -> None:
        near = path
        while near not in self._found:
            near = near[:-1]
        place, raw = self._found[near]
        if offset is not None and raw[:1] in ("'", '"') and "\\" not in raw:
            place = place.within(raw, offset)
        self.mistakes.append(Mistake(self._source, place, dotted(path) or "file", f"{what}."))


_MISSING = object()


class Table:
    """A table of the file. A wrong field is noted and read as something harmless, so that all mistakes are told."""

    def __init__(self, values: Mapping[str, Any], path: Path, reader: Reader) -> None:
        self._values, self._path, self._reader = values, path, reader
        self._read: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def wrong(self, name: str, what: str, *, offset: int | None = None) -> None:
        self._reader.wrong((*self._path, name) if name else self._path, what, offset=offset)

    def table(self, name: str) -> "Table":
        found = self._get(name)
        if found is not _MISSING and not isinstance(found, Mapping):
            self.wrong(name, f"begin a table [{dotted((*self._path, name))}], this is {found!r}")
        elif found is _MISSING:
            self.wrong(name, f"the table is missing; begin it with [{dotted((*self._path, name))}]")
        return Table(found if isinstance(found, Mapping) else {}, (*self._path, name), self._reader)

    def optional(self, name: str) -> "Table | None":
        self.may_say(name)
        return self.table(name) if name in self else None

    def tables(self, name: str) -> list["Table"]:
        found = self._get(name)
        if found is _MISSING:
            return []
        if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
            self.wrong(name, f"begin each with [[{dotted((*self._path, name))}]]")
            return []
        return [Table(one, (*self._path, name, at), self._reader) for at, one in enumerate(found)]

    def each(self, name: str, read: Callable[["Table"], _V]) -> list[_V]:
        """What `read` makes of each table of a list, which may be left out."""
        return [table.read_by(read) for table in self.tables(name)]

    def one(self, name: str, read: Callable[["Table"], _V], default: _V) -> _V:
        """What `read` makes of a table; `default` where it is left out."""
        table = self.optional(name)
        return default if table is None else table.read_by(read)

    def read_by(self, read: Callable[["Table"], _V]) -> _V:
        """What `read` makes of this table, and no more."""
        value = read(self)
        self.no_more()
        return value

    def each_once(self, name: str, said: Sequence[str]) -> None:
        """Names in the tables of this list are of one each."""
        if twice := sorted({one for one in said if said.count(one) > 1}):
            self.wrong(name, f"a name stands for one {name}; {', '.join(twice)} is there twice")

    def whole(self, name: str, default: int | None = None, *, least: int = 0, most: int = _MOST) -> int:
        found = self._get(name)
        if found is _MISSING and default is not None:
            return default
        if type(found) is not int or not least <= found <= most:
            self.wrong(name, f"give a whole number from {least} to {most}{_not(found)}")
            return least
        return found

    def optional_whole(self, name: str, *, least: int, most: int) -> int | None:
        self.may_say(name)
        return self.whole(name, least=least, most=most) if name in self else None

    def number(self, name: str, default: float) -> float:
        found = self._get(name)
        if found is _MISSING:
            return default
        if type(found) not in (int, float) or not 0 <= found <= _MOST:
            self.wrong(name, f"give a number from 0 to {_MOST}{_not(found)}")
            return default
        return float(found)

    def text(self, name: str, default: str | None = None) -> str:
        found = self._get(name)
        if found is _MISSING and default is not None:
            return default
        if not isinstance(found, str) or not found.strip():
            self.wrong(name, f"give a text{_not(found)}")
            return default or "?"
        return found

    def flag(self, name: str, *, default: bool) -> bool:
        found = self._get(name)
        if found is not _MISSING and not isinstance(found, bool):
            self.wrong(name, f"give true or false{_not(found)}")
        return found if isinstance(found, bool) else default

    def day(self, name: str) -> dt.date:
        found = self._get(name)
        if isinstance(found, dt.date) and not isinstance(found, dt.datetime):
            return found
        self.wrong(name, f"give a date such as 2026-11-01, without quotes{_not(found)}")
        return dt.date.min

    def choice(self, name: str, among: type[_E], default: _E) -> _E:
        found = self._get(name)
        if found is _MISSING:
            return default
        try:
            return among(found)
        except ValueError:
            self.wrong(name, f"give one of {', '.join(among)}{_not(found)}")
            return default

    def label(self, default: Told | None = None) -> Told:
        self.may_say("label")
        if default is not None and "label" not in self:
            return default
        return self.table("label").read_by(lambda said: Told(said.text("fr"), said.text("en")))

    def list_of(self, name: str, what: str, fits: Callable[[Any], bool]) -> list[Any]:
        found = self._get(name)
        if not isinstance(found, list) or not found or not all(fits(value) for value in found):
            self.wrong(name, f"give a list of {what}{_not(found)}")
            return []
        return found

    def types(self, name: str) -> list[DwellingType]:
        said = self.list_of(name, f"types among {', '.join(TYPES)}", lambda value: value in TYPES)
        return [DwellingType(value) for value in said]

    def kinds(self, name: str) -> frozenset[ApplicationKind]:
        self.may_say(name)
        if name not in self:
            return frozenset(KINDS)
        said = self.list_of(name, f"populations among {', '.join(KINDS)}", lambda value: value in KINDS)
        return frozenset(ApplicationKind(value) for value in said)

    def predicate(self, name: str, vocabulary: Mapping[str, Name]) -> Predicate:
        text = self.text(name)
        try:
            return parse(text, vocabulary)
        except ExpressionRefused as refused:
            if text != "?":
                self.wrong(name, f"{refused} (character {refused.offset + 1})", offset=refused.offset)
            return Predicate(text=text, tree=parse("persons > 0", HOUSEHOLD_NAMES).tree, facts=(), test=lambda _: None)

    def optional_predicate(self, name: str, vocabulary: Mapping[str, Name]) -> Predicate | None:
        self.may_say(name)
        return self.predicate(name, vocabulary) if name in self else None

    def may_say(self, *names: str) -> None:
        """These fields are known, and may be left out."""
        self._read.update(names)

    def no_more(self) -> None:
        """Whatever was not asked for is a slip of the pen."""
        for name in self._values.keys() - self._read:
            near = difflib.get_close_matches(name, self._read, n=1)
            hint = f"did you mean {near[0]}?" if near else f"the fields here are {', '.join(sorted(self._read))}"
            self.wrong(name, f"there is no such field; {hint}")

    def _get(self, name: str) -> Any:
        self._read.add(name)
        return self._values.get(name, _MISSING)


def _not(found: object) -> str:
    return "; it is missing" if found is _MISSING else f", not {found!r}"
