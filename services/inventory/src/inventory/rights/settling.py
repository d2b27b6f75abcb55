"""What a letting does to reservation rights."""

import datetime as dt
from dataclasses import replace
from uuid import UUID

import structlog

from chassis.work import Work
from contracts.event import deterministic_id
from contracts.inventory import (
    DesignationMode,
    RightLent,
    Scheme,
)
from contracts.values import ApplicationKind
from inventory import store
from inventory.domain.agreement import OWN, Agreement, InterLandlord, ReservationMode
from inventory.domain.ledger import Deduction, Household, Lent, Letting, RightLine, consequence
from inventory.domain.orientation import labels_of
from inventory.domain.participation import takes_part
from inventory.domain.vacancy import Vacancy
from inventory.rights.lines import line_of
from inventory.rights.turns import shares_now
from reference import communes
from reference.days import civil_day

log = structlog.get_logger(__name__)


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
    left_holder = left.holder if left and left.holds(civil_day(work.now)) else None
    home = await store.dwelling(work.session, household.reference)
    if home is None or home.landlord != household.landlord:
        return left_holder, False
    inside = household.landlord == vacancy.landlord
    scheme = Scheme.PROTOCOLE_MUTATIONS if inside else Scheme.INTER_LANDLORD
    known, on = await store.participations(work.session, scheme), civil_day(work.now)
    places = ((vacancy.landlord, vacancy.facts.commune), (household.landlord, home.facts.commune))
    holders = (agreement.holder, left_holder) if inside else ()
    exchange = all(takes_part(known, scheme, commune=place, on=on, landlord=who) for who, place in places) and all(
        takes_part(known, scheme, commune=place, on=on, landlord=vacancy.landlord, holder=who)
        for who, (_, place) in zip(holders, places, strict=False)
        if who
    )
    return left_holder, exchange


async def reopen(vacancy: Vacancy, work: Work) -> None:
    """A home given back for one that was lent does not come to letting after all: the right is owed again."""
    turn = await store.turn(work.session, vacancy.id)
    before = await store.right(work.session, turn.right_id) if turn and turn.right_id else None
    if turn is None or before is None or await store.right(work.session, right_id(vacancy.id)):
        return
    line = replace(
        before, id=right_id(vacancy.id), lent_by=vacancy.id, left=None, ended_on=None, ending=None, ended_by=None
    )
    await _book(line, turn.department, civil_day(work.now), work)


async def deduct(vacancy: Vacancy, reason: Deduction, work: Work, turn: store.TurnRow | None = None) -> None:
    """Take the home out of the base: one more on the year's counter, and its party has the next release."""
    today, department = civil_day(work.now), communes.commune(vacancy.facts.commune).department
    if await store.deduction(work.session, vacancy.id):
        return
    names = {"landlord": vacancy.landlord, "department": department}
    row = store.DeductionRow(**names, vacancy_id=vacancy.id, year=today.year, reason=reason.value, deducted_on=today)
    await store.add(work.session, row)
    if turn is not None:
        turn.left_base = reason.value
        shares = await shares_now(vacancy.landlord, department, work)
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
    on = vacancy.standing.lease_signed_on or civil_day(work.now)
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
    await _book(line, department, on, work)


async def _book(line: RightLine, department: str, on: dt.date, work: Work) -> None:
    """Write a line of the ledger and tell it."""
    row = store.LentRightRow(
        id=line.id,
        agreement_id=line.agreement_id,
        landlord=line.landlord,
        holder=line.holder,
        borrower=line.borrower,
        department=department,
        dwelling_type=line.dwelling_type,
        commune=line.commune,
        lent_on=line.lent_on,
        lent_by=line.lent_by,
        left_dwelling=line.left,
        ended_on=None,
        ending=None,
        ended_by=None,
    )
    await store.add(work.session, row)
    work.emit(RightLent(**line_of(line, on, line.lent_by), borrower=line.borrower))


def nobody_known() -> Household:
    """A household of which nothing is known that concerns rights."""
    return Household(kind=ApplicationKind.FIRST)
