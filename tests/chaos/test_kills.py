"""`kill -9` of anything while vacancies come in: no alert is lost, and none doubled but what was in flight, counted."""

import asyncio
import datetime as dt
import json
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from reference.days import civil_day
from stack.demo.performance import perform
from stack.demo.plan import make_plan
from stack.parts import Choice
from stack.policies import policies_folder, without_limits
from stack.services import SERVICES
from stack.stack import Stack
from stack.state import StackState
from stack.territory import Territory, market
from stack.territory.load import load
from stack.throwaway import throwaway_folder

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]

VACANCIES = 16
RATE = 4.0
KILL_AFTER_S = 1.5
VICTIMS = (*SERVICES, "kafka")

TERRITORY = replace(Territory.of("small"), dwellings=2_000, applications=3_000)


class Town:
    """A loaded stack that this module's tests share, and the means to kill parts of it."""

    def __init__(self, folder: Path, state: StackState) -> None:
        self.folder = folder
        self.state = state

    def kill(self, victim: str) -> int:
        """End it as a power cut would; the supervisor starts it again by itself."""
        (path,) = self.folder.glob(f"**/{victim}.pid")
        pid = int(json.loads(path.read_text())["pid"])
        os.kill(pid, signal.SIGKILL)
        return pid

    async def attempts_cut_off(self) -> int:
        """Attempts whose outcome is unknown: the only messages that may exist twice."""
        connection = await asyncpg.connect(self.state.databases["notifications"])
        try:
            return int(await connection.fetchval("SELECT coalesce(sum(unknown_outcomes), 0) FROM delivery"))
        finally:
            await connection.close()


@pytest.fixture(scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """Under policies without a limit of live calls: who is called for a home depends on no other home then."""
    said: list[str] = []
    landlords = [landlord.siren for landlord in market(TERRITORY).landlords]
    policies = without_limits(policies_folder(), tmp_path_factory.mktemp("policies"))
    with throwaway_folder() as own, pytest.MonkeyPatch.context() as environment:
        environment.setenv("MATCHING_POLICIES", str(policies))
        stack = Stack(
            own.folder,
            choice=Choice(),
            say=lambda part, sentence: said.append(f"{part}: {sentence}"),
            durable=False,
            landlords=landlords,
        )
        async with stack as state:
            await load(TERRITORY, state.databases, now=dt.datetime.now(dt.UTC), bootstrap=state.kafka)
            yield Town(own.folder, state)


@pytest.mark.parametrize("victim", VICTIMS)
async def test_killing_one_loses_no_alert_and_doubles_none_but_attempts_in_flight(town: Town, victim: str) -> None:
    plan = make_plan(
        TERRITORY,
        VACANCIES,
        label=f"kill-{victim}",
        on=civil_day(dt.datetime.now(dt.UTC)),
        policies=Path(town.state.policies),
    )
    assert len(plan.expected.alerts) > VACANCIES, "too few alerts to prove anything"
    cut_off_before = await town.attempts_cut_off()
    arrived = 0

    def shown(*_: object) -> None:
        nonlocal arrived
        arrived += 1

    async def kill() -> None:
        async with asyncio.timeout(60):
            while not arrived:
                await asyncio.sleep(0.05)
        await asyncio.sleep(KILL_AFTER_S)
        assert arrived < len(plan.expected.alerts), "everything had arrived before the kill"
        town.kill(victim)

    killing = asyncio.create_task(kill())
    ledger = await perform(town.state, plan, rate=RATE, shown=shown)
    await killing
    assert not ledger.missing, f"{len(ledger.missing)} alerts lost"
    assert not ledger.unexpected
    in_flight = await town.attempts_cut_off() - cut_off_before
    assert ledger.duplicates <= in_flight, "copies of messages that were not in flight at the kill"
