"""Who may read what: a landlord its own, agents and operators everything."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Request, Security

from chassis.auth import Principal, Role, bearer
from chassis.problems import Forbidden, NotFound, Unauthorized
from chassis.work import Work
from inventory import store
from inventory.domain.vacancy import Vacancy


def _reader(request: Request, _documented: Annotated[Any, Security(bearer)] = None) -> Principal:
    principal: Principal | None = request.state.principal
    if principal is None:
        raise Unauthorized("A token is needed: send Authorization: Bearer <token>.")
    if not principal.roles & {Role.LANDLORD, Role.AGENT, Role.OPERATOR}:
        raise Forbidden("The role landlord, agent or operator is needed.")
    return principal


def _partner(request: Request, _documented: Annotated[Any, Security(bearer)] = None) -> Principal:
    principal: Principal | None = request.state.principal
    if principal is None:
        raise Unauthorized("A token is needed: send Authorization: Bearer <token>.")
    return principal


Reader = Annotated[Principal, Security(_reader)]
"""Anybody but a reservation holder; `scope_of` says of whose stock."""
Partner = Annotated[Principal, Security(_partner)]
"""Anybody with a token, a reservation holder too; `concerns` says whether a right is theirs."""


def scope_of(reader: Principal) -> str | None:
    """The SIREN whose stock this reader sees, None for all.

    A token for a landlord and something more sees what the landlord sees.
    """
    return reader.siren if Role.LANDLORD in reader.roles else None


def sides_of(partner: Principal) -> tuple[str | None, str | None]:
    """(landlord, holder) whose rights this partner sees: its own side's; both None for all of them."""
    landlord = scope_of(partner)
    return landlord, partner.siren if landlord is None and Role.HOLDER in partner.roles else None


def may_read(reader: Principal, landlord: str) -> bool:
    return scope_of(reader) in {None, landlord}


def concerns(partner: Principal, *, landlord: str, holder: str | None) -> bool:
    """Whether a right between these two is this partner's to see: theirs, or anybody's for an agent."""
    if Role.LANDLORD in partner.roles:
        return partner.siren == landlord
    if Role.HOLDER in partner.roles:
        return partner.siren == holder
    return bool(partner.roles & {Role.AGENT, Role.OPERATOR})


async def found_own(vacancy_id: UUID, reader: Principal, work: Work) -> Vacancy:
    """The vacancy, held, of a landlord for whom this reader may act."""
    vacancy = await store.hold(work.session, vacancy_id)
    if vacancy is None or not may_read(reader, vacancy.landlord):
        raise NotFound(f"No vacancy {vacancy_id} that this token may act on is known here.")
    return vacancy
