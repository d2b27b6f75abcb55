"""Whose turn a release is."""

import datetime as dt
from dataclasses import replace
from uuid import UUID

from chassis.work import Work
from contracts.inventory import (
    Designation,
    DesignationDue,
    RightRestituted,
)
from contracts.values import HomeFacts
from inventory import store
from inventory.domain.agreement import OWN, Agreement, ReservationMode, shares_of
from inventory.domain.ledger import Ending, RightLine
from inventory.domain.orientation import labels_of
from inventory.domain.vacancy import Vacancy
from inventory.rights.lines import line_of
from inventory.rights.times import morning
from reference import communes
from reference.days import civil_day


async def foresee(vacancy: Vacancy, work: Work) -> Vacancy:
    """An announced vacancy with the holder that its home is bound to; nobody has a turn before the release.

    What is reserved in stock, or left for a home that was lent, is its holder's on whatever day it comes free, and has
    no last day until then. Whose turn it is in the flow is decided at the release alone: a notice that is taken back
    counts for nobody.
    """
    department = communes.commune(vacancy.facts.commune).department
    _, agreement = await _holder_of(await _bound(vacancy, department, work), work)
    if agreement is None:
        return vacancy
    designation = await _designation(vacancy, agreement, work)
    return replace(vacancy, designation=designation.model_copy(update={"until": None}))


async def orient(vacancy: Vacancy, home: HomeFacts, work: Work, *, let: bool = False) -> Vacancy:
    """The vacancy with the designation of whoever's turn its release is; nobody's where no agreement binds it.

    A home left for one that was lent is given back for it; a home named in an agreement in stock is its holder's; any
    other of the landlord's own first gives back what no home was left for, and else takes its place in the flow.
    A home that was let without having been released has its turn too (`let`), but nobody is asked to designate.
    """
    vacancy, department = replace(vacancy, designation=None), communes.commune(home.commune).department
    bound = await _bound(vacancy, department, work)
    if bound.free:
        return vacancy
    today, mode = civil_day(work.now), ReservationMode.STOCK
    right, agreement = await _holder_of(bound, work)
    if agreement is None:
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
    return await _give(vacancy, agreement, mode, right, department, work, ask=not let)


async def _bound(vacancy: Vacancy, department: str, work: Work) -> store.Bound:
    return await store.bound(
        work.session,
        dwelling=vacancy.dwelling_reference,
        landlord=vacancy.landlord,
        department=department,
        vacancy_id=vacancy.id,
    )


async def _holder_of(bound: store.Bound, work: Work) -> tuple[RightLine | None, Agreement | None]:
    """The agreement that holds today of whoever this home itself is owed to or reserved for, and the right owed."""
    right = await store.right(work.session, bound.owed) if bound.owed else None
    if right is not None and right.ended_on is not None:
        right = None
    named = right.agreement_id if right else bound.reserved
    agreement = await store.agreement(work.session, named) if named else None
    if agreement is None or not agreement.holds(civil_day(work.now)):
        return None, None
    return right, agreement


async def _designation(vacancy: Vacancy, agreement: Agreement, work: Work) -> Designation:
    today = civil_day(work.now)
    terms = await store.parameters_in_force(work.session, vacancy.landlord, today)
    assert terms.designation_mode, "the national parameters say it"
    assert terms.designation_days, "the national parameters say it"
    return agreement.designates(today, mode=terms.designation_mode, days=terms.designation_days)


async def _turn_in_flow(landlord: str, department: str, home: HomeFacts, work: Work) -> str | None:
    """The party whose turn it is, its turn counted; None where the landlord has no flow in the département."""
    shares = await shares_now(landlord, department, work)
    if set(shares) <= {OWN}:
        return None
    names = {"landlord": landlord, "department": department}
    year = work.now.year
    flow = await store.hold_flow(work.session, **names, year=year, shares=shares)
    flow, party = flow.release(labels_of(home.dwelling_type.value, home.in_priority_district))
    await store.save_flow(work.session, flow, **names, year=year)
    return party


async def shares_now(landlord: str, department: str, work: Work) -> dict[str, int]:
    agreements = await store.agreements(work.session, landlord=landlord, department=department)
    return shares_of(one for one in agreements if one.holds(civil_day(work.now)))


async def _give(
    vacancy: Vacancy,
    agreement: Agreement | None,
    mode: ReservationMode,
    right: RightLine | None,
    department: str,
    work: Work,
    *,
    ask: bool,
) -> Vacancy:
    today = civil_day(work.now)
    designation = await _designation(vacancy, agreement, work) if agreement else None
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
        work.emit(RightRestituted(**line_of(ended, today, vacancy.id), lent_on=right.lent_on))
    if agreement and designation and ask:
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
