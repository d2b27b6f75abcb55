"""What a decision rests on besides the facts. The policies themselves are data (`policy`), law is in the rules."""

import datetime as dt
from dataclasses import dataclass

from policy import InForce, Policy

__all__ = ["Basis", "InForce", "Policy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """The policy in force for the home, the day numbers are read for, the day it comes free and whose it is."""

    policy: Policy
    on: dt.date
    available_on: dt.date | None = None
    landlord: str | None = None
