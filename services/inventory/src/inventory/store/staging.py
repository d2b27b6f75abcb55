"""Many dwellings of one landlord at once: staged by COPY, compared in the database, only what differs is written.

A row says what a file states; what it does not state stays as it is. PostgreSQL compares and makes the events too: it
has both sides, and a re-import of an unchanged stock moves nothing but the file's own rows.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from chassis import outbox, sql
from chassis.work import Work, follow_up
from contracts.inventory import DwellingRecorded
from contracts.values import HomeFacts
from inventory.domain.dwelling import dwelling_id
from inventory.domain.stated import Stated

_BEGIN = (
    """
    CREATE TEMPORARY TABLE IF NOT EXISTS staged_dwelling (
        reference text, id uuid, stated jsonb, excluded text[], not_excluded text[], reletting int,
        latitude double precision, longitude double precision, occupation text, contingent text
    ) ON COMMIT DELETE ROWS
    """,
    # All numbers of a file, so that one that comes twice is found in a file of any size.
    "CREATE TEMPORARY TABLE IF NOT EXISTS seen_dwelling (reference text PRIMARY KEY, line bigint NOT NULL)",
    "TRUNCATE seen_dwelling",
    # The staging table is new in each transaction and nobody counted its rows: without this the planner may well read
    # all the dwellings of France for each chunk.
    "SET enable_hashjoin = off",
    "SET enable_mergejoin = off",
)
COLUMNS = (
    "reference",
    "id",
    "stated",
    "excluded",
    "not_excluded",
    "reletting",
    "latitude",
    "longitude",
    "occupation",
    "contingent",
)
_SEE = """
    WITH seen AS (
        INSERT INTO seen_dwelling SELECT * FROM unnest($1::text[], $2::bigint[])
        ON CONFLICT DO NOTHING RETURNING reference
    )
    SELECT seen.reference, d.landlord FROM seen LEFT JOIN dwelling d USING (reference)
"""
"""Numbers that are new to the file, with their owners where they are recorded."""
_SEEN = "SELECT reference, line FROM seen_dwelling WHERE reference = ANY($1)"
_DEFAULTS = json.dumps(
    {
        name: information.get_default(call_default_factory=True)
        for name, information in HomeFacts.model_fields.items()
        if not information.is_required()
    }
)
_INSERT = f"""
    INSERT INTO dwelling (reference, id, landlord, version, facts, reletting_base_rent_cents, latitude, longitude,
                          occupation, contingent, changed_at)
    SELECT reference, id, $1, 1, '{_DEFAULTS}' || stated || jsonb_build_object('exclusions', excluded), reletting,
           latitude, longitude, occupation, contingent, $2
    FROM staged_dwelling ON CONFLICT (reference) DO NOTHING
    RETURNING reference
"""  # noqa: S608 - a constant
_EXCLUSIONS = "COALESCE(d.facts->'exclusions', '[]')"
_FACTS = f"""
    (d.facts || s.stated || CASE
        WHEN {_EXCLUSIONS} @> to_jsonb(s.excluded) AND NOT {_EXCLUSIONS} ?| s.not_excluded THEN '{{}}'
        ELSE jsonb_build_object('exclusions', ({_EXCLUSIONS} - s.not_excluded - s.excluded) || to_jsonb(s.excluded))
    END)
"""
_PLAIN = {
    "latitude": "COALESCE(s.latitude, d.latitude)",
    "longitude": "COALESCE(s.longitude, d.longitude)",
    "occupation": "COALESCE(s.occupation, d.occupation)",
    "contingent": "COALESCE(s.contingent, d.contingent)",
}
"""What the world is not told of."""
_RELETTING = "COALESCE(s.reletting, d.reletting_base_rent_cents)"
_TOLD = f"({_FACTS} <> d.facts OR {_RELETTING} IS DISTINCT FROM d.reletting_base_rent_cents)"
_UPDATE = f"""
    UPDATE dwelling d SET facts = {_FACTS}, reletting_base_rent_cents = {_RELETTING},
        {", ".join(f"{name} = {value}" for name, value in _PLAIN.items())},
        version = d.version + {_TOLD}::int, changed_at = $2
    FROM staged_dwelling s
    WHERE d.reference = s.reference AND d.landlord = $1
      AND ({_TOLD} OR {" OR ".join(f"{value} IS DISTINCT FROM d.{name}" for name, value in _PLAIN.items())})
    RETURNING d.reference, new.version > old.version AS told
"""  # noqa: S608 - constants
_EVENTS = """
    SELECT id::text AS key, json_build_object(
        'dwelling_id', id, 'version', version, 'landlord', landlord, 'reference', reference, 'dwelling', facts,
        'reletting_base_rent_cents', reletting_base_rent_cents
    ) AS payload
    FROM dwelling WHERE reference = ANY($1) AND facts->>'base_rent_cents' IS NOT NULL
"""


class Repeated(NamedTuple):
    """A number that stood on an earlier line of the same file."""

    reference: str
    first_line: int


class StagedRow(NamedTuple):
    """What a line of a file states, as it is staged."""

    line: int
    reference: str
    values: tuple[object, ...]

    @classmethod
    def of(cls, line: int, said: Stated) -> "StagedRow":
        return cls(
            line,
            said.reference,
            (
                said.reference,
                dwelling_id(said.reference),
                json.dumps(said.facts),
                sorted(said.excluded),
                sorted(said.not_excluded),
                said.reletting_base_rent_cents,
                said.latitude,
                said.longitude,
                said.occupation,
                said.contingent,
            ),
        )


@dataclass(slots=True)
class Merged:
    """What became of the rows of one chunk, by reference; those in no list are as they were."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    """Of the changed ones, those whose published facts are others now."""
    repeated: list[Repeated] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    """Recorded as another landlord's."""


async def begin_staging(work: Work) -> None:
    """Once a file, on the connection that then takes all its chunks."""
    for statement in _BEGIN:
        await sql.execute(work.session, statement)


async def merge(work: Work, landlord: str, rows: Sequence[StagedRow]) -> Merged:
    """Record what these rows state of this landlord's dwellings, with the events of those whose rent is known.

    Each reference comes once in `rows`. Open vacancies do not follow yet: that is for the caller, by `told`.
    """
    merged, session = Merged(), work.session
    fresh = await sql.fetch(session, _SEE, [row.reference for row in rows], [row.line for row in rows])
    owners = {row["reference"]: row["landlord"] for row in fresh}
    if len(owners) < len(rows):
        twice = [row.reference for row in rows if row.reference not in owners]
        merged.repeated = [Repeated(*row) for row in await sql.fetch(session, _SEEN, twice)]
    merged.strangers = [reference for reference, owner in owners.items() if owner not in {None, landlord}]
    rows = [row for row in rows if owners.get(row.reference, "") in {None, landlord}]
    await sql.copy(session, "staged_dwelling", COLUMNS, (row.values for row in rows))
    if None in owners.values():
        merged.new = await sql.column(session, _INSERT, landlord, work.now)
        await _tell(work, merged.new, new=True)
    if landlord in owners.values():
        for row in await sql.fetch(session, _UPDATE, landlord, work.now):
            merged.changed.append(row["reference"])
            if row["told"]:
                merged.told.append(row["reference"])
        await _tell(work, merged.told, new=False)
    return merged


async def _tell(work: Work, references: Sequence[str], *, new: bool) -> None:
    if references:
        shared = follow_up(DwellingRecorded.TYPE, "", service=work.service, now=work.now, cause=work.cause)
        await outbox.insert_selected(
            work.session, _EVENTS, list(references), event=DwellingRecorded, envelope=shared, new=new
        )
