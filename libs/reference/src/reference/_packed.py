"""Reading of the files that `tools/pack.py` writes."""

import gzip
import json
from importlib import resources
from typing import Any


def packed(name: str) -> dict[str, Any]:
    """The table `name` (`.json.gz`, or `.json` for those a person edits), as it was packed: mostly columns.

    Not cached: callers keep what they build from it.
    """
    data = resources.files("reference").joinpath("data")
    compressed = data.joinpath(f"{name}.json.gz")
    content = gzip.decompress(compressed.read_bytes()) if compressed.is_file() else None
    table: dict[str, Any] = json.loads(content or data.joinpath(f"{name}.json").read_bytes())
    return table
