"""Tokens of the stack's own key: issued here, verified by the services without asking anybody."""

import datetime as dt
import uuid
from pathlib import Path

from chassis import auth
from chassis.auth import Role
from stack.errors import CommandError

BRIEF = dt.timedelta(minutes=10)
"""Enough for a command that issues one for itself."""


def issue(
    folder: Path, *, subject: str, role: Role, siren: str | None = None, ttl: dt.timedelta = BRIEF
) -> tuple[str, str]:
    """A token and its id.

    Raises:
        CommandError: the folder has no key, or a landlord's token is asked for without its SIREN.
    """
    path = folder / "keys" / "token.key"
    try:
        key = auth.load_private_key(path.read_text())
    except FileNotFoundError:
        raise CommandError(
            f"There is no key in {path}: `parcours up` makes it, or name the folder with --data."
        ) from None
    except OSError as error:
        raise CommandError(
            f"The key {path} cannot be read ({error.strerror}): use the account that owns it."
        ) from error
    jti = str(uuid.uuid4())
    try:
        token = auth.issue(
            key, subject=subject, roles=[role], siren=siren, ttl=ttl, jti=jti, now=dt.datetime.now(dt.UTC)
        )
    except ValueError as error:
        raise CommandError(f"{error} Give --siren with the role landlord, and with no other.") from error
    return token, jti
