"""Whom one step of one wish brings near a home that is hard to let (`matching.domain.widening`, DOMAIN §11.17)."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from matching.domain.call import Candidate, in_order
from matching.domain.policy import Basis
from matching.domain.vacancy import Vacancy
from matching.domain.widening import widened
from matching.index import index
from matching.policies import in_force_on
from matching.store import applications
from policy.model import WishStep

__all__ = ["one_step_away"]

_FAR_ENOUGH = 1_000
"""Households: how far down its lists a look goes for a step.

Of 60 homes of Île-de-France none needed more than 160 to find twenty (decision 22). The rest is for lists whose first
have all the calls they may have; at 0.3 ms of processor time each, a step keeps the home for some 0.3 s.
"""


async def one_step_away(
    session: AsyncSession, vacancy: Vacancy, now: Basis, *, limit: int, excluding: AbstractSet[UUID], lock: bool
) -> list[Candidate]:
    """The best whom the home fits once one wish is widened by one step; nobody where the policy widens none.

    They are looked for without a lock. With `lock` the chosen are then read again under it, and one who changed
    meanwhile leaves the place free until the next look.
    """
    widening = now.policy.widening
    found: list[Candidate] = []
    for step in () if widening is None else widening.steps:
        found += await _by(step, session, vacancy, now, limit=limit, excluding=excluding)
    best = in_order(found, vacancy.id, now.seed)[:limit]
    if not (lock and best):
        return best
    held = await _read(session, [one.application.id for one in best], vacancy, now, lock=True)
    return in_order(held, vacancy.id, now.seed)


async def _by(
    step: WishStep, session: AsyncSession, vacancy: Vacancy, now: Basis, *, limit: int, excluding: AbstractSet[UUID]
) -> list[Candidate]:
    policies, page = in_force_on(now.on), now.policy.shortlist_size
    found: list[Candidate] = []
    seen = set(excluding)
    while len(seen) - len(excluding) < _FAR_ENOUGH:
        ids = await index.one_step_away(session, vacancy, now, step, policies, limit=page, excluding=seen)
        seen |= set(ids)
        found += await _read(session, ids, vacancy, now, lock=False) if ids else []
        if not ids or len(found) >= limit:
            break
    return found


async def _read(
    session: AsyncSession, ids: Iterable[UUID], vacancy: Vacancy, now: Basis, *, lock: bool
) -> list[Candidate]:
    assert vacancy.dwelling is not None, "nobody is called for a home that is not known"
    read = await applications.read(session, ids, lock=lock, most_live=now.policy.most_live)
    return [
        Candidate(application=application, explanation=explanation)
        for application in read.values()
        if (explanation := widened(application, vacancy.dwelling, now))
    ]
