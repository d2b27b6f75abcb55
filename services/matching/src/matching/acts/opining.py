"""A committee's opinions on examined leases (CCH L442-5-2) against the database. The session's row is taken first."""

from uuid import UUID

from chassis.work import Work
from contracts.allocation import ExaminationOpinionDecided
from contracts.tenancy import SuitableHome
from contracts.told import Told
from matching.domain.committee import CommitteeRefused, NotNow, Objection
from matching.domain.days import civil_day
from matching.store import examinations
from matching.store.committee_tables import SessionRow
from matching.store.examinations import ExaminationRow

__all__ = ["give_opinion", "put_examination", "release_examinations", "take_examination_off"]


async def put_examination(row: SessionRow, examination_id: UUID, work: Work) -> ExaminationRow | None:
    """Put an examined lease on the agenda; None where there is no such examination.

    Raises:
        NotNow: it is on an agenda, or has its opinion.
        CommitteeRefused: it is another landlord's, or found no case.
    """
    one = await examinations.hold(work.session, examination_id)
    if one is None:
        return None
    if one.opinion is not None:
        raise NotNow(
            f"L'avis sur ce bail a été donné le {one.opinion_on:%d/%m/%Y}.",
            f"The opinion on this lease was given on {one.opinion_on}.",
        )
    if one.session_id is not None:
        raise NotNow(
            f"Le bail est à l'ordre du jour de la séance {one.session_id} ; retirez-le d'abord de celle-là.",
            f"The lease is on the agenda of session {one.session_id}; take it off there first.",
        )
    if one.landlord != row.landlord:
        message = Told(
            f"le bail est du bailleur {one.landlord}, et la séance de la commission de {row.landlord}",
            f"the lease is of landlord {one.landlord}, and the session of {row.landlord}'s committee",
        )
        raise CommitteeRefused([Objection("examination_id", message)])
    if not one.cases:
        message = Told(
            "l'examen n'a relevé aucun cas ; rien ne va devant la commission",
            "the examination found no case; nothing goes to the committee",
        )
        raise CommitteeRefused([Objection("examination_id", message)])
    one.session_id = row.id
    row.version += 1
    return one


async def take_examination_off(row: SessionRow, examination_id: UUID, work: Work) -> bool:
    """Take a lease off the agenda; False where it is not on it. Raises `NotNow` once it has its opinion."""
    one = await examinations.hold(work.session, examination_id)
    if one is None or one.session_id != row.id:
        return False
    if one.opinion is not None:
        raise NotNow(
            "La commission a donné son avis sur ce bail ; il ne se retire pas de l'ordre du jour.",
            "The committee has given its opinion on this lease; it is not taken back by the agenda.",
        )
    one.session_id = None
    row.version += 1
    return True


async def give_opinion(
    row: SessionRow, examination_id: UUID, *, rehouse: bool, suitable: SuitableHome | None, by: str, work: Work
) -> ExaminationRow | None:
    """Enter the opinion on a lease of the agenda and tell it; None where it is not on it.

    Raises:
        NotNow: the session's day has not come, or the opinion was given.
        CommitteeRefused: a committee that would rehouse names no suitable home.
    """
    one = await examinations.hold(work.session, examination_id)
    if one is None or one.session_id != row.id:
        return None
    if one.opinion is not None:
        raise NotNow(
            f"L'avis sur ce bail a été saisi par {one.decided_by}.",
            f"The opinion on this lease was entered by {one.decided_by}.",
        )
    if civil_day(work.now) < row.held_on:
        raise NotNow(
            f"La séance est le {row.held_on:%d/%m/%Y} ; saisissez ses avis ce jour-là ou après.",
            f"The session is on {row.held_on}; enter its opinions on that day or later.",
        )
    if rehouse and suitable is None:
        message = Told(
            "une commission favorable au relogement définit les caractéristiques d'un logement adapté (CCH L442-5-2)",
            "a committee that would rehouse defines the features of a suitable home (CCH L442-5-2)",
        )
        raise CommitteeRefused([Objection("suitable", message)])
    one.opinion = {"rehouse": rehouse, "suitable": suitable.model_dump(mode="json") if suitable else None}
    one.opinion_on, one.decided_by = row.held_on, by
    work.emit(
        ExaminationOpinionDecided(
            tenancy_id=one.tenancy_id,
            examination_id=one.id,
            session_id=row.id,
            landlord=row.landlord,
            on=row.held_on,
            rehouse=rehouse,
            suitable=suitable,
        )
    )
    return one


async def release_examinations(row: SessionRow, work: Work) -> None:
    """The session ends: leases without an opinion may go before another one."""
    for one in await examinations.of_session(work.session, row.id):
        if one.opinion is None:
            one.session_id = None
