"""Offers against the database: one household at a time, each step under the vacancy's lock.

A home that a committee decided on is offered by rank. A refusal, silence or a condition not met offers it to the next
at once; when nobody is left it goes back to matching, and more households are called.
"""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

import structlog

from chassis.work import Work
from contracts.allocation import CandidacyEnd, DecisionKind, OfferRefusedBecause
from matching.acts import calling, filing
from matching.domain import offer as offers_of
from matching.domain.candidacy import CandidacyStatus
from matching.domain.days import after_the_last_moment_of, civil_day, morning_of
from matching.domain.decision import to_be_offered
from matching.domain.offer import OfferStatus, Unanswerable, Why
from matching.domain.vacancy import VacancyStatus
from matching.grounds import basis
from matching.store import applications, candidacies, committee, offers
from matching.store.candidacy_tables import CandidacyRow
from matching.store.committee_tables import DecisionRow
from matching.store.offer_tables import OfferRow
from matching.store.tables import VacancyRow
from reference.deadlines import deadline

__all__ = [
    "begin",
    "close_gone",
    "end_all",
    "end_closed",
    "end_file",
    "give_answer",
    "lapse",
    "lapse_condition",
    "meet_condition",
    "offer_next",
    "remind",
]

log = structlog.get_logger(__name__)
A_DAY = dt.timedelta(days=1)


async def begin(held: VacancyRow, decided: Iterable[CandidacyRow], work: Work) -> None:
    """The committee decided on a home: nobody else is called for it, and the first in rank is offered it now."""
    held.deciding = True
    rows = list(decided)
    await calling.end_decided(held, [row.application_id for row in rows], work)
    for row in rows:
        decision = await committee.decision_on(work.session, row.id)
        if decision is not None and decision.piece_by is not None:
            work.due("lapse_condition", str(row.id), at=after_the_last_moment_of(decision.piece_by))
    await offer_next(held, work)


async def offer_next(held: VacancyRow, work: Work) -> None:
    """Offer the home to whose turn it is, unless somebody has it; with nobody left it goes back to matching."""
    vacancy = held.vacancy()
    if vacancy.closed_because or vacancy.dwelling is None or await offers.standing_for(work.session, held.id):
        return
    ranked = await _ranked(held, work)
    over = {row.id for row in ranked.values() if row.parked_for is not None}
    while turn := to_be_offered({one: row.rank or 0 for one, row in ranked.items()}, over):
        over.add(turn)
        if await _offer(held, ranked[turn], work):
            held.deciding = True
            return
    if held.deciding:
        held.deciding = False
        work.due("match_vacancy", str(held.id))


async def give_answer(
    offer_id: UUID,
    *,
    accepted: bool,
    because: OfferRefusedBecause = OfferRefusedBecause.NOT_SAID,
    said: str | None,
    on_behalf_by: str | None,
    work: Work,
) -> OfferRow | None:
    """Answer an offer and return it as it is then; None where there is no such offer.

    Raises:
        Unanswerable: the last day is over, it was answered otherwise for good, or it was withdrawn.
    """
    found = await offers.hold(work.session, offer_id)
    if found is None:
        return None
    held, row = found
    if held.vacancy().status is VacancyStatus.LET:
        raise Unanswerable(Why.SIGNED)
    given = row.offer()
    after, event = offers_of.accept(given, now=work.now) if accepted else offers_of.refuse(given, because, now=work.now)
    if event is None:
        return row
    row.show(after)
    row.answered_at, row.answered_on_behalf_by, row.said = work.now, on_behalf_by, said
    row.refused_because = None if accepted else because.value
    work.emit(event)
    if not accepted:
        await _over(held, row, CandidacyEnd.OFFER_REFUSED, work)
    work.due("park_files", str(row.application_id))
    return row


async def remind(offer_id: UUID, work: Work) -> None:
    """Tell the household once more, where it has not answered."""
    found = await offers.hold(work.session, offer_id)
    if found is None:
        return
    held, row = found
    if (reminded := offers_of.remind(row.offer(), held.vacancy())) is None:
        return
    row.show(reminded[0])
    work.emit(reminded[1])


async def lapse(offer_id: UUID, work: Work) -> None:
    """The last day is over: silence is a refusal, and the next in rank is offered the home at once."""
    found = await offers.hold(work.session, offer_id)
    if found is None:
        return
    held, row = found
    if (lapsed := offers_of.lapse(row.offer(), now=work.now)) is None:
        return
    row.show(lapsed[0])
    row.answered_at, row.refused_because = work.now, OfferRefusedBecause.SILENCE.value
    work.emit(lapsed[1])
    await _over(held, row, CandidacyEnd.OFFER_REFUSED, work)
    work.due("park_files", str(row.application_id))


async def meet_condition(candidacy_id: UUID, *, by: str, work: Work) -> DecisionRow | None:
    """Keep that the piece of a conditional allocation was given, seen by `by`; None where there is no such condition.

    Raises:
        Unanswerable: its day is over, or the file is.
    """
    found = await candidacies.hold(work.session, candidacy_id)
    decision = await committee.decision_on(work.session, candidacy_id)
    if found is None or decision is None or decision.piece_by is None:
        return None
    _, row = found
    if decision.condition_met_on is None:
        if row.status != CandidacyStatus.DECIDED.value or _is_over(decision, work):
            raise Unanswerable(Why.LAST_DAY_OVER)
        decision.condition_met_on, decision.condition_met_by = civil_day(work.now), by
    return decision


async def lapse_condition(candidacy_id: UUID, work: Work) -> None:
    """A conditional allocation ends on its date, offered or not, where the piece was not given."""
    found = await candidacies.hold(work.session, candidacy_id)
    decision = await committee.decision_on(work.session, candidacy_id)
    if found is None or decision is None:
        return
    held, row = found
    if row.status == CandidacyStatus.DECIDED.value and _is_over(decision, work):
        await _end(held, row, CandidacyEnd.CONDITION_NOT_MET, work)


async def close_gone(held: VacancyRow, work: Work) -> None:
    """End the ranked files, and the offers, of applications that are closed or erased.

    An accepted offer waits a day: its household may be closed because it was housed, here, and the lease is told by
    another topic.
    """
    ranked = await _ranked(held, work)
    gone = set(await applications.closed(work.session, [row.application_id for row in ranked.values()]))
    for row in ranked.values():
        if row.application_id not in gone:
            continue
        offer = await offers.standing_for(work.session, held.id)
        if offer is not None and offer.candidacy_id == row.id and offer.status == OfferStatus.ACCEPTED.value:
            work.due("end_closed", str(row.id), at=work.now + A_DAY)
        else:
            await _end(held, row, CandidacyEnd.APPLICATION_CLOSED, work)


async def end_closed(candidacy_id: UUID, work: Work) -> None:
    """The household of an accepted offer is closed since a day and no lease was told: the offer ends."""
    found = await candidacies.hold(work.session, candidacy_id)
    if found is None:
        return
    held, row = found
    if row.status == CandidacyStatus.DECIDED.value and await applications.closed(work.session, [row.application_id]):
        await _end(held, row, CandidacyEnd.APPLICATION_CLOSED, work)


async def end_all(held: VacancyRow, because: CandidacyEnd, work: Work, *, housed: UUID | None = None) -> None:
    """The home is gone or let: its offer ends, but for that of the household that signed; which is then accepted."""
    held.deciding = False
    row = await offers.standing_for(work.session, held.id)
    if row is None:
        return
    if housed is not None and row.application_id == housed:
        if row.status == OfferStatus.STANDING.value:
            signed, event = offers_of.accept_by_signing(row.offer(), now=work.now)
            row.show(signed)
            row.answered_at = work.now
            work.emit(event)
        return
    if because is CandidacyEnd.VACANCY_LET and row.status == OfferStatus.ACCEPTED.value and housed is not None:
        log.warning(
            "the lease names another household than the accepted offer",
            vacancy_id=str(held.id),
            offer_id=str(row.id),
            accepted_by=str(row.application_id),
            signed_by=str(housed),
        )
    _withdraw(row, because, work)
    work.due("park_files", str(row.application_id))


async def end_file(held: VacancyRow, row: CandidacyRow, because: CandidacyEnd, work: Work) -> None:
    """End a household's file for a home whatever its state; a ranked one with its offer, and the next is offered it."""
    if row.status == CandidacyStatus.DECIDED.value:
        await _end(held, row, because, work)
    else:
        filing.end(row, because, held, work)


async def _offer(held: VacancyRow, row: CandidacyRow, work: Work) -> bool:
    """Offer the home to this household; False where its file ended meanwhile, or waits for another home's answer."""
    decision = await committee.decision_on(work.session, row.id)
    assert decision is not None, "a file is ranked by a decision"
    read = await applications.read(work.session, [row.application_id], lock=True)
    if (known := read.get(row.application_id)) is None or not known.active:
        filing.end(row, CandidacyEnd.APPLICATION_CLOSED, held, work)
        return False
    if _is_over(decision, work):
        filing.end(row, CandidacyEnd.CONDITION_NOT_MET, held, work)
        return False
    vacancy = held.vacancy()
    offer, event = offers_of.make(
        row.candidacy(),
        vacancy,
        on_condition=decision.kind == DecisionKind.ALLOCATED_ON_CONDITION.value and decision.condition_met_on is None,
        days=(await basis(work.session, vacancy, work.now)).policy.days_to_answer_offer,
        now=work.now,
    )
    await work.session.flush()
    if not await offers.insert(work.session, offer, work.now):
        work.due("park_files", str(row.application_id))
        return False
    work.emit(event)
    work.due("lapse_offer", str(offer.id), at=after_the_last_moment_of(offer.answer_by))
    again = deadline("offer.reminder", civil_day(work.now)).before(offer.answer_by)
    work.due("remind_offer", str(offer.id), at=max(work.now, morning_of(again)))
    work.due("park_files", str(row.application_id))
    return True


async def _ranked(held: VacancyRow, work: Work) -> dict[UUID, CandidacyRow]:
    return {
        row.id: row
        for row in await candidacies.live_for(work.session, held.id)
        if row.status == CandidacyStatus.DECIDED.value
    }


async def _end(held: VacancyRow, row: CandidacyRow, because: CandidacyEnd, work: Work) -> None:
    """A ranked file ends without a refusal; its offer is withdrawn, and the home is the next one's."""
    offer = await offers.standing_for(work.session, held.id)
    offered = offer is not None and offer.candidacy_id == row.id
    if offer is not None and offered:
        _withdraw(offer, because, work)
    filing.end(row, because, held, work, offered=offered)
    work.due("park_files", str(row.application_id))
    await work.session.flush()
    await offer_next(held, work)


async def _over(held: VacancyRow, offer: OfferRow, because: CandidacyEnd, work: Work) -> None:
    row = await candidacies.load(work.session, offer.candidacy_id)
    if row is not None and row.candidacy().live:
        filing.end(row, because, held, work, offered=True)
    await work.session.flush()
    await offer_next(held, work)


def _withdraw(row: OfferRow, because: CandidacyEnd, work: Work) -> None:
    if withdrawn := offers_of.withdraw(row.offer(), because):
        row.show(withdrawn[0])
        row.withdrawn_because = because.value
        work.emit(withdrawn[1])


def _is_over(decision: DecisionRow, work: Work) -> bool:
    """Whether the condition was not met by its last day."""
    return (
        decision.piece_by is not None and decision.condition_met_on is None and civil_day(work.now) > decision.piece_by
    )
