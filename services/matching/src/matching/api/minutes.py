"""The minutes of a session, on paper and as a table. Reading them is logged."""

from uuid import UUID

import structlog
from fastapi import APIRouter, Response

from chassis.auth import Agent
from chassis.http import CommandRoute, CommandWork
from chassis.work import Work
from matching.acts.minutes import minutes_of
from matching.api.committee import no_session
from matching.domain.minutes import Minutes
from matching.store import committee
from matching.words.minutes_csv import table
from matching.words.minutes_pdf import paper

__all__ = ["router"]

log = structlog.get_logger(__name__)
router = APIRouter(route_class=CommandRoute)


@router.get("/committee-sessions/{session_id}/minutes.pdf", response_class=Response)
async def print_minutes(session_id: UUID, agent: Agent, work: CommandWork) -> Response:
    """The minutes as PDF, in French: a draft until the session is closed. No household is named."""
    content = paper(await _minutes(session_id, agent.subject, work))
    return Response(content, media_type="application/pdf", headers=_file(session_id, "pdf"))


@router.get("/committee-sessions/{session_id}/minutes.csv", response_class=Response)
async def export_minutes(session_id: UUID, agent: Agent, work: CommandWork) -> Response:
    """The same as CSV (semicolons, UTF-8 with a byte order mark), without the committee's own words."""
    content = table(await _minutes(session_id, agent.subject, work))
    return Response(content, media_type="text/csv; charset=utf-8", headers=_file(session_id, "csv"))


async def _minutes(session_id: UUID, by: str, work: Work) -> Minutes:
    row = await committee.load_session(work.session, session_id)
    if row is None:
        raise no_session(session_id)
    log.info("minutes read", by=by, session_id=str(session_id))
    return await minutes_of(row, work)


def _file(session_id: UUID, ending: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="pv-{session_id}.{ending}"'}
