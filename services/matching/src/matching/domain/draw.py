"""The draw of a home, committed before anybody is ranked and told afterwards: nobody can choose a seed (docs/adr).

Equal files (same order, score and registration day) are parted by lots, SHA-256 of seed, vacancy and application
(`matching.domain.score.draw`). The seed's own SHA-256 is published first, the seed once the home is let or gone.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from uuid import UUID

from contracts.allocation import DrawCommitted, DrawRevealed
from matching.domain.call import Candidate

__all__ = ["SEED_BYTES", "Draw", "Tie", "commit", "reveal", "ties"]

SEED_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """`seed` is a secret until `revealed_at`."""

    vacancy_id: UUID
    seed: bytes
    committed_at: dt.datetime
    revealed_at: dt.datetime | None = None

    def __repr__(self) -> str:
        return f"Draw({self.vacancy_id}, commitment={self.commitment})"

    @property
    def commitment(self) -> str:
        return hashlib.sha256(self.seed).hexdigest()


Tie = tuple[UUID, ...]
"""Applications that the lot alone put in this order."""


def commit(vacancy_id: UUID, landlord: str, seed: bytes, *, now: dt.datetime) -> tuple[Draw, DrawCommitted]:
    """Seal a seed of `SEED_BYTES` random bytes.

    Raises:
        ValueError: it is shorter or longer.
    """
    if len(seed) != SEED_BYTES:
        raise ValueError(f"A draw's seed has {SEED_BYTES} bytes, not {len(seed)}.")
    drawn = Draw(vacancy_id=vacancy_id, seed=seed, committed_at=now)
    event = DrawCommitted(vacancy_id=vacancy_id, landlord=landlord, commitment=drawn.commitment, committed_at=now)
    return drawn, event


def reveal(drawn: Draw, landlord: str, *, now: dt.datetime) -> tuple[Draw, DrawRevealed] | None:
    """Tell the seed; None where it was told before."""
    if drawn.revealed_at is not None:
        return None
    told = DrawRevealed(vacancy_id=drawn.vacancy_id, landlord=landlord, seed=drawn.seed.hex(), revealed_at=now)
    return replace(drawn, revealed_at=now), told


def ties(candidates: Sequence[Candidate], vacancy_id: UUID, seed: str) -> list[Tie]:
    """Those of a shortlist, in its order, that only the lot parted."""

    def but_for_the_lot(one: Candidate) -> tuple[int, int, dt.date]:
        return one.explanation.key(one.application, vacancy_id, seed)[:3]

    groups = (tuple(one.application.id for one in equal) for _, equal in groupby(candidates, key=but_for_the_lot))
    return [group for group in groups if len(group) > 1]
