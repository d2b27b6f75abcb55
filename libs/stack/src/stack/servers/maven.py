"""One artifact at a time from a Maven repository, by jgo (imported late: it takes 0.2 s)."""

import xml.etree.ElementTree as ET
from pathlib import Path

import requests
from jgo.config import GlobalSettings
from jgo.maven import MavenContext

from stack.servers.errors import ServerError

_ATTEMPTS = 3
_TIMEOUT_SECONDS = 30
_CENTRAL = "central"


class Maven:
    """Fetches into `folder`, from the central repository or what the user's settings name in its place."""

    def __init__(self, folder: Path) -> None:
        self._context = MavenContext(repo_cache=folder, remote_repos=_repositories(), timeout=_TIMEOUT_SECONDS)

    def fetch(self, group: str, artifact: str, version: str) -> Path:
        """Raises ServerError when no repository answers, or none has it."""
        name = f"{group}:{artifact}:{version}"
        wanted = self._context.project(group, artifact).at_version(version).artifact()
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return Path(wanted.resolve())
            except requests.RequestException as error:
                if wanted.cached_path:  # jgo would take a half-written file for a whole one
                    wanted.cached_path.unlink(missing_ok=True)
                if attempt == _ATTEMPTS:
                    raise ServerError(
                        f"{name} cannot be fetched: no answer from {self.repositories}. Check the network or "
                        "its proxy, or name a mirror in Maven's settings.xml; what is fetched is kept."
                    ) from error
            except RuntimeError as error:  # jgo: every repository answered, none has it
                raise ServerError(
                    f"{name} is not in {self.repositories}; check the mirror in Maven's settings.xml."
                ) from error
        raise AssertionError

    @property
    def repositories(self) -> str:
        return " or ".join(self._context.remote_repos.values())


def _repositories() -> dict[str, str]:
    repositories = dict(MavenContext().remote_repos)
    if mirror := maven_mirror(Path.home() / ".m2" / "settings.xml"):
        repositories[_CENTRAL] = mirror
    return repositories | GlobalSettings.load().repositories


def maven_mirror(settings: Path) -> str | None:
    """The mirror of the central repository in Maven's own settings, which jgo does not read."""
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
