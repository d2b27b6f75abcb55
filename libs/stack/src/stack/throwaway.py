"""A data folder that is gone afterwards; the logs of a run that failed are not."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from stack.servers import PostgresServer


class Throwaway:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.keep_logs = False
        """Set where the run failed: its logs are then moved to a folder of their own, `kept`."""
        self.kept: Path | None = None


@contextlib.contextmanager
def throwaway_folder() -> Iterator[Throwaway]:
    """A temporary folder that PostgreSQL's account can enter; everything of it is deleted, data elsewhere too."""
    own = Throwaway(Path(tempfile.mkdtemp(prefix="parcours-demo-")))
    own.folder.chmod(0o711)
    try:
        yield own
    finally:
        if own.keep_logs:
            own.kept = Path(tempfile.mkdtemp(prefix="parcours-demo-logs-"))
            for log in own.folder.glob("*/*.log"):
                shutil.move(log, own.kept / log.name)
        PostgresServer(own.folder / "postgres").delete_data()
        shutil.rmtree(own.folder, ignore_errors=True)
