import datetime as dt

import pytest
from notifications_samples import ANSWER_BY, call, consent, contact

from chassis.testing import NOON
from contracts.notifications import SuppressionReason
from contracts.values import Channel
from notifications.domain.call import CallState
from notifications.domain.delivery import DeliveryState, Purpose
from notifications.domain.handover import HandOver, Suppress, Told, Wait, decide, told
from notifications.domain.reach import Allowlist, Mode, QuietHours, Reach, Unlistable

NIGHT = dt.datetime(2026, 11, 22, 22, 30, tzinfo=dt.UTC)
QUIET = QuietHours.parse("21:00-08:00")
PHONE = "+33612345678"


def verdict(**changes):
    given = {
        "purpose": Purpose.CALL,
        "channel": Channel.EMAIL,
        "deliver_by": ANSWER_BY,
        "call": call(),
        "contact": contact(phone=PHONE),
        "told": None,
        "reach": Reach(),
        "now": NOON,
    }
    return decide(**given | changes)


def test_a_message_that_may_leave_goes_to_the_address_as_it_is_now():
    assert verdict() == HandOver("person1@example.org")
    assert verdict(channel=Channel.SMS) == HandOver(PHONE)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"call": call(state=CallState.WITHDRAWN)}, SuppressionReason.CALL_WITHDRAWN),
        ({"contact": contact(consents=(consent(Channel.EMAIL, granted=False),))}, SuppressionReason.NO_CONSENT),
        ({"contact": contact(email=None)}, SuppressionReason.NO_ADDRESS),
        ({"contact": None}, SuppressionReason.CONTACT_ERASED),
        ({"now": ANSWER_BY}, SuppressionReason.TOO_LATE),
        (
            {"reach": Reach(mode=Mode.ALLOWLIST, allowlist=Allowlist.of("other@example.org"))},
            SuppressionReason.NOT_ON_ALLOWLIST,
        ),
        ({"purpose": Purpose.WITHDRAWAL, "told": Told.NO}, SuppressionReason.CALL_WITHDRAWN),
    ],
)
def test_what_keeps_a_message_back_for_good(changes, reason):
    assert verdict(**changes) == Suppress(reason)


def test_a_withdrawal_waits_for_the_message_it_takes_back():
    over = call(state=CallState.WITHDRAWN)
    assert isinstance(verdict(purpose=Purpose.WITHDRAWAL, call=over, told=Told.UNDER_WAY), Wait)
    assert verdict(purpose=Purpose.WITHDRAWAL, call=over, told=Told.YES) == HandOver("person1@example.org")


@pytest.mark.parametrize(
    ("state", "unknown", "expected"),
    [
        (DeliveryState.SENT, 0, Told.YES),
        (DeliveryState.DELIVERED, 0, Told.YES),
        (DeliveryState.SENDING, 0, Told.UNDER_WAY),
        (DeliveryState.SUPPRESSED, 0, Told.NO),
        (DeliveryState.FAILED, 0, Told.NO),
        (DeliveryState.SUPPRESSED, 1, Told.YES),
    ],
)
def test_who_may_have_been_told_counts_as_told(state, unknown, expected):
    assert told(state, unknown_outcomes=unknown) is expected


@pytest.mark.parametrize(
    ("entries", "address", "admitted"),
    [
        (("@Example.org",), "person1@example.org", True),
        (("@example.org",), "person1@sub.example.org", False),
        (("@example.org",), "person1@notexample.org", False),
        (("PERSON1@example.org",), "person1@example.org", True),
        (("+33 6 12 34 56 78",), PHONE, True),
        (("+33 6 12 34 56 78",), "+33612345679", False),
        ((), PHONE, False),
    ],
)
def test_an_allowlist_admits_what_it_lists(entries, address, admitted):
    assert Reach(mode=Mode.ALLOWLIST, allowlist=Allowlist.of(*entries)).admits(address) is admitted


@pytest.mark.parametrize("entry", ["example.org", "@", "*", "0612345678", "a@b@c.fr"])
def test_an_entry_that_could_mean_anything_is_refused(entry):
    with pytest.raises(Unlistable, match="is not an address"):
        Allowlist.of(entry)


def test_sms_wait_for_a_decent_hour_and_mail_does_not():
    live = Reach(mode=Mode.LIVE, quiet_hours=QUIET)
    morning = dt.datetime(2026, 11, 23, 7, 0, tzinfo=dt.UTC)  # 8:00 in Paris
    assert verdict(channel=Channel.SMS, reach=live, now=NIGHT) == Wait(morning)
    assert verdict(channel=Channel.SMS, reach=live, now=morning) == HandOver(PHONE)
    assert verdict(channel=Channel.EMAIL, reach=live, now=NIGHT) == HandOver("person1@example.org")
    assert verdict(channel=Channel.SMS, reach=Reach(quiet_hours=QUIET), now=NIGHT) == HandOver(PHONE)


def test_an_sms_that_would_be_too_late_in_the_morning_leaves_at_night():
    live = Reach(mode=Mode.LIVE, quiet_hours=QUIET)
    soon = NIGHT + dt.timedelta(hours=2)
    assert verdict(channel=Channel.SMS, reach=live, now=NIGHT, deliver_by=soon) == HandOver(PHONE)


@pytest.mark.parametrize(
    ("hours", "at", "end"),
    [
        ("21:00-08:00", "2026-11-22T02:00", "2026-11-22T08:00"),
        ("21:00-08:00", "2026-11-22T21:00", "2026-11-23T08:00"),
        ("21:00-08:00", "2026-11-22T20:59", None),
        ("12:00-14:00", "2026-11-22T13:00", "2026-11-22T14:00"),
        ("12:00-14:00", "2026-11-22T14:00", None),
        # the night on which summer time begins: 8:00 is an hour nearer
        ("21:00-08:00", "2026-03-28T22:00", "2026-03-29T08:00"),
    ],
)
def test_quiet_hours_end_in_the_morning_of_paris(hours, at, end):
    from reference.days import PARIS

    now = dt.datetime.fromisoformat(at).replace(tzinfo=PARIS).astimezone(dt.UTC)
    expected = dt.datetime.fromisoformat(end).replace(tzinfo=PARIS) if end else None
    assert QuietHours.parse(hours).end_of(now) == expected


@pytest.mark.parametrize("hours", ["21-8", "21:00", "25:00-08:00", "night"])
def test_hours_that_are_none_are_refused(hours):
    with pytest.raises(ValueError, match="hour"):
        QuietHours.parse(hours)
