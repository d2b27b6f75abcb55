"""What is known around homes: schemes, letters, rights owed, landlords' conditions, recorded searches."""

import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis import sql
from contracts.demand import ConditionsRecorded, RentPolicy
from contracts.inventory import HolderAnswer, ParticipationRecorded, RightLent
from matching.domain.circumstances import Circumstances, Letter
from matching.domain.vacancy import Vacancy

__all__ = ["answered", "around", "ended", "informed", "lent", "record_conditions", "record_participation", "searched"]

_AROUND = """
    SELECT
        (SELECT encode(seed, 'hex') FROM draw WHERE vacancy_id = $1),
        (SELECT rent_policy FROM landlord_conditions WHERE landlord = $2 AND valid_from <= $3
            ORDER BY valid_from DESC LIMIT 1),
        ARRAY(SELECT DISTINCT landlord FROM participation WHERE scheme = 'inter_landlord' AND landlord IS NOT NULL
            AND holder IS NULL AND area = ANY($4) AND valid_from <= $3 AND (valid_to IS NULL OR valid_to >= $3)),
        $5::text IS NOT NULL
            AND EXISTS (SELECT FROM participation WHERE scheme = 'protocole_mutations' AND landlord = $2
                AND holder IS NULL AND area = ANY($4) AND valid_from <= $3 AND (valid_to IS NULL OR valid_to >= $3))
            AND EXISTS (SELECT FROM participation WHERE scheme = 'protocole_mutations' AND holder = $5
                AND (landlord IS NULL OR landlord = $2) AND area = ANY($4) AND valid_from <= $3
                AND (valid_to IS NULL OR valid_to >= $3)),
        ARRAY(SELECT DISTINCT landlord FROM right_owed WHERE holder = $5 AND NOT ended),
        (SELECT until FROM holder_letter WHERE vacancy_id = $1 AND holder = $5),
        (SELECT answer FROM holder_letter WHERE vacancy_id = $1 AND holder = $5),
        EXISTS (SELECT FROM adapted_search WHERE vacancy_id = $1)
"""
_CONDITIONS = """
    INSERT INTO landlord_conditions AS known (landlord, valid_from, version, rent_policy)
    SELECT * FROM unnest($1::text[], $2::date[], $3::int[], $4::text[])
    ON CONFLICT (landlord, valid_from) DO UPDATE SET version = excluded.version, rent_policy = excluded.rent_policy
    WHERE known.version < excluded.version
"""
_PARTICIPATION = """
    INSERT INTO participation AS known (id, version, scheme, landlord, holder, area, valid_from, valid_to)
    SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::date[], $8::date[])
    ON CONFLICT (id) DO UPDATE SET version = excluded.version, scheme = excluded.scheme, landlord = excluded.landlord,
        holder = excluded.holder, area = excluded.area, valid_from = excluded.valid_from, valid_to = excluded.valid_to
    WHERE known.version < excluded.version
"""
_INFORMED = """
    INSERT INTO holder_letter AS known (vacancy_id, holder, until) VALUES ($1, $2, $3)
    ON CONFLICT (vacancy_id) DO UPDATE SET holder = excluded.holder, until = excluded.until,
        answer = CASE WHEN known.holder = excluded.holder THEN known.answer END
"""
_ANSWERED = """
    INSERT INTO holder_letter (vacancy_id, holder, answer) VALUES ($1, $2, $3)
    ON CONFLICT (vacancy_id) DO UPDATE SET holder = excluded.holder, answer = excluded.answer
"""
_LENT = """
    INSERT INTO right_owed (right_id, landlord, holder, lent_on) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
"""
_ENDED = """
    INSERT INTO right_owed (right_id, landlord, holder, lent_on, ended) VALUES ($1, $2, $3, $4, true)
    ON CONFLICT (right_id) DO UPDATE SET ended = true
"""
_SEARCHED = """
    INSERT INTO adapted_search (vacancy_id, recorded_at, recorded_by, note) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING
"""


async def around(
    session: AsyncSession, vacancy: Vacancy, areas: Iterable[str], on: dt.date
) -> tuple[str, Circumstances]:
    """The seed of the home's draw (empty where none is sealed), and what is known around the home on a day.

    `areas` are the codes of all that the home lies in. One statement: every ranking begins with it.
    """
    turn = vacancy.designation
    row = await sql.first(
        session, _AROUND, vacancy.id, vacancy.landlord, on, list(areas), None if turn is None else turn.holder
    )
    assert row is not None, "it selects without a table"
    seed, rent_policy, inter_landlord, protocole, owing, until, answer, searched_for = row
    letter = None
    if until is not None or answer is not None:
        letter = Letter(until=until or dt.date.max, answer=None if answer is None else HolderAnswer(answer))
    return seed or "", Circumstances(
        designation=turn,
        named=vacancy.named,
        letter=letter,
        protocole=protocole,
        inter_landlord=frozenset(inter_landlord),
        owing=frozenset(owing),
        rent_policy=RentPolicy.RELET if rent_policy is None else RentPolicy(rent_policy),
        search_found_nobody=searched_for,
    )


async def record_conditions(session: AsyncSession, events: Sequence[ConditionsRecorded]) -> None:
    """Keep what landlords published, each version from its day."""
    latest = {(one.landlord, one.valid_from): one for one in sorted(events, key=lambda one: one.version)}
    rows = [(landlord, day, one.version, one.rent_policy.value) for (landlord, day), one in latest.items()]
    await sql.execute(session, _CONDITIONS, *map(list, zip(*rows, strict=True)))


async def record_participation(session: AsyncSession, events: Sequence[ParticipationRecorded]) -> None:
    latest = {one.participation_id: one for one in sorted(events, key=lambda one: one.version)}
    rows = [
        (key, one.version, one.scheme.value, one.landlord, one.holder, one.area, one.valid_from, one.valid_to)
        for key, one in latest.items()
    ]
    await sql.execute(session, _PARTICIPATION, *map(list, zip(*rows, strict=True)))


async def informed(session: AsyncSession, vacancy_id: UUID, holder: str, until: dt.date) -> None:
    await sql.execute(session, _INFORMED, vacancy_id, holder, until)


async def answered(session: AsyncSession, vacancy_id: UUID, holder: str, answer: HolderAnswer) -> None:
    await sql.execute(session, _ANSWERED, vacancy_id, holder, answer.value)


async def lent(session: AsyncSession, right: RightLent) -> None:
    await sql.execute(session, _LENT, right.right_id, right.landlord, right.holder, right.on)


async def ended(session: AsyncSession, right_id: UUID, landlord: str, holder: str, on: dt.date) -> None:
    """Restituted or waived; known as ended even where its beginning was never heard of."""
    await sql.execute(session, _ENDED, right_id, landlord, holder, on)


async def searched(session: AsyncSession, vacancy_id: UUID, *, by: str, note: str, now: dt.datetime) -> None:
    """Note that nobody whom an adapted home is for was found; said twice it stays as it was."""
    await sql.execute(session, _SEARCHED, vacancy_id, now, by, note)
