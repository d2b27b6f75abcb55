"""`make setup`: the virtual environment from the lock, the workspace members, Kafka's jars.

Run by whatever Python the machine has, with nothing installed. An old one must get as far as saying that it
is too old, so this file keeps to the standard library and to what Python 3.6 can read. It may be interrupted
anywhere and run again: what is done is kept, and a stamp of all that decides the result makes the next run
short.
"""
# ruff: noqa: S603 - a script, which runs its own commands and prints

import errno
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Callable  # noqa: UP035 - of the same age as the rest

OLDEST = (3, 11)
NEEDED_BYTES = 2 * 1024**3
GIB = 1024**3

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "setup.stamp"
HALF_MADE = VENV / "setup.half-made"
LOG = VENV / "setup.log"

GOES_ON = "run it again and it goes on where it stopped"

NO_SPACE = ("No space left on device", "Errno 28", "Disk quota exceeded")
WRONG_HASH = ("DO NOT MATCH THE HASHES",)
NO_NETWORK = (
    "NewConnectionError",
    "NameResolutionError",
    "Temporary failure in name resolution",
    "Max retries exceeded",
    "Connection refused",
    "ConnectTimeout",
    "Read timed out",
    "ProxyError",
    "Network is unreachable",
)
NO_SUCH_VERSION = ("No matching distribution found", "Could not find a version")

STARTED = time.monotonic()


class SetupError(Exception):
    """Why the set-up cannot go on: a sentence that names the way out."""


def check_python(version: tuple, has_module: Callable[[str], bool], program: str) -> None:
    """Raise SetupError where Python is too old, or a module that makes environments is missing."""
    found = f"{version[0]}.{version[1]}"
    oldest = f"{OLDEST[0]}.{OLDEST[1]}"
    if tuple(version[:2]) < OLDEST:
        raise SetupError(
            f"Parcours needs Python {oldest} or newer, and {program} is Python {found}; "
            f"install a newer one, or name it: make PYTHON=/path/to/python{oldest}"
        )
    for module in ("venv", "ensurepip"):
        if not has_module(module):
            raise SetupError(
                f"{program} (Python {found}) has no module {module}; "
                f"on Debian: apt install python3-venv (or python{found}-venv)."
            )


def check_room(free: int, folder: Path) -> None:
    if free < NEEDED_BYTES:
        raise SetupError(
            f"The set-up needs about {NEEDED_BYTES / GIB:.0f} GB and {folder} has {free / GIB:.1f} GB free; "
            "make room there, or clone Parcours onto another disk."
        )


def why_pip_failed(output: str) -> str:
    """One sentence for what pip printed."""
    if any(sign in output for sign in NO_SPACE):
        return f"No room is left on the disk; make room (about {NEEDED_BYTES / GIB:.0f} GB); {GOES_ON}."
    if any(sign in output for sign in WRONG_HASH):
        return (
            "A package is not the one that requirements.lock names (its hash differs), so it was not "
            "installed; check what the package index or its mirror serves."
        )
    if any(sign in output for sign in NO_NETWORK):
        return (
            "The package index cannot be reached; check the network, its proxy and pip's settings "
            f"(pip config list); {GOES_ON}."
        )
    if any(sign in output for sign in NO_SUCH_VERSION):
        return (
            f"The package index has no such version for Python {platform.python_version()} on "
            f"{platform.machine()}; check pip's settings (pip config list), or use Python 3.11."
        )
    return f"pip failed; all that it said is in {LOG}."


def fingerprint() -> str:
    """Of all that decides what the environment holds: lock, members, this script, Python, place."""
    digest = hashlib.sha256()
    for part in (str(ROOT), sys.version, os.path.realpath(sys.executable), platform.machine()):
        digest.update(part.encode() + b"\0")
    for path in [LOCK, ROOT / "pyproject.toml", Path(__file__), *member_projects()]:
        digest.update(str(path).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def member_projects() -> "list[Path]":
    return sorted([*ROOT.glob("libs/*/pyproject.toml"), *ROOT.glob("services/*/pyproject.toml")])


def is_up_to_date(wanted: str) -> bool:
    return STAMP.is_file() and VENV_PYTHON.exists() and STAMP.read_text().strip() == wanted


def say(what: str) -> None:
    print(f"[{time.monotonic() - STARTED:5.1f} s] {what}", flush=True)


def make_environment() -> None:
    """Make one of this very Python, with pip; one of another Python, or half made, is replaced."""
    if environment_works():
        return
    check_room(shutil.disk_usage(str(ROOT)).free, ROOT)
    if VENV.exists():
        say("Removing the virtual environment of another Python or of an interrupted set-up")
        shutil.rmtree(str(VENV))
    say(f"Making a virtual environment of Python {platform.python_version()} in .venv")
    VENV.mkdir()
    HALF_MADE.touch()
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        said = made.stdout + made.stderr
        if any(sign in said for sign in NO_SPACE):
            raise SetupError(why_pip_failed(said))
        raise SetupError(f"Python cannot make a virtual environment in {VENV}. It says:\n{said}")
    HALF_MADE.unlink()


def environment_works() -> bool:
    if not VENV_PYTHON.exists() or HALF_MADE.exists():
        return False
    try:
        probe = subprocess.run(
            [str(VENV_PYTHON), "-c", "import pip, sys; print(sys.version)"],
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return False
    return probe.returncode == 0 and probe.stdout.strip() == sys.version.strip()


def install_lock() -> None:
    total = LOCK.read_text().count("==")
    say(f"Installing {total} packages from requirements.lock, each checked against its hash")
    collected = []  # type: list[str]

    def progress(line: str) -> None:
        if line.startswith(("Collecting ", "Requirement already satisfied: ")):
            collected.append(line)
            if len(collected) % 20 == 0 and line.startswith("Collecting "):
                say(f"  {len(collected)} of {total}: {line.split()[1]}")
        elif line.startswith("Installing collected packages"):
            say("  unpacking them")
            # pip would take a package that it was killed halfway through for an installed one
            HALF_MADE.touch()

    pip(["--no-deps", "--require-hashes", "-r", str(LOCK)], progress)
    if HALF_MADE.exists():
        HALF_MADE.unlink()


def install_members() -> None:
    members = [str(project.parent) for project in member_projects()]
    say(f"Installing the {len(members)} members of the workspace, editable")
    pip(["--no-deps", "--no-build-isolation", *(part for member in members for part in ("-e", member))])


def fetch_jars() -> None:
    if subprocess.run([str(VENV_PYTHON), "-m", "stack.servers"], check=False).returncode != 0:
        raise SetupError(f"Apache Kafka's jars are not all there, as said above; {GOES_ON}.")


def pip(arguments: "list[str]", progress: "Callable[[str], None] | None" = None) -> None:
    environment = dict(os.environ, PIP_ROOT_USER_ACTION="ignore", PIP_PROGRESS_BAR="off")
    for name in ("PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET", "PIP_PREFIX"):
        environment.pop(name, None)
    said = []
    command = [str(VENV_PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    process = subprocess.Popen(
        [*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, text=True
    )
    with process, LOG.open("a") as log:
        for line in process.stdout:
            log.write(line)
            said.append(line)
            if progress:
                progress(line.rstrip())
    if process.returncode != 0:
        errors = [f"  {line.strip()}" for line in said if line.lstrip().startswith("ERROR")]
        raise SetupError("\n".join([why_pip_failed("".join(said)), *errors[-3:]]))


def main() -> None:
    check_python(sys.version_info, lambda module: find_spec(module) is not None, sys.executable)
    wanted = fingerprint()
    if is_up_to_date(wanted):
        fetch_jars()
        return
    make_environment()
    install_lock()
    install_members()
    say("Looking for Apache Kafka's jars in the cache; those missing are fetched")
    fetch_jars()
    STAMP.write_text(wanted + "\n")
    say("Set up: the tools are in .venv/bin")


if __name__ == "__main__":
    try:
        main()
    except SetupError as error:
        sys.exit(f"make setup: {error}")
    except KeyboardInterrupt:
        print(f"\nmake setup: interrupted; {GOES_ON}.", file=sys.stderr)
        sys.exit(130)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            sys.exit(f"make setup: {why_pip_failed(NO_SPACE[0])}")
        sys.exit(f"make setup: {error.filename or 'a file'}: {error.strerror}.")
