"""What became of a file: counts for machines, and each line that was not taken for people."""

import csv
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from intake.rejection import Rejection

COLUMNS = ("line", "what", "field", "value", "reason")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(slots=True)
class Tally:
    """Records by what became of them: read = loaded + changed + unchanged + rejected."""

    read: int = 0
    loaded: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        return self.read / self.seconds if self.seconds else 0.0

    def json(self) -> str:
        """One line."""
        return json.dumps(asdict(self) | {"seconds": round(self.seconds, 3)}, separators=(",", ":"))


class Report:
    """A CSV (UTF-8 with its mark, `;`) written as the import goes; a spreadsheet opens it.

    Written beside its name first and put there at the end, so that a report that is there is whole.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._partial = path.with_name(path.name + ".part")
        self._file = self._partial.open("w", encoding="utf-8-sig", newline="")
        self._rows = csv.writer(self._file, delimiter=";", lineterminator="\n")
        self._rows.writerow(COLUMNS)

    def reject(self, rejections: Iterable[Rejection]) -> None:
        self._rows.writerows((one.line, "rejected", one.field, _harmless(one.value), one.reason) for one in rejections)

    def note(self, line: int, sentence: str) -> None:
        self._rows.writerow((line, "note", "", "", sentence))

    def refuse(self, sentence: str) -> None:
        """Nothing of the file was taken."""
        self._rows.writerow((1, "refused", "", "", sentence))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        self._file.close()
        if kind is None:
            self._partial.replace(self.path)
        else:
            self._partial.unlink()


def beside(path: Path) -> Path:
    """Where the report on a file goes when nobody says."""
    return path.with_name(f"{path.name}.report.csv")


def _harmless(value: str) -> str:
    """A stranger's text that a spreadsheet does not take for a formula."""
    return f"'{value}" if value.startswith(_FORMULA) else value
