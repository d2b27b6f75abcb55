"""A tenancy's handling, in one place for events, jobs and commands: examined, held against conditions, forgotten."""

import datetime as dt

from chassis.work import Work
from demand import store
from demand.domain.examination import Examination, Outside, examination_of
from demand.domain.tenancy import Tenancy


async def examine_tenancy(work: Work, tenancy: Tenancy, on: dt.date) -> Examination | None:
    """Make the examination due on a day and tell it; None where the lease is none that is examined."""
    home = (await store.homes(work.session, [tenancy.dwelling_reference])).get(tenancy.dwelling_reference)
    try:
        made = examination_of(
            tenancy,
            on,
            financing=home.financing if home else None,
            adapted=home.adapted if home else None,
            in_priority_district=home.in_priority_district if home else None,
        )
    except Outside:
        return None
    if await store.add_examination(work.session, made, work.now):
        work.emit(made.made())
    return made
