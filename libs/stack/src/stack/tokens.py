"""Tokens of the stack's own key: issued here, verified by the services without asking anybody."""

import datetime as dt
import uuid
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from chassis import auth
from chassis.auth import Role
from contracts.values import Siren
from stack.errors import CommandError

BRIEF = dt.timedelta(minutes=10)
"""Enough for a command that issues one for itself."""


def issue(
    folder: Path, *, subject: str, role: Role, siren: str | None = None, ttl: dt.timedelta = BRIEF
) -> tuple[str, str]:
    """A token and its id.

    Raises:
        CommandError: the folder has no key, a landlord's token is asked for without its SIREN, or that is none.
    """
    if siren is not None:
        _check(siren)
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


def _check(siren: str) -> None:
    """A token for what is nobody's SIREN would open nothing, and say so only later."""
    try:
        TypeAdapter(Siren).validate_python(siren)
    except ValidationError:
        raise CommandError(
            f"--siren is {siren!r}: a SIREN has nine digits, the last of them a control digit; "
            "a landlord without a public one gets 999 and six digits."
        ) from None
