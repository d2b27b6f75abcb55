"""The committed OpenAPI documents of the services: `python tools/openapi.py [--check]`."""

import argparse
import importlib
import json
import sys
from pathlib import Path

SERVICES = ("demand", "inventory", "matching", "notifications")
FOLDER = Path(__file__).parents[1] / "docs" / "openapi"


def main() -> int:
    """Write the documents, or with --check say which are out of date. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 where a document is out of date")
    check = parser.parse_args().check
    stale = 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in SERVICES:
        service = importlib.import_module(f"{name}.main").service
        document = json.dumps(service.openapi(), indent=2, ensure_ascii=False) + "\n"
        path = FOLDER / f"{name}.json"
        if path.exists() and path.read_text() == document:
            continue
        if check:
            sys.stderr.write(f"{path.relative_to(FOLDER.parents[1])} is out of date: run `make docs`\n")
            stale += 1
        else:
            path.write_text(document)
    return 1 if stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
