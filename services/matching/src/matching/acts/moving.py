"""A lease is signed: the move is told once, with the home that it leaves and its place in the chain."""

import datetime as dt
from uuid import UUID

import structlog

from chassis.work import Work
from contracts.allocation import CandidacyEnd, HomeLeft, MoveSigned
from matching.domain.application import Application
from matching.domain.offer import OfferStatus
from matching.domain.whose import is_transfer
from matching.store import applications, chains, offers, supply, vacancies
from matching.store.offer_tables import MoveRow

__all__ = ["LONGEST_WAIT", "LOOK_AGAIN", "sign", "tell_later"]

log = structlog.get_logger(__name__)
LOOK_AGAIN = dt.timedelta(minutes=1)
LONGEST_WAIT = dt.timedelta(days=30)
"""As long as the topics keep facts: an application that was not told by then is not told any more."""


async def sign(vacancy_id: UUID, application_id: UUID, signed_on: dt.date, *, since: dt.datetime, work: Work) -> None:
    """Tell the move of this household into this home; again later while its application is not known here.

    Topics have no mutual order: the application may be told after the lease.
    """
    held = await vacancies.hold(work.session, vacancy_id)
    assert held is not None, "only a vacancy that is stored is let"
    if known := await chains.move(work.session, vacancy_id):
        if known.application_id != application_id:
            log.warning(
                "a lease was told for another household than before; the move stays the first one's",
                vacancy_id=str(vacancy_id),
                signed_by=str(application_id),
                told_of=str(known.application_id),
            )
        return
    application = await applications.load(work.session, application_id)
    if application is None and work.now - since < LONGEST_WAIT:
        tell_later(vacancy_id, application_id, signed_on, since=since, at=work.now + LOOK_AGAIN, work=work)
        return
    if application is None:
        log.warning("a move is told without its application", vacancy_id=str(vacancy_id))
    made = await offers.of_vacancy(work.session, vacancy_id)
    accepted = next(
        (row for row in made if row.application_id == application_id and row.status == OfferStatus.ACCEPTED.value), None
    )
    others = any(
        row.application_id != application_id and row.withdrawn_because == CandidacyEnd.VACANCY_LET.value for row in made
    )
    left = _home_left(application)
    event = MoveSigned(
        vacancy_id=vacancy_id,
        landlord=held.landlord,
        application_id=application_id,
        offer_id=accepted.id if accepted else None,
        signed_on=signed_on,
        home_left=left,
        chain_id=held.chain_id or vacancy_id,
        step=await chains.step_of(work.session, vacancy_id),
    )
    row = MoveRow(
        vacancy_id=vacancy_id,
        application_id=application_id,
        kind=application.kind.value if application else None,
        offer_id=event.offer_id,
        signed_on=signed_on,
        other_than_offered=others,
        home_left=left.model_dump(mode="json") if left else None,
        chain_id=event.chain_id,
        step=event.step,
        signed_at=work.now,
    )
    work.session.add(row)
    work.emit(event)
    await supply.note_letting(work.session, vacancy_id, application_id, signed_on)
    work.due("close_housed", str(application_id), signed_for=str(vacancy_id))


def tell_later(
    vacancy_id: UUID, application_id: UUID, signed_on: dt.date, *, since: dt.datetime, at: dt.datetime, work: Work
) -> None:
    """Leave the telling of a move to due work."""
    work.due(
        "sign_move",
        str(vacancy_id),
        at=at,
        application_id=str(application_id),
        signed_on=signed_on.isoformat(),
        since=since.isoformat(),
    )


def _home_left(application: Application | None) -> HomeLeft | None:
    """The home of the stock that a household leaves; None for one that leaves none, a split among them."""
    if application is None or not is_transfer(application) or application.current_home is None:
        return None
    home = application.current_home
    return HomeLeft(
        landlord=home.landlord, reference=home.reference, commune=home.commune, dwelling_type=home.dwelling_type
    )
