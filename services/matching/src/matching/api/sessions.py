"""Sessions of a landlord's committee (CALEOL): planned, filled with homes and their files, decided, closed."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import structlog
from fastapi import APIRouter, Query, Response
from pydantic import Field

from chassis.auth import Agent
from chassis.http import Command, CommandRoute, CommandWork, NotFound
from chassis.work import Work
from contracts.allocation import DecisionKind, DecisionReason, FewerFilesBecause, MovedBecause
from contracts.told import Told
from contracts.values import CommuneCode, Language, Siren
from matching.acts import deciding, sitting
from matching.api.committee import no_session, open_session, refusals
from matching.api.spoken import Spoken
from matching.domain.committee import Member, Seat
from matching.domain.decision import Ballot, Proposal
from matching.policies import library
from matching.store import candidacies, committee, examinations
from matching.store.committee_tables import AgendaFileRow, AgendaHomeRow
from matching.views.examinations import ExaminationItemView
from matching.views.explanations import KeptExplanationView
from matching.views.sessions import AgendaHomeSummary, AgendaHomeView, SessionSummary, SessionView

__all__ = ["router"]

log = structlog.get_logger(__name__)
router = APIRouter(route_class=CommandRoute)
Words = Annotated[str, Field(min_length=1, max_length=2000)]


class MemberForm(Command):
    seat: Seat
    name: Annotated[str, Field(min_length=1, max_length=100)]
    commune: CommuneCode | None = None
    """A mayor's."""
    present: bool = False

    def member(self) -> Member:
        return Member(seat=self.seat, name=self.name, commune=self.commune, present=self.present)


Members = Annotated[tuple[MemberForm, ...], Field(max_length=30)]
Quorum = Annotated[int, Field(ge=1, le=30)]


class MembersForm(Command):
    members: Members
    quorum: Quorum | None = None
    """How many who vote must be there, by the landlord's rules; none is asked for when absent."""


class SessionForm(MembersForm):
    landlord: Siren
    held_on: dt.date
    place: Annotated[str, Field(min_length=1, max_length=200)]
    members: Members = ()


class AgendaForm(Command):
    vacancy_id: UUID
    candidacies: Annotated[tuple[UUID, ...], Field(max_length=100)] | None = None
    """The files; every complete one of the home when absent."""
    fewer_files_because: FewerFilesBecause | None = None
    justification: Words | None = None
    """For the minutes."""


class BallotForm(Command):
    in_favour: Annotated[int, Field(ge=0, le=30)]
    against: Annotated[int, Field(ge=0, le=30)]
    abstained: Annotated[int, Field(ge=0, le=30)] = 0


class DecisionForm(Command):
    candidacy_id: UUID
    kind: DecisionKind
    rank: Annotated[int, Field(ge=1, le=100)] | None = None
    reasons: Annotated[tuple[DecisionReason, ...], Field(max_length=10)] = ()
    """Of a refusal."""
    moved_because: MovedBecause | None = None
    """Of an allocation ranked before one that the engine had before it."""
    words: Words | None = None
    """The committee's own; they stay in the minutes."""
    piece: Annotated[str, Field(max_length=60)] | None = None
    piece_by: dt.date | None = None

    def proposal(self) -> Proposal:
        return Proposal(**{name: getattr(self, name) for name in type(self).model_fields})


class DecisionsForm(Command):
    decisions: Annotated[tuple[DecisionForm, ...], Field(min_length=1, max_length=100)]
    """On every file of the home."""
    ballot: BallotForm | None = None


@router.post("/committee-sessions", status_code=201)
async def plan_session(form: SessionForm, agent: Agent, work: CommandWork, response: Response) -> SessionSummary:
    """Plan a session of a landlord's committee."""
    with refusals():
        row = await sitting.plan(
            landlord=form.landlord,
            held_on=form.held_on,
            place=form.place,
            members=[one.member() for one in form.members],
            quorum=form.quorum,
            by=agent.subject,
            work=work,
        )
    response.headers["Location"] = f"/v1/committee-sessions/{row.id}"
    return SessionSummary.of(row)


@router.get("/committee-sessions")
async def list_sessions(
    _: Agent,
    work: CommandWork,
    landlord: Siren | None = None,
    since: dt.date | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[SessionSummary]:
    """Sessions by day."""
    rows = await committee.sessions(work.session, landlord=landlord, since=since, limit=limit)
    return [SessionSummary.of(row) for row in rows]


@router.get("/committee-sessions/{session_id}")
async def show_session(session_id: UUID, agent: Agent, spoken: Spoken, work: CommandWork) -> SessionView:
    """A session with its homes, their files as the engine ranked them, and what was decided. The reading is logged."""
    row = await committee.load_session(work.session, session_id)
    if row is None:
        raise no_session(session_id)
    log.info("committee session read", by=agent.subject, session_id=str(session_id))
    homes = await committee.homes_of(work.session, session_id)
    files = await committee.files_of(work.session, session_id)
    decisions = await committee.decisions_of(work.session, session_id)
    explanations = await _explanations(homes, files, spoken, work)
    leases = [ExaminationItemView.of(one) for one in await examinations.of_session(work.session, session_id)]
    return SessionView.seen(row, [AgendaHomeView.of(home, files, decisions, explanations) for home in homes], leases)


@router.put("/committee-sessions/{session_id}/members")
async def set_members(session_id: UUID, form: MembersForm, _: Agent, work: CommandWork) -> SessionSummary:
    """Say who sits and who is there: before the decisions, because they rest on it."""
    with refusals():
        row = await open_session(session_id, work)
        sitting.change_members(row, [one.member() for one in form.members], form.quorum)
    return SessionSummary.of(row)


@router.post("/committee-sessions/{session_id}/homes", status_code=201)
async def put_home(session_id: UUID, form: AgendaForm, agent: Agent, work: CommandWork) -> AgendaHomeSummary:
    """Put a home on the agenda with its files; the engine ranks and explains them as of now."""
    with refusals():
        home = await sitting.put_home(
            await open_session(session_id, work),
            form.vacancy_id,
            form.candidacies,
            fewer_because=form.fewer_files_because,
            justification=form.justification,
            work=work,
        )
    log.info("home put on agenda", by=agent.subject, session_id=str(session_id), vacancy_id=str(form.vacancy_id))
    return await _brief(home, work)


@router.delete("/committee-sessions/{session_id}/homes/{vacancy_id}", status_code=204)
async def take_home_off(session_id: UUID, vacancy_id: UUID, agent: Agent, work: CommandWork) -> None:
    """Take a home off the agenda: its files are free for another one."""
    with refusals():
        taken = await sitting.take_home_off(await open_session(session_id, work), vacancy_id, work)
    if not taken:
        raise _not_listed(vacancy_id)
    log.info("home taken off agenda", by=agent.subject, session_id=str(session_id), vacancy_id=str(vacancy_id))


@router.post("/committee-sessions/{session_id}/homes/{vacancy_id}/decisions")
async def decide_home(
    session_id: UUID, vacancy_id: UUID, form: DecisionsForm, agent: Agent, work: CommandWork
) -> AgendaHomeSummary:
    """Enter what the committee decided on all files of a home, whole or not at all."""
    with refusals():
        home = await deciding.decide_home(
            await open_session(session_id, work, shared=True),
            vacancy_id,
            [one.proposal() for one in form.decisions],
            ballot=Ballot(**form.ballot.model_dump()) if form.ballot else None,
            by=agent.subject,
            work=work,
        )
    if home is None:
        raise _not_listed(vacancy_id)
    log.info("home decided", by=agent.subject, session_id=str(session_id), vacancy_id=str(vacancy_id))
    return await _brief(home, work)


@router.post("/committee-sessions/{session_id}/close")
async def close_session(session_id: UUID, agent: Agent, work: CommandWork) -> SessionSummary:
    """End a session. Its minutes are final; homes that it did not decide on may go before another one."""
    with refusals():
        row = await open_session(session_id, work)
        await sitting.close_session(row, by=agent.subject, work=work)
    log.info("committee session closed", by=agent.subject, session_id=str(session_id))
    return SessionSummary.of(row)


async def _explanations(
    homes: Sequence[AgendaHomeRow], files: Sequence[AgendaFileRow], spoken: Language, work: Work
) -> dict[UUID, KeptExplanationView]:
    rows = await candidacies.read(work.session, [one.candidacy_id for one in files])
    policies = {one.vacancy_id: one.policy for one in homes}
    return {
        one.candidacy_id: KeptExplanationView.of(
            one.rationale,
            one.points,
            policies[one.vacancy_id],
            library().named(policies[one.vacancy_id]),
            (rows[one.candidacy_id].application_id, one.vacancy_id),
            spoken,
        )
        for one in files
        if one.rationale
    }


async def _brief(home: AgendaHomeRow, work: Work) -> AgendaHomeSummary:
    files = await committee.files_of(work.session, home.session_id, home.vacancy_id)
    decisions = await committee.decisions_of(work.session, home.session_id, home.vacancy_id)
    return AgendaHomeSummary.of(home, files, decisions)


def _not_listed(vacancy_id: UUID) -> NotFound:
    return NotFound(
        Told(
            f"vacancy_id : le logement {vacancy_id} n'est pas à l'ordre du jour de la séance ; inscrivez-le.",
            f"vacancy_id: the home {vacancy_id} is not on this session's agenda; put it there first.",
        )
    )
