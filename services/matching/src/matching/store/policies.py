"""Which policy files were used, as they were when it began: an explanation of last year still reads the same."""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import ARRAY, Text, bindparam, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncSession

from policy import Policy

__all__ = ["changed", "use"]

_USE = text(
    """
    INSERT INTO policy_used (name, digest, first_used_at)
    SELECT name, digest, :now FROM unnest(:names, :digests) AS used(name, digest) ON CONFLICT DO NOTHING
    """
).bindparams(
    bindparam("names", type_=ARRAY(Text)),
    bindparam("digests", type_=ARRAY(Text)),
    bindparam("now", type_=TIMESTAMP(timezone=True)),
)
_CHANGED = text(
    """
    SELECT u.name, u.first_used_at FROM policy_used AS u JOIN unnest(:names, :digests) AS read(name, digest)
        ON read.name = u.name AND read.digest <> u.digest ORDER BY u.name
    """
).bindparams(bindparam("names", type_=ARRAY(Text)), bindparam("digests", type_=ARRAY(Text)))


async def use(session: AsyncSession, policies: Iterable[Policy], now: dt.datetime) -> None:
    """Note the files that are in force; what was noted before stays."""
    await session.execute(_USE, {**_columns(policies), "now": now})


async def changed(session: AsyncSession, policies: Iterable[Policy]) -> str | None:
    """What to tell of files that are no longer what they were when they were first used; None where all are."""
    found = (await session.execute(_CHANGED, _columns(policies))).all()
    if not found:
        return None
    named = ", ".join(f"{row.name} (first used on {row.first_used_at:%d %B %Y})" for row in found)
    return (
        f"The file of {named} has changed since. A policy is never edited once used, or what was explained by it could "
        "not be checked: put the file back as it was, and write the change as a new version with a later valid_from."
    )


def _columns(policies: Iterable[Policy]) -> dict[str, list[str]]:
    read = list(policies)
    return {"names": [policy.name for policy in read], "digests": [policy.digest for policy in read]}
