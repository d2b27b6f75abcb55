"""Due work: rows claimed with `FOR UPDATE SKIP LOCKED` and run through the edge, by an injected clock.

This is also how "store, commit, then look" is kept: what must see another transaction's commit is left due by it.
"""

import asyncio
import datetime as dt
import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from chassis import sql
from chassis.database import is_transient
from chassis.failures import said
from chassis.jobs import Jobs
from chassis.telemetry import span
from chassis.work import Task, Work
from contracts.event import Envelope

log = logging.getLogger(__name__)

LONGEST_BACKOFF = dt.timedelta(minutes=10)
IDLE_POLL_S = 0.25

_TYPES = ("uuid", "text", "text", "text", "text", "text", "text", "timestamptz", "timestamptz")
_CANCEL = "DELETE FROM due_work WHERE kind = $1 AND subject = $2"
_CLAIM = """
    WITH due AS (
        SELECT id, (SELECT count(*) > 1
            FROM (SELECT FROM due_work WHERE due_at <= $1 AND kind = ANY($2) LIMIT 2) AS waiting) AS more
        FROM due_work WHERE due_at <= $1 AND kind = ANY($2)
        ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    DELETE FROM due_work AS d USING due WHERE d.id = due.id
    RETURNING d.id, kind, subject, payload, traceparent, cause_id, correlation_id, story_time, due_at, attempts, more
"""
"""Gone with the transaction that does it: rolled back, it is there again."""
_PUT_OFF = "UPDATE due_work SET attempts = attempts + 1, due_at = $2, last_error = $3 WHERE id = $1"


def inserting(first: int) -> str:
    """The statement that writes tasks, their `columns` from parameter `first` on."""
    arrays = ", ".join(f"${place}::{kind}[]" for place, kind in enumerate(_TYPES, start=first))
    return f"""
        INSERT INTO due_work (id, kind, subject, payload, traceparent, cause_id, correlation_id, story_time, due_at)
        SELECT id, kind, subject, payload::jsonb, traceparent, cause_id, correlation_id, story_time, due_at
        FROM unnest({arrays})
            AS r(id, kind, subject, payload, traceparent, cause_id, correlation_id, story_time, due_at)
    """  # noqa: S608 - constants


_INSERT = inserting(1)


async def insert(session: AsyncSession, tasks: Sequence[Task]) -> None:
    """Write the tasks that a unit of work left."""
    if tasks:
        await sql.execute(session, _INSERT, *columns(tasks))


def columns(tasks: Sequence[Task]) -> Iterable[list[object]]:
    """The tasks as the arrays that the statement takes."""
    rows = (
        (
            *(task.id, task.kind, task.subject, json.dumps(dict(task.payload), default=str)),
            *(cause.traceparent, cause.id, cause.correlation_id, cause.story_time or cause.time, task.due_at),
        )
        for task in tasks
        for cause in [task.cause]
    )
    return map(list, zip(*rows, strict=True))


async def cancel(session: AsyncSession, kind: str, subject: str) -> None:
    """Forget what was due for this subject."""
    await sql.execute(session, _CANCEL, kind, subject)


class DueWork:
    """Runs what is due, a few pieces at a time, each in a transaction of its own.

    A look that finds nothing costs as much as a small piece of work, so a worker looks when it is told that there is
    something: by a commit that left work due now, or by a look that saw more than it took. One of them looks by itself
    from time to time as well, for what came due meanwhile or was left by another replica.
    """

    def __init__(self, edge: Any, jobs: Jobs, *, workers: int = 3) -> None:
        self._edge = edge
        self._jobs = jobs
        self._hints: asyncio.Queue[None] = asyncio.Queue(maxsize=workers)
        self._stopping = asyncio.Event()
        edge.after_commit.append(self._after_commit)

    def wake(self, pieces: int = 1) -> None:
        """Say that so many pieces are due. More hints than workers would only be looks in vain."""
        for _ in range(min(pieces, self._hints.maxsize - self._hints.qsize())):
            self._hints.put_nowait(None)

    async def run(self) -> None:
        """Run until `stop`; what is in hand at the end is finished or rolled back whole."""
        async with asyncio.TaskGroup() as group:
            for worker in range(self._hints.maxsize):
                group.create_task(self._work(None if worker else IDLE_POLL_S))

    async def stop(self) -> None:
        self._stopping.set()
        self.wake(self._hints.maxsize)

    async def run_once(self) -> bool:
        """Run one piece of due work. False where nothing is due."""
        envelope, task, error = await self._attempt()
        if error is None:
            return task is not None
        assert task is not None
        await self._put_off(task, envelope, error)
        return True

    async def _attempt(self) -> tuple[Envelope | None, Task | None, Exception | None]:
        envelope: Envelope | None = None
        task: Task | None = None
        try:
            async with self._edge.unit("due-work") as work:
                row = await sql.first(work.session, _CLAIM, work.now, list(self._jobs.handlers))
                if row is None:
                    return None, None, None
                if row["more"]:
                    self.wake()
                envelope = _cause(row, self._edge.service)
                task = Task(
                    id=row["id"],
                    kind=row["kind"],
                    subject=row["subject"],
                    due_at=row["due_at"],
                    payload=row["payload"],
                    attempts=row["attempts"],
                    cause=envelope,
                )
                work.cause = envelope
                with span(f"run {task.kind}", parent=envelope.traceparent):
                    await self._jobs.handlers[task.kind](task, work)
        except Exception as error:
            if task is None or is_transient(error):
                raise
            return envelope, task, error
        return envelope, task, None

    async def _put_off(self, task: Task, envelope: Envelope | None, error: Exception) -> None:
        """A job that fails by itself stays, visibly, and comes again later and later."""
        log.error("due work %s of %s failed: %s", task.kind, task.subject, error, exc_info=error)
        pause = min(LONGEST_BACKOFF, dt.timedelta(seconds=2 ** min(task.attempts, 12)))
        async with self._edge.unit("due-work.put-off", envelope=envelope) as work:
            await sql.execute(work.session, _PUT_OFF, task.id, work.now + pause, said(error)[:2000])

    async def _work(self, poll_s: float | None) -> None:
        while not self._stopping.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._hints.get(), poll_s)
            if self._stopping.is_set():
                return
            try:
                await self.run_once()
            except Exception as error:
                if not is_transient(error):
                    log.exception("due work could not be claimed")

    def _after_commit(self, work: Work) -> None:
        now = self._edge.clock.now()
        self.wake(sum(task.due_at <= now for task in work.tasks))


def _cause(row: Mapping[str, Any], service: str) -> Envelope:
    """The envelope of what left the work, so that the story and its trace go on."""
    return Envelope(
        id=row["cause_id"] or str(row["id"]),
        type=f"{service}.due-work",
        source=service,
        time=row["due_at"],
        correlation_id=row["correlation_id"],
        traceparent=row["traceparent"],
        story_time=row["story_time"],
    )
