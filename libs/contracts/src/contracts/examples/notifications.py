"""The person is told."""

import datetime as dt
from typing import Any

from contracts import notifications
from contracts.event import Event
from contracts.examples.story import (
    APPLICANT_ID,
    CALL_ID,
    DELIVERY_ID,
)
from contracts.values import Channel

_DELIVERY: dict[str, Any] = {"delivery_id": DELIVERY_ID, "call_id": CALL_ID, "person_id": APPLICANT_ID}


EXAMPLES: tuple[Event, ...] = (
    notifications.DeliverySent(
        **_DELIVERY,
        channel=Channel.EMAIL,
        attempt=1,
        gateway_reference="<92f4a6d8-7c01-4b3e-8e5f-1a6d0b9c2777@example.org>",
        sent_at=dt.datetime(2026, 11, 22, 9, 30, 0, 412000, tzinfo=dt.UTC),
    ),
    notifications.DeliveryDelivered(
        **_DELIVERY,
        channel=Channel.SMS,
        delivered_at=dt.datetime(2026, 11, 22, 9, 30, 4, tzinfo=dt.UTC),
    ),
    notifications.DeliveryFailed(
        **_DELIVERY,
        channel=Channel.EMAIL,
        attempt=2,
        reason="451 4.3.0 Temporary local problem",
        final=False,
        outcome_unknown=True,
        failed_at=dt.datetime(2026, 11, 22, 9, 35, tzinfo=dt.UTC),
    ),
    notifications.DeliverySuppressed(
        **_DELIVERY,
        channel=Channel.SMS,
        reason=notifications.SuppressionReason.NO_CONSENT,
        suppressed_at=dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC),
    ),
)
