"""A notice is kept once."""

from chassis.work import Work
from notifications.domain.notice import ROUTE_NOTICE, Notice
from notifications.store import notices


async def keep(notice: Notice, work: Work) -> None:
    """Keep a notice, once; its channels are decided on by due work."""
    if await notices.keep(work.session, notice):
        work.due(ROUTE_NOTICE, str(notice.notice_id))
