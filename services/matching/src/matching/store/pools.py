"""Pools of like homes: who is called for one of them is called for all.

A home's row holds the id of its pool, that of the first home in it. It is decided at the first look at the home, under
a lock of its likeness: of like homes released in the same moment each sees those decided before. Whoever calls for a
home of a pool takes the pool's lock after the home's row and before any application's.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from chassis import sql
from matching.domain.policy import Policy
from matching.store.tables import VacancyRow

__all__ = ["Pool", "enter", "others"]

_JOIN = """
    SELECT pool, homes, called FROM join_pool($1, $2, $3::int, $4::float8, $5::date, $6::int, $7::int, $8::int)
"""
_HOLD = "SELECT homes, called FROM hold_pool($1)"
_CALLED_FOR = "SELECT application_id FROM call WHERE vacancy_id = $1"
_OTHERS = """
    SELECT id FROM vacancy WHERE pool_id = $1 AND id <> $2 AND status IN ('announced', 'released', 'allocated')
    ORDER BY id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    id: UUID
    homes: int
    """Open homes that are alike, this one among them."""
    called: frozenset[UUID]
    """Applications that were ever called for one of them."""


async def enter(session: AsyncSession, held: VacancyRow, policy: Policy) -> Pool:
    """The pool of a home whose row is held, kept from others until this transaction ends.

    A home under a policy without pools is a pool of its own, and so is one that called before there were any.
    """
    if held.pool_id is None and (policy.pool is None or held.called):
        called = await sql.column(session, _CALLED_FOR, held.id) if held.called else ()
        return Pool(id=held.id, homes=1, called=frozenset(called))
    if held.pool_id is not None:
        row = await sql.first(session, _HOLD, held.pool_id)
        assert row is not None
        return Pool(id=held.pool_id, homes=max(1, row["homes"]), called=frozenset(row["called"]))
    assert policy.pool is not None
    home = held.vacancy().dwelling
    assert home is not None
    same = (held.likeness, home.rent_cents, home.living_area_m2, held.available_on)
    row = await sql.first(session, _JOIN, held.id, *same, *policy.pool)
    assert row is not None
    set_committed_value(held, "pool_id", row["pool"])
    return Pool(id=row["pool"], homes=row["homes"], called=frozenset(row["called"]))


async def others(session: AsyncSession, held: VacancyRow) -> list[UUID]:
    """The homes of a pool that are not gone, but for this one, in the order in which they are locked."""
    return [] if held.pool_id is None else await sql.column(session, _OTHERS, held.pool_id, held.id)
