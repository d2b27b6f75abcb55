"""Homes of the last twelve months by place, and how long those housed in them had waited."""

import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis import sql
from contracts.values import DwellingType
from matching.domain.wait import Wait, told

__all__ = ["forget_lettings", "homes_in", "note_letting", "waits"]

_COUNTED = "told_on BETWEEN $2 AND $3 AND status NOT IN ('unknown', 'withdrawn')"
"""A home that was withdrawn, a notice taken back say, was none."""
_HOMES = f"""
    SELECT count(*), string_agg(compared, ''::bytea) FILTER (WHERE place <= $4) FROM (
        SELECT compared, row_number() OVER (ORDER BY told_on DESC, id) AS place FROM vacancy
        WHERE dwelling->>'commune' = ANY($1) AND {_COUNTED}
    ) AS newest_first
"""  # noqa: S608 - put together from constants
_NOTE = """
    INSERT INTO letting (vacancy_id, commune, dwelling_type, kind, signed_on, days_waited)
    SELECT v.id, v.dwelling->>'commune', v.dwelling->>'dwelling_type', a.kind, $3::date, $3::date - a.registered_on
    FROM vacancy AS v, application AS a
    WHERE v.id = $1 AND a.id = $2 AND v.dwelling IS NOT NULL AND a.registered_on <= $3
    ON CONFLICT DO NOTHING
"""
_WAITS = """
    SELECT said.place, l.dwelling_type, count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY l.days_waited)
    FROM unnest($1::text[], $2::text[]) AS said(place, commune) JOIN letting AS l ON l.commune = said.commune
    WHERE l.signed_on >= $3 AND l.dwelling_type = ANY($4) GROUP BY said.place, l.dwelling_type
"""
_FORGET = "DELETE FROM letting WHERE signed_on < $1"


async def homes_in(
    session: AsyncSession, communes: Iterable[str], *, since: dt.date, until: dt.date, limit: int
) -> tuple[int, bytes]:
    """How many homes were first told of in these communes, and the newest as `engine.past_homes` reads them."""
    row = await sql.first(session, _HOMES, list(communes), since, until, limit)
    assert row is not None
    return row[0], row[1] or b""


async def note_letting(session: AsyncSession, vacancy_id: UUID, application_id: UUID, signed_on: dt.date) -> None:
    """Keep how long the household had waited; once a home, and nothing of who it is."""
    await sql.execute(session, _NOTE, vacancy_id, application_id, signed_on)


async def forget_lettings(session: AsyncSession, before: dt.date) -> None:
    await sql.execute(session, _FORGET, before)


async def waits(
    session: AsyncSession, places: Sequence[tuple[str, Sequence[str]]], types: Sequence[DwellingType], *, since: dt.date
) -> list[Wait]:
    """Of each place, with the communes it means, and type: in that order, those without a letting included."""
    pairs = [(place, commune) for place, communes in places for commune in communes]
    rows = await sql.fetch(
        session, _WAITS, [place for place, _ in pairs], [one for _, one in pairs], since, [one.value for one in types]
    )
    found = {(row[0], row[1]): (row[2], row[3]) for row in rows}
    return [told(place, kind, *found.get((place, kind.value), (0, None))) for place, _ in places for kind in types]
