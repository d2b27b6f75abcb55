"""A data folder that is gone afterwards; the logs of a run that failed are not."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stack.servers import PostgresServer


@dataclass(frozen=True, slots=True)
class Throwaway:
    folder: Path

    def keep_logs(self) -> Path:
        """Copy the logs to a folder that stays, and say which."""
        kept = Path(tempfile.mkdtemp(prefix="parcours-demo-logs-"))
        for log in self.folder.glob("*/*.log"):
            shutil.copy(log, kept)
        return kept


@contextlib.contextmanager
def throwaway_folder() -> Iterator[Throwaway]:
    """A temporary folder that PostgreSQL's account can enter; everything of it is deleted, data elsewhere too."""
    folder = Path(tempfile.mkdtemp(prefix="parcours-demo-"))
    folder.chmod(0o711)
    try:
        yield Throwaway(folder)
    finally:
        PostgresServer(folder / "postgres").delete_data()
        shutil.rmtree(folder, ignore_errors=True)
