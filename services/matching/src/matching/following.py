"""A replica's index from start to stop: everything is posted, loaded, and then followed."""

import asyncio
import logging
from uuid import UUID

from chassis.failures import PASSING
from chassis.runtime import Parts
from matching.engine import warm_up
from matching.index import index
from matching.policies import in_force
from matching.store import applications, postings

__all__ = ["Following", "come_up"]

log = logging.getLogger(__name__)

PAGE = 1_000
"""Applications posted in one transaction."""
LEAST_PACE_S, LONGEST_PACE_S = 0.05, 1.0


async def come_up(parts: Parts) -> None:
    """Post everything where the engine cannot read what is posted, then load it; readiness tells how far it is."""
    parts.health.fail("matching", "The index's loops are being compiled: once a version, some twenty seconds.")
    await asyncio.to_thread(warm_up)
    async with parts.edge.unit("postings") as work:
        await postings.take_over(work.session)
        posted = await applications.posted(work.session)
    if not posted:
        await _post_all(parts)

    def tell(done: int, expected: int) -> None:
        parts.health.fail(
            "matching", f"The index is being loaded: {done:,} of about {max(done, expected):,} applications."
        )

    tell(0, 0)
    async with parts.database.session() as session:
        replica = index.replica(session)
        async with replica.asking:
            loaded = await replica.follow(session, tell)
    log.info("the index holds %d applications", loaded)


async def _post_all(parts: Parts) -> None:
    """Page by page; begun again from the first page where a start is broken off, and harmless twice."""
    last, done = UUID(int=0), 0
    while last:
        async with parts.edge.unit("postings") as work:
            policies = in_force(work.now)
            after = await applications.repost(work.session, last, PAGE, policies)
            if after is None:
                await applications.post_under(work.session, policies)
                break
        last, done = after, done + PAGE
        parts.health.fail("matching", f"All applications are being posted for the index: about {done:,} are.")


class Following:
    """Reads what changed a few times a second, so that a ranking finds little left to read."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        pace = LEAST_PACE_S
        while not self._stopping.is_set():
            try:
                changed = await self._follow()
            except PASSING as error:
                log.warning("the index is not followed: %s", type(error).__name__)
                changed = 0
            pace = LEAST_PACE_S if changed else min(LONGEST_PACE_S, 2 * pace)
            try:
                await asyncio.wait_for(self._stopping.wait(), pace)
            except TimeoutError:
                continue

    async def stop(self) -> None:
        self._stopping.set()

    async def _follow(self) -> int:
        async with self._parts.database.session() as session:
            replica = index.replica(session)
            async with replica.asking:
                return await replica.follow(session)
