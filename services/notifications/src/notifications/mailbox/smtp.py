"""An SMTP server that takes everything and forwards nothing, fast enough not to be what a benchmark measures.

RFC 5321 with PIPELINING (RFC 2920), CHUNKING (RFC 3030) and 8BITMIME; nothing of a message is parsed here but four
headers.
"""

import asyncio
import re
from collections.abc import Callable
from typing import cast

from notifications.mailbox.faults import Faults
from notifications.mailbox.messages import Arrival, Mailbox

GREETING = b"220 mailbox.invalid ESMTP development sink: nothing is forwarded\r\n"
MAX_BYTES = 10_000_000
_LONGEST_LINE = 4096
_END = b"\r\n.\r\n"
_EXTENSIONS = (
    f"250-mailbox.invalid\r\n250-PIPELINING\r\n250-CHUNKING\r\n250-8BITMIME\r\n250 SIZE {MAX_BYTES}\r\n".encode()
)
_CHUNK = re.compile(rb"BDAT (\d{1,9})( LAST)?", re.IGNORECASE)
_ADDRESS = re.compile(rb"(?:FROM|TO):\s*<([^>]*)>", re.IGNORECASE)
_HEADER = re.compile(
    rb"^(message-id|x-parcours-correlation-id|x-parcours-person|x-parcours-since):[ \t]*(.*?)[ \t]*\r?$",
    re.IGNORECASE | re.MULTILINE,
)


class SmtpSink(asyncio.Protocol):
    """One connection. Answers to what came together leave together."""

    def __init__(self, mailbox: Mailbox, faults: Faults, connections: set[asyncio.Transport]) -> None:
        self._mailbox = mailbox
        self._connections = connections
        self._faults = faults
        self._buffer = bytearray()
        self._searched = 0
        self._answers: list[bytes] = []
        self._in_data = False
        self._waiting = False
        self._awaited: int | None = None
        """Bytes of the chunk that is coming in."""
        self._last = False
        self._over = False
        """Nothing more is read: what is answered so far is the end."""
        self._reset()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._connections.add(self._transport)
        self._transport.write(GREETING)

    def connection_lost(self, _error: Exception | None) -> None:
        self._connections.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._advance()

    def _advance(self) -> None:
        """Take all that is complete in the buffer, then answer it at once."""
        more = True
        while more and not (self._waiting or self._over or self._transport.is_closing()):
            more = self._data() if self._in_data else self._line() if self._awaited is None else self._chunk()
        if self._answers:
            self._transport.write(b"".join(self._answers))
            self._answers.clear()
        if self._over:
            self._transport.close()

    def _line(self) -> bool:
        end = self._buffer.find(b"\n")
        if end < 0:
            if len(self._buffer) > _LONGEST_LINE:
                self._answers.append(b"500 line too long\r\n")
                self._buffer.clear()
            return False
        line = bytes(self._buffer[:end]).rstrip(b"\r")
        del self._buffer[: end + 1]
        verb = line[:4].upper()
        answer = _COMMANDS.get(verb, _unknown)(self, line)
        if answer:
            self._answers.append(answer)
        self._over = self._over or verb == b"QUIT"
        return True

    def _data(self) -> bool:
        if self._buffer.startswith(b".\r\n"):
            end, taken = 0, 3
        else:
            end = self._buffer.find(_END, max(0, self._searched - len(_END)))
            if end < 0:
                self._searched = len(self._buffer)
                if len(self._buffer) > MAX_BYTES:
                    self._answers.append(b"552 too large\r\n")
                    self._over = True
                return False
            end, taken = end + 2, end + len(_END)
        content = bytes(self._buffer[:end])
        del self._buffer[:taken]
        self._searched, self._in_data = 0, False
        self._message(_undotted(content))
        return True

    def _chunk(self) -> bool:
        assert self._awaited is not None
        if len(self._buffer) < self._awaited:
            return False
        self._chunks += self._buffer[: self._awaited]
        del self._buffer[: self._awaited]
        self._awaited = None
        if self._last:
            self._message(bytes(self._chunks))
        else:
            self._answers.append(b"250 more\r\n")
        return True

    def _message(self, content: bytes) -> None:
        sender, recipients = self._sender or "", tuple(self._recipients)
        self._reset()
        if not recipients:
            self._answers.append(b"554 no valid recipients\r\n")
            return
        if self._faults.use_refusal():
            self._answers.append(f"{self._faults.refuse_code} refused because it was told to\r\n".encode())
            return
        self._mailbox.take(arrival(sender, recipients, content))
        if self._faults.use_drop():
            self._answers.clear()
            self._transport.abort()
            return
        if self._faults.delay_s:
            self._waiting = True
            asyncio.get_running_loop().call_later(self._faults.delay_s, self._late_answer)
        else:
            self._answers.append(b"250 taken\r\n")

    def _late_answer(self) -> None:
        self._waiting = False
        self._answers.append(b"250 taken\r\n")
        self._advance()

    def _reset(self) -> None:
        self._sender: str | None = None
        self._recipients: list[str] = []
        self._chunks = bytearray()

    def hello(self, line: bytes) -> bytes:
        self._reset()
        return _EXTENSIONS if line[:4].upper() == b"EHLO" else b"250 mailbox.invalid\r\n"

    def mail(self, line: bytes) -> bytes:
        found = _ADDRESS.search(line)
        if self._sender is not None:
            return b"503 one transaction at a time\r\n"
        if found is None:
            return b"501 MAIL FROM:<address>\r\n"
        self._sender = found[1].decode("utf-8", "replace")
        return b"250 sender\r\n"

    def rcpt(self, line: bytes) -> bytes:
        found = _ADDRESS.search(line)
        if self._sender is None:
            return b"503 MAIL first\r\n"
        if found is None or not found[1]:
            return b"501 RCPT TO:<address>\r\n"
        recipient = found[1].decode("utf-8", "replace")
        if recipient in self._faults.unknown_recipients:
            return f"550 5.1.1 <{recipient}>: no such mailbox\r\n".encode()
        self._recipients.append(recipient)
        return b"250 recipient\r\n"

    def data(self, _line: bytes) -> bytes:
        if not self._recipients:
            return b"503 RCPT first\r\n"
        self._in_data = True
        return b"354 end with a dot alone\r\n"

    def bdat(self, line: bytes) -> bytes:
        """Answered when the chunk is there: its bytes come whatever is said to them."""
        found = _CHUNK.fullmatch(line)
        if found is None or len(self._chunks) + int(found[1]) > MAX_BYTES:
            # What follows cannot be told from commands.
            self._over = True
            return b"501 BDAT <bytes> [LAST]\r\n" if found is None else b"552 too large\r\n"
        self._awaited, self._last = int(found[1]), found[2] is not None
        return b""

    def rset(self, _line: bytes) -> bytes:
        self._reset()
        return b"250 reset\r\n"


def _unknown(_sink: SmtpSink, _line: bytes) -> bytes:
    return b"502 not known here\r\n"


_COMMANDS: dict[bytes, Callable[[SmtpSink, bytes], bytes]] = {
    b"EHLO": SmtpSink.hello,
    b"HELO": SmtpSink.hello,
    b"MAIL": SmtpSink.mail,
    b"RCPT": SmtpSink.rcpt,
    b"DATA": SmtpSink.data,
    b"BDAT": SmtpSink.bdat,
    b"RSET": SmtpSink.rset,
    b"NOOP": lambda _sink, _line: b"250 here\r\n",
    b"QUIT": lambda _sink, _line: b"221 goodbye\r\n",
}


def _undotted(content: bytes) -> bytes:
    """Without what DATA adds to lines that begin with a dot."""
    content = content.replace(b"\r\n..", b"\r\n.")
    return content[1:] if content.startswith(b"..") else content


def arrival(sender: str, recipients: tuple[str, ...], content: bytes) -> Arrival:
    """A mail as it is kept, its marks read."""
    head = content.partition(b"\r\n\r\n")[0]
    found = {name.lower(): value.decode("utf-8", "replace") for name, value in _HEADER.findall(head)}
    return Arrival(
        kind="email",
        sender=sender,
        recipients=recipients,
        identity=found.get(b"message-id", "").strip("<>"),
        content=content,
        correlation_id=found.get(b"x-parcours-correlation-id"),
        person=found.get(b"x-parcours-person"),
        since=found.get(b"x-parcours-since"),
    )
