"""Households to test with."""

import datetime as dt
from uuid import UUID

from contracts.demand import Consent, CurrentHome, HouseholdFacts, Wishes
from demand.domain.application import Application, File, Host, Housing, Situation
from demand.domain.declaration import Declaration
from demand.domain.person import Contact, Person

TODAY = dt.date(2026, 11, 22)
NUMBER = "1110318016982G1104"
APPLICANT = UUID("00000000-0000-4000-8000-000000000001")
PARTNER = UUID("00000000-0000-4000-8000-000000000002")


def household(**over):
    return HouseholdFacts.model_validate({"persons_for_occupancy": 3, "persons_for_ceiling": 3, **over})


def wishes(**over):
    return Wishes.model_validate(
        {"places": [{"commune": "75118", "neighbours": True}], "dwelling_types": ["T3"], **over}
    )


def tenant(**over):
    home = {"landlord": "552032708", "commune": "93066", "dwelling_type": "T2", **over}
    return Housing(situation=Situation.SOCIAL_TENANT, home=CurrentHome.model_validate(home))


def hosted(by=Host.SOCIAL_TENANT):
    return Housing(situation=Situation.HOSTED, hosted_by=by)


def declared(**over):
    return File(**{"housing": tenant(), "household": household(), "wishes": wishes(), **over})


def application(**over):
    known = {
        "id": UUID("00000000-0000-4000-8000-00000000000a"),
        "number": NUMBER,
        "registered_on": dt.date(2024, 3, 1),
        "applicant": APPLICANT,
        "file": declared(),
    }
    return Application(**{**known, **over})


def person(**over):
    return Person(**{"id": APPLICANT, "contact": Contact(given_name="Awa", family_name="Diallo"), **over})


def consent(channel="email", **over):
    said = {"channel": channel, "granted": True, "given_on": "2026-01-05", "origin": "cerfa-14069"}
    return Consent.model_validate({**said, **over})


def member(ref="m1", relation="applicant", birth_date="1988-07-14", **over):
    return {"ref": ref, "relation": relation, "birth_date": birth_date, **over}


def form(*members, **over):
    """The national form as JSON; without members, of somebody alone."""
    return {"members": list(members or [member()]), **over}


def in_full(*members, **over):
    return Declaration.model_validate(form(*members, **over))


def told_in_full(*members, housing=None, wanted=None, **over):
    return File(
        housing=housing or Housing(situation=Situation.PRIVATE_TENANT),
        wishes=wanted or wishes(),
        declaration=in_full(*members, **over),
    )
