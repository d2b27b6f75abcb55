"""Pieces that prove what a household declares: which fact each proves and how long it counts, dated."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from reference._packed import packed
from reference.days import add_months

__all__ = ["Piece", "Stage", "UnknownPiece", "kinds", "piece", "pieces_for"]


class UnknownPiece(LookupError):
    """No piece has this kind."""


class Stage(StrEnum):
    """From when a piece may be asked for (arrêté of 22 December 2020, annex)."""

    REGISTRATION = "registration"
    INSTRUCTION = "instruction"
    COMPLEMENTARY = "complementary"


@dataclass(frozen=True, slots=True)
class Piece:
    kind: str
    proves: str
    stage: Stage
    fr: str
    en: str
    valid_months: int | None
    """How long it counts from its date of issue; without end when None."""
    effective_from: date

    def valid_until(self, issued_on: date) -> date | None:
        return None if self.valid_months is None else add_months(issued_on, self.valid_months)


@cache
def _pieces() -> dict[str, Piece]:
    return {
        row["kind"]: Piece(
            **{**row, "stage": Stage(row["stage"]), "effective_from": date.fromisoformat(row["effective_from"])}
        )
        for row in packed("pieces")["pieces"]
    }


def piece(kind: str) -> Piece:
    """Raises `UnknownPiece`, which names the kinds there are."""
    try:
        return _pieces()[kind]
    except KeyError:
        raise UnknownPiece(f"No piece is of the kind {kind!r}; known are {', '.join(_pieces())}.") from None


def kinds() -> frozenset[str]:
    """The kinds there are."""
    return frozenset(_pieces())


def pieces_for(fact: str) -> tuple[Piece, ...]:
    """The pieces that prove a fact: any one of them will do."""
    return tuple(one for one in _pieces().values() if one.proves == fact)
