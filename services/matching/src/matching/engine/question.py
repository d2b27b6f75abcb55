"""A home as it is asked for: what a probe and a policy come to, in one array of whole numbers."""

import struct
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from matching.domain.posting import Probe
from matching.engine.compiling import compiled
from matching.engine.layout import Array
from policy.model import Scoring

__all__ = ["NOT_KNOWN", "Asked", "Home", "home_of", "question_of"]

NOT_KNOWN = -1000
"""No floor."""


class Asked(NamedTuple):
    """A home and a policy, as whole numbers."""

    month: int
    rent: int
    base_rent: int
    area: int
    stairs_to: int
    floor: int
    """`NOT_KNOWN` where nobody knows it."""
    lacks: int
    more: int
    landlord: int
    """Whose home it is: the rents that L442-3-1 forbids are those of its own tenants. 0 where that was not told."""
    own: int
    """The landlord that keeps rents for its own tenants: of them no rent excludes here. 0 for none."""
    owed_points: int
    available_on: int
    """0 where nobody knows it."""
    rent_percent_per_point: int
    rent_most: int
    area_per_point: int
    area_most: int
    most_for_both: int
    """The most that rent and area can add to a base."""
    most: int
    """The most that a home can add: with gated rubrics and rights owed."""
    limit: int
    least: int


class Home(NamedTuple):
    """All that is asked. A line of `scales` is a scale, what the month adds to its bases, its points a month and its
    cap (-1 without); `ceilings` are by category; tenants of the landlords in `owing` get `asked.owed_points`.
    """

    asked: Asked
    buckets: Array
    scales: Array
    ceilings: Array
    gates: Array
    owing: Array


_ASKED = struct.Struct(f"={len(Asked._fields)}q")


def question_of(probe: Probe, scoring: Scoring, *, limit: int, least: int) -> Array:
    """`Asked`, then each of the lists after its length: `home_of` takes them apart."""
    owed = scoring.points_for_rights_owed if probe.owing else 0
    most_for_both, lacks = scoring.most_dynamic, int(probe.lacks)
    asked = _ASKED.pack(
        probe.month,
        probe.rent_cents,
        probe.base_rent_cents,
        probe.area,
        probe.stairs_to,
        NOT_KNOWN if probe.floor is None else probe.floor,
        lacks & 0xFF,
        lacks >> 8,
        probe.landlord,
        probe.own_landlord,
        scoring.points_for_rights_owed,
        0 if probe.available_on is None else probe.available_on.toordinal(),
        scoring.rent_percent_per_point,
        scoring.rent_most,
        scoring.area_m2_per_point * 100,
        scoring.area_most,
        most_for_both,
        most_for_both + probe.gates_most + owed,
        limit,
        least,
    )
    return np.frombuffer(
        b"".join(
            (
                asked,
                _listed(probe.buckets),
                _scales(probe.scales),
                _listed(probe.ceilings),
                _listed(probe.gates),
                _listed(probe.owing),
            )
        ),
        dtype=np.int64,
    )


@lru_cache(maxsize=50_000)
def _listed(values: tuple[int, ...]) -> bytes:
    """Buckets, ceilings and gates come back with every home of the same place and policy."""
    return struct.pack(f"={len(values) + 1}q", len(values), *values)


@lru_cache(maxsize=10_000)
def _scales(scales: tuple[Any, ...]) -> bytes:
    return struct.pack(f"={4 * len(scales) + 1}q", len(scales), *(number for one in scales for number in one))


@compiled
def home_of(question: Array) -> Home:
    """What `question_of` packed."""
    q, at = question, 20
    asked = Asked(
        *(q[0], q[1], q[2], q[3], q[4], q[5], q[6], q[7], q[8], q[9]),
        *(q[10], q[11], q[12], q[13], q[14], q[15], q[16], q[17], q[18], q[19]),
    )
    buckets = q[at + 1 : at + 1 + q[at]]
    at += 1 + q[at]
    scales = q[at + 1 : at + 1 + 4 * q[at]].reshape(-1, 4)
    at += 1 + 4 * q[at]
    ceilings = q[at + 1 : at + 1 + q[at]]
    at += 1 + q[at]
    gates = q[at + 1 : at + 1 + q[at]]
    at += 1 + q[at]
    return Home(asked, buckets, scales, ceilings, gates, q[at + 1 : at + 1 + q[at]])


assert len(Asked._fields) == 20
