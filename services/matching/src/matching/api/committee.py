"""What the routes of sessions, agendas, opinions and minutes share."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from chassis.http import Conflict, Invalid, NotFound
from chassis.work import Work
from contracts.told import Told
from matching.acts import sitting
from matching.domain.committee import CommitteeRefused, NotNow
from matching.store.committee_tables import SessionRow

__all__ = ["no_session", "open_session", "refusals"]


@contextmanager
def refusals() -> Iterator[None]:
    """Tell what is refused: what is wrong with a command field by field, what is not for now in a sentence."""
    try:
        yield
    except CommitteeRefused as refused:
        raise Invalid(refused.objections) from None
    except NotNow as not_now:
        raise Conflict(not_now.told) from None


async def open_session(session_id: UUID, work: Work, *, shared: bool = False) -> SessionRow:
    """The session, held open while it is changed. Raises `NotFound`, and `Conflict` once it is closed."""
    with refusals():
        row = await sitting.open_session(session_id, work, shared=shared)
    if row is None:
        raise no_session(session_id)
    return row


def no_session(session_id: UUID) -> NotFound:
    return NotFound(
        Told(
            f"session_id : il n'y a pas de séance {session_id} ; elles sont listées sous /v1/committee-sessions.",
            f"session_id: there is no session {session_id}; list them under /v1/committee-sessions.",
        )
    )
