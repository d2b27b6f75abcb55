"""What is known around a home besides its facts: whose turn it is, which schemes hold there, on what rent it is let."""

import datetime as dt
from collections.abc import Collection
from dataclasses import asdict, dataclass
from enum import StrEnum
from uuid import UUID

from contracts.demand import RentPolicy
from contracts.inventory import (
    Designation,
    DesignationMode,
    HolderAnswer,
    ParticipationRecorded,
    ReservationMode,
    Scheme,
)
from contracts.values import Siren
from matching.domain.place import EVERYWHERE

__all__ = ["Around", "Circumstances", "Letter", "LetterState", "around_landlord", "around_scheme"]


class LetterState(StrEnum):
    """What came of the Protocole's information letter to the holder of a home."""

    NOT_SENT = "not_sent"
    ASKED = "asked"
    AGREED = "agreed"
    """In words, or by silence until the last day."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """The information letter: `until` is the last day of its window."""

    until: dt.date
    answer: HolderAnswer | None = None

    def state(self, on: dt.date) -> LetterState:
        if self.answer is HolderAnswer.REFUSED:
            return LetterState.REFUSED
        agreed = self.answer in {HolderAnswer.ACCEPTED, HolderAnswer.SILENT} or on > self.until
        return LetterState.AGREED if agreed else LetterState.ASKED


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """As matching knows them on the day of the decision; nothing said is nobody's turn and no scheme."""

    designation: Designation | None = None
    named: frozenset[UUID] = frozenset()
    """Applications that the holder named for the home."""
    letter: Letter | None = None
    protocole: bool = False
    """Landlord and holder both take part in the Protocole Mutations at the home's place."""
    inter_landlord: frozenset[str] = frozenset()
    """The landlords that take part in transfers between landlords at the home's place."""
    owing: frozenset[str] = frozenset()
    """The landlords that owe a right to the holder whose turn it is."""
    rent_policy: RentPolicy = RentPolicy.RELET
    """Of the home's landlord, for its own tenants."""
    search_found_nobody: bool = False
    """A search for those whom an adapted home is for was recorded, and found nobody (CCH R441-4)."""

    @property
    def in_stock(self) -> bool:
        """The home itself is reserved: a share of the flow is left by a transfer inside the stock (CCH R441-5)."""
        turn = self.designation
        return turn is not None and turn.reservation is ReservationMode.STOCK

    def holders_turn(self, on: dt.date) -> bool:
        """Whether the holder names the candidates still: directly, and its last day has not passed."""
        turn = self.designation
        return turn is not None and turn.mode is DesignationMode.DIRECT and (turn.until is None or on <= turn.until)

    def letter_state(self, on: dt.date) -> LetterState:
        return LetterState.NOT_SENT if self.letter is None else self.letter.state(on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """Which homes something told around them concerns: those of a place, of a landlord, of whose turn it is."""

    area: str = EVERYWHERE
    landlord: Siren | None = None
    holder: Siren | None = None

    def concerns(self, areas: Collection[str], landlord: str, holder: str | None) -> bool:
        """`areas` are the codes of all that the home lies in."""
        return (
            self.area in areas and self.landlord in {None, landlord} and (self.holder is None or self.holder == holder)
        )

    def payload(self) -> dict[str, str | None]:
        return asdict(self)


def around_scheme(told: ParticipationRecorded) -> Around:
    """Between landlords all homes of the place: who takes part opens the others' to its own tenants."""
    if told.scheme is Scheme.INTER_LANDLORD:
        return Around(area=told.area)
    return Around(area=told.area, landlord=told.landlord, holder=told.holder)


def around_landlord(landlord: Siren) -> Around:
    """All its homes: what it asks its own tenants who move decides what they pay."""
    return Around(landlord=landlord)
