"""How often one token may ask, kept in Valkey: without Valkey everybody may, which is counted and said in health."""

import asyncio
import math
from collections.abc import Awaitable
from typing import cast

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from chassis.health import Health
from chassis.metrics import Metrics
from chassis.problems import TooManyRequests

PATIENCE_S = 0.05
"""What a request pays at most for a Valkey that does not answer, once: then nobody asks it until it is back."""

# GCRA: `tat` is the moment at which the bucket would be full again. One key, one round trip, the server's clock.
_GCRA = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local tat = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
local allowed_from = tat + interval - burst * interval
if now < allowed_from then
  return {0, 0, allowed_from - now, tat - now}
end
tat = tat + interval
redis.call('SET', KEYS[1], string.format('%.0f', tat), 'PX', math.ceil((tat - now) / 1000) + 1)
return {1, math.floor((now - (tat - burst * interval)) / interval), 0, tat - now}
"""


class RateLimit:
    """`quota` requests in each `window_s` for one token, as a bucket that refills evenly."""

    def __init__(
        self,
        url: str,
        *,
        health: Health,
        metrics: Metrics,
        quota: int = 600,
        window_s: int = 60,
        prefix: str = "rate:",
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._redis: Redis = Redis.from_url(
            url,
            socket_timeout=patience_s,
            socket_connect_timeout=patience_s,
            retry=Retry(NoBackoff(), 0),
        )
        self._script = self._redis.register_script(_GCRA)
        self._health = health
        self._metrics = metrics
        self._quota = quota
        self._window_s = window_s
        self._prefix = prefix
        self._patience_s = patience_s
        self._return: asyncio.Task[None] | None = None

    async def take(self, token_id: str) -> dict[str, str]:
        """Count one request and return the headers that say what is left.

        Raises:
            TooManyRequests: the quota is used up; `Retry-After` says for how long.
        """
        if self._return is not None:
            return self._bypass()
        try:
            async with asyncio.timeout(self._patience_s):
                allowed, remaining, wait_us, reset_us = await cast(
                    "Awaitable[list[int]]",
                    self._script(
                        keys=[self._prefix + token_id],
                        args=[round(self._window_s * 1_000_000 / self._quota), self._quota],
                    ),
                )
        except (RedisError, OSError, TimeoutError) as error:
            self._gone(error)
            return self._bypass()
        # draft-ietf-httpapi-ratelimit-headers
        headers = {
            "RateLimit-Policy": f'"token";q={self._quota};w={self._window_s}',
            "RateLimit": f'"token";r={remaining};t={math.ceil(reset_us / 1_000_000)}',
        }
        if allowed:
            return headers
        wait_s = max(1, math.ceil(wait_us / 1_000_000))
        raise TooManyRequests(
            f"The token may ask {self._quota} times in {self._window_s} seconds; ask again in {wait_s} s.",
            headers={**headers, "Retry-After": str(wait_s)},
        )

    async def close(self) -> None:
        if self._return is not None:
            self._return.cancel()
        await self._redis.aclose()

    def _bypass(self) -> dict[str, str]:
        self._metrics.rate_limit_bypassed.add(1)
        return {}

    def _gone(self, error: Exception) -> None:
        if self._return is None:
            said = f"Valkey does not answer ({type(error).__name__}); requests are let through uncounted."
            self._health.degrade("rate-limit", said)
            self._return = asyncio.create_task(self._wait_for_return())

    async def _wait_for_return(self, every_s: float = 1.0) -> None:
        """Ask once a second, beside the requests, whether Valkey is back."""
        while True:
            await asyncio.sleep(every_s)
            try:
                async with asyncio.timeout(every_s):
                    await self._redis.ping()
            except (RedisError, OSError, TimeoutError):
                continue
            self._return = None
            self._health.clear("rate-limit")
            return
