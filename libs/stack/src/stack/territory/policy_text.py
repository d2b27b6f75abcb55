"""The policy file as the plain check reads it: the numbers, and nothing around them."""

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["PolicyText", "policy_text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyText:
    called_at_once: int
    shortlist: int
    largest_rooms: tuple[int, ...]
    """For 1, 2, 3… persons; the last one for all larger households."""
    points_per_month: int
    points_by_kind: Mapping[str, int]
    points_by_preference: tuple[int, ...]
    rent_percent_per_point: int
    rent_most: int
    area_m2_per_point: int
    area_most: int
    tie_seed: str


def policy_text(folder: Path, on: dt.date) -> PolicyText:
    """The policy in force on a day: the latest that has taken effect, before the first the first.

    Raises:
        FileNotFoundError: the folder holds no policy.
    """
    files = [tomllib.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.toml")]
    if not files:
        raise FileNotFoundError(f"{folder} holds no policy.")
    files.sort(key=lambda file: file["valid_from"])
    effective = [file for file in files if file["valid_from"] <= on]
    said = effective[-1] if effective else files[0]
    scoring = said["scoring"]
    return PolicyText(
        called_at_once=said["calls"]["at_once"],
        shortlist=said["shortlist"]["size"],
        largest_rooms=tuple(int(kind[1:]) for kind in said["typology"]["largest_type_by_persons"]),
        points_per_month=scoring["seniority"]["points_per_month"],
        points_by_kind=scoring["kind"],
        points_by_preference=tuple(scoring["place"]["points_by_preference"]),
        rent_percent_per_point=scoring["rent_headroom"]["percent_per_point"],
        rent_most=scoring["rent_headroom"]["most"],
        area_m2_per_point=scoring["area_fit"]["square_metres_per_point"],
        area_most=scoring["area_fit"]["most"],
        tie_seed=scoring["tie_seed"],
    )
