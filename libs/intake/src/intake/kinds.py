"""What a target takes in its fields, and how a stranger's text becomes it.

Each kind reads the text of a cell and raises `Refused` with what is accepted. Decimal marks are told from the number
itself: 1 234,50 and 1,234.50 are the same.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol, Self

from intake.rejection import Refused

_YES = frozenset({"1", "o", "oui", "y", "yes", "t", "true", "v", "vrai", "x"})
_NO = frozenset({"0", "2", "n", "non", "no", "f", "false", "faux"})
_SPACES = re.compile(r"[\s\u00a0\u202f']+")
_PLAIN_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}/[0-9]{2}/[0-9]{4}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


class Kind(Protocol):
    """What one field takes."""

    def read(self, text: str) -> Any:
        """The value. Raise `Refused`."""
        ...

    def configured(self, options: "Options") -> "Kind":
        """The same with what a profile says of its file's manner of writing."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a file writes a field, as far as it is not a code list."""

    formats: Sequence[str] = ()
    unit: str | None = None
    separator: str | None = None


@dataclass(frozen=True)
class _Plain:
    def configured(self, options: Options) -> Self:
        del options
        return self


@dataclass(frozen=True)
class Text(_Plain):
    """Words on one line; `pattern` is what they have to match as a whole, `like` shows it to people."""

    longest: int = 200
    pattern: str | None = None
    like: str = ""
    upper: bool = False

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        return re.compile(self.pattern) if self.pattern else None

    def read(self, text: str) -> str:
        words = " ".join(_CONTROL.sub(" ", text).split())
        if self.upper:
            words = words.upper()
        if len(words) > self.longest:
            raise Refused(f"longer than {self.longest} characters")
        if self._pattern and not self._pattern.fullmatch(words):
            raise Refused(f"not of the form {self.like or self.pattern}")
        return words


@dataclass(frozen=True)
class Number(_Plain):
    least: float
    most: float

    def read(self, text: str) -> float:
        value = _number(text)
        if not self.least <= value <= self.most:
            raise Refused(f"not between {self.least:g} and {self.most:g}")
        return value


@dataclass(frozen=True)
class Whole(_Plain):
    least: int
    most: int

    def read(self, text: str) -> int:
        value = _number(text)
        if value != int(value):
            raise Refused("not a whole number")
        if not self.least <= value <= self.most:
            raise Refused(f"not between {self.least} and {self.most}")
        return int(value)


@dataclass(frozen=True)
class Money(_Plain):
    """Euro cents; the file writes euros unless its profile says `unit = "cents"`."""

    most: int
    unit: str = "euros"

    def configured(self, options: Options) -> "Money":
        if options.unit not in {None, "euros", "cents"}:
            raise Refused('an amount has the unit "euros" or "cents"')
        return replace(self, unit=options.unit or self.unit)

    def read(self, text: str) -> int:
        amount = _number(text.replace("€", ""))
        cents = round(amount * 100) if self.unit == "euros" else round(amount)
        if not 0 <= cents <= self.most:
            raise Refused(f"not between 0 and {self.most / 100:,.2f} euros")
        return cents


@dataclass(frozen=True)
class Day(_Plain):
    """A date, as `formats` write it (those of `strptime`); without a day of the month it is the first."""

    least: dt.date = dt.date(1900, 1, 1)
    most: dt.date = dt.date(2100, 12, 31)
    formats: Sequence[str] = ("%Y-%m-%d", "%d/%m/%Y")

    def configured(self, options: Options) -> "Day":
        return replace(self, formats=tuple(options.formats) or self.formats)

    def read(self, text: str) -> str:
        for written in self.formats:
            try:
                day = _day(text, written)
            except ValueError:
                continue
            if not self.least <= day <= self.most:
                raise Refused(f"not between {self.least} and {self.most}")
            return day.isoformat()
        raise Refused(f"no date that exists, written as {' or '.join(_shown(one) for one in self.formats)}")


@dataclass(frozen=True)
class Flag(_Plain):
    def read(self, text: str) -> bool:
        word = text.casefold()
        if word in _YES:
            return True
        if word in _NO:
            return False
        raise Refused("neither yes (oui, 1) nor no (non, 0, 2)")


@dataclass(frozen=True)
class Choice(_Plain):
    """One of the target's own words."""

    values: tuple[str, ...]

    def read(self, text: str) -> str:
        if text in self.values:
            return text
        raise Refused(f"none of {', '.join(self.values)}")


@dataclass(frozen=True)
class Many:
    """Several of a kind in one cell."""

    kind: Kind
    separator: str = ","

    def configured(self, options: Options) -> "Many":
        return Many(self.kind.configured(options), options.separator or self.separator)

    def read(self, text: str) -> list[Any]:
        return [self.kind.read(part.strip()) for part in text.split(self.separator) if part.strip()]


def _day(text: str, written: str) -> dt.date:
    """As `strptime`, which takes ten times as long for the two forms that nearly all files have."""
    if _PLAIN_DAY.fullmatch(text):
        if written == "%Y-%m-%d" and text[4] == "-":
            return dt.date(int(text[:4]), int(text[5:7]), int(text[8:]))
        if written == "%d/%m/%Y" and text[2] == "/":
            return dt.date(int(text[6:]), int(text[3:5]), int(text[:2]))
    return dt.datetime.strptime(text, written).date()  # noqa: DTZ007 - a day has no zone


def _number(text: str) -> float:
    bare = _SPACES.sub("", text)
    if "," in bare:
        mark = max(bare.rfind(","), bare.rfind("."))
        bare = bare[:mark].replace(",", "").replace(".", "") + "." + bare[mark + 1 :]
    try:
        value = float(bare)
    except ValueError:
        raise Refused("not a number") from None
    if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 - that is how NaN is told
        raise Refused("not a number")
    return value


def _shown(written: str) -> str:
    return written.replace("%Y", "yyyy").replace("%m", "mm").replace("%d", "dd").replace("%y", "yy")
