import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def folder(stack_folder: Path) -> Iterator[Path]:
    """A fresh folder that PostgreSQL's account can reach, for servers of the test's own."""
    own = stack_folder / f"own-{uuid.uuid4().hex[:8]}"
    own.mkdir(mode=0o711)
    yield own
    shutil.rmtree(own, ignore_errors=True)
