"""The policy files as the plain check reads them: the numbers, and nothing around them."""

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reference import communes

__all__ = ["PolicyText", "RubricText", "policy_texts"]

_KINDS = ("transfer", "split", "first")
_TYPES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricText:
    strongest_only: bool
    kinds: frozenset[str]
    homes: str | None
    criteria: tuple[tuple[str, int], ...]
    """Predicate and points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyText:
    called_at_once: int
    most_live: int | None
    """Calls a household may have at a time."""
    pools: bool
    """Whether like homes share their calls."""
    shortlist: int
    rooms: tuple[frozenset[int], ...]
    """Types, by their rooms, that 1, 2, 3… persons may have; the last one for all larger households."""
    seniority: Mapping[str, tuple[int, int | None]]
    """By kind: points a month, and the months that count."""
    points_by_kind: Mapping[str, int]
    points_by_preference: tuple[int, ...]
    rent_percent_per_point: int
    rent_most: int
    area_m2_per_point: int
    area_most: int
    refusal: tuple[int, int]
    """Points taken off for each refused offer, and how many count."""
    rubrics: tuple[RubricText, ...]
    most_effort_percent: int
    least_residual_euros: float
    freed_home: tuple[int, ...]
    """What a home of 0, 1, 2… rooms is worth to others."""


class _InForce:
    def __init__(self, of: Mapping[str, PolicyText]) -> None:
        self._of = of

    @property
    def least_most_live(self) -> int | None:
        """The lowest limit of live calls of any territory."""
        return min((one.most_live for one in self._of.values() if one.most_live is not None), default=None)

    def of(self, commune: str) -> PolicyText:
        """Paris itself, the EPT in Greater Paris, the EPCI elsewhere, else the country's (DOMAIN §11.5)."""
        place = communes.commune(commune)
        for code in (place.parent or commune, place.ept, place.epci, ""):
            if code is not None and code in self._of:
                return self._of[code]
        raise LookupError(commune)


def policy_texts(folder: Path, on: dt.date) -> _InForce:
    """The policies in force on a day: of each territory the latest that has taken effect.

    Before the country's first, the first. A draft counts only where it is illustrative.

    Raises:
        FileNotFoundError: the folder holds no policy.
    """
    paths = list(folder.glob("*.toml")) or list(folder.glob("*/*.toml"))
    files = [tomllib.loads(path.read_text(encoding="utf-8")) for path in paths]
    files = [file for file in files if file.get("state", "adopted") == "adopted" or file.get("illustrative")]
    if not files:
        raise FileNotFoundError(f"{folder} holds no policy.")
    files.sort(key=lambda file: file["valid_from"])
    found = {"": next(file for file in files if "scope" not in file)}
    for file in files:
        if file["valid_from"] <= on:
            found["".join(file.get("scope", {}).values())] = file
    return _InForce({scope: _text(file) for scope, file in found.items()})


def _text(said: Mapping[str, Any]) -> PolicyText:
    scoring = said["scoring"]
    seniority, refusal = scoring["seniority"], scoring.get("refusal", {})
    return PolicyText(
        called_at_once=said["calls"]["at_once"],
        most_live=said["calls"].get("most_live"),
        pools="pool" in said["calls"],
        shortlist=said["shortlist"]["size"],
        rooms=_rooms(said["typology"]),
        seniority={
            kind: (one["points_per_month"], one.get("cap_months"))
            for kind in _KINDS
            for one in [seniority.get(kind, seniority)]
        },
        points_by_kind={kind: scoring.get("kind", {}).get(kind, 0) for kind in _KINDS},
        points_by_preference=tuple(scoring["place"]["points_by_preference"]),
        rent_percent_per_point=scoring["rent_headroom"]["percent_per_point"],
        rent_most=scoring["rent_headroom"]["most"],
        area_m2_per_point=scoring["area_fit"]["square_metres_per_point"],
        area_most=scoring["area_fit"]["most"],
        refusal=(refusal.get("points_each", 0), refusal.get("counted", 1)),
        rubrics=tuple(
            RubricText(
                strongest_only=rubric.get("cumulation") == "strongest",
                kinds=frozenset(rubric.get("populations", _KINDS)),
                homes=rubric.get("homes"),
                criteria=tuple((one["when"], one["points"]) for one in rubric["criterion"]),
            )
            for rubric in scoring.get("rubric", ())
        ),
        most_effort_percent=said.get("affordability", {}).get("most_effort_percent", 33),
        least_residual_euros=said.get("affordability", {}).get("least_residual_euros_per_day", 0),
        freed_home=(0, *(said.get("freed_home", {}).get(f"T{rooms}", 0) for rooms in range(1, _TYPES + 1))),
    )


def _rooms(typology: Mapping[str, Any]) -> tuple[frozenset[int], ...]:
    sizes: Sequence[Mapping[str, Any]] = typology.get("size", ())
    if sizes:
        return tuple(frozenset(int(kind[1:]) for kind in [*one["usual"], *one.get("tolerated", ())]) for one in sizes)
    return tuple(frozenset(range(1, int(kind[1:]) + 1)) for kind in typology["largest_type_by_persons"])
