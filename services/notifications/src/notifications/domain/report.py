"""What a gateway's report on an SMS changes."""

from enum import StrEnum

from notifications.domain.delivery import DeliveryState


class ReportStatus(StrEnum):
    DELIVERED = "delivered"
    FAILED = "failed"
    """The gateway gave up: the phone is off, the number is gone."""


class TooEarly(Exception):
    """The attempt is still under way: its own outcome comes first."""


class NeverSent(Exception):
    """Nothing of this delivery can have left."""


def settled_by(status: ReportStatus, state: DeliveryState, *, unknown_outcomes: int) -> DeliveryState | None:
    """The state after a report, None where it changes nothing.

    A report settles what nobody knew: a message whose outcome was unknown did leave after all, and is not sent again.

    Raises:
        TooEarly: report it again in a moment.
        NeverSent: the report cannot be about this delivery.
    """
    if state is DeliveryState.SENDING:
        raise TooEarly
    if state is DeliveryState.DELIVERED:
        return None
    if state is not DeliveryState.SENT and not unknown_outcomes:
        raise NeverSent
    if status is ReportStatus.DELIVERED:
        return DeliveryState.DELIVERED
    return DeliveryState.FAILED if state is DeliveryState.SENT else None
