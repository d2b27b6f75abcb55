"""How far this installation may reach: nobody, a list, everybody; and at which hours a phone may ring."""

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from contracts.values import Channel
from notifications.domain.contact import usable_email, usable_phone
from reference.days import PARIS


class Mode(StrEnum):
    SINK = "sink"
    """Only the gateways that are sinks: nobody is reached."""
    ALLOWLIST = "allowlist"
    """Real gateways, for listed addresses, domains and phones only."""
    LIVE = "live"


class Unlistable(ValueError):
    """An entry of the allowlist that is neither an address, nor a domain, nor a phone."""


@dataclass(frozen=True, slots=True)
class Allowlist:
    """E-mail addresses, `@domains` and phones in E.164; compared without regard to case."""

    entries: frozenset[str] = frozenset()

    @classmethod
    def of(cls, *entries: str) -> Self:
        """Read what an operator listed; raise `Unlistable` with the entry that cannot be one."""
        return cls(frozenset(_entry(entry) for entry in entries))

    def admits(self, address: str) -> bool:
        folded = address.lower()
        return folded in self.entries or ((at := folded.find("@")) >= 0 and folded[at:] in self.entries)


def _entry(text: str) -> str:
    given = text.strip().lower()
    found = usable_email(f"x{given}") if given.startswith("@") else usable_email(given) or usable_phone(given)
    if found is None:
        raise Unlistable(f"{text!r} is not an address, a domain like @example.org or a phone like +33612345678")
    return found.removeprefix("x") if given.startswith("@") else found


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` to `end`, Paris time, over midnight when `end` is earlier."""

    start: dt.time
    end: dt.time

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read `21:00-08:00`; nothing is written as an empty text. Raise `ValueError` for anything else."""
        if not text.strip():
            return None
        if not (found := re.fullmatch(r"\s*(\d\d:\d\d)\s*-\s*(\d\d:\d\d)\s*", text)):
            raise ValueError(f"{text!r} is not a span of hours like 21:00-08:00")
        return cls(dt.time.fromisoformat(found[1]), dt.time.fromisoformat(found[2]))

    def end_of(self, now: dt.datetime) -> dt.datetime | None:
        """When the quiet that holds `now` ends, None when `now` is a decent hour."""
        local = now.astimezone(PARIS)
        over_midnight = self.end <= self.start
        late, early = local.time() >= self.start, local.time() < self.end
        if not (late or early if over_midnight else late and early):
            return None
        day = local.date() + dt.timedelta(days=1 if over_midnight and late else 0)
        return dt.datetime.combine(day, self.end, PARIS).astimezone(dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What an operator set: the mode, its list, and the hours at which no SMS leaves."""

    mode: Mode = Mode.SINK
    allowlist: Allowlist = Allowlist()
    quiet_hours: QuietHours | None = None

    def admits(self, address: str) -> bool:
        return self.mode is not Mode.ALLOWLIST or self.allowlist.admits(address)

    def not_before(self, channel: Channel, now: dt.datetime) -> dt.datetime | None:
        """The next decent hour when a message would ring now; a sink rings nowhere."""
        if channel is not Channel.SMS or self.mode is Mode.SINK or self.quiet_hours is None:
            return None
        return self.quiet_hours.end_of(now)
