"""What a rule says of an application and a home."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

__all__ = ["EXCLUDING", "Fact", "Finding", "Rule", "Verdict"]

Fact = str | int | float | bool | None


class Rule(StrEnum):
    STANDING = "standing"
    PLACE = "place"
    DWELLING_TYPE = "dwelling_type"
    OFFERED_RENT = "offered_rent"
    MAX_RENT = "max_rent"
    MIN_AREA = "min_area"
    OCCUPANCY = "occupancy"
    INCOME = "income"
    EFFORT = "effort"
    RESIDUAL = "residual"
    WHEELCHAIR = "wheelchair"
    STEP_FREE = "step_free"
    EQUIPMENT = "equipment"
    FLOOR = "floor"
    ADAPTED = "adapted"
    TYPOLOGY = "typology"
    UNDER_OCCUPATION = "under_occupation"
    TRANSFER_RENT = "transfer_rent"
    TRANSFER_CONDITIONS = "transfer_conditions"
    LIGHT = "light"
    LETTING = "letting"
    SCOPE = "scope"
    HOLDER = "holder"
    WANTED_FLOOR = "wanted_floor"
    WANTED_LIFT = "wanted_lift"
    OUTDOOR_SPACE = "outdoor_space"
    PARKING = "parking"
    LATEST = "latest"


class Verdict(StrEnum):
    """DOMAIN §11.4."""

    FITS = "fits"
    UNLAWFUL = "unlawful"
    NOT_WISHED = "not_wished"
    """Excluded, and the tenant can change it."""
    POLICY = "policy"
    """Below the line; an agent may include with a reason."""
    UNKNOWN = "unknown"
    """To verify: never excludes."""


EXCLUDING = frozenset({Verdict.UNLAWFUL, Verdict.NOT_WISHED, Verdict.POLICY})


_NO_FACTS: Mapping[str, Fact] = MappingProxyType({})


class Finding(NamedTuple):
    """A verdict, the code of the sentence that tells it, and the facts that the sentence names."""

    rule: Rule
    verdict: Verdict
    code: str
    facts: Mapping[str, Fact] = _NO_FACTS

    @property
    def excludes(self) -> bool:
        return self.verdict in EXCLUDING
