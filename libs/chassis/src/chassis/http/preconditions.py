"""`ETag` and `If-Match`: nobody overwrites what they have not read (RFC 9110 §13.1.1, RFC 6585 §3)."""

import re
from typing import Annotated

from fastapi import Depends, Header

from chassis.problems import PreconditionFailed, PreconditionRequired

# A weak tag is taken too: proxies that compress weaken ours, and the version in it is exact all the same.
_TAG = re.compile(r'(?:W/)?"(\d{1,18})"')


def etag(version: int) -> str:
    """The `ETag` of an aggregate at this version."""
    return f'"{version}"'


def _expected(
    if_match: Annotated[
        str | None, Header(alias="If-Match", description="The ETag that was read.", examples=['"3"'])
    ] = None,
) -> int | None:
    if if_match is None:
        return None
    if if_match.strip() == "*":
        raise PreconditionRequired("If-Match: * would overwrite what was not read; send the ETag of the last answer.")
    found = _TAG.fullmatch(if_match.strip())
    if found is None:
        raise PreconditionFailed(
            f"If-Match: {if_match} is no ETag that was given here; read it again and send its ETag."
        )
    return int(found.group(1))


def _required(expected: Annotated[int | None, Depends(_expected)]) -> int:
    if expected is None:
        raise PreconditionRequired("If-Match is missing; read it first and send its ETag.")
    return expected


IfMatch = Annotated[int, Depends(_required)]
"""The version the client read; 428 without the header."""
IfMatchOrNew = Annotated[int | None, Depends(_expected)]
"""The same where the request may also create: pass it to `check_version` when there is something already."""


def check_version(current: int, expected: int | None) -> None:
    """Raise 428 when nothing was said, 412 when something else was read than what is there."""
    if expected is None:
        raise PreconditionRequired("It exists already: If-Match is missing; read it first and send its ETag.")
    if current != expected:
        raise PreconditionFailed(
            f"Version {expected} was read, but it is at version {current} now; read it again.", current=current
        )
