"""Lines of the ledger: what is told of them, and how a holder ends one."""

import datetime as dt
from dataclasses import replace
from uuid import UUID

from chassis.work import Work
from contracts.inventory import (
    RightWaived,
)
from contracts.values import DwellingType
from inventory import store
from inventory.domain.ledger import Ending, RightLine
from reference.days import civil_day


async def waive(line: RightLine, work: Work) -> RightLine:
    """The holder asks for nothing in return."""
    today = civil_day(work.now)
    ended = replace(line, ended_on=today, ending=Ending.WAIVED)
    await store.end_right(work.session, ended)
    work.emit(RightWaived(**line_of(ended, today, line.lent_by), lent_on=line.lent_on))
    return ended


def line_of(line: RightLine, on: dt.date, cause: UUID) -> dict[str, object]:
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
