"""A file of any size is read in the memory of a chunk."""

import tracemalloc

import pytest
from intake_samples import HEADER, HOMES, PROFILE

from intake import Profile, Source

LINES = 60_000
LIMIT = 6 << 20
"""Bytes; the file is twice that, a thousand rows under half of one."""


@pytest.mark.parametrize("kind", ["good", "bad"])
def test_memory_stays_flat(tmp_path, kind):
    rooms = "3" if kind == "good" else "many"
    path = tmp_path / "large.csv"
    with path.open("w") as file:
        file.write(HEADER)
        file.writelines(
            f"A01;{number};{'rue ' * 40}{number};{rooms};{number % 900},5;01/02/1999;13\n" for number in range(LINES)
        )
    assert path.stat().st_size > 1.8 * LIMIT
    tracemalloc.start()
    try:
        with Source(path, Profile.parse(PROFILE, HOMES)) as source:
            read = sum(chunk.read for chunk in source.chunks(1000))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert read == LINES
    assert peak < LIMIT
