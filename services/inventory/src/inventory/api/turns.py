"""Whose turn a release was: the homes that wait for candidates, and their naming."""

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from chassis.auth import Principal, Role
from chassis.http import Command, CommandRoute, CommandWork, Conflict, Forbidden, NotFound
from contracts.inventory import DesignationMode, VacancyDesignated
from contracts.values import HomeFacts, Siren, Value
from inventory import store
from inventory.api.access import Partner, concerns, sides_of
from inventory.domain.agreement import Agreement
from inventory.domain.ledger import Deduction
from inventory.domain.vacancy import Vacancy
from reference.days import civil_day

router = APIRouter(route_class=CommandRoute, tags=["reservation rights"])


class Candidates(Command):
    """The households that are named for a home, by the ids of their applications."""

    applications: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=20)]


class TurnDocument(Value):
    vacancy_id: UUID
    agreement_id: UUID | None
    """None is the landlord's own turn."""
    holder: Siren | None
    mode: Literal["flow", "stock"]
    designation: DesignationMode | None
    given_on: dt.date
    until: dt.date | None
    gives_back: UUID | None
    """The lent right that this home is given back for."""
    designated_on: dt.date | None
    candidates: list[UUID]
    lapsed_on: dt.date | None
    left_base: Deduction | None


class WaitingHome(TurnDocument):
    """A home that waits for candidates, as far as a holder needs it to name some."""

    landlord: Siren
    dwelling: HomeFacts
    available_on: dt.date | None


class WaitingHomes(Value):
    homes: list[WaitingHome]
    next_skip: int | None
    """Ask again with `skip` set to this for the next page; null on the last."""


@router.get("/turns")
async def list_turns(
    partner: Partner,
    work: CommandWork,
    skip: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> WaitingHomes:
    """A page of released homes for which a holder, or the landlord for it, may name candidates today.

    A holder's own, a landlord's own, or everybody's; the date that comes first is first.
    """
    landlord, holder = sides_of(partner)
    found = await store.open_turns(
        work.session,
        on=civil_day(work.now),
        landlord=landlord,
        holder=holder,
        skip=skip,
        limit=limit + 1,
    )
    return WaitingHomes(
        homes=[
            WaitingHome(
                **dict(_turn_document(vacancy, turn, agreement)),
                landlord=vacancy.landlord,
                dwelling=vacancy.facts,
                available_on=vacancy.standing.ready_on,
            )
            for vacancy, turn, agreement in found[:limit]
        ],
        next_skip=skip + limit if len(found) > limit else None,
    )


@router.get("/vacancies/{vacancy_id}/turn")
async def get_turn(vacancy_id: UUID, partner: Partner, work: CommandWork) -> TurnDocument:
    """Whose turn the release of this home was, and what came of it."""
    vacancy, turn, agreement = await _turn(vacancy_id, partner, work)
    return _turn_document(vacancy, turn, agreement)


@router.post("/vacancies/{vacancy_id}/designation")
async def designate(vacancy_id: UUID, named: Candidates, partner: Partner, work: CommandWork) -> TurnDocument:
    """Name candidates: the holder before the date, or an agent for it; the landlord where it is delegated."""
    vacancy, turn, agreement = await _turn(vacancy_id, partner, work)
    if agreement is None or vacancy.designation is None:
        raise Conflict("The home is the landlord's own to fill: there is nobody to designate for.")
    direct = vacancy.designation.mode is DesignationMode.DIRECT
    allowed = {Role.AGENT, Role.HOLDER if direct else Role.LANDLORD}
    if not allowed & partner.roles:
        who = "its holder" if direct else "the landlord for it"
        raise Forbidden(
            f"Candidates are named by {who}, or by an agent: the agreement says {vacancy.designation.mode}."
        )
    if vacancy.standing.state.ended:
        raise Conflict(f"The vacancy is {vacancy.standing.state}: nobody can be named for it any more.")
    if turn.lapsed_on or (turn.until and civil_day(work.now) > turn.until):
        raise Conflict(f"The date to name candidates was {turn.until}: the home is the landlord's to fill.")
    turn.designated_on = turn.designated_on or civil_day(work.now)
    turn.candidates = list(dict.fromkeys([*turn.candidates, *map(str, named.applications)]))
    vacancy = vacancy.next()
    await store.save_vacancy(work.session, vacancy, work.now)
    assert vacancy.designation, "it was there above"
    work.emit(
        VacancyDesignated(
            vacancy_id=vacancy.id,
            version=vacancy.version,
            designation=vacancy.designation,
            candidates=len(turn.candidates),
            on=civil_day(work.now),
            application_ids=tuple(map(UUID, turn.candidates)),
        )
    )
    return _turn_document(vacancy, turn, agreement)


async def _turn(
    vacancy_id: UUID, partner: Principal, work: CommandWork
) -> tuple[Vacancy, store.TurnRow, Agreement | None]:
    vacancy = await store.hold(work.session, vacancy_id)
    turn = await store.turn(work.session, vacancy_id)
    agreement = await store.agreement(work.session, turn.agreement_id) if turn and turn.agreement_id else None
    holder = agreement.holder if agreement else None
    if vacancy is None or turn is None or not concerns(partner, landlord=vacancy.landlord, holder=holder):
        raise NotFound(f"The release of vacancy {vacancy_id} is nobody's turn that this token may see.")
    return vacancy, turn, agreement


def _turn_document(vacancy: Vacancy, turn: store.TurnRow, agreement: Agreement | None) -> TurnDocument:
    return TurnDocument(
        vacancy_id=vacancy.id,
        agreement_id=turn.agreement_id,
        holder=agreement.holder if agreement else None,
        mode="flow" if turn.mode == "flow" else "stock",
        designation=vacancy.designation.mode if vacancy.designation else None,
        given_on=turn.given_on,
        until=turn.until,
        gives_back=turn.right_id,
        designated_on=turn.designated_on,
        candidates=[UUID(one) for one in turn.candidates],
        lapsed_on=turn.lapsed_on,
        left_base=Deduction(turn.left_base) if turn.left_base else None,
    )
