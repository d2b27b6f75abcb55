"""Delivery reports: what a real SMS gateway posts back when a phone took the message."""

import asyncio
import datetime as dt
import json
import logging

from notifications.gateways.post import Poster

log = logging.getLogger(__name__)

PAUSE_S = 0.5
TRIES = 60


class Reports:
    """Posts a report for each SMS, again and again while nobody answers: the service may be starting."""

    def __init__(self, url: str, token: str) -> None:
        self._waiting: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self._poster = Poster(url, {"X-Gateway-Token": token})

    def add(self, reference: str, gateway_id: str) -> None:
        self._waiting.put_nowait((reference, gateway_id))

    async def run(self) -> None:
        try:
            while True:
                await self._post(*await self._waiting.get())
        finally:
            self._poster.close()

    async def _post(self, reference: str, gateway_id: str) -> None:
        body = {
            "id": gateway_id,
            "reference": reference,
            "status": "delivered",
            "at": dt.datetime.now(dt.UTC).isoformat(),
        }
        for _ in range(TRIES):
            try:
                async with asyncio.timeout(5):
                    answer = await self._poster.post(json.dumps(body).encode(), {})
            except OSError as error:
                said = f"{type(error).__name__} {error}"
            else:
                if answer.status in range(200, 300):
                    return
                said = f"{answer.status} {answer.body[:200].decode('utf-8', 'replace')}"
                if answer.status in range(400, 500):
                    break
            await asyncio.sleep(PAUSE_S)
        log.warning("the delivery report for %s was not taken: %s", reference, said)
