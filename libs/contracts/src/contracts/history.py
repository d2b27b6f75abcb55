"""What git remembers of the frozen files, so that a change that was committed is caught as well."""

import subprocess
from collections.abc import Iterable
from pathlib import Path


def first_commits(root: Path, folder: Path) -> dict[Path, str]:
    """The commit that last added each file of `folder`, also of those that are gone; empty without a history.

    A file that one commit deletes and a later one adds again counts from the later one.
    """
    log = _git(
        root, "log", "--no-renames", "--diff-filter=A", "--name-only", "--format=commit %H", "-z", "--", str(folder)
    )
    top = _git(root, "rev-parse", "--show-toplevel")
    if log is None or top is None:
        return {}
    added: dict[Path, str] = {}
    commit = ""
    for token in log.decode().replace("\n", "\0").split("\0"):
        if token.startswith("commit "):
            commit = token.removeprefix("commit ")
        elif token:
            added.setdefault(Path(top.decode().strip()) / token, commit)
    return added


def contents(root: Path, wanted: Iterable[tuple[str, Path]]) -> dict[Path, bytes]:
    """What each file held in the commit named beside it; a file that the commit does not have is left out."""
    top = _git(root, "rev-parse", "--show-toplevel")
    pairs = list(wanted)
    if top is None or not pairs:
        return {}
    names = [f"{commit}:{path.relative_to(top.decode().strip())}\n" for commit, path in pairs]
    out = _git(root, "cat-file", "--batch", stdin="".join(names).encode()) or b""
    held: dict[Path, bytes] = {}
    for _, path in pairs:
        head, _, out = out.partition(b"\n")
        if head.endswith(b" missing"):
            continue
        size = int(head.rsplit(b" ", 1)[1])
        held[path], out = out[:size], out[size + 1 :]
    return held


def _git(root: Path, *arguments: str, stdin: bytes = b"") -> bytes | None:
    """What git says, None where there is no git, no repository or no commit."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed arguments, no shell
            ["git", "-C", str(root), *arguments],  # noqa: S607 - git is wherever the developer has it
            input=stdin,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        return None
    return done.stdout if done.returncode == 0 else None
