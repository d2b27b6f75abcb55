"""The policy in force: what a territory decides, as data (DESIGN §7). Law is in the rules, decrees in `reference`."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.values import ApplicationKind, DwellingType

__all__ = ["Basis", "Policy", "PolicyUnreadable", "Scoring", "read_policy"]

_TYPES = tuple(kind for kind in DwellingType if kind is not DwellingType.UNKNOWN)


class PolicyUnreadable(ValueError):
    """A policy that cannot be applied; the sentence names the file and the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """Points by rubric, all whole numbers.

    Seniority counts calendar months since the registration, without a cap: then time moves every score alike
    and the order of two applications never changes by itself, which the index rests on.
    """

    points_per_month: int
    points_by_kind: Mapping[ApplicationKind, int]
    points_by_place_rank: tuple[int, ...]
    """For the first wanted place, the second and so on; the last one holds for all that follow."""
    rent_percent_per_point: int
    rent_most: int
    area_m2_per_point: int
    area_most: int
    tie_seed: str

    @property
    def most_dynamic(self) -> int:
        """The most that the rubrics which depend on the home can add: the bound of the threshold stop."""
        return self.rent_most + self.area_most


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    territory: str
    valid_from: dt.date
    shortlist_size: int
    calls_at_once: int
    days_to_answer: int
    largest_type_by_persons: tuple[DwellingType, ...]
    """For one person, two and so on; the last one holds for all larger households."""
    scoring: Scoring
    name: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", f"{self.territory}/{self.valid_from}")

    def largest_type(self, persons: int) -> DwellingType:
        return self.largest_type_by_persons[min(persons, len(self.largest_type_by_persons)) - 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a decision rests on besides the facts: the policy in force and the day numbers are read for."""

    policy: Policy
    on: dt.date


def read_policy(document: Mapping[str, Any], *, source: str) -> Policy:
    """A policy from its parsed file; tables this version does not know are left to those that do.

    Raises:
        PolicyUnreadable: a field is missing, of another type, or out of its range.
    """
    root = _Table(document, source, "")
    scoring = root.table("scoring")
    places = scoring.table("place").whole_numbers("points_by_preference")
    if list(places) != sorted(places, reverse=True):
        raise scoring.table("place").wrong("points_by_preference", "a later choice cannot bring more than an earlier")
    kinds = scoring.table("kind")
    known = [kind for kind in ApplicationKind if kind is not ApplicationKind.UNKNOWN]
    return Policy(
        territory=root.text("territory"),
        valid_from=root.day("valid_from"),
        shortlist_size=root.table("shortlist").whole("size", least=1),
        calls_at_once=root.table("calls").whole("at_once", least=1),
        days_to_answer=root.table("calls").whole("days_to_answer", least=1),
        largest_type_by_persons=root.table("typology").dwelling_types("largest_type_by_persons"),
        scoring=Scoring(
            points_per_month=scoring.table("seniority").whole("points_per_month"),
            points_by_kind={kind: kinds.whole(kind) for kind in known},
            points_by_place_rank=places,
            rent_percent_per_point=scoring.table("rent_headroom").whole("percent_per_point", least=1),
            rent_most=scoring.table("rent_headroom").whole("most"),
            area_m2_per_point=scoring.table("area_fit").whole("square_metres_per_point", least=1),
            area_most=scoring.table("area_fit").whole("most"),
            tie_seed=scoring.text("tie_seed"),
        ),
    )


class _Table:
    """A table of the file, read field by field with errors that say where."""

    def __init__(self, values: Mapping[str, Any], source: str, path: str) -> None:
        self._values = values
        self._source = source
        self._path = path

    def table(self, name: str) -> "_Table":
        found = self._values.get(name)
        if not isinstance(found, Mapping):
            raise self.wrong(name, "the table is missing")
        return _Table(found, self._source, f"{self._path}{name}.")

    def whole(self, name: str, *, least: int = 0, most: int = 10_000) -> int:
        found = self._values.get(name)
        if type(found) is not int or not least <= found <= most:
            raise self.wrong(name, f"give a whole number from {least} to {most}, not {found!r}")
        return found

    def text(self, name: str) -> str:
        found = self._values.get(name)
        if not isinstance(found, str) or not found:
            raise self.wrong(name, f"give a text, not {found!r}")
        return found

    def day(self, name: str) -> dt.date:
        found = self._values.get(name)
        if not isinstance(found, dt.date) or isinstance(found, dt.datetime):
            raise self.wrong(name, f"give a date such as 2026-11-01, not {found!r}")
        return found

    def whole_numbers(self, name: str) -> tuple[int, ...]:
        found = self._values.get(name)
        if not isinstance(found, list) or not found or not all(type(value) is int and value >= 0 for value in found):
            raise self.wrong(name, f"give a list of whole numbers, not {found!r}")
        return tuple(found)

    def dwelling_types(self, name: str) -> tuple[DwellingType, ...]:
        found = self._values.get(name)
        if not isinstance(found, list) or not found or not all(value in _TYPES for value in found):
            raise self.wrong(name, f"give a list of types among {', '.join(_TYPES)}, not {found!r}")
        return tuple(DwellingType(value) for value in found)

    def wrong(self, name: str, what: str) -> PolicyUnreadable:
        return PolicyUnreadable(f"{self._source}: {self._path}{name}: {what}.")
