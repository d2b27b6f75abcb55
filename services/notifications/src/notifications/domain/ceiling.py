"""How many messages a minute may leave before somebody has to look."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a claim may take; `tripped` when it wanted more than the minute still allowed."""

    granted: int
    tripped: bool


def allowance(*, ceiling: int, handed_this_minute: int, wanted: int) -> Allowance:
    """Grant up to the ceiling. Wanting one more is what trips the hold: one bug must never mail a region."""
    left = max(0, ceiling - handed_this_minute)
    return Allowance(granted=min(wanted, left), tripped=wanted > left)


def sentence(ceiling: int) -> str:
    return (
        f"More than {ceiling} messages in one minute (NOTIFICATIONS_CEILING_PER_MINUTE): "
        "sending stopped by itself, nothing is lost. Look at what is waiting, then resume."
    )
