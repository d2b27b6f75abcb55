"""Where the time goes: each service's event log says when an event was decided on and when the broker had it."""

from collections.abc import Iterable, Mapping

import asyncpg

from benchmarks.figures import Spread
from benchmarks.system import Served
from chassis.database import asyncpg_url
from contracts.inventory import VacancyReleased
from contracts.matching import CallIssued
from contracts.notifications import DeliverySent

STEPS = (
    ("inventory", VacancyReleased.TYPE, "the landlord's event is taken by inventory", "inventory's event is relayed"),
    ("matching", CallIssued.TYPE, "matching looks at the vacancy", "the last call is relayed"),
    ("notifications", DeliverySent.TYPE, "the first handed-over alerts are settled", "the last outcome is relayed"),
)
_SLACK_S = 60.0
_TIMES = """
    SELECT headers->>'correlationid' AS story,
           extract(epoch FROM min(occurred_at))::float8 AS first, extract(epoch FROM max(published_at))::float8 AS last
    FROM event_log WHERE type = $1 AND occurred_at >= to_timestamp($2) AND headers->>'correlationid' = ANY($3)
    GROUP BY 1
"""


async def hops(databases: Mapping[str, str], served: Iterable[Served]) -> list[tuple[str, Spread]]:
    """Milliseconds since the acknowledgement at which each step was reached, over all vacancies with alerts."""
    served = list(served)
    stories = [story for one in served for story in one.stories]
    published = {name: at for one in served for name, at in one.published.items()}
    acknowledged = {story.correlation_id: published[story.correlation_id].acknowledged_ns / 1e9 for story in stories}
    steps = [
        ("the gateway accepts the first alert", [story.first_ms for story in stories]),
        ("the gateway accepts the last alert", [story.last_ms for story in stories]),
    ]
    for service, event_type, began, ended in STEPS:
        connection: asyncpg.Connection = await asyncpg.connect(asyncpg_url(databases[service]))
        try:
            rows = await connection.fetch(_TIMES, event_type, min(acknowledged.values()) - _SLACK_S, list(acknowledged))
        finally:
            await connection.close()
        steps.append((began, [(row["first"] - acknowledged[row["story"]]) * 1e3 for row in rows]))
        steps.append((ended, [(row["last"] - acknowledged[row["story"]]) * 1e3 for row in rows]))
    return sorted(((step, Spread.of(times)) for step, times in steps if times), key=lambda one: one[1].p50)
