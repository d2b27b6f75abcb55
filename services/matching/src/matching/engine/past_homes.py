"""Homes of the last twelve months as columns, as migration 0015 keeps them beside each home."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from contracts.values import DwellingFacts, DwellingType, Financing
from matching.engine.layout import Array

__all__ = ["NO_DAY", "NO_FLOOR", "PAST_HOME", "Homes", "columns_of", "days_of", "home_of", "texts_of"]

NO_DAY, NO_FLOOR = -(2**31), -1000
_EPOCH = dt.date(2000, 1, 1).toordinal()
PAST_HOME = np.dtype(
    [
        ("told_on", ">i4"),
        ("available_on", ">i4"),
        ("base_rent", ">i4"),
        ("charges", ">i4"),
        ("area", ">f8"),
        ("floor", ">i2"),
        ("rooms", ">i2"),
        ("equipment", ">i2"),
        ("commune", "S5"),
        ("landlord", "S9"),
        ("financing", "S7"),
        ("accessibility", "S14"),
        ("type", "S1"),
        ("lift", "S1"),
        ("step_free", "S1"),
        ("wheelchair", "S1"),
        ("outdoor_space", "S1"),
        ("parking", "S1"),
        ("let", "S1"),
    ]
)
"""Days from 1 January 2000, cents a month, square metres; `rooms` 0 where only the type says them; `equipment` a bit a
code. What may be so, not so or unknown is `t`, `f` or `?`; `let` is `f` where an exclusion keeps the home out of
letting. Texts are filled up with blanks."""

_LARGEST = 6
"""T6 is six rooms and more."""
_KNOWN = {b"t": True, b"f": False, b"?": None}


def columns_of(packed: bytes | None) -> Array:
    return np.frombuffer(packed or b"", dtype=PAST_HOME)


def days_of(day: dt.date) -> int:
    """As the columns have days."""
    return day.toordinal() - _EPOCH


@dataclass(frozen=True, slots=True)
class Homes:
    """The columns, and what is read from them more than once."""

    columns: Array
    communes: list[str]
    commune: Array
    """Which of `communes` each home lies in."""
    rent: Array
    """With charges, cents a month."""
    area: Array
    """In hundredths of a square metre."""
    kind: Array
    """The number in the type's name, 0 for a type that nobody knows."""

    @classmethod
    def of(cls, columns: Array) -> Self:
        communes, commune = texts_of(columns["commune"])
        digits = columns["type"].view(np.uint8).astype(np.int64) - ord("0")
        return cls(
            columns=columns,
            communes=communes,
            commune=commune,
            rent=columns["base_rent"].astype(np.int64) + columns["charges"],
            area=np.rint(columns["area"] * 100).astype(np.int64),
            kind=np.where(digits <= _LARGEST, digits, 0),
        )

    def where(self, chosen: Array) -> Self:
        return replace(
            self,
            columns=self.columns[chosen],
            commune=self.commune[chosen],
            rent=self.rent[chosen],
            area=self.area[chosen],
            kind=self.kind[chosen],
        )

    def __len__(self) -> int:
        return len(self.columns)

    @property
    def alike(self) -> Array:
        """What all of them are."""
        return np.zeros(len(self), dtype=np.int64)

    @property
    def free_on(self) -> list[dt.date]:
        return [dt.date.fromordinal(day + _EPOCH) for day in self.columns["available_on"].tolist()]


def texts_of(column: Array) -> tuple[list[str], Array]:
    """The different texts of a column, and of each home which of them it has."""
    known: dict[bytes, int] = {}
    which = [known.setdefault(one, len(known)) for one in column.tolist()]
    return [one.decode().rstrip() for one in known], np.array(which, dtype=np.int64)


def home_of(row: Any) -> DwellingFacts:
    """What changes are proposed from: place, type, area, financing and comforts; most of the rest is left out."""
    kind, floor = row["type"].decode(), int(row["floor"])
    return DwellingFacts.model_construct(
        commune=row["commune"].decode(),
        street="",
        dwelling_type=DwellingType(f"T{kind}") if kind.isdigit() else DwellingType.UNKNOWN,
        living_area_m2=float(row["area"]),
        base_rent_cents=int(row["base_rent"]),
        financing=Financing(row["financing"].decode().rstrip()),
        floor=None if floor == NO_FLOOR else floor,
        lift=_KNOWN[row["lift"]],
        outdoor_space=_KNOWN[row["outdoor_space"]],
        parking=_KNOWN[row["parking"]],
    )
