"""The system: four services, their servers and the mailbox as `parcours up` brings them up, on a loaded territory.

A landlord's system publishes homes that come free; the clock runs from Kafka's acknowledgement to the mailbox's 250.
"""

import asyncio
import datetime as dt
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from benchmarks.pace import evenly
from benchmarks.pairing import Arrived, Published, Story, pair
from reference.days import civil_day
from stack.demo.mailbox import MailboxReader
from stack.demo.plan import make_plan
from stack.landlord_system import LandlordSystem
from stack.parts import Choice
from stack.stack import Stack
from stack.state import StackState
from stack.territory import Alert, PlannedVacancy, Territory, market
from stack.throwaway import throwaway_folder

_LOOK_S = 0.5
"""The mailbox keeps ten thousand messages: it is read before it forgets, and seldom enough not to be felt."""
_PATIENCE_S = 60.0
"""So long without a new message, and what is missing counts as lost."""
_QUIET_S = 2.0
"""How long nothing more may come once all is there: a second copy would come now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Vacancies that are published together, and all that must follow."""

    vacancies: tuple[PlannedVacancy, ...]
    called: tuple[UUID, ...]
    """The application of each call."""
    alerts: tuple[Alert, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What one block led to; `events` maps each vacancy to the landlord's event, the correlation id of its story."""

    stories: list[Story]
    published: dict[str, Published]
    events: dict[UUID, str]


@asynccontextmanager
async def running(territory: Territory, say: Callable[[str, str], None]) -> AsyncIterator[StackState]:
    """The whole stack in a folder that is deleted afterwards; as in production, commits wait for the disk.

    Where the block raises, the logs are kept and their folder is said.
    """
    with throwaway_folder() as own:
        stack = Stack(
            own.folder,
            choice=Choice(),
            say=say,
            durable=True,
            landlords=[landlord.siren for landlord in market(territory).landlords],
        )
        try:
            async with stack as state:
                yield state
        except Exception:
            say("logs", f"kept in {own.keep_logs()}")
            raise


def draw(territory: Territory, sizes: Iterable[int], *, label: str, policies: Path) -> list[Block]:
    """Blocks of so many different homes that come free, one event each. Takes seconds of computing.

    Homes are left out as `stack.demo.plan` says: under policies without limits only those that a lot decides.
    """
    on = civil_day(dt.datetime.now(dt.UTC))
    sizes = list(sizes)
    plan = make_plan(territory, sum(sizes), label=label, on=on, policies=policies, notice_share=0.0)
    alerts = plan.expected.alerts_by_vacancy()
    blocks, first = [], 0
    for size in sizes:
        part = plan.vacancies[first : first + size]
        blocks.append(
            Block(
                vacancies=tuple(part),
                called=tuple(called for one in part for called in plan.expected.calls[one.vacancy_id]),
                alerts=tuple(alert for one in part for alert in alerts[one.vacancy_id]),
            )
        )
        first += size
    return blocks


async def serve(state: StackState, block: Block, *, rate: float, done: Callable[[], None] = lambda: None) -> Served:
    """Publish a block evenly at `rate` a second and take in what the mailbox accepts; calls `done` after each.

    Raises:
        NotExactlyOnce: an alert is missing, came twice, or nobody expected it.
    """
    published: dict[str, Published] = {}
    events: dict[UUID, str] = {}
    async with AsyncExitStack() as at_end:
        reader = MailboxReader(state.mailbox.page)
        at_end.push_async_callback(reader.close)
        await reader.open()
        system = await at_end.enter_async_context(LandlordSystem(state.kafka, name="//benchmark"))

        async def publish(number: int) -> None:
            planned = block.vacancies[number]
            envelope = await system.publish(planned.landlord, planned.events[0])
            published[envelope.id] = Published(correlation_id=envelope.id, acknowledged_ns=time.time_ns())
            events[planned.vacancy_id] = envelope.id
            done()

        publishing = asyncio.create_task(evenly(len(block.vacancies), rate, publish))
        households = {str(alert.person_id): str(alert.application_id) for alert in block.alerts}
        arrived = await _read(reader, publishing, households, len(block.alerts))
    expected: dict[str, list[str]] = defaultdict(list)
    for alert in block.alerts:
        expected[events[alert.vacancy_id]].append(_name(str(alert.person_id), alert.channel))
    return Served(stories=pair(published.values(), arrived, expected), published=published, events=events)


def _name(person: str, channel: str) -> str:
    return f"{person}/{channel}"


async def _read(
    reader: MailboxReader, publishing: "asyncio.Task[float]", households: Mapping[str, str], expected: int
) -> list[Arrived]:
    """What arrives until all that is expected came and it has been quiet since, or nothing comes any more."""
    arrived: list[Arrived] = []
    moved = time.monotonic()
    while True:
        new = [
            Arrived(
                correlation_id=message["correlation_id"] or "",
                alert=_name(message["person"] or "", message["kind"]),
                household=households.get(message["person"] or "", message["id"]),
                accepted_ns=message["received_ns"],
            )
            for message in await reader.new()
        ]
        arrived += new
        now = time.monotonic()
        if new or not publishing.done():
            moved = now
        if now - moved > (_QUIET_S if len(arrived) >= expected else _PATIENCE_S):
            await publishing
            return arrived
        await asyncio.sleep(_LOOK_S)
