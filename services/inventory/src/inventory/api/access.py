"""Who may read what: a landlord its own, agents and operators everything."""

from typing import Annotated
from uuid import UUID

from fastapi import Security

from chassis.auth import Principal, Role, require
from chassis.problems import NotFound
from chassis.work import Work
from inventory import store
from inventory.domain.vacancy import Vacancy

Reader = Annotated[Principal, Security(require(Role.LANDLORD, Role.AGENT, Role.OPERATOR))]
"""Anybody but a reservation holder; `scope_of` says of whose stock."""
Partner = Annotated[Principal, Security(require())]
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
