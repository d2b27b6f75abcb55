"""How the command speaks: one line a fact, with the time since it began and who it is about."""

import time

from rich.console import Console
from rich.markup import escape

from stack.logs import Level, Line

_COLOURS = ("cyan", "magenta", "green", "blue", "yellow", "bright_cyan", "bright_magenta", "bright_green")
_OF_LEVEL = {Level.WARNING: "yellow", Level.ERROR: "red"}
_WIDTH = 14

console = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


class Voice:
    """Says what parts of the stack do, and shows lines of their logs."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._colours: dict[str, str] = {}

    def say(self, name: str, sentence: str) -> None:
        console.print(f"[dim]{self._elapsed()}[/dim]  {self._named(name)} {escape(sentence)}")

    def show(self, name: str, line: Line) -> None:
        """A line of a log, told apart from what we say ourselves by the bar."""
        colour = _OF_LEVEL.get(line.level)
        time = f"{line.time} " if line.time else ""
        text = f"[{colour}]{escape(line.text)}[/{colour}]" if colour else escape(line.text)
        console.print(f"[dim]{self._elapsed()}[/dim]  {self._named(name)} [dim]│ {time}[/dim]{text}")

    def _elapsed(self) -> str:
        return f"{time.monotonic() - self._began:6.1f} s"

    def _named(self, name: str) -> str:
        colour = self._colours.setdefault(name, _COLOURS[len(self._colours) % len(_COLOURS)])
        return f"[{colour}]{escape(name):<{_WIDTH}}[/{colour}]"
