"""The supervisor on toy processes: what dies comes back, what keeps dying waits longer, what stops stays stopped."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from stack.servers import OwnedProcess, ServerError
from stack.supervisor import Backoff, Supervisor, ended


class Toy:
    """A part that runs a line of shell."""

    def __init__(self, folder: Path, script: str, *, name: str = "toy", fails: int = 0) -> None:
        self.name = name
        self.fails = fails
        self.script = script
        self.stopped_at = 0.0
        self._process = OwnedProcess(name, pid_path=folder / f"{name}.pid", log_path=folder / f"{name}.log", grace=1.0)

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def start(self) -> None:
        if self.fails:
            self.fails -= 1
            raise ServerError(f"{self.name} has no mind to start.")
        self._process.start(["/bin/sh", "-c", self.script], folder=Path("/"))

    def stop(self) -> None:
        self._process.stop()
        self.stopped_at = time.monotonic()


class Said:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def __call__(self, name: str, sentence: str) -> None:
        self.lines.append(f"{name} {sentence}")


async def until(condition, timeout_s=10.0) -> None:
    async with asyncio.timeout(timeout_s):
        while not condition():
            await asyncio.sleep(0.01)


async def test_a_killed_process_is_started_again_at_once(tmp_path):
    said, toy = Said(), Toy(tmp_path, "exec sleep 600")
    supervisor = Supervisor(said)
    await supervisor.start(toy)
    try:
        first = toy.pid
        os.kill(first, signal.SIGKILL)
        await until(lambda: toy.pid not in (None, first))
        assert supervisor.restarts == {"toy": 1}
        await until(lambda: len(said.lines) == 2)
        assert said.lines == ["toy has ended; it starts again in 0.1 s", "toy runs again"]
    finally:
        await supervisor.stop()
    assert toy.pid is None


async def test_it_comes_back_again_and_again(tmp_path):
    toy = Toy(tmp_path, "exec sleep 600")
    supervisor = Supervisor(Said())
    await supervisor.start(toy)
    try:
        for times in (1, 2, 3):
            pid = toy.pid
            os.kill(pid, signal.SIGKILL)
            await until(lambda: toy.pid not in (None, pid))  # noqa: B023 - awaited in this turn
            assert supervisor.restarts["toy"] == times
    finally:
        await supervisor.stop()


async def test_what_cannot_start_is_tried_again(tmp_path):
    said, toy = Said(), Toy(tmp_path, "exec sleep 600")
    supervisor = Supervisor(said)
    await supervisor.start(toy)
    try:
        first, toy.fails = toy.pid, 2
        os.kill(first, signal.SIGKILL)
        await until(lambda: toy.pid not in (None, first))
        assert sum("has no mind to start" in line for line in said.lines) == 2
    finally:
        await supervisor.stop()


async def test_a_first_start_that_fails_is_raised_and_the_rest_is_stopped(tmp_path):
    good, bad = Toy(tmp_path, "exec sleep 600", name="good"), Toy(tmp_path, "exit 0", name="bad", fails=1)
    supervisor = Supervisor(Said())
    with pytest.raises(ServerError, match="bad has no mind to start"):
        await supervisor.start(good, bad)
    pid = good.pid
    assert pid
    await supervisor.stop()
    assert not psutil.pid_exists(pid)


async def test_higher_layers_stop_first(tmp_path):
    below, above = Toy(tmp_path, "exec sleep 600", name="below"), Toy(tmp_path, "exec sleep 600", name="above")
    supervisor = Supervisor(Said())
    await supervisor.start(above, layer=2)
    await supervisor.start(below, layer=0)
    await supervisor.stop()
    assert 0 < above.stopped_at < below.stopped_at


async def test_one_that_ignores_its_signal_is_killed_in_time(tmp_path):
    ready = tmp_path / "ready"
    stubborn = Toy(tmp_path, f"trap '' TERM; touch {ready}; while :; do sleep 0.1; done")
    supervisor = Supervisor(Said())
    await supervisor.start(stubborn)
    await until(ready.exists)
    pid, began = stubborn.pid, time.monotonic()
    await supervisor.stop()
    assert time.monotonic() - began < 5
    assert not psutil.pid_exists(pid)


async def test_a_start_that_is_under_way_while_it_stops_leaves_nothing(tmp_path):
    class Slow(Toy):
        def start(self) -> None:
            time.sleep(0.5)
            super().start()

    slow = Slow(tmp_path, "exec sleep 600")
    supervisor = Supervisor(Said())
    starting = asyncio.create_task(supervisor.start(slow))
    await asyncio.sleep(0.1)
    starting.cancel()
    await asyncio.gather(starting, return_exceptions=True)
    await supervisor.stop()
    assert slow.pid is None
    assert not (tmp_path / "toy.pid").exists()


async def test_children_do_not_survive_a_killed_supervisor(tmp_path):
    script = f"""
import asyncio, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from pathlib import Path
from test_supervisor import Said, Toy
from stack.supervisor import Supervisor
async def main():
    toy = Toy(Path({str(tmp_path)!r}), "exec sleep 600")
    await Supervisor(Said()).start(toy)
    print(toy.pid, flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    child = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.wait()
    parent.stdout.close()
    await until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)


async def test_ended_returns_at_once_where_nothing_runs(tmp_path):
    async with asyncio.timeout(1):
        await ended(Toy(tmp_path, "exit 0"))


def test_pauses_double_up_to_the_longest_and_begin_anew_after_a_steady_life():
    backoff = Backoff(first=0.1, longest=1.0, steady=10.0)
    assert [backoff.pause(lived=0.0) for _ in range(6)] == [0.1, 0.2, 0.4, 0.8, 1.0, 1.0]
    assert backoff.pause(lived=11.0) == 0.1
    assert backoff.pause(lived=0.0) == 0.2
