"""What the tests of notifications are made of."""

import datetime as dt
from uuid import UUID, uuid5

from chassis.testing import NOON
from contracts.demand import Consent, ContactRecorded
from contracts.matching import CallIssued, CallWithdrawalReason, CallWithdrawn
from contracts.values import Channel, DwellingFacts, Language
from notifications.domain.call import Call
from notifications.domain.contact import Contact
from notifications.domain.delivery import Purpose
from notifications.rendering.letter import Letter
from notifications.rendering.renderer import Identity, Renderer

NAMESPACE = UUID("00000000-0000-4000-8000-000000000000")
ANSWER_BY = NOON + dt.timedelta(days=7)
LINK = "https://answers.example/v1/answers?token="


def person(number):
    return uuid5(NAMESPACE, f"person {number}")


def call_id(number=1):
    return uuid5(NAMESPACE, f"call {number}")


def dwelling(**changes):
    facts = {
        "commune": "93070",
        "street": "12 rue du Docteur Bauer",
        "dwelling_type": "T3",
        "living_area_m2": 62.5,
        "financing": "PLUS",
        "base_rent_cents": 51_440,
        "service_charges_cents": 9_800,
        "floor": 4,
        "lift": True,
        "energy_class": "C",
    }
    return DwellingFacts.model_validate(facts | changes)


def issued(*persons, number=1, **changes):
    fields = {
        "call_id": call_id(number),
        "vacancy_id": uuid5(NAMESPACE, "vacancy"),
        "application_id": uuid5(NAMESPACE, f"application {number}"),
        "version": 1,
        "person_ids": tuple(person(one) for one in persons or (1,)),
        "landlord": "552032708",
        "dwelling": dwelling(),
        "available_on": dt.date(2026, 12, 1),
        "rank": 1,
        "called": 20,
        "answer_by": ANSWER_BY,
        "score": 120,
        "reasons": ("wanted_place", "rent"),
        "policy": "national/2026-11-01",
    }
    return CallIssued.model_validate(fields | changes)


def withdrawn(*persons, number=1, reason=CallWithdrawalReason.VACANCY_LET):
    call = issued(*persons, number=number)
    return CallWithdrawn(
        call_id=call.call_id,
        vacancy_id=call.vacancy_id,
        application_id=call.application_id,
        version=2,
        person_ids=call.person_ids,
        reason=reason,
    )


def consent(channel, granted=True, given_on=dt.date(2026, 1, 5)):
    return Consent(channel=channel, granted=granted, given_on=given_on, origin="cerfa-14069")


def recorded(number=1, *, version=1, email="default", phone=None, consents=None, **changes):
    """A contact with an address and a yes for e-mail, and whatever is said otherwise."""
    fields = {
        "person_id": person(number),
        "version": version,
        "given_name": "Éloïse",
        "family_name": "N'Guyen",
        "email": f"person{number}@example.org" if email == "default" else email,
        "phone": phone,
        "language": Language.FRENCH,
        "consents": consents if consents is not None else (consent(Channel.EMAIL), consent(Channel.SMS)),
    }
    return ContactRecorded.model_validate(fields | changes)


def contact(number=1, **changes):
    return Contact.of(recorded(number, **changes))


def call(**changes):
    event = issued()
    fields = {
        "call_id": event.call_id,
        "vacancy_id": event.vacancy_id,
        "dwelling": event.dwelling,
        "available_on": event.available_on,
        "called": event.called,
        "answer_by": event.answer_by,
        "reasons": event.reasons,
        "policy": event.policy,
    }
    return Call(**fields | changes)


def letter(*, channel=Channel.EMAIL, about=None, to=None, number=1, purpose=Purpose.CALL, **changes):
    to = to or contact(number, phone="+33612345678")
    fields = {
        "delivery_id": uuid5(NAMESPACE, f"delivery {number}"),
        "purpose": purpose,
        "channel": channel,
        "address": to.address(channel),
        "contact": to,
        "call": about or call(),
        "correlation_id": "story-1",
        "since": NOON,
        "now": NOON,
    }
    return Letter(**fields | changes)


def renderer(*, traced=True, token="t0k3n"):
    identity = Identity(
        name="Parcours",
        address="alertes@parcours.example",
        message_id_domain="parcours.example",
        consent_address="consentements@parcours.example",
        traced=traced,
    )
    return Renderer(identity, lambda _: LINK + token)
