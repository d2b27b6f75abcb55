"""What the development mailbox received, as it receives it."""

from typing import Any

import httpx

from stack.errors import CommandError


class MailboxReader:
    """Reads the mailbox's list from where it stood when this was opened."""

    def __init__(self, page: str) -> None:
        self._page = page
        self._client = httpx.AsyncClient(base_url=page, trust_env=False, timeout=30)
        self._last = 0

    async def open(self) -> None:
        """Pass over what is there already."""
        self._last = (await self._get({"limit": 0}))["last"]

    async def new(self) -> list[dict[str, Any]]:
        """The messages since the last call, oldest first."""
        messages: list[dict[str, Any]] = (await self._get({"after": self._last}))["messages"]
        if messages:
            self._last = messages[-1]["seq"]
        return messages

    async def close(self) -> None:
        await self._client.aclose()

    async def _get(self, parameters: dict[str, int]) -> dict[str, Any]:
        try:
            answer = await self._client.get("/messages", params=parameters)
            answer.raise_for_status()
            document: dict[str, Any] = answer.json()
        except httpx.HTTPError as error:
            raise CommandError(f"The mailbox at {self._page} does not answer ({type(error).__name__}).") from error
        return document
