"""Apache Kafka's jars: pinned by coordinate and SHA-256, fetched once into the cache.

Each pinned artifact is fetched singly. jgo's own resolution of dependencies is not used: it ignores managed
versions and picks kafka-clients 3.8.0 for Kafka 4.4.0.
"""

import errno
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Self

from stack.servers.errors import ServerError
from stack.servers.folder import cache_folder

if TYPE_CHECKING:
    from stack.servers.maven import Maven

Progress = Callable[[int, int, str], None]
"""Called with how many of how many jars are in the cache, and the coordinate of the last one."""

_CONNECTIONS = 8


@dataclass(frozen=True)
class Jar:
    group: str
    artifact: str
    version: str
    sha256: str

    @classmethod
    def parse(cls, line: str) -> Self:
        coordinate, checksum = line.split()
        group, artifact, version = coordinate.split(":")
        return cls(group, artifact, version, checksum.removeprefix("sha256:"))

    def __str__(self) -> str:
        return f"{self.group}:{self.artifact}:{self.version}"

    @property
    def filename(self) -> str:
        return f"{self.artifact}-{self.version}.jar"


def pinned_jars() -> list[Jar]:
    lines = (files("stack.servers") / "kafka_jars.txt").read_text().splitlines()
    return [Jar.parse(line) for line in lines if line and not line.startswith("#")]


def fetch_jars(
    jars: Iterable[Jar] | None = None, *, folder: Path | None = None, progress: Progress | None = None
) -> list[Path]:
    """Paths of the jars, each checked against its checksum; those not in the cache are fetched first.

    Raises ServerError without a network, without room, or for a jar whose bytes are not the pinned ones.
    What was fetched before an interruption is kept.
    """
    wanted = pinned_jars() if jars is None else list(jars)
    folder = folder or cache_folder() / "jars"
    missing = [jar for jar in wanted if not _is_intact(folder / jar.filename, jar)]
    if missing:
        _fetch(missing, folder, len(wanted), progress or (lambda *_: None))
    return [folder / jar.filename for jar in wanted]


def _fetch(missing: list[Jar], folder: Path, total: int, progress: Progress) -> None:
    from stack.servers.maven import Maven  # noqa: PLC0415 - 0.2 s that only the first start needs

    try:
        folder.mkdir(parents=True, exist_ok=True)
        # beside the cache: moving a finished jar into place must not cross file systems
        with tempfile.TemporaryDirectory(prefix=".fetching-", dir=folder) as work:
            maven = Maven(Path(work))
            with ThreadPoolExecutor(_CONNECTIONS) as pool:
                fetches = {pool.submit(_fetch_one, maven, jar, folder): jar for jar in missing}
                try:
                    for done, fetch in enumerate(as_completed(fetches), total - len(missing) + 1):
                        fetch.result()
                        progress(done, total, str(fetches[fetch]))
                except BaseException:
                    pool.shutdown(cancel_futures=True)
                    raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ServerError(
                f"No room is left for Kafka's jars in {folder}; free 100 MB there, or set PARCOURS_CACHE."
            ) from error
        raise ServerError(f"Kafka's jars cannot be kept in {folder}: {error}; set PARCOURS_CACHE.") from error


def _fetch_one(maven: "Maven", jar: Jar, folder: Path) -> None:
    fetched = maven.fetch(jar.group, jar.artifact, jar.version)
    found = _sha256(fetched)
    if found != jar.sha256:
        raise ServerError(
            f"{jar} has the checksum {found} and not the pinned {jar.sha256}, so it is not used; "
            f"check what answers for {maven.repositories}."
        )
    with fetched.open("rb") as written:
        os.fsync(written.fileno())
    fetched.replace(folder / jar.filename)


def _is_intact(path: Path, jar: Jar) -> bool:
    return path.is_file() and _sha256(path) == jar.sha256


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
