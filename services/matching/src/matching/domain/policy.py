"""What a decision rests on besides the facts. The policies themselves are data (`policy`), law is in the rules."""

import datetime as dt
from dataclasses import dataclass, field

from matching.domain.circumstances import Circumstances
from policy import InForce, Policy

__all__ = ["Basis", "Circumstances", "InForce", "Policy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """The policy in force for the home, the day numbers are read for, the day it comes free, whose it is, whose turn.

    `on` is the day of the decision: law is read for it. Points are counted for `scoring_on`.
    """

    policy: Policy
    on: dt.date
    available_on: dt.date | None = None
    landlord: str | None = None
    seed: str = ""
    """Of the home's draw, in hexadecimal: in no view, event or log before the home is let or gone."""
    around: Circumstances = field(default_factory=Circumstances)

    @property
    def scoring_on(self) -> dt.date:
        """The day the home comes free where that is ahead: seniority and ages are those of the move."""
        return self.on if self.available_on is None else max(self.on, self.available_on)
