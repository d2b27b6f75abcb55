"""What persons are to be told besides calls: renewals, closures, suggestions. Only notifications reads them."""

import datetime as dt
from typing import ClassVar
from uuid import UUID

from contracts.event import Event, deterministic_id
from contracts.values import PersonId, Siren


def notice_id(about: UUID, person_id: PersonId, what: str) -> UUID:
    """The id of what notifications tells a person of another service's fact, such as an offer.

    Who keeps the record of an application finds what became of the messages by it.
    """
    return deterministic_id("notice", what, str(about), str(person_id))


class NoticeEvent(Event):
    """What a person is to be told, apart from calls. The key is the person; no sensitive reason is in it."""

    notice_id: UUID
    person_id: PersonId
    respond_by: dt.date | None = None

    @property
    def key(self) -> str:
        return str(self.person_id)


class RenewalDue(NoticeEvent):
    """The application's number expires: at least a month ahead, then once more (CCH R441-2-7)."""

    TYPE: ClassVar[str] = "demand.notice.renewal-due.v1"
    application_id: UUID
    expires_on: dt.date
    reminder: bool = False


class ClosureWarned(NoticeEvent):
    """The application will be closed unless the household answers (CCH R441-2-8 c, d)."""

    TYPE: ClassVar[str] = "demand.notice.closure-warned.v1"
    application_id: UUID
    closes_on: dt.date


class TransferSuggested(NoticeEvent):
    """A tenant is invited to talk about a home that fits better; outreach of the examination."""

    TYPE: ClassVar[str] = "demand.notice.transfer-suggested.v1"
    tenancy_id: UUID
    landlord: Siren
