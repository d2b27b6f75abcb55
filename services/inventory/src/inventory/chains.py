"""A signed move leaves a home behind: asked of its landlord, found in the vacancy that opens there, told as its link.

The landlord's notice and the move come on topics without mutual order. Whichever comes second finds the first: both
lock the dwelling before they look.
"""

from uuid import UUID

import structlog

from chassis.work import Work
from contracts.allocation import MoveSigned
from contracts.inventory import HomeLeftDenial, HomeLeftDenied
from contracts.landlord import WithdrawalReason
from inventory import store
from inventory.domain.chain import LeftState
from inventory.domain.vacancy import Link, Vacancy

__all__ = ["ask", "deny", "join", "link_of", "reopen"]

log = structlog.get_logger(__name__)


async def ask(event: MoveSigned, work: Work) -> None:
    """Ask for the home left behind, once a move; its landlord's notice may be there already."""
    left = event.home_left
    if left is None or await store.home_left(work.session, event.vacancy_id):
        return
    home = await store.dwelling(work.session, left.reference, lock=True) if left.reference else None
    if left.reference and home is None:
        log.warning("the home left by a move is in no stock that is recorded here", vacancy_id=str(event.vacancy_id))
    dwelling_type = home.facts.dwelling_type if home else left.dwelling_type
    row = store.HomeLeftRow(
        vacancy_id=event.vacancy_id,
        application_id=event.application_id,
        offer_id=event.offer_id,
        signed_on=event.signed_on,
        landlord=home.landlord if home else left.landlord,
        reference=left.reference,
        commune=home.facts.commune if home else left.commune,
        dwelling_type=dwelling_type.value if dwelling_type else None,
        chain_id=event.chain_id,
        step=event.step,
        asked_at=work.now,
    )
    work.session.add(row)
    await work.session.flush()
    await join(row, work)


async def link_of(vacancy: Vacancy, work: Work) -> Link | None:
    """The place in a chain of a vacancy that opens; its dwelling is locked by who asks."""
    row = await store.left_awaiting(work.session, vacancy.dwelling_reference)
    if row is None or not row.home().is_left_in(vacancy.standing):
        return None
    _confirm(row, vacancy.id, work)
    return row.home().link


async def join(row: store.HomeLeftRow, work: Work) -> None:
    """Look for the vacancy in which this home already came free, and tell that it is of the chain."""
    if row.reference is None or row.followed_by is not None:
        return
    await store.dwelling(work.session, row.reference, lock=True)
    for vacancy in await store.vacancies_at(work.session, row.reference):
        if vacancy.link is None and row.home().is_left_in(vacancy.standing):
            _confirm(row, vacancy.id, work)
            linked, news = vacancy.linked(row.home().link)
            await store.save_vacancy(work.session, linked, work.now)
            for one in news:
                work.emit(one)
            return


async def reopen(vacancy: Vacancy, work: Work) -> None:
    """A notice was taken back: the home left is asked for again. A home sold or pulled down ends its chain."""
    if vacancy.standing.withdrawal_reason is not WithdrawalReason.NOTICE_WITHDRAWN:
        return
    row = await store.left_into(work.session, vacancy.id)
    if row is None:
        return
    row.state, row.followed_by, row.answered_by, row.answered_at = LeftState.AWAITING.value, None, None, None
    row.version += 1
    await work.session.flush()
    await join(row, work)


async def deny(row: store.HomeLeftRow, because: HomeLeftDenial, said: str | None, *, who: str, work: Work) -> None:
    """The landlord says that this home does not come free; the chain ends, and why is told without its words."""
    row.state, row.denied_because, row.said = LeftState.DENIED.value, because.value, said
    row.answered_by, row.answered_at, row.version = who, work.now, row.version + 1
    moved_into = await store.hold(work.session, row.vacancy_id)
    if moved_into is None:
        return
    moved_into = moved_into.next()
    await store.save_vacancy(work.session, moved_into, work.now)
    work.emit(HomeLeftDenied(vacancy_id=moved_into.id, version=moved_into.version, because=because))


def _confirm(row: store.HomeLeftRow, vacancy_id: UUID, work: Work) -> None:
    row.state, row.followed_by, row.denied_because = LeftState.CONFIRMED.value, vacancy_id, None
    row.answered_by, row.answered_at, row.version = row.answered_by or "notice", work.now, row.version + 1
