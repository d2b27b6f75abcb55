"""The watched folder: `<folder>/<siren>/<profile>/<file>` is imported and moved to `done/` or `failed/`.

A file is claimed by a lock of its name that lives as long as the connection which took it: two replicas never take
the same file, and what a killed one left is still there for the next.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg

from chassis.clock import Clock
from chassis.database import asyncpg_url, is_transient
from intake import Drop, DropFolder, FileRefused, ProfileRefused, Report
from inventory.imports.load import import_dwellings, import_edge
from inventory.imports.target import profile_of

log = logging.getLogger(__name__)

EVERY_S = 2.0
"""Between two looks; a file has to be the same at both."""
_CLAIM = "SELECT pg_try_advisory_lock(hashtextextended('import/' || $1, 0))"


class Watch:
    """Looks into the folder until it is stopped; one file at a time."""

    def __init__(
        self,
        folder: Path,
        *,
        database_url: str,
        profiles: Path | None = None,
        clock: Clock | None = None,
        every_s: float = EVERY_S,
    ) -> None:
        """`profiles` holds mapping profiles, those of one landlord in a folder of its SIREN."""
        self._folder = DropFolder(folder)
        self._database_url = database_url
        self._profiles = profiles
        self._clock = clock
        self._every_s = every_s
        self._stopping = asyncio.Event()
        self._taking: asyncio.Task[None] | None = None

    async def run(self) -> None:
        while not self._stopping.is_set():
            self._taking = asyncio.create_task(self._look())
            try:
                await self._taking
            except asyncio.CancelledError:
                if not self._stopping.is_set():
                    raise
            except Exception as error:
                if not is_transient(error):
                    log.exception("the drop folder could not be looked through")
                else:
                    log.warning("imports put off: %s: %s", type(error).__name__, error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), self._every_s)

    async def stop(self) -> None:
        """Break off between two chunks; the file stays where it is and is taken again."""
        self._stopping.set()
        if self._taking:
            self._taking.cancel()

    async def _look(self) -> None:
        for drop in await asyncio.to_thread(self._folder.settled):
            async with self._claimed(drop) as ours:
                if ours:
                    await self._take(drop)

    @contextlib.asynccontextmanager
    async def _claimed(self, drop: Drop) -> AsyncIterator[bool]:
        connection: asyncpg.Connection = await asyncpg.connect(asyncpg_url(self._database_url))
        try:
            # another replica may have finished it since we looked
            yield await connection.fetchval(_CLAIM, drop.name) and drop.path.exists()
        finally:
            await connection.close()

    async def _take(self, drop: Drop) -> None:
        log.info("import begins: %s", drop.name)
        done = False
        with Report(self._folder.report_of(drop)) as report:
            try:
                folders = (self._profiles / drop.sender, self._profiles) if self._profiles else ()
                profile = await asyncio.to_thread(profile_of, drop.profile, folders)
                async with import_edge(self._database_url, clock=self._clock) as edge:
                    tally = await import_dwellings(edge, drop.path, profile, landlord=drop.sender, report=report)
                log.info("import done: %s %s", drop.name, tally.json())
                done = True
            except (FileRefused, ProfileRefused) as error:
                log.warning("import refused: %s: %s", drop.name, error)
                report.refuse(str(error))
            except Exception as error:
                if is_transient(error):
                    raise
                log.exception("import failed: %s", drop.name)
                report.refuse(f"The import failed ({type(error).__name__}); what came before was kept.")
        await asyncio.to_thread(self._folder.finish, drop, done=done)
