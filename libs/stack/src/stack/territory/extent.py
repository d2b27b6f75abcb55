"""Which territory, how large, from which seed: everything else follows from these."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from contracts.event import deterministic_id
from reference import communes

__all__ = ["AS_OF", "CHUNK", "DEFAULT_SEED", "EDITION", "SIZES", "Territory", "UnknownSize"]

AS_OF = dt.date(2026, 11, 1)
"""The day the synthetic applications are dated from: seniority and consents count back from it."""
CHUNK = 10_000
"""Rows drawn at a time, each chunk from a random stream of its own: memory stays flat, any chunk can be drawn alone."""
DEFAULT_SEED = 2026
EDITION = 1
"""Raised whenever the same size and seed would draw other rows, so that a stack with the older ones is recognised."""
_PARIS, _ILE_DE_FRANCE = "75056", "11"


class UnknownSize(ValueError):
    """No territory has this name."""


@dataclass(frozen=True, slots=True)
class Territory:
    """A synthetic territory on real places. The same name and seed give the same rows, byte for byte."""

    name: str
    seed: int
    places: tuple[str, ...]
    """INSEE codes of the communes and arrondissements a home can be in."""
    dwellings: int
    applications: int

    @classmethod
    def of(cls, size: str, seed: int = DEFAULT_SEED) -> Self:
        """The territory of a size: `small` or `idf`.

        Raises:
            UnknownSize: there is no such size.
        """
        if size == "small":
            around = communes.neighbours(_PARIS)
            return cls(size, seed, (*communes.arrondissements_of(_PARIS), *sorted(around)), 20_000, 10_000)
        if size == "idf":
            return cls(size, seed, communes.places(region=_ILE_DE_FRANCE), 1_300_000, 780_000)
        raise UnknownSize(f"size: {size!r} is none of {', '.join(SIZES)}.")

    @property
    def label(self) -> str:
        """How a person is told what this is."""
        return f"synthetic territory {self.name}, seed {self.seed}"

    def id_of(self, kind: str, index: int | str) -> UUID:
        """The id of a row: it follows from the edition, the size, the seed and the row's number alone."""
        return deterministic_id("synthetic", str(EDITION), self.name, str(self.seed), kind, str(index))

    def dwelling_reference(self, index: int) -> str:
        """Ten characters as in RPLS, with an S for synthetic where the register has a digit.

        The same in every territory of a size, so that two of them cannot be loaded side by side by mistake.
        """
        return f"S{index:09d}"

    def application_chunks(self) -> Iterator[int]:
        return iter(range(-(-self.applications // CHUNK)))

    def dwelling_chunks(self) -> Iterator[int]:
        return iter(range(-(-self.dwellings // CHUNK)))


SIZES = ("small", "idf")
