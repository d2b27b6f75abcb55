"""What inventory recorded of dwellings, as far as tenancies need it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from chassis import sql
from contracts.inventory import DwellingRecorded
from contracts.values import Accessibility, Financing

_KEEP = """
    INSERT INTO home (reference, landlord, version, financing, adapted, in_priority_district)
    SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::boolean[], $6::boolean[])
    ON CONFLICT (reference) DO UPDATE SET landlord = excluded.landlord, version = excluded.version,
        financing = excluded.financing, adapted = excluded.adapted,
        in_priority_district = excluded.in_priority_district
    WHERE home.version < excluded.version
"""
_OF = "SELECT * FROM home WHERE reference = ANY($1::text[])"


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    landlord: str
    financing: Financing
    adapted: bool
    in_priority_district: bool | None


async def keep_homes(session: AsyncSession, events: Sequence[DwellingRecorded]) -> None:
    """Keep what is newer than what is known."""
    newest = {event.reference: event for event in sorted(events, key=lambda event: event.version)}
    rows = [
        (
            event.reference,
            event.landlord,
            event.version,
            event.dwelling.financing.value,
            event.dwelling.accessibility is Accessibility.ADAPTED,
            event.dwelling.in_priority_district,
        )
        for event in newest.values()
    ]
    await sql.execute(session, _KEEP, *(list(column) for column in zip(*rows, strict=True)))


async def homes(session: AsyncSession, references: Sequence[str]) -> dict[str, Home]:
    return {
        row["reference"]: Home(
            landlord=row["landlord"],
            financing=Financing(row["financing"]),
            adapted=row["adapted"],
            in_priority_district=row["in_priority_district"],
        )
        for row in await sql.fetch(session, _OF, list(references))
    }
