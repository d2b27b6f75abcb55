"""Loading with its progress shown: a bar a phase on a terminal, a line when a phase is done elsewhere."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from stack.cli.voice import console
from stack.state import StackState
from stack.territory import Territory
from stack.territory.load import LoadReport
from stack.territory.load import load as load_territory


async def load_showing(territory: Territory, state: StackState) -> LoadReport:
    columns = (TextColumn("  {task.description:<14}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def tell(phase: str, done: int, total: int) -> None:
            if phase not in tasks:
                tasks[phase] = bars.add_task(phase, total=total)
            bars.update(tasks[phase], completed=done, total=total)

        return await load_territory(
            territory, state.databases, now=dt.datetime.now(dt.UTC), bootstrap=state.broker, progress=tell
        )


@contextmanager
def bytes_read(name: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar that is told how many bytes of how many are taken; nothing where nobody watches."""
    columns = (TextColumn("  {task.description:<14}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=quiet or not console.is_terminal, transient=True) as bars:
        task = bars.add_task(name, total=None)
        yield lambda done, size: bars.update(task, completed=done, total=size)
