"""The run itself: publish at a steady rate, take in what the mailbox receives, stop once it is complete and quiet."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

from contracts.matching import CallIssued
from contracts.topics import LANDLORD_VACANCY
from stack.broker import broker_at
from stack.demo.calls import Calls, calls
from stack.demo.ledger import Arrival, Ledger
from stack.demo.mailbox import MailboxReader
from stack.demo.plan import Plan
from stack.errors import CommandError
from stack.landlord_system import LandlordSystem
from stack.state import StackState

SOURCE = "//synthetic-landlord"
LOOK_EVERY_S = 0.05
PATIENCE_S = 45.0
"""So long without a new message, and what is missing counts as lost."""
QUIET_S = 1.5
"""How long nothing more may come once everything is there: a copy would come now."""
_JOIN_TIMEOUT_S = 30.0

Shown = Callable[[Arrival, CallIssued | None], None]
"""Called with each message, and why its household was called where matching has said so already."""


async def perform(state: StackState, plan: Plan, *, rate: float, shown: Shown) -> Ledger:
    """Play the plan's landlords at `rate` vacancies a second and watch until all is in, or nothing comes any more.

    Raises:
        CommandError: a part of the stack does not answer.
    """
    ledger = Ledger(plan.expected.alerts)
    await _await_readers(state.kafka, {planned.landlord for planned in plan.vacancies})
    async with (
        _reader(state.mailbox.page) as mailbox,
        LandlordSystem(state.kafka, name=SOURCE) as system,
        calls(state.kafka) as reasons,
        asyncio.TaskGroup() as group,
    ):
        following = group.create_task(reasons.follow())
        publishing = group.create_task(_publish(system, plan, rate, ledger))
        await _watch(mailbox, ledger, reasons, publishing, shown)
        following.cancel()
    return ledger


async def _publish(system: LandlordSystem, plan: Plan, rate: float, ledger: Ledger) -> None:
    began = time.monotonic()
    for place, planned in enumerate(plan.vacancies):
        await asyncio.sleep(max(0.0, began + place / rate - time.monotonic()))
        for event in planned.events:
            envelope = await system.publish(planned.landlord, event)
            ledger.published(envelope.id, planned.vacancy_id, time.time_ns())


async def _watch(
    mailbox: MailboxReader, ledger: Ledger, reasons: Calls, publishing: asyncio.Task[None], shown: Shown
) -> None:
    unclaimed: list[dict[str, Any]] = []
    """Of other runs, or of an event whose acknowledgement we have not seen yet."""
    last = time.monotonic()
    while True:
        unclaimed += await mailbox.new()
        rest = []
        for message in unclaimed:
            arrival = ledger.take(message, reasons.applications)
            if arrival is None:
                rest.append(message)
                continue
            last = time.monotonic()
            shown(arrival, reasons.of(arrival.alert.vacancy_id, arrival.alert.person_id))
        unclaimed = rest
        if not publishing.done():
            last = time.monotonic()
        elif time.monotonic() - last > (PATIENCE_S if ledger.missing else QUIET_S):
            return
        await asyncio.sleep(LOOK_EVERY_S)


@contextlib.asynccontextmanager
async def _reader(page: str) -> AsyncIterator[MailboxReader]:
    reader = MailboxReader(page)
    try:
        await reader.open()
        yield reader
    finally:
        await reader.close()


async def _await_readers(bootstrap: str, sirens: set[str]) -> None:
    """Wait until inventory reads every landlord's topic: a new one is seen within seconds, not at once."""
    wanted = {LANDLORD_VACANCY.of(siren) for siren in sirens}
    async with broker_at(bootstrap) as broker:
        try:
            async with asyncio.timeout(_JOIN_TIMEOUT_S):
                while missing := wanted - await broker.topics_read_by("inventory.facts"):  # noqa: ASYNC110 - the broker does not say
                    await asyncio.sleep(LOOK_EVERY_S)
        except TimeoutError:
            raise CommandError(
                f"Inventory does not read {min(missing)} after {_JOIN_TIMEOUT_S:.0f} s; `parcours status` says why."
            ) from None
