"""What moves in bulk: outbox, relay and edge beside their bounds, on servers of their own."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks import edge, relay
from benchmarks.figures import Throughput
from benchmarks.machine import load_average
from benchmarks.servers import servers

TAKES = 5
RELAYED_ROWS = 20_000
STEPS = TAKES * (3 + 2 * len(edge.POLLS))
"""How often `done` is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InBulk:
    filled: Throughput
    relayed: Throughput
    sent: Throughput
    """Bare aiokafka, the relay's bound."""
    polls: dict[int, tuple[Throughput, Throughput]]
    """By records a poll: through the edge, and by hand, its bound."""
    load: tuple[float, float]


async def measure(done: Callable[[], None]) -> InBulk:
    loads = [load_average()]
    async with servers() as own:
        filled, relayed, sent = await relay.measure(
            kafka=own.kafka.url, database=await own.database("relay"), rows=RELAYED_ROWS, takes=TAKES, done=done
        )
        loads.append(load_average())
        polls = await edge.measure(kafka=own.kafka.url, database=await own.database("edge"), takes=TAKES, done=done)
    loads.append(load_average())
    return InBulk(filled=filled, relayed=relayed, sent=sent, polls=polls, load=(min(loads), max(loads)))
