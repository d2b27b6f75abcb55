"""A folder in which systems leave files: `<folder>/<sender>/<profile>/<file>`.

A file is taken when it has not changed between two looks, so that nobody reads what is still being written. What was
taken goes to `done/` or `failed/` beside it, its report with it. Who may take a file is for the caller to settle: the
folder keeps no state of its own, and a file that nobody finished is simply still there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DONE, FAILED = "done", "failed"
_UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload")
"""What transfer tools call a file until it is whole."""


@dataclass(frozen=True, slots=True)
class Drop:
    """A file that somebody left."""

    path: Path
    sender: str
    profile: str

    @property
    def name(self) -> str:
        """What it is called in every replica that sees the folder."""
        return f"{self.sender}/{self.profile}/{self.path.name}"


class DropFolder:
    """Looks into the folder; remembers only what it saw at the last look."""

    def __init__(self, root: Path, *, suffixes: tuple[str, ...] = (".csv", ".txt")) -> None:
        self.root = root
        self._suffixes = suffixes
        self._seen: dict[Path, tuple[int, int]] = {}

    def settled(self) -> list[Drop]:
        """Files that are as they were at the last look and not empty, oldest first."""
        now: dict[Path, tuple[int, int]] = {}
        found: list[tuple[int, Drop]] = []
        for path in self._files():
            try:
                state = path.stat()
            except FileNotFoundError:
                continue  # another replica finished it
            now[path] = (state.st_size, state.st_mtime_ns)
            if state.st_size and self._seen.get(path) == now[path]:
                found.append((state.st_mtime_ns, Drop(path, path.parts[-3], path.parts[-2])))
        self._seen = now
        return [drop for _, drop in sorted(found, key=lambda one: (one[0], one[1].name))]

    def report_of(self, drop: Drop) -> Path:
        """Where the report is written while the file is being taken."""
        return drop.path.with_name(f".{drop.path.name}.report.csv")

    def finish(self, drop: Drop, *, done: bool) -> Path:
        """Put the file, and the report on it, where finished files are; return where the file is now."""
        folder = drop.path.parent / (DONE if done else FAILED)
        folder.mkdir(exist_ok=True)
        place = _free(folder, drop.path.name)
        report = self.report_of(drop)
        if report.exists():
            report.replace(place.with_name(f"{place.name}.report.csv"))
        drop.path.replace(place)
        return place

    def _files(self) -> Iterator[Path]:
        for path in self.root.glob("*/*/*"):
            name = path.name.casefold()
            hidden = path.name.startswith(".") or name.endswith(_UNFINISHED)
            if not hidden and name.endswith(self._suffixes) and path.is_file():
                yield path


def _free(folder: Path, name: str) -> Path:
    """A name in the folder that nothing has yet: the same name comes every month."""
    place, number = folder / name, 1
    while place.exists():
        number += 1
        place = folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
    return place
