"""ESMTP transactions over a session that is set up: several messages in few round trips (RFC 2920, RFC 3030).

aiosmtplib sets sessions up (TLS, AUTH) but waits for each reply before the next command, and drops a reply that comes
unasked; so once a session stands, its transport is handed to this protocol.

A server that takes BDAT gets up to `together` messages in two round trips: the first by DATA, whose answer shows that
the session is alive, the others behind its content. A session that is lost then leaves all of these unknown.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from notifications.domain.attempt import Accepted, Outcome, Refused, Unknown
from notifications.rendering.letter import Mail

_READY_FOR_DATA = 354
_CLOSING = 421
_PERMANENT = 500
_LONGEST_REPLY = 64 * 1024
_UNANSWERED = "the SMTP session ended after the message and before its answer"


class SessionLost(ConnectionError):
    """The session ended, timed out or spoke nonsense. What has no outcome yet was not handed over."""


@dataclass(frozen=True, slots=True)
class Reply:
    code: int
    text: str

    @property
    def positive(self) -> bool:
        return 200 <= self.code < 400  # noqa: PLR2004 - RFC 5321, 4.2.1

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


class Pipeline(asyncio.Protocol):
    """One session. `pipelining` says whether the server announced that it takes commands ahead of its replies.

    `together` is how many messages it is handed at once: more than 1 only where it announced CHUNKING as well.
    """

    def __init__(self, transport: asyncio.Transport, *, pipelining: bool, timeout_s: float, together: int = 1) -> None:
        self._transport = transport
        self._pipelining = pipelining
        self._together = together
        self._timeout_s = timeout_s
        self._buffer = bytearray()
        self._lines: list[str] = []
        self._unsent: deque[bytes] = deque()
        self._replies: deque[Reply] = deque()
        self._arrived = asyncio.Event()
        self._ended: str | None = None
        self._closing = False
        """Whether the server said that it takes nothing more."""
        transport.set_protocol(self)

    @property
    def idle(self) -> bool:
        """Whether the session can take messages: alive, and with nothing said that nobody asked for."""
        return self._ended is None and not self._replies and not self._transport.is_closing()

    def close(self) -> None:
        """Say goodbye without waiting for the answer."""
        if not self._transport.is_closing():
            self._transport.write(b"QUIT\r\n")
            self._transport.close()

    def abort(self) -> None:
        """End it here: nobody knows what the server still says."""
        self._end("aborted")

    async def send(self, mails: Sequence[Mail], outcomes: list[Outcome | None]) -> None:
        """Hand over `mails`, noting each outcome at its place as soon as it is known.

        Raises:
            SessionLost: a place without outcome was not handed over and may go elsewhere at once.
        """
        if self._together == 1:
            await self._in_turn(mails, outcomes)
            return
        for first in range(0, len(mails), self._together):
            await self._at_once(mails[first : first + self._together], outcomes, first)

    async def _at_once(self, mails: Sequence[Mail], outcomes: list[Outcome | None], place: int) -> None:
        """The first by DATA, all others by BDAT behind it; each begins with RSET, whatever became of the one before."""
        leading, *following = mails
        end = place + len(mails)
        self._queue(*_envelope(leading))
        replies = [await self._reply() for _ in range(3)]
        outcomes[place:end] = [Unknown(_UNANSWERED)] * len(mails)
        refused = _refusal(replies)
        begun = replies[-1].code == _READY_FOR_DATA
        self._queue((b".\r\n" if refused else _body(leading.content)) if begun else b"", *map(_chunk, following))
        try:
            taken = await self._reply() if begun else replies[-1]
            outcomes[place] = refused or _outcome(taken, leading)
            for mail in following:
                place += 1
                await self._reply()
                replies = [await self._reply() for _ in range(3)]
                outcomes[place] = _refusal(replies) or _outcome(replies[-1], mail)
        except SessionLost:
            if self._closing:
                # It said so in its turn: what comes behind was not looked at.
                outcomes[place:end] = [None] * (end - place)
            raise

    async def _in_turn(self, mails: Sequence[Mail], outcomes: list[Outcome | None]) -> None:
        self._queue(*_envelope(mails[0]))
        for place, (mail, following) in enumerate(zip_longest(mails, mails[1:])):
            replies = [await self._reply() for _ in range(3)]
            refused = _refusal(replies)
            then = _envelope(following) if following else ()
            if replies[-1].code != _READY_FOR_DATA:
                outcomes[place] = refused or Refused(f"SMTP refused the message: {replies[-1]}", permanent=False)
                self._queue(b"RSET\r\n", *then)
                await self._reply()
            elif refused:
                outcomes[place] = refused
                self._queue(b".\r\n", *then)
                await self._reply()
            else:
                outcomes[place] = Unknown(_UNANSWERED)
                self._queue(_body(mail.content), *then)
                outcomes[place] = _outcome(await self._reply(), mail)

    def _queue(self, *commands: bytes) -> None:
        """Send commands: together where the server allows it, else each when the reply before it is there."""
        if self._pipelining:
            self._write(b"".join(commands))
        else:
            self._unsent.extend(commands)

    def _write(self, data: bytes) -> None:
        if self._ended is not None or self._transport.is_closing():
            raise SessionLost(self._ended or "closed")
        self._transport.write(data)

    async def _reply(self) -> Reply:
        if self._unsent:
            self._write(self._unsent.popleft())
        while not self._replies:
            if self._ended is not None:
                raise SessionLost(self._ended)
            self._arrived.clear()
            try:
                async with asyncio.timeout(self._timeout_s):
                    await self._arrived.wait()
            except TimeoutError:
                self._end(f"no reply within {self._timeout_s:g} s")
        reply = self._replies.popleft()
        if reply.code == _CLOSING:
            self._closing = True
            self._end(f"the server is closing: {reply}")
        return reply

    def _end(self, why: str) -> None:
        self._ended = self._ended or why
        self._transport.abort()
        self._arrived.set()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        *lines, rest = bytes(self._buffer).split(b"\n")
        self._buffer = bytearray(rest)
        for line in lines:
            self._take(line.decode("utf-8", "replace").rstrip("\r"))
        if len(self._buffer) + sum(map(len, self._lines)) > _LONGEST_REPLY:
            self._end("a reply without end")

    def _take(self, line: str) -> None:
        code, more = line[:3], line[3:4] == "-"
        if not (code.isascii() and code.isdigit() and len(code) == 3):  # noqa: PLR2004 - a reply code
            self._end(f"not a reply: {line[:80]!r}")
            return
        self._lines.append(line[4:])
        if not more:
            self._replies.append(Reply(int(code), " ".join(self._lines)))
            self._lines = []
            self._arrived.set()

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended = self._ended or (f"connection lost: {exc}" if exc else "the server closed the connection")
        self._arrived.set()


def _envelope(mail: Mail) -> tuple[bytes, bytes, bytes]:
    """Addresses come from `usable_email` and the settings: neither can hold a line break or an angle bracket."""
    return f"MAIL FROM:<{mail.sender}>\r\n".encode(), f"RCPT TO:<{mail.recipient}>\r\n".encode(), b"DATA\r\n"


def _body(content: bytes) -> bytes:
    """The content with the dots that begin a line doubled (RFC 5321, 4.5.2), and its end."""
    dotted = (b"." if content.startswith(b".") else b"") + content.replace(b"\r\n.", b"\r\n..")
    return dotted + (b".\r\n" if dotted.endswith(b"\r\n") else b"\r\n.\r\n")


def _chunk(mail: Mail) -> bytes:
    """A whole transaction that waits for no reply. The content goes by its length and needs no doubled dots."""
    mail_from, rcpt_to, _ = _envelope(mail)
    content = mail.content if mail.content.endswith(b"\r\n") else mail.content + b"\r\n"
    return b"".join((b"RSET\r\n", mail_from, rcpt_to, b"BDAT %d LAST\r\n" % len(content), content))


def _refusal(replies: Sequence[Reply]) -> Refused | None:
    """What the envelope's replies say against the message; only a no to the recipient is for good."""
    sender, recipient, _ = replies
    if not sender.positive:
        return Refused(f"SMTP refused the sender: {sender}", permanent=False)
    if not recipient.positive:
        return Refused(f"SMTP refused the recipient: {recipient}", permanent=recipient.code >= _PERMANENT)
    return None


def _outcome(end: Reply, mail: Mail) -> Outcome:
    if end.positive:
        return Accepted(mail.message_id)
    return Refused(f"SMTP refused the message: {end}", permanent=end.code >= _PERMANENT)
