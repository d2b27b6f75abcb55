"""An interest call as notifications keeps it: what a message says, and whether it may still be said."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from contracts.matching import CallWithdrawalReason
from contracts.values import DwellingFacts


class CallState(StrEnum):
    ISSUED = "issued"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    call_id: UUID
    vacancy_id: UUID
    dwelling: DwellingFacts
    available_on: dt.date
    available_on_expected: bool = False
    """The day may still change."""
    like_homes: int = 1
    """Homes that the household is asked about at once."""
    called: int
    """How many households are asked for this home."""
    answer_by: dt.datetime
    reasons: tuple[str, ...]
    policy: str
    state: CallState = CallState.ISSUED
    withdrawal_reason: CallWithdrawalReason | None = None
