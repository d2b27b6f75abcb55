"""The draw of a home, for whoever checks it."""

import datetime as dt
from collections.abc import Iterable
from typing import Self
from uuid import UUID

from matching.domain.draw import Draw, Tie
from matching.domain.score import draw
from matching.views.view import View

__all__ = ["DrawView", "LotView", "TieView"]


class LotView(View):
    application_id: UUID | None
    """Told to agents. A household that knows its own finds its lot by it: SHA-256 of `seed:vacancy:application`."""
    lot: str | None
    """Hexadecimal; the smaller goes first. None while the seed is sealed."""


class TieView(View):
    """Applications of equal order, score and registration day, as the lot put them."""

    drawn_at: dt.datetime
    lots: list[LotView]


class DrawView(View):
    """The seal, and what it hid once the home is let or gone: enough for anybody to draw again.

    Whoever is no agent is told lots and no applications, and nothing of them while the seed is sealed; scores and days
    are told to nobody.
    """

    vacancy_id: UUID
    commitment: str
    """SHA-256 of the seed's bytes, published before anybody was ranked."""
    committed_at: dt.datetime
    seed: str | None
    revealed_at: dt.datetime | None
    ties: list[TieView]

    @classmethod
    def of(cls, drawn: Draw, ties: Iterable[tuple[dt.datetime, Tie]], *, to_an_agent: bool) -> Self:
        seed = None if drawn.revealed_at is None else drawn.seed.hex()
        return cls(
            vacancy_id=drawn.vacancy_id,
            commitment=drawn.commitment,
            committed_at=drawn.committed_at,
            seed=seed,
            revealed_at=drawn.revealed_at,
            ties=[
                TieView(
                    drawn_at=drawn_at,
                    lots=[
                        LotView(
                            application_id=one if to_an_agent else None,
                            lot=None if seed is None else draw(seed, drawn.vacancy_id, one).hex(),
                        )
                        for one in tie
                    ],
                )
                for drawn_at, tie in (ties if to_an_agent or seed is not None else ())
            ],
        )
