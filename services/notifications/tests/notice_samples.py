"""Notices to test with."""

import datetime as dt
from uuid import uuid5

from notifications_samples import NAMESPACE, person
from pydantic import SecretStr

from chassis.testing import NOON
from contracts.allocation import CandidacyEnd, DecisionReason
from contracts.demand import PostalAddress
from contracts.examples.story import DWELLING
from contracts.notices import ClosureWarned, RenewalDue, TransferSuggested
from notifications.domain.delivery import Purpose
from notifications.domain.notice import Notice, OfHome
from notifications.rendering.own_links import OwnLinks

APPLICATION = uuid5(NAMESPACE, "application")
TENANCY = uuid5(NAMESPACE, "tenancy")
SECRET = SecretStr("s" * 32)
EXPIRES = dt.date(2027, 1, 5)
ADDRESS = PostalAddress(lines=("12 RUE DU DOCTEUR BAUER", "BATIMENT B"), postal_code="93400", town="Saint-Ouen")


def notice_id(number=1):
    return uuid5(NAMESPACE, f"notice {number}")


def own_links():
    return OwnLinks(
        SECRET,
        record_url="https://parcours.example/v1/record?token={token}",
        tenancy_url="https://parcours.example/v1/own-tenancy?token={token}",
        offer_url="https://parcours.example/v1/offer-answers?token={token}",
        answer_url="https://parcours.example/v1/answers?token={token}",
    )


def renewal(number=1, *, of=1, **changes):
    fields = {
        "notice_id": notice_id(of),
        "person_id": person(number),
        "application_id": APPLICATION,
        "expires_on": EXPIRES,
        "respond_by": EXPIRES,
    }
    return RenewalDue(**fields | changes)


def closure(number=1, *, of=1, **changes):
    fields = {
        "notice_id": notice_id(of),
        "person_id": person(number),
        "application_id": APPLICATION,
        "closes_on": EXPIRES,
        "respond_by": EXPIRES - dt.timedelta(days=1),
    }
    return ClosureWarned(**fields | changes)


def suggestion(number=1, *, of=1, **changes):
    fields = {
        "notice_id": notice_id(of),
        "person_id": person(number),
        "tenancy_id": TENANCY,
        "landlord": "552032708",
    }
    return TransferSuggested(**fields | changes)


DATED = {Purpose.RENEWAL, Purpose.CLOSURE_WARNING, Purpose.OFFER, Purpose.HELPER_CALL}
"""What asks for something by a day."""
OF_HOME = {
    Purpose.OFFER: OfHome(dwelling=DWELLING, available_on=dt.date(2027, 2, 1), on_condition=True),
    Purpose.OFFER_WITHDRAWN: OfHome(because=CandidacyEnd.VACANCY_GONE),
    Purpose.NON_ALLOCATION: OfHome(dwelling=DWELLING, reasons=tuple(DecisionReason)),
    Purpose.FILE_CLOSED: OfHome(dwelling=DWELLING, because=CandidacyEnd.VACANCY_LET),
    Purpose.HELPER_CALL: OfHome(dwelling=DWELLING, available_on=dt.date(2027, 2, 1), available_on_expected=True),
}


def notice(purpose=Purpose.RENEWAL, **changes):
    ends_on = EXPIRES if purpose in DATED else None
    fields = {
        "notice_id": notice_id(),
        "purpose": purpose,
        "person_id": person(1),
        "subject": TENANCY if purpose is Purpose.TRANSFER_SUGGESTION else APPLICATION,
        "respond_by": ends_on,
        "ends_on": ends_on,
        "of_home": OF_HOME.get(purpose),
        "taken_at": NOON,
    }
    return Notice(**fields | changes)
