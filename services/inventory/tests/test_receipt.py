import datetime as dt

import pytest
from inventory_samples import DWELLING, LANDLORD, NOW, STRANGER, D, available, cancelled, let, notice, works

from contracts.arrival import Earlier
from contracts.event import Envelope
from contracts.landlord import Outcome
from inventory.domain.dwelling import place_error
from inventory.domain.receipt import Arrival, Known, judge


def arrival(event=None, *, time=NOW, event_id="e1", same_body=True):
    event = event or notice()
    return Arrival(
        landlord=LANDLORD,
        envelope=Envelope(id=event_id, type=event.TYPE, source="//landlord/erp", time=time),
        event=event,
        received_at=NOW,
        same_body=same_body,
    )


def known(**over):
    return Known(**{"registered": True, "owner": LANDLORD, "vacancy_dwelling": None, "earlier": None, **over})


def fields(judgement):
    outcome, errors = judgement
    assert (outcome is Outcome.REJECTED) == bool(errors)
    return [error.field for error in errors]


@pytest.mark.parametrize("event", [notice(), works(), available(D(2027, 2, 1)), cancelled(), let()])
def test_what_fits_is_accepted(event):
    assert judge(arrival(event), known()) == (Outcome.ACCEPTED, ())


@pytest.mark.parametrize(
    ("facts", "field", "sentence"),
    [
        ({"registered": False}, "landlord", f"no landlord with SIREN {LANDLORD} is registered"),
        ({"owner": None}, "dwelling_reference", f"dwelling {DWELLING} is not recorded"),
        ({"owner": STRANGER}, "dwelling_reference", "belongs to another landlord"),
        ({"vacancy_dwelling": "7500999999"}, "vacancy_reference", "already names a vacancy of dwelling 7500999999"),
    ],
)
def test_what_names_strangers_is_rejected_with_the_field(facts, field, sentence):
    outcome, (error,) = judge(arrival(), known(**facts))
    assert (outcome, error.field) == (Outcome.REJECTED, field)
    assert sentence in error.message


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (notice(D(2026, 11, 25)), "received_on"),
        (cancelled(D(2026, 12, 25)), "withdrawn_on"),
        (let(D(2027, 1, 1)), "lease_signed_on"),
        (notice(D(1026, 9, 5)), "received_on"),
        (available(D(9999, 12, 31)), "available_on"),
        (works(D(2026, 10, 1), D(2062, 10, 1)), "ends_on"),
    ],
)
def test_dates_in_the_wrong_order_are_named(event, field):
    assert fields(judge(arrival(event), known())) == [field]


def test_a_notice_received_today_where_today_is_tomorrow_in_utc_is_accepted():
    assert fields(judge(arrival(notice(D(2026, 11, 23))), known())) == []


def test_an_event_of_the_future_would_win_for_ever_and_is_rejected():
    assert fields(judge(arrival(time=NOW + dt.timedelta(days=2)), known())) == ["ce_time"]
    last = dt.datetime(9999, 12, 31, 23, 59, tzinfo=dt.UTC)
    assert fields(judge(arrival(time=last), known())) == ["ce_time"]
    assert fields(judge(arrival(time=NOW + dt.timedelta(minutes=5)), known())) == []


def test_a_late_event_is_accepted():
    late = arrival(notice(D(2025, 9, 5)), time=dt.datetime(2025, 9, 5, tzinfo=dt.UTC))
    assert judge(late, known()) == (Outcome.ACCEPTED, ())


class TestSameIdAgain:
    def test_with_the_same_body_is_a_duplicate(self):
        before = Earlier(body_hash=arrival().body_hash, accepted=True)
        assert judge(arrival(), known(earlier=before)) == (Outcome.DUPLICATE, ())

    @pytest.mark.parametrize("accepted", [True, False])
    def test_with_another_body_is_rejected_whatever_became_of_the_first(self, accepted):
        before = Earlier(body_hash=arrival(let()).body_hash, accepted=accepted)
        assert fields(judge(arrival(), known(earlier=before))) == ["id"]

    def test_after_a_rejection_is_judged_anew(self):
        before = Earlier(body_hash=arrival().body_hash, accepted=False)
        assert judge(arrival(), known(earlier=before)) == (Outcome.ACCEPTED, ())
        assert fields(judge(arrival(), known(earlier=before, owner=None))) == ["dwelling_reference"]

    def test_where_the_first_body_could_not_be_read_the_inbox_knows(self):
        unread = known(earlier=Earlier(body_hash=None, accepted=False))
        assert fields(judge(arrival(same_body=False), unread)) == ["id"]
        assert judge(arrival(same_body=True), unread) == (Outcome.ACCEPTED, ())

    def test_of_another_type_is_another_body(self):
        assert arrival(notice()).body_hash != arrival(let()).body_hash


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("75118", None),
        ("93066", None),
        ("99999", "No commune or arrondissement has the INSEE code '99999'"),
        ("75018", "75018 is a postal code"),
        ("75056", "name its arrondissement, 75101 to 75120"),
    ],
)
def test_a_dwelling_is_in_a_commune_or_an_arrondissement(code, sentence):
    error = place_error(code)
    assert error is None if sentence is None else sentence in error
