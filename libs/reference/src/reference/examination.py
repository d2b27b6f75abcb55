"""The zones in which leases are examined every three years (CCH L442-5-2).

`data/examination_zones.json` is edited by hand: changed zones are a new row with their date, the old one stays. The
decree that names the zones was not read; the zones where the market is tense stand in, and the row says so.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache

from reference._dated import Dated
from reference._packed import packed
from reference._zoning import AbcZone

__all__ = ["ExaminationZones", "examination_zones"]


@dataclass(frozen=True, slots=True)
class ExaminationZones:
    """In force from a day on; `text` and `note` in French."""

    since: date
    zones: frozenset[AbcZone]
    text: str
    note: str


@cache
def _rows() -> Dated[ExaminationZones]:
    rows = (
        ExaminationZones(
            since=date.fromisoformat(row["since"]),
            zones=frozenset(AbcZone(zone) for zone in row["zones"]),
            text=row["text"],
            note=row["note"],
        )
        for row in packed("examination_zones")["examination_zones"]
    )
    return Dated(rows, since=lambda one: one.since)


def examination_zones(on: date) -> ExaminationZones | None:
    """The zones in force on a day; None before the first, when no lease was examined."""
    return _rows().on(on)
