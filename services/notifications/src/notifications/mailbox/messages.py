"""What arrived."""

import datetime as dt
import json
import re
import time
from collections import OrderedDict, deque
from dataclasses import asdict, dataclass, field
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.headerregistry import BaseHeader
from functools import cached_property
from typing import IO, Any, Literal, cast

KEPT = 10_000
_SUBJECT = re.compile(rb"^subject:((?:.|\n[ \t])*)", re.IGNORECASE | re.MULTILINE)
_IDS_KEPT = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What a door of the mailbox took in, before it has a place in the list."""

    kind: Literal["email", "sms"]
    sender: str
    recipients: tuple[str, ...]
    identity: str
    """Message-ID of a mail, idempotency key of an SMS: the same twice is a copy."""
    content: bytes
    correlation_id: str | None = None
    person: str | None = None
    """Opaque."""
    since: str | None = None
    """ISO time of the fact that the message tells of."""


@dataclass(kw_only=True)
class Message:
    """A message in its place. `received_ns` is the wall clock when its answer was written."""

    seq: int
    arrival: Arrival
    received_ns: int
    copy_of: int | None
    repeats: int = field(default=0)
    """An SMS that came again under its key: taken once, as a gateway does."""

    @cached_property
    def subject(self) -> str:
        if self.arrival.kind == "sms":
            return self.arrival.content.decode()
        # Every list shows it, so it is read alone: a parser takes all headers apart for it.
        found = _SUBJECT.search(self.arrival.content.partition(b"\r\n\r\n")[0])
        line = " ".join(found[1].decode("utf-8", "replace").split()) if found else ""
        return " ".join(str(make_header(decode_header(line))).split()) if "=?" in line else line

    @cached_property
    def _parsed(self) -> Any:
        return message_from_bytes(self.arrival.content, policy=policy.default)

    def part(self, kind: Literal["plain", "html"]) -> str | None:
        """The text of a mail in one of its forms; of an SMS, itself."""
        if self.arrival.kind == "sms":
            return self.arrival.content.decode() if kind == "plain" else None
        body = self._parsed.get_body((kind,))
        return None if body is None else cast("str", body.get_content())

    @property
    def headers(self) -> list[tuple[str, str]]:
        items: list[tuple[str, BaseHeader]] = [] if self.arrival.kind == "sms" else self._parsed.items()
        return [(name, str(value)) for name, value in items]

    @property
    def received_at(self) -> dt.datetime:
        return dt.datetime.fromtimestamp(self.received_ns / 1e9, dt.UTC)

    @property
    def latency_ms(self) -> float | None:
        """From the fact that the message tells of to our answer; None where the message does not say."""
        if self.arrival.since is None:
            return None
        try:
            since = dt.datetime.fromisoformat(self.arrival.since)
            return round((self.received_at - since).total_seconds() * 1000, 3)
        except (ValueError, TypeError):
            return None

    def summary(self) -> dict[str, Any]:
        arrival = self.arrival
        return {
            "seq": self.seq,
            "kind": arrival.kind,
            "to": list(arrival.recipients),
            "subject": self.subject,
            "id": arrival.identity,
            "received_at": self.received_at.isoformat(),
            "received_ns": self.received_ns,
            "latency_ms": self.latency_ms,
            "correlation_id": arrival.correlation_id,
            "person": arrival.person,
            "copy_of": self.copy_of,
            "repeats": self.repeats,
        }


class Mailbox:
    """The last messages, how many came in all, and a line for each in `log` when there is one."""

    def __init__(self, *, kept: int = KEPT, log: IO[str] | None = None) -> None:
        self._messages: deque[Message] = deque(maxlen=kept)
        self._firsts: OrderedDict[str, Message] = OrderedDict()
        self._log = log
        self._next = 1
        self.copies = 0
        self.repeats = 0

    def seen(self, identity: str) -> Message | None:
        """The first message of this identity."""
        return self._firsts.get(identity)

    def take(self, arrival: Arrival) -> Message:
        first = self._firsts.get(arrival.identity) if arrival.identity else None
        message = Message(
            seq=self._next, arrival=arrival, received_ns=time.time_ns(), copy_of=first.seq if first else None
        )
        self._next += 1
        self._messages.append(message)
        if first:
            self.copies += 1
        elif arrival.identity:
            self._firsts[arrival.identity] = message
            if len(self._firsts) > _IDS_KEPT:
                self._firsts.popitem(last=False)
        self._write(message)
        return message

    def repeat(self, first: Message) -> None:
        """Count an SMS whose key came again."""
        first.repeats += 1
        self.repeats += 1

    def after(self, seq: int) -> list[Message]:
        """Messages later than `seq`, oldest first."""
        wanted: list[Message] = []
        for message in reversed(self._messages):
            if message.seq <= seq:
                break
            wanted.append(message)
        return wanted[::-1]

    def find(self, seq: int) -> Message | None:
        return next((message for message in reversed(self._messages) if message.seq == seq), None)

    def clear(self) -> None:
        """Forget everything; numbers go on, so that who asks for what came after N is not misled."""
        self._messages.clear()
        self._firsts.clear()
        self.copies = self.repeats = 0

    def totals(self) -> dict[str, int]:
        return {"last": self._next - 1, "kept": len(self._messages), "copies": self.copies, "repeats": self.repeats}

    def _write(self, message: Message) -> None:
        if self._log is not None:
            line = asdict(message.arrival) | {
                "seq": message.seq,
                "received_ns": message.received_ns,
                "copy_of": message.copy_of,
                "content": message.arrival.content.decode("utf-8", "replace"),
            }
            self._log.write(json.dumps(line) + "\n")
