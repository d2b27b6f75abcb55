"""What is wrong with a stranger's file, and where."""

from typing import NamedTuple

_EXCERPT = 60


class FileRefused(Exception):
    """Nothing of this file can be read as it is; the sentence says why and what to do."""


class Refused(ValueError):
    """A cell that cannot be taken; the sentence says what is accepted."""


class Rejection(NamedTuple):
    """One line that was not taken, and why. `field` names the target's field, empty where the whole line is meant."""

    line: int
    field: str
    value: str
    reason: str


def twice(line: int, field: str, number: str, first: int) -> Rejection:
    """Of a line that says again who or what was named on an earlier one."""
    return Rejection(line, field, number, f"the number stands already on line {first}; that line was taken")


def excerpt(text: str) -> str:
    """The beginning of a value, on one line, to show."""
    shown = " ".join(text.split())
    return shown if len(shown) <= _EXCERPT else shown[: _EXCERPT - 1] + "…"
