"""Reservation rights on the way of a home: whose turn at its release, what its letting does to them.

Load, decide, store: what handlers, jobs and the API share.
"""

import datetime as dt
from dataclasses import replace
from uuid import UUID

import structlog

from chassis.work import Work
from contracts.event import deterministic_id
from contracts.inventory import (
    DesignationDue,
    DesignationMode,
    HolderAnswer,
    HolderAnswered,
    HolderInformed,
    RightLent,
    RightRestituted,
    RightWaived,
    Scheme,
)
from contracts.values import ApplicationKind, DwellingType, HomeFacts
from inventory import store
from inventory.domain.agreement import OWN, Agreement, InterLandlord, ReservationMode, shares_of
from inventory.domain.ledger import Deduction, Ending, Household, Lent, Letting, RightLine, consequence
from inventory.domain.orientation import labels_of
from inventory.domain.participation import takes_part
from inventory.domain.vacancy import Vacancy
from reference import communes

log = structlog.get_logger(__name__)


def morning(day: dt.date) -> dt.datetime:
    """The first hour of a day, when its deadlines are looked at."""
    return dt.datetime.combine(day, dt.time(0, 30), dt.UTC)


async def orient(vacancy: Vacancy, home: HomeFacts, work: Work) -> Vacancy:
    """The vacancy with the designation of whoever's turn its release is; nobody's where no agreement binds it.

    A home left for one that was lent is given back for it; a home named in an agreement in stock is its holder's; any
    other of the landlord's own first gives back what no home was left for, and else takes its place in the flow.
    """
    department = communes.commune(home.commune).department
    bound = await store.bound(
        work.session,
        dwelling=vacancy.dwelling_reference,
        landlord=vacancy.landlord,
        department=department,
        vacancy_id=vacancy.id,
    )
    if bound.free:
        return vacancy
    today, agreement, right = work.now.date(), None, None
    mode = ReservationMode.STOCK
    if bound.owed and (right := await store.right(work.session, bound.owed)) and right.ended_on is None:
        agreement = await store.agreement(work.session, right.agreement_id)
    elif bound.reserved:
        agreement = await store.agreement(work.session, bound.reserved)
    if agreement is None or not agreement.holds(today):
        if bound.deducted:
            return vacancy
        right = await store.right_owed(
            work.session, landlord=vacancy.landlord, department=department, dwelling_type=home.dwelling_type.value
        )
        agreement = await store.agreement(work.session, right.agreement_id) if right else None
    if agreement is None or not agreement.holds(today):
        right, mode = None, ReservationMode.FLOW
        party = await _turn_in_flow(vacancy.landlord, department, home, work)
        if party is None:
            return vacancy
        agreement = None if party == OWN else await store.agreement(work.session, UUID(party))
    return await _give(vacancy, agreement, mode, right, department, work)


async def _turn_in_flow(landlord: str, department: str, home: HomeFacts, work: Work) -> str | None:
    """The party whose turn it is, its turn counted; None where the landlord has no flow in the département."""
    shares = await _shares(landlord, department, work)
    if set(shares) <= {OWN}:
        return None
    names = {"landlord": landlord, "department": department}
    year = work.now.year
    flow = await store.hold_flow(work.session, **names, year=year, shares=shares)
    flow, party = flow.release(labels_of(home.dwelling_type.value, home.in_priority_district))
    await store.save_flow(work.session, flow, **names, year=year)
    return party


async def _shares(landlord: str, department: str, work: Work) -> dict[str, int]:
    agreements = await store.agreements(work.session, landlord=landlord, department=department)
    return shares_of(one for one in agreements if one.holds(work.now.date()))


async def _give(
    vacancy: Vacancy,
    agreement: Agreement | None,
    mode: ReservationMode,
    right: RightLine | None,
    department: str,
    work: Work,
) -> Vacancy:
    today, designation = work.now.date(), None
    if agreement:
        terms = await store.parameters_in_force(work.session, vacancy.landlord, today)
        assert terms.designation_mode, "the national parameters say it"
        assert terms.designation_days, "the national parameters say it"
        designation = agreement.designates(today, mode=terms.designation_mode, days=terms.designation_days)
    row = store.TurnRow(
        vacancy_id=vacancy.id,
        landlord=vacancy.landlord,
        department=department,
        dwelling_reference=vacancy.dwelling_reference,
        agreement_id=agreement.agreement_id if agreement else None,
        mode=mode.value,
        given_on=today,
        until=designation.until if designation else None,
        right_id=right.id if right else None,
        designated_on=None,
        candidates=[],
        lapsed_on=None,
        left_base=None,
    )
    await store.add(work.session, row)
    if right:
        ended = replace(right, ended_on=today, ending=Ending.RESTITUTED, ended_by=vacancy.id)
        await store.end_right(work.session, ended)
        work.emit(RightRestituted(**_line(ended, today, vacancy.id), lent_on=right.lent_on))
    if agreement and designation:
        work.emit(
            DesignationDue(
                agreement_id=agreement.agreement_id,
                landlord=vacancy.landlord,
                holder=agreement.holder,
                on=today,
                cause_vacancy_id=vacancy.id,
                mode=designation.mode,
                until=designation.until,
            )
        )
        if designation.until:
            work.due("designation_lapse", str(vacancy.id), at=morning(designation.until + dt.timedelta(days=1)))
    return replace(vacancy, designation=designation)


async def settle(vacancy: Vacancy, household: Household, work: Work) -> None:
    """Book what the letting of this home to this household does to rights; once, however often it is told."""
    turn = await store.turn(work.session, vacancy.id)
    if turn is None or turn.left_base or await store.right(work.session, right_id(vacancy.id)):
        return
    agreement = await store.agreement(work.session, turn.agreement_id) if turn.agreement_id else None
    left_holder, exchange = await _home_left(vacancy, agreement, household, work)
    letting = Letting(
        landlord=vacancy.landlord,
        mode=ReservationMode(turn.mode),
        holder=agreement.holder if agreement else None,
        inter_landlord=agreement.inter_landlord if agreement else InterLandlord.COUNTS,
        holder_used_it=_used(turn, agreement, vacancy, household),
        left_holder=left_holder,
        exchange=exchange,
    )
    match consequence(letting, household):
        case Deduction() as reason:
            await deduct(vacancy, reason, work, turn)
        case Lent() as lent:
            assert agreement, "nothing is lent but a holder's home"
            await _lend(vacancy, agreement, lent, turn.department, work)


def right_id(vacancy_id: UUID) -> UUID:
    """The right that the letting of this vacancy lent, if it lent one."""
    return deterministic_id("right", str(vacancy_id))


def _used(turn: store.TurnRow, agreement: Agreement | None, vacancy: Vacancy, household: Household) -> bool:
    """Whether the holder used its turn: it named the household, let its date pass, or left all to the landlord."""
    if turn.lapsed_on or str(vacancy.standing.application_id) in turn.candidates:
        return True
    delegated = vacancy.designation is not None and vacancy.designation.mode is DesignationMode.DELEGATED
    return agreement is not None and delegated and not household.leaves_a_home


async def _home_left(
    vacancy: Vacancy, agreement: Agreement | None, household: Household, work: Work
) -> tuple[str | None, bool]:
    """Who has reserved the home that is left, and whether it may be given for the one taken."""
    if agreement is None or household.reference is None or household.landlord is None:
        return None, False
    reservations = await store.reservations(work.session, [household.reference])
    found = reservations.get(household.reference)
    left = await store.agreement(work.session, found) if found else None
    left_holder = left.holder if left and left.holds(work.now.date()) else None
    home = await store.dwelling(work.session, household.reference)
    if home is None or home.landlord != household.landlord:
        return left_holder, False
    inside = household.landlord == vacancy.landlord
    scheme = Scheme.PROTOCOLE_MUTATIONS if inside else Scheme.INTER_LANDLORD
    known, on = await store.participations(work.session, scheme), work.now.date()
    places = ((vacancy.landlord, vacancy.facts.commune), (household.landlord, home.facts.commune))
    holders = (agreement.holder, left_holder) if inside else ()
    exchange = all(takes_part(known, scheme, commune=place, on=on, landlord=who) for who, place in places) and all(
        takes_part(known, scheme, commune=place, on=on, landlord=vacancy.landlord, holder=who)
        for who, (_, place) in zip(holders, places, strict=False)
        if who
    )
    return left_holder, exchange


async def deduct(vacancy: Vacancy, reason: Deduction, work: Work, turn: store.TurnRow | None = None) -> None:
    """Take the home out of the base: one more on the year's counter, and its party has the next release."""
    today, department = work.now.date(), communes.commune(vacancy.facts.commune).department
    if await store.deduction(work.session, vacancy.id):
        return
    names = {"landlord": vacancy.landlord, "department": department}
    row = store.DeductionRow(**names, vacancy_id=vacancy.id, year=today.year, reason=reason.value, deducted_on=today)
    await store.add(work.session, row)
    if turn is not None:
        turn.left_base = reason.value
        shares = await _shares(vacancy.landlord, department, work)
        if turn.mode == ReservationMode.FLOW.value and not set(shares) <= {OWN}:
            flow = await store.hold_flow(work.session, **names, year=today.year, shares=shares)
            party = OWN if turn.agreement_id is None else str(turn.agreement_id)
            labels = labels_of(vacancy.facts.dwelling_type.value, vacancy.facts.in_priority_district)
            await store.save_flow(work.session, flow.leave_base(party, labels), **names, year=today.year)
    counted = sum((await store.deductions(work.session, vacancy.landlord, department, today.year)).values())
    announced = await store.announced(work.session, vacancy.landlord, department, today.year)
    if announced is not None and counted > announced:
        log.warning("more homes taken out of the base than announced", **names, counted=counted, announced=announced)


async def _lend(vacancy: Vacancy, agreement: Agreement, lent: Lent, department: str, work: Work) -> None:
    on = vacancy.standing.lease_signed_on or work.now.date()
    line = RightLine(
        id=right_id(vacancy.id),
        agreement_id=agreement.agreement_id,
        landlord=vacancy.landlord,
        holder=agreement.holder,
        borrower=lent.borrower,
        lent_on=on,
        lent_by=vacancy.id,
        dwelling_type=vacancy.facts.dwelling_type.value,
        commune=vacancy.facts.commune,
        left=lent.left,
    )
    row = store.LentRightRow(
        id=line.id,
        agreement_id=line.agreement_id,
        landlord=line.landlord,
        holder=line.holder,
        borrower=line.borrower,
        department=department,
        dwelling_type=line.dwelling_type,
        commune=line.commune,
        lent_on=on,
        lent_by=vacancy.id,
        left_dwelling=line.left,
        ended_on=None,
        ending=None,
        ended_by=None,
    )
    await store.add(work.session, row)
    work.emit(RightLent(**_line(line, on, vacancy.id), borrower=line.borrower))


async def inform(vacancy: Vacancy, agreement: Agreement, work: Work) -> store.LetterRow:
    """Send the Protocole's information letter to the holder of a home: its window opens."""
    today = work.now.date()
    until = today + dt.timedelta(days=agreement.letter_days)
    letter = store.LetterRow(
        vacancy_id=vacancy.id,
        agreement_id=agreement.agreement_id,
        sent_on=today,
        until=until,
        answer=None,
        answered_on=None,
    )
    await store.add(work.session, letter)
    work.emit(
        HolderInformed(
            agreement_id=agreement.agreement_id,
            landlord=vacancy.landlord,
            holder=agreement.holder,
            on=today,
            cause_vacancy_id=vacancy.id,
            until=until,
        )
    )
    work.due("letter_silence", str(vacancy.id), at=morning(until + dt.timedelta(days=1)))
    return letter


async def answer(letter: store.LetterRow, said: HolderAnswer, vacancy: Vacancy, work: Work) -> None:
    """Keep what the holder said to the letter, silence too."""
    agreement = await store.agreement(work.session, letter.agreement_id)
    assert agreement, "a letter names its agreement"
    letter.answer, letter.answered_on = said.value, work.now.date()
    work.emit(
        HolderAnswered(
            agreement_id=agreement.agreement_id,
            landlord=vacancy.landlord,
            holder=agreement.holder,
            on=work.now.date(),
            cause_vacancy_id=vacancy.id,
            answer=said,
        )
    )


async def waive(line: RightLine, work: Work) -> RightLine:
    """The holder asks for nothing in return."""
    today = work.now.date()
    ended = replace(line, ended_on=today, ending=Ending.WAIVED)
    await store.end_right(work.session, ended)
    work.emit(RightWaived(**_line(ended, today, line.lent_by), lent_on=line.lent_on))
    return ended


def _line(line: RightLine, on: dt.date, cause: UUID) -> dict[str, object]:
    return {
        "agreement_id": line.agreement_id,
        "landlord": line.landlord,
        "holder": line.holder,
        "on": on,
        "cause_vacancy_id": cause,
        "right_id": line.id,
        "dwelling_type": DwellingType(line.dwelling_type),
        "commune": line.commune,
    }


def nobody_known() -> Household:
    """A household of which nothing is known that concerns rights."""
    return Household(kind=ApplicationKind.FIRST)
