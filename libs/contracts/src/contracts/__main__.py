"""`python -m contracts write | check | release`: the files that follow from the models, and their guard."""

import argparse
import sys
from pathlib import Path

from contracts import asyncapi
from contracts.check import problems
from contracts.examples import EXAMPLES
from contracts.files import REPOSITORY, Files, NotJson, as_text
from contracts.goldens import text_of
from contracts.schemas import event_types, schema_of


def write(files: Files) -> list[Path]:
    """Write what follows from the models; what was released is left alone. Return the files that changed."""
    meant = {files.asyncapi: asyncapi.text()}
    for event_type, event in event_types().items():
        meant[files.current_schema(event_type)] = as_text(schema_of(event))
        number = files.number(event)
        if not files.released_schema(event_type, number).exists():
            meant[files.golden(event_type, number)] = text_of(EXAMPLES[event_type])
    return [path for path, text in meant.items() if _put(path, text)] + _tidy(files)


def release(files: Files) -> list[Path]:
    """Freeze the schemas whose contract is new. Return them."""
    meant = {}
    for event_type, event in event_types().items():
        path = files.released_schema(event_type, files.number(event))
        if not path.exists():
            meant[path] = as_text(schema_of(event))
    return [path for path, text in meant.items() if _put(path, text)]


def _put(path: Path, text: str) -> bool:
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True


def _tidy(files: Files) -> list[Path]:
    """Remove what no model stands behind any more and no release froze."""
    gone = [path for path in files.current.glob("*.json") if path.stem not in event_types()]
    for path in files.goldens.glob("*/*.json"):
        event = event_types().get(path.parent.name)
        number = int(path.stem) if path.stem.isdecimal() else 0
        last = files.number(event) if event else max(files.releases(path.parent.name), default=0)
        if number > last:
            gone.append(path)
    for path in gone:
        path.unlink()
    return gone


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 1 where something is wrong, with a sentence for each thing."""
    parser = argparse.ArgumentParser(prog="python -m contracts", description=__doc__)
    parser.add_argument("command", choices=["write", "check", "release"])
    parser.add_argument("--root", type=Path, default=REPOSITORY, help="the checkout (this one)")
    chosen = parser.parse_args(arguments)
    try:
        return _run(chosen.command, Files(chosen.root.resolve()))
    except NotJson as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _run(command: str, files: Files) -> int:
    if command == "write":
        _say("wrote", files, write(files))
        return 0
    wrong = problems(files)
    sys.stderr.writelines(f"{sentence}\n" for sentence in wrong)
    if wrong:
        return 1
    if command == "release":
        _say("released", files, release(files))
    return 0


def _say(done: str, files: Files, paths: list[Path]) -> None:
    for path in paths:
        sys.stdout.write(f"{done if path.exists() else 'removed'} {files.name(path)}\n")


if __name__ == "__main__":
    sys.exit(main())
