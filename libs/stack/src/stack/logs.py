"""What the processes of a stack say: whole in their files, and from a chosen level on, prefixed, on the console."""

import asyncio
import json
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Self

REPEATED_S = 10.0
"""A line that a process says again and again is shown this often."""
POLL_S = 0.2
"""A file says nothing when it grows, so it is looked at."""
_REMEMBERED = 1_000
_LEVEL_WORD = re.compile(r"\b(DEBUG|INFO|LOG|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL|PANIC)\b")
_TIME = re.compile(r"(\d{2}:\d{2}:\d{2})")
_SHOWN_APART = {"event", "level", "logger", "timestamp", "service", "instance", "exception", "trace_id", "span_id"}


class Level(IntEnum):
    DEBUG = 10
    INFO = 20
    WARNING = 30
    ERROR = 40

    @classmethod
    def of(cls, word: str) -> Self:
        """The level that a logger calls `word`; what PostgreSQL logs is information unless it says otherwise."""
        names = {
            "DEBUG": 10, "INFO": 20, "LOG": 20, "NOTICE": 20, "WARN": 30, "WARNING": 30,
            "ERROR": 40, "CRITICAL": 40, "FATAL": 40, "PANIC": 40,
        }  # fmt: skip
        return cls(names[word.upper()])


@dataclass(frozen=True, slots=True)
class Line:
    level: Level
    text: str
    time: str = ""
    """Of day, where the line says it."""


def read_lines(lines: Iterable[str]) -> Iterator[Line]:
    """Give each line its level; a traceback is an error from its first line to its last."""
    level, in_traceback = Level.INFO, False
    for raw in lines:
        if not raw.strip():
            continue
        if record := _record(raw):
            word, at = str(record.get("level")).upper(), _TIME.search(str(record.get("timestamp")))
            known = Level.of(word) if _LEVEL_WORD.fullmatch(word) else Level.INFO
            yield Line(known, _told(record), at[1] if at else "")
            continue
        found = _LEVEL_WORD.search(raw[:120])
        if raw.startswith("Traceback "):
            level, in_traceback = Level.ERROR, True
        elif not raw[0].isspace():  # an indented line belongs to the one before it
            level = Level.ERROR if in_traceback else Level.of(found[1]) if found else Level.INFO
            in_traceback = False
        yield Line(level, raw.rstrip())


class Follower:
    """Shows what is added to log files, from `level` on. `show` is called with the file's name and the text."""

    def __init__(self, show: Callable[[str, Line], None], *, level: Level) -> None:
        self._show = show
        self._level = level
        self._files: dict[str, tuple[_Growing, Level]] = {}
        self._shown: dict[tuple[str, str], float] = {}

    def add(self, name: str, path: Path, *, chatty: bool = False) -> None:
        """Follow this file from where it ends now; one that warns of everyday things is `chatty`."""
        quiet = chatty and self._level is Level.WARNING
        self._files[name] = _Growing(path), Level.ERROR if quiet else self._level

    async def run(self) -> None:
        while True:
            self.look()
            await asyncio.sleep(POLL_S)

    def look(self) -> None:
        for name, (file, level) in self._files.items():
            for line in read_lines(file.lines()):
                if line.level >= level and self._news(name, line):
                    self._show(name, line)

    def _news(self, name: str, line: Line) -> bool:
        now = time.monotonic()
        if len(self._shown) > _REMEMBERED:
            self._shown = {said: at for said, at in self._shown.items() if now - at < REPEATED_S}
        fresh = now - self._shown.get((name, line.text), -REPEATED_S) >= REPEATED_S
        if fresh:
            self._shown[name, line.text] = now
        return fresh


class _Growing:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._place = path.stat().st_size if path.exists() else 0
        self._rest = b""

    def lines(self) -> list[str]:
        """The whole lines that were added since the last call."""
        if not self._path.exists():
            return []
        if self._path.stat().st_size < self._place:  # turned over
            self._place, self._rest = 0, b""
        with self._path.open("rb") as file:
            file.seek(self._place)
            added = file.read()
        self._place += len(added)
        *whole, self._rest = (self._rest + added).split(b"\n")
        return [line.decode(errors="replace") for line in whole]


def _record(raw: str) -> dict[str, object] | None:
    if not raw.startswith("{"):
        return None
    try:
        record = json.loads(raw)
    except ValueError:
        return None
    return record if isinstance(record, dict) and "event" in record else None


def _told(record: dict[str, object]) -> str:
    rest = " ".join(f"{name}={value}" for name, value in record.items() if name not in _SHOWN_APART)
    exception = f"\n{record['exception']}" if record.get("exception") else ""
    return " ".join(part for part in (str(record["event"]), rest) if part) + exception
