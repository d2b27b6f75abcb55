"""Landlords' parameters, dated: a set holds from its day until the next one's."""

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Path

from chassis.auth import Operator
from chassis.http import Command, CommandRoute, CommandWork, Forbidden, NotFound
from contracts.values import Siren, Value
from inventory import store
from inventory.api.access import Reader, may_read
from inventory.domain.parameters import NATIONAL, Dated, Parameters, in_force
from reference.days import civil_day

router = APIRouter(route_class=CommandRoute, tags=["parameters"])


class ParametersSet(Parameters, Command):
    """What holds from a day on; what is left out, the national set says."""

    @property
    def parameters(self) -> Parameters:
        return Parameters.model_validate(self.model_dump())


class ParametersDocument(Value):
    in_force: Parameters
    """What holds on the day asked for, field by field."""
    sets: dict[str, dict[dt.date, Parameters]]
    """By `national` and by SIREN, then by first day."""


@router.put("/landlords/{siren}/parameters/{valid_from}")
async def set_parameters(
    siren: Annotated[Siren, Path()],
    valid_from: dt.date,
    given: ParametersSet,
    reader: Reader,
    work: CommandWork,
) -> ParametersDocument:
    """Set a landlord's parameters from a day on: the landlord itself, or an agent for it."""
    if not may_read(reader, siren):
        raise Forbidden(f"The token is for another landlord than {siren}.")
    if await store.landlord(work.session, siren) is None:
        raise NotFound(f"No landlord with SIREN {siren} is registered here.")
    dated = Dated(scope=siren, valid_from=valid_from, parameters=given.parameters)
    await store.save_parameters(work.session, dated, work.now)
    return await _document(work, siren, valid_from)


@router.put("/parameters/{valid_from}")
async def set_national_parameters(
    valid_from: dt.date, given: ParametersSet, _: Operator, work: CommandWork
) -> ParametersDocument:
    """Set from a day on what holds where a landlord's own parameters say nothing."""
    dated = Dated(scope=NATIONAL, valid_from=valid_from, parameters=given.parameters)
    await store.save_parameters(work.session, dated, work.now)
    return await _document(work, NATIONAL, valid_from)


@router.get("/landlords/{siren}/parameters")
async def get_parameters(
    siren: Annotated[Siren, Path()], reader: Reader, work: CommandWork, on: dt.date | None = None
) -> ParametersDocument:
    """The sets of a landlord and the national ones, and what they say together on a day (today where none is given)."""
    if not may_read(reader, siren):
        raise NotFound(f"No landlord with SIREN {siren} that this token may read is registered here.")
    return await _document(work, siren, on or civil_day(work.now))


async def _document(work: CommandWork, scope: str, on: dt.date) -> ParametersDocument:
    sets = await store.dated_parameters(work.session, scope)
    by_scope: dict[str, dict[dt.date, Parameters]] = {}
    for one in sets:
        by_scope.setdefault(one.scope, {})[one.valid_from] = one.parameters
    return ParametersDocument(in_force=in_force(sets, scope, on), sets=by_scope)
