import sys
from pathlib import Path

import pytest

# pytest imports test modules by their path alone; what they share is found from here
sys.path.insert(0, str(Path(__file__).parent))

from intake_samples import HOMES, PROFILE

from intake import Profile, Source


@pytest.fixture
def read(tmp_path):
    """Everything that a profile makes of these bytes: rows, rejections and notes."""

    def read(content, *, profile=PROFILE, size=1000):
        path = tmp_path / "homes.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with Source(path, Profile.parse(profile, HOMES)) as source:
            chunks = list(source.chunks(size))
            return (
                [row for chunk in chunks for row in chunk.rows],
                [one for chunk in chunks for one in chunk.rejections],
                source.notes(),
            )

    return read
