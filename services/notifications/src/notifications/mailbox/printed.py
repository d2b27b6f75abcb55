"""Letters printed into a folder on this machine, which the mailbox's page lists beside mail and SMS."""

import csv
import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_NAME = re.compile(r"letters-(?P<number>\d{6,9})\.(?P<form>pdf|csv)")
"""As `parcours letters print` calls a batch and its manifest."""
_TYPES = {"pdf": "application/pdf", "csv": "text/csv; charset=utf-8"}


class PrintedLetters:
    """The batches in a folder; none where there is no folder yet, or none was named."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def batches(self) -> Sequence[dict[str, Any]]:
        """The newest first, each with the names of its two files; one without its manifest is not whole yet."""
        found = []
        for pdf in sorted(self._folder.glob("letters-*.pdf") if self._folder else [], reverse=True):
            manifest = pdf.with_suffix(".csv")
            if not (named := _NAME.fullmatch(pdf.name)) or not manifest.is_file():
                continue
            printed_at = dt.datetime.fromtimestamp(pdf.stat().st_mtime, dt.UTC)
            found.append(
                {
                    "number": int(named["number"]),
                    "letters": _letters_of(manifest),
                    "printed_at": printed_at.isoformat(),
                    "pdf": pdf.name,
                    "manifest": manifest.name,
                }
            )
        return found

    def file(self, name: str) -> tuple[bytes, str] | None:
        """Content and media type; None for whatever is no batch's file."""
        named = _NAME.fullmatch(name)
        if named is None or self._folder is None or not (path := self._folder / name).is_file():
            return None
        return path.read_bytes(), _TYPES[named["form"]]


def _letters_of(manifest: Path) -> int:
    with manifest.open(encoding="utf-8-sig", newline="") as lines:
        return max(sum(1 for _ in csv.reader(lines, delimiter=";")) - 1, 0)
