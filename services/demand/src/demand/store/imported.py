"""What files said of applications last: how a line that comes again is known."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis import sql

_BEGIN = (
    "CREATE TEMPORARY TABLE IF NOT EXISTS seen_application (number text PRIMARY KEY, line bigint NOT NULL)",
    "TRUNCATE seen_application",
)
_SEE = """
    INSERT INTO seen_application SELECT * FROM unnest($1::text[], $2::bigint[]) ON CONFLICT DO NOTHING RETURNING number
"""
_SEEN = "SELECT number, line FROM seen_application WHERE number = ANY($1)"
_KNOWN = "SELECT number, id, imported FROM application WHERE number = ANY($1)"
_MARK = """
    UPDATE application SET imported = given.imported
    FROM unnest($1::uuid[], $2::bytea[]) AS given(id, imported) WHERE application.id = given.id
"""


class Known(NamedTuple):
    application_id: UUID
    hash: bytes | None
    """Of what the last file said of it; None where none did."""


async def begin(session: AsyncSession) -> None:
    """Once a file, on the connection that then takes all its chunks."""
    for statement in _BEGIN:
        await sql.execute(session, statement)


async def seen(session: AsyncSession, lines: Mapping[str, int]) -> list[tuple[str, int]]:
    """Of these numbers by line, those that stood on an earlier line of the file, and on which."""
    fresh = set(await sql.column(session, _SEE, list(lines), list(lines.values())))
    if len(fresh) == len(lines):
        return []
    twice = [number for number in lines if number not in fresh]
    return [(row["number"], row["line"]) for row in await sql.fetch(session, _SEEN, twice)]


async def known(session: AsyncSession, numbers: Sequence[str]) -> dict[str, Known]:
    """The applications with these numbers."""
    rows = await sql.fetch(session, _KNOWN, list(numbers))
    return {row["number"]: Known(row["id"], row["imported"]) for row in rows}


async def mark(session: AsyncSession, hashes: Mapping[UUID, bytes]) -> None:
    """Remember what a file said of these applications."""
    if hashes:
        await sql.execute(session, _MARK, list(hashes), list(hashes.values()))
