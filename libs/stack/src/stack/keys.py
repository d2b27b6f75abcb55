"""Keys of one stack: drawn once, kept in its folder, readable by their owner alone."""

import contextlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

_SECRET_BYTES = 48


@dataclass(frozen=True, slots=True)
class Keys:
    """`private_key` issues tokens and services are given `public_key`; `link_secret` signs answer links.

    `report_token` is what the development mailbox shows with its delivery reports.
    """

    private_key: Path
    public_key: Path
    link_secret: str
    report_token: str

    @classmethod
    def of(cls, folder: Path) -> "Keys":
        """The keys in `folder`, made there if this is the first time."""
        from chassis import auth  # noqa: PLC0415 - half a second, which `parcours up` spends while servers start

        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        private, public = folder / "token.key", folder / "token.pub"
        _keep(private, auth.private_pem(auth.generate_key()))
        _keep(public, auth.public_pem(auth.load_private_key(private.read_text())))
        return cls(private, public, _secret(folder / "link.secret"), _secret(folder / "report.secret"))


def _secret(path: Path) -> str:
    _keep(path, secrets.token_urlsafe(_SECRET_BYTES))
    return path.read_text()


def _keep(path: Path, text: str) -> None:
    """Write a file that is not there yet, whole or not at all."""
    if path.exists():
        return
    fresh = path.with_suffix(f".{os.getpid()}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    with contextlib.suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()
