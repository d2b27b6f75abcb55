"""A tenant's notice: when it ends, and when the home can be let after it."""

import datetime as dt

from contracts.landlord import NoticeReceived, WorksPlanned
from reference.days import add_months


def notice_end(received_on: dt.date, months: int) -> dt.date:
    """The last day of a notice of `months` months received on `received_on`.

    It runs from receipt, date to date: 5 September → 5 October at midnight. A month without that day ends it on its
    last: 30 January → 28 or 29 February. Weekends and holidays count (loi 89-462 art. 15; DOMAIN §3.3).
    """
    return add_months(received_on, months)


def expected_on(notice: NoticeReceived, works: WorksPlanned | None, *, works_days: int | None = None) -> dt.date:
    """The day a home under notice is expected free: the end of the notice, then the works.

    `works_days` is what the advice visit found: it replaces the notice's estimate. A plan with dates replaces both.
    """
    end = notice_end(notice.received_on, notice.notice_months)
    if works is None:
        return end + dt.timedelta(days=notice.works_days if works_days is None else works_days)
    return max(end, after(works))


def after(works: WorksPlanned) -> dt.date:
    """The first day without works: `ends_on` is their last."""
    return works.ends_on + dt.timedelta(days=1)
