"""The minutes of a session (procès-verbal): what was before the committee, and its decisions.

No household has a name.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from contracts.allocation import CandidacyOrigin, DecisionKind, DecisionReason, FewerFilesBecause, MovedBecause
from contracts.tenancy import SuitableHome
from contracts.values import DwellingFacts
from matching.domain.committee import Member
from matching.domain.decision import Ballot

__all__ = ["Minutes", "MinutesFile", "MinutesHome", "MinutesLease"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesFile:
    number: str
    """The application's opaque id."""
    origin: CandidacyOrigin
    proposed_rank: int
    score: int
    kind: DecisionKind | None = None
    """None for a file that was taken back, or of a home that was not decided."""
    rank: int | None = None
    moved_because: MovedBecause | None = None
    reasons: tuple[DecisionReason, ...] = ()
    words: str | None = None
    piece: str | None = None
    piece_by: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesHome:
    number: str
    home: DwellingFacts
    policy: str
    decided: bool
    files: tuple[MinutesFile, ...]
    """By rank, then as the engine had them."""
    fewer_because: FewerFilesBecause | None
    justification: str | None
    ballot: Ballot | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesLease:
    """An opinion of the three-yearly examination."""

    number: str
    rehouse: bool | None
    suitable: SuitableHome | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    number: str
    landlord: str
    held_on: dt.date
    place: str
    final: bool
    """Whether the session is closed: until then they are a draft."""
    members: Sequence[Member]
    quorum: int | None
    homes: Sequence[MinutesHome]
    leases: Sequence[MinutesLease]
