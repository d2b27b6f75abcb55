import datetime as dt

import pytest
from notifications_samples import ANSWER_BY, call_id, consent, contact, person

from contracts.notifications import SuppressionReason
from contracts.values import Channel
from notifications.domain.contact import Contact, latest_consents, usable_email, usable_phone
from notifications.domain.delivery import DeliveryState, Purpose, delivery_id
from notifications.domain.routing import follow_up, route

PHONE = "+33612345678"
YES_EMAIL, YES_SMS = consent(Channel.EMAIL), consent(Channel.SMS)
NO_EMAIL, NO_SMS = consent(Channel.EMAIL, granted=False), consent(Channel.SMS, granted=False)


def routed(known):
    planned = route(call_id=call_id(), person_id=person(1), answer_by=ANSWER_BY, contact=known)
    return {one.channel: one.suppression or one.state for one in planned}


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (
            contact(phone=PHONE, consents=(YES_EMAIL, YES_SMS)),
            {Channel.EMAIL: DeliveryState.PENDING, Channel.SMS: DeliveryState.PENDING},
        ),
        (contact(consents=(YES_EMAIL,)), {Channel.EMAIL: DeliveryState.PENDING}),
        (
            contact(consents=(YES_EMAIL, YES_SMS)),
            {Channel.EMAIL: DeliveryState.PENDING, Channel.SMS: SuppressionReason.NO_ADDRESS},
        ),
        (
            contact(phone=PHONE, consents=(NO_EMAIL, YES_SMS)),
            {Channel.EMAIL: SuppressionReason.NO_CONSENT, Channel.SMS: DeliveryState.PENDING},
        ),
        (contact(consents=()), {Channel.EMAIL: SuppressionReason.NO_CONSENT}),
        (contact(email=None, consents=()), {Channel.EMAIL: SuppressionReason.NO_CONSENT}),
        (contact(email="not an address", consents=(YES_EMAIL,)), {Channel.EMAIL: SuppressionReason.NO_ADDRESS}),
        (None, {Channel.EMAIL: DeliveryState.AWAITING_CONTACT}),
        (
            Contact(person_id=person(1), consents={}, erased=True),
            {Channel.EMAIL: SuppressionReason.CONTACT_ERASED},
        ),
    ],
)
def test_each_channel_is_pending_or_suppressed_with_its_reason(known, expected):
    assert routed(known) == expected


def test_nobody_is_passed_over_without_a_trace():
    assert routed(contact(email=None, phone=None, consents=(NO_SMS,))) == {Channel.SMS: SuppressionReason.NO_CONSENT}


def test_a_delivery_has_the_same_id_every_time_and_another_for_every_part():
    args = (call_id(), Purpose.CALL, person(1), Channel.EMAIL)
    others = [
        (call_id(2), *args[1:]),
        (args[0], Purpose.WITHDRAWAL, *args[2:]),
        (*args[:2], person(2), args[3]),
        (*args[:3], Channel.SMS),
    ]
    assert delivery_id(*args) == delivery_id(*args)
    assert len({delivery_id(*args), *(delivery_id(*other) for other in others)}) == 5


def test_the_last_word_on_a_channel_counts():
    later = consent(Channel.EMAIL, granted=False, given_on=dt.date(2026, 3, 1))
    assert latest_consents((later, YES_EMAIL)) == {Channel.EMAIL: False}
    assert latest_consents((YES_EMAIL, NO_EMAIL)) == {Channel.EMAIL: False}


def test_a_follow_up_is_another_message_on_the_same_channel():
    later = follow_up(call_id(), person(1), Channel.SMS, ANSWER_BY)
    assert (later.purpose, later.channel, later.state) == (Purpose.WITHDRAWAL, Channel.SMS, DeliveryState.PENDING)
    assert later.deliver_by > ANSWER_BY


@pytest.mark.parametrize(
    ("given", "usable"),
    [
        ("  jean@Example.org ", "jean@example.org"),
        ("jean+hlm@mairie.fr", "jean+hlm@mairie.fr"),
        ("jean@société.fr", "jean@xn--socit-esab.fr"),
        ("éloïse@example.org", None),
        ("jean@example.org\r\nRCPT TO:<x@y.fr>", None),
        ("jean@example.org> SIZE=1", None),
        ("<jean@example.org>", None),
        ("jean@localhost", None),
        ("jean..paul@example.org", None),
        ("@example.org", None),
        ("jean", None),
        ("", None),
        (None, None),
        ("a" * 250 + "@example.org", None),
        ("jean@" + "a" * 70 + ".fr", None),
    ],
)
def test_an_address_is_taken_only_where_it_can_stand_in_a_command(given, usable):
    assert usable_email(given) == usable


@pytest.mark.parametrize(
    ("given", "usable"),
    [
        ("+33 6 12 34 56 78", "+33612345678"),
        ("+33-6.12.34.56.78", "+33612345678"),
        ("0612345678", None),
        ("+0612345678", None),
        ("+33612345678901234", None),
        (None, None),
    ],
)
def test_a_phone_is_taken_in_e164(given, usable):
    assert usable_phone(given) == usable


def test_a_name_is_one_line_of_letters():
    assert contact(given_name=" Awa\r\nBcc: x@y.fr", family_name="Di\x00allo\u2028 ").name == "Awa Bcc: x@y.fr Di allo"
