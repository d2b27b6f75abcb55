"""PostgreSQL refuses to run as root: then it runs as the account that owns nothing, `nobody`.

No account is made and no folder that is not ours changes its mode or owner; `initdb` wants a uid that has
a name, so an unnamed free uid would not do.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from stack.servers.errors import ServerError


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int

    def owns(self, path: Path) -> None:
        try:
            os.chown(path, self.uid, self.gid)
        except OSError as error:
            raise ServerError(
                f"PostgreSQL does not run as root, and {path} cannot be given to the account "
                f"{self.name} ({error.strerror}); run this as an ordinary user."
            ) from error

    def can_enter(self, folder: Path) -> bool:
        """Whether this account may search `folder` and every folder above it."""
        return self._test("-x", folder)

    def can_run(self, program: Path) -> bool:
        return self._test("-x", program)

    def _test(self, flag: str, path: Path) -> bool:
        verdict = subprocess.run(  # noqa: S603 - fixed command, the path is an argument and not shell text
            ["/bin/sh", "-c", 'test "$0" "$1"', flag, str(path)],
            user=self.uid,
            group=self.gid,
            extra_groups=[],
            cwd="/",
            check=False,
        )
        return verdict.returncode == 0


def unprivileged_account() -> Account | None:
    """The account to run PostgreSQL as, or None where we are an ordinary user already."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise ServerError(
            "PostgreSQL does not run as root and this system has no account `nobody`; run this as an ordinary user."
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
