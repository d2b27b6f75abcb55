"""Interest calls (DOMAIN §11.2): before any committee, never an offer, and a no or silence is never a refusal."""

import datetime as dt
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID, uuid5

from contracts.matching import Answer, CallAnswered, CallIssued, CallLapsed, CallWithdrawalReason, CallWithdrawn
from matching.domain.application import Application
from matching.domain.explanation import Explanation
from matching.domain.policy import Policy
from matching.domain.vacancy import Vacancy, VacancyStatus

__all__ = [
    "AnswerRefused",
    "Call",
    "CallStatus",
    "Candidate",
    "Refusal",
    "answer",
    "end",
    "free_places",
    "in_order",
    "issue",
    "lapse",
    "withdraw",
]


class CallStatus(StrEnum):
    OPEN = "open"
    INTERESTED = "interested"
    NOT_INTERESTED = "not_interested"
    LAPSED = "lapsed"
    DECIDED = "decided"
    """The committee decided on the household's file: what follows is the offer's, and the call holds no place."""
    WITHDRAWN = "withdrawn"

    @property
    def holds_a_place(self) -> bool:
        """Interest keeps the place that the call took; a no, silence and withdrawal free it."""
        return self in (CallStatus.OPEN, CallStatus.INTERESTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    id: UUID
    vacancy_id: UUID
    application_id: UUID
    person_ids: tuple[UUID, ...]
    rank: int
    status: CallStatus
    answer_by: dt.datetime
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An application on the shortlist, and why."""

    application: Application
    explanation: Explanation


class Refusal(StrEnum):
    """Why an answer comes too late."""

    AFTER_THE_DEADLINE = "after_the_deadline"
    ALREADY_DECLINED = "already_declined"
    WITHDRAWN = "withdrawn"
    DECIDED = "decided"


class AnswerRefused(Exception):
    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


def free_places(standing: int, policy: Policy) -> int:
    """How many more households may be called while `standing` calls hold a place."""
    return max(0, policy.calls_at_once - standing)


def in_order(candidates: Iterable[Candidate], vacancy_id: UUID, seed: str) -> list[Candidate]:
    """As they stand on the home's shortlist, the best first."""
    return sorted(candidates, key=lambda one: one.explanation.key(one.application, vacancy_id, seed))


def issue(
    vacancy: Vacancy,
    candidates: list[Candidate],
    *,
    called: AbstractSet[UUID],
    standing: int,
    policy: Policy,
    now: dt.datetime,
    like_homes: int = 1,
) -> list[tuple[Call, CallIssued]]:
    """Call the first candidates into the places that are free.

    `called` are the applications that were called before for this home or one of the `like_homes` of its pool, whatever
    became of it: none is called again. An application has one call a vacancy, so its id follows from the two.
    """
    if not vacancy.open or vacancy.dwelling is None or vacancy.available_on is None:
        return []
    first_calls = [candidate for candidate in candidates if candidate.application.id not in called]
    chosen = first_calls[: free_places(standing, policy)]
    answer_by = now + dt.timedelta(days=policy.days_to_answer)
    issued = []
    for rank, candidate in enumerate(chosen, start=len(called) + 1):
        application, explanation = candidate.application, candidate.explanation
        call = Call(
            id=uuid5(vacancy.id, str(application.id)),
            vacancy_id=vacancy.id,
            application_id=application.id,
            person_ids=application.person_ids,
            rank=rank,
            status=CallStatus.OPEN,
            answer_by=answer_by,
        )
        event = CallIssued(
            call_id=call.id,
            vacancy_id=vacancy.id,
            application_id=application.id,
            version=call.version,
            person_ids=application.person_ids,
            landlord=vacancy.landlord,
            dwelling=vacancy.dwelling,
            available_on=vacancy.available_on,
            available_on_expected=vacancy.status is VacancyStatus.ANNOUNCED,
            like_homes=like_homes,
            rank=rank,
            called=len(called) + len(chosen),
            answer_by=answer_by,
            score=explanation.score,
            reasons=explanation.reasons,
            policy=explanation.policy,
        )
        issued.append((call, event))
    return issued


def answer(call: Call, given: Answer, *, now: dt.datetime) -> tuple[Call, CallAnswered | None]:
    """The call after an answer; no event when it was given before.

    Interest may be taken back; a place that was given up may have gone to the next household and stays so.

    Raises:
        AnswerRefused: the deadline has passed, the call was declined before, or it was withdrawn.
    """
    if call.status is CallStatus.WITHDRAWN:
        raise AnswerRefused(Refusal.WITHDRAWN)
    if call.status is CallStatus.DECIDED:
        raise AnswerRefused(Refusal.DECIDED)
    if call.status is CallStatus.LAPSED or (call.status is CallStatus.OPEN and now > call.answer_by):
        raise AnswerRefused(Refusal.AFTER_THE_DEADLINE)
    status = CallStatus.INTERESTED if given is Answer.INTERESTED else CallStatus.NOT_INTERESTED
    if status is call.status:
        return call, None
    if call.status is CallStatus.NOT_INTERESTED:
        raise AnswerRefused(Refusal.ALREADY_DECLINED)
    answered = replace(call, status=status, version=call.version + 1)
    return answered, CallAnswered(
        call_id=call.id,
        vacancy_id=call.vacancy_id,
        application_id=call.application_id,
        version=answered.version,
        answer=given,
        answered_at=now,
    )


def lapse(call: Call, *, now: dt.datetime) -> tuple[Call, CallLapsed] | None:
    """The call after its deadline; None while there is time, or once there was an answer."""
    if call.status is not CallStatus.OPEN or now < call.answer_by:
        return None
    lapsed = replace(call, status=CallStatus.LAPSED, version=call.version + 1)
    return lapsed, CallLapsed(
        call_id=call.id,
        vacancy_id=call.vacancy_id,
        application_id=call.application_id,
        version=lapsed.version,
        lapsed_at=now,
    )


def end(call: Call) -> Call:
    """The call once the committee decided on the file that it led to; itself where it held no place any more."""
    if not call.status.holds_a_place:
        return call
    return replace(call, status=CallStatus.DECIDED, version=call.version + 1)


def withdraw(call: Call, reason: CallWithdrawalReason) -> tuple[Call, CallWithdrawn] | None:
    """The call once the home or the application is gone; None where it held no place any more."""
    if not call.status.holds_a_place:
        return None
    withdrawn = replace(call, status=CallStatus.WITHDRAWN, version=call.version + 1)
    return withdrawn, CallWithdrawn(
        call_id=call.id,
        vacancy_id=call.vacancy_id,
        application_id=call.application_id,
        version=withdrawn.version,
        person_ids=call.person_ids,
        reason=reason,
    )
