"""A pool of SMTP sessions that hand over many messages each."""

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import unquote, urlsplit

import aiosmtplib

from notifications.domain.attempt import Outcome, Refused
from notifications.gateways.pipeline import Pipeline, SessionLost
from notifications.gateways.port import require_private
from notifications.rendering.letter import Mail

_DEFAULT_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpEndpoint:
    """Where mail goes. `private_only` refuses an address on the open internet (the mode `sink`)."""

    host: str
    port: int
    username: str | None = None
    password: str | None = None
    implicit_tls: bool = False
    starttls: bool = False
    private_only: bool = False

    @classmethod
    def parse(cls, url: str, *, private_only: bool = False) -> "SmtpEndpoint":
        """Read `smtp://host:1025`, `smtp+starttls://user:secret@host` or `smtps://user:secret@host`.

        Raises:
            ValueError: another scheme, or no host; the message does not repeat the secret.
        """
        parts = urlsplit(url)
        if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
            raise ValueError("an SMTP URL is smtp://host:port, smtp+starttls://user:secret@host or smtps://…")
        return cls(
            host=parts.hostname,
            port=parts.port or _DEFAULT_PORTS[parts.scheme],
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            implicit_tls=parts.scheme == "smtps",
            starttls=parts.scheme == "smtp+starttls",
            private_only=private_only,
        )


class SmtpGateway:
    """At most `sessions` at a time; messages given together share them evenly.

    `timeout_s` is the patience for one reply, `budget_s` for all that was given together. Up to `together` messages are
    under way in one session where the server allows it: so many outcomes are unknown where it is lost.
    """

    def __init__(
        self,
        endpoint: SmtpEndpoint,
        *,
        sessions: int = 4,
        together: int = 8,
        timeout_s: float = 15.0,
        budget_s: float = 30.0,
        tls_context: ssl.SSLContext | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._timeout_s = timeout_s
        self._budget_s = budget_s
        self._tls_context = tls_context
        self._idle: list[Pipeline] = []
        self._places = asyncio.Semaphore(sessions)
        self._sessions = sessions
        self._together = together

    async def send(self, messages: Sequence[Mail]) -> list[Outcome]:
        lanes = min(self._sessions, len(messages))
        shares = await asyncio.gather(*(self._lane(messages[lane::lanes]) for lane in range(lanes)))
        return [shares[place % lanes][place // lanes] for place in range(len(messages))]

    async def close(self) -> None:
        while self._idle:
            self._idle.pop().close()

    async def _lane(self, mails: Sequence[Mail]) -> list[Outcome]:
        """Hand over a share in order, within the budget: what is in nobody's hands then, goes back to its row."""
        outcomes: list[Outcome | None] = [None] * len(mails)
        why = f"not begun within {self._budget_s:g} s"
        try:
            async with asyncio.timeout(self._budget_s), self._places:
                await self._hand_over(mails, outcomes)
        except (SessionLost, OSError, aiosmtplib.SMTPException) as error:
            why = str(error) or why
        return [outcome or Refused(f"SMTP gateway: {why}", permanent=False) for outcome in outcomes]

    async def _hand_over(self, mails: Sequence[Mail], outcomes: list[Outcome | None]) -> None:
        """A session that is lost is replaced for the rest, unless it was a new one and nothing came through it."""
        while None in outcomes:
            done = outcomes.index(None)
            part: list[Outcome | None] = [None] * (len(mails) - done)
            session, fresh = await self._session()
            try:
                await session.send(mails[done:], part)
                self._idle.append(session)
            except SessionLost:
                if fresh and part[0] is None:
                    raise
            finally:
                outcomes[done:] = part
                if session not in self._idle:
                    session.abort()

    async def _session(self) -> tuple[Pipeline, bool]:
        while self._idle:
            session = self._idle.pop()
            if session.idle:
                return session, False
            session.close()
        return await self._connect(), True

    async def _connect(self) -> Pipeline:
        endpoint = self._endpoint
        client = aiosmtplib.SMTP(
            hostname=endpoint.host,
            port=endpoint.port,
            username=endpoint.username,
            password=endpoint.password,
            use_tls=endpoint.implicit_tls,
            start_tls=endpoint.starttls,
            tls_context=self._tls_context,
            timeout=self._timeout_s,
        )
        await client.connect()
        if endpoint.private_only:
            try:
                require_private(endpoint.host, client.get_transport_info("peername")[0])
            except ConnectionError:
                client.close()
                raise
        if client.is_ehlo_or_helo_needed:
            await client.ehlo()
        pipelining = client.supports_extension("pipelining")
        return Pipeline(
            cast("asyncio.Transport", client.transport),
            pipelining=pipelining,
            timeout_s=self._timeout_s,
            together=self._together if pipelining and client.supports_extension("chunking") else 1,
        )
