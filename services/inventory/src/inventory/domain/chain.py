"""The home that a household leaves behind: asked of its landlord, and found again in the vacancy that opens there."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from inventory.domain.standing import Standing, VacancyState
from inventory.domain.vacancy import Link


class LeftState(StrEnum):
    AWAITING = "awaiting"
    """Its landlord has not said yet that the home comes free."""
    CONFIRMED = "confirmed"
    DENIED = "denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeLeft:
    """What a signed move leaves, and the chain it goes on. One a move: its id is the home moved into."""

    vacancy_id: UUID
    application_id: UUID | None
    signed_on: dt.date
    landlord: str | None
    """Whom to ask; None where neither the household nor the stock says it."""
    reference: str | None
    """The dwelling's identifier; None until the landlord names the dwelling."""
    chain_id: UUID

    @property
    def link(self) -> Link:
        return Link(chain_id=self.chain_id, follows_vacancy_id=self.vacancy_id)

    def is_left_in(self, standing: Standing) -> bool:
        """Whether a vacancy of this dwelling is the one that the household leaves.

        An open one is. One that was let is, where the next lease was signed no earlier than the household's own: the
        landlord's notice and lease were told before the move was. What was withdrawn left nothing to let.
        """
        if standing.state is VacancyState.LET:
            assert standing.lease_signed_on is not None, "a home is let on a day"
            return standing.lease_signed_on >= self.signed_on and standing.application_id != self.application_id
        return not standing.state.ended
