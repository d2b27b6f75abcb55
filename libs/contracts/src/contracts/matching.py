"""Interest calls (DOMAIN §11.2): before any committee, never an offer, and a no or silence is never a refusal."""

import datetime as dt
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from contracts.event import Event
from contracts.values import DwellingFacts, OpenEnum, PersonId, Siren, Utc


class CallEvent(Event):
    """What every fact of a call carries. The key is the application.

    `vacancy_id` is the home that the call stands for then: once that one is gone, another of the like homes.
    """

    call_id: UUID
    vacancy_id: UUID
    application_id: UUID
    version: int

    @property
    def key(self) -> str:
        return str(self.application_id)


class CallIssued(CallEvent):
    TYPE: ClassVar[str] = "matching.call.issued.v1"
    person_ids: tuple[PersonId, ...]
    landlord: Siren
    dwelling: DwellingFacts
    available_on: dt.date
    available_on_expected: bool = False
    """The home is announced and not released yet: the day may still change."""
    like_homes: Annotated[int, Field(ge=1)] = 1
    """Homes of one landlord, street and kind that are called for together, this one among them."""
    rank: Annotated[int, Field(ge=1)]
    called: Annotated[int, Field(ge=1)]
    """How many households are asked for this home, or for the like homes together; the message says so."""
    answer_by: Utc
    score: int
    reasons: tuple[str, ...]
    """Codes of what counted for this household; never a sensitive one in a message.

    The first names the wish that was widened by one step where the home is hard to let: `widened_neighbours`,
    `widened_type` or `widened_rent` (DOMAIN §11.17).
    """
    policy: str
    """Territory and version of the policy in force, as `national/2026-11-01`."""


class Answer(OpenEnum):
    INTERESTED = "interested"
    NOT_INTERESTED = "not_interested"
    UNKNOWN = "unknown"


class CallAnswered(CallEvent):
    """A household answered. Its own words stay with matching: they may tell of health (DESIGN §10)."""

    TYPE: ClassVar[str] = "matching.call.answered.v1"
    answer: Answer
    answered_at: Utc


class CallLapsed(CallEvent):
    """Silence until the deadline."""

    TYPE: ClassVar[str] = "matching.call.lapsed.v1"
    lapsed_at: Utc


class CallWithdrawalReason(OpenEnum):
    VACANCY_WITHDRAWN = "vacancy_withdrawn"
    VACANCY_LET = "vacancy_let"
    APPLICATION_CLOSED = "application_closed"
    HOME_CHANGED = "home_changed"
    """Released at another rent, say: it does not fit what the household asked for any more."""
    RULE_BROKEN = "rule_broken"
    """The household's own facts changed, and the home would be unlawful or against the policy now."""
    UNKNOWN = "unknown"


class CallWithdrawn(CallEvent):
    """The home is gone, the application is, or a rule is broken now; the household is told why.

    Never because somebody else scores higher.
    """

    TYPE: ClassVar[str] = "matching.call.withdrawn.v1"
    person_ids: tuple[PersonId, ...]
    reason: CallWithdrawalReason
