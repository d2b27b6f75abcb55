"""Whether the process is there, whether it should be sent work, and why not."""

import datetime as dt
import logging
from dataclasses import dataclass
from enum import StrEnum

from chassis.clock import Clock, SystemClock

log = logging.getLogger(__name__)


class Severity(StrEnum):
    DEGRADED = "degraded"
    """Something works less well; the service still takes work."""
    NOT_READY = "not_ready"
    """Send no work here."""


class State(StrEnum):
    READY = "ready"
    DEGRADED = "degraded"
    NOT_READY = "not_ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One thing that is not as it should be. `message` is a full sentence for an operator."""

    name: str
    severity: Severity
    message: str
    since: dt.datetime


class Health:
    """The named conditions of one service; every component says and unsays its own."""

    def __init__(self, *, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._conditions: dict[str, Condition] = {}

    def degrade(self, name: str, message: str) -> None:
        """Say that `name` works less well than it should."""
        self._set(name, message, Severity.DEGRADED)

    def fail(self, name: str, message: str) -> None:
        """Say that `name` keeps this service from taking work."""
        self._set(name, message, Severity.NOT_READY)

    def clear(self, name: str) -> None:
        """Take back what was said of `name`; nothing happens when nothing was said."""
        if self._conditions.pop(name, None) is not None:
            log.info("%s: well again", name)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What is wrong now, the worst first."""
        return tuple(sorted(self._conditions.values(), key=lambda one: (one.severity is Severity.DEGRADED, one.name)))

    @property
    def state(self) -> State:
        conditions = self.conditions
        if not conditions:
            return State.READY
        return State.NOT_READY if conditions[0].severity is Severity.NOT_READY else State.DEGRADED

    @property
    def ready(self) -> bool:
        """Whether work may be sent here: a degraded service is ready."""
        return self.state is not State.NOT_READY

    def _set(self, name: str, message: str, severity: Severity) -> None:
        before = self._conditions.get(name)
        if before is None or before.severity is not severity:
            log.warning("%s: %s", name, message)
        same = before is not None and before.severity is severity
        since = before.since if same and before else self._clock.now()
        self._conditions[name] = Condition(name=name, severity=severity, message=message, since=since)
