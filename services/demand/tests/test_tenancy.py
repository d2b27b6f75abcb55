"""The fold of a landlord's statements, and what a tenant contests of it."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenancy_samples import NOON, account, ended, insurance, lease, occupancy, statement, tenancy, visit

from contracts.tenancy import InsuranceStated, RentAccountStated
from demand.domain.tenancy import AlreadyContested, Fact, NothingStated, Settlement, Tenancy

DAY = st.dates(dt.date(2020, 1, 1), dt.date(2026, 11, 20))
EVENTS = st.one_of(
    DAY.map(lambda day: lease(signed_on=day)),
    DAY.map(lambda day: account(as_of=day, arrears_cents=day.day, valid_until=None)),
    DAY.map(lambda day: insurance(as_of=day)),
    DAY.map(lambda day: visit(visited_on=day)),
    DAY.map(lambda day: occupancy(1955, stated_on=day)),
    DAY.map(lambda day: ended(ended_on=day)),
)


@st.composite
def stories(draw):
    """Statements with ids and times of their own, and an order of arrival with repetitions."""
    events = draw(st.lists(EVENTS, min_size=1, max_size=8))
    said = [
        statement(event, event_id=f"e{place}", time=NOON + dt.timedelta(minutes=draw(st.integers(0, 3))))
        for place, event in enumerate(events)
    ]
    order = draw(st.permutations(range(len(said))))
    again = draw(st.lists(st.sampled_from(order), max_size=5))
    return said, [*order, *again]


def folded(said):
    result = tenancy()
    for one in said:
        result = result.state(one)
    return result


@given(stories())
def test_any_order_and_any_repetition_end_in_the_same_tenancy(story):
    said, order = story
    assert folded(said[place] for place in order).statements == folded(said).statements


@given(stories())
def test_the_newest_statement_of_each_kind_counts(story):
    said, order = story
    result = folded(said[place] for place in order)
    for fact in {one.fact for one in said}:
        newest = max((one for one in said if one.fact is fact), key=lambda one: one.order)
        assert result.statements[fact] == newest


def test_a_late_statement_of_an_earlier_day_changes_nothing():
    before = tenancy(account(as_of="2026-11-01"))
    late = statement(account(as_of="2026-10-01", arrears_cents=900_00), time=NOON + dt.timedelta(days=1), event_id="x")
    assert before.state(late) is before


def test_a_lease_corrected_to_an_earlier_day_is_the_corrected_one():
    corrected = tenancy(lease(signed_on="1994-01-01"), lease(signed_on="1993-11-23"))
    assert corrected.lease.signed_on == dt.date(1993, 11, 23)


class TestContests:
    def contested(self) -> Tenancy:
        return tenancy(account(arrears_cents=300_00)).contest(
            Fact.RENT_ACCOUNT, reason="paid on the 3rd", by="tenant", at=NOON
        )

    def test_a_contested_fact_counts_as_unknown_and_the_others_do_not(self):
        both = tenancy(account(), insurance()).contest(Fact.RENT_ACCOUNT, reason="paid", by="tenant", at=NOON)
        assert both.known(RentAccountStated) is None
        assert both.known(InsuranceStated) is not None

    def test_it_counts_again_once_the_landlord_states_it_anew(self):
        anew = self.contested().state(statement(account(as_of="2026-11-20"), event_id="new"))
        assert anew.known(RentAccountStated).as_of == dt.date(2026, 11, 20)

    def test_a_late_older_statement_does_not_lift_the_contest(self):
        before = self.contested()
        assert before.state(statement(account(as_of="2026-09-01"), event_id="late")).known(RentAccountStated) is None

    @pytest.mark.parametrize(("stands", "known"), [(True, True), (False, False)])
    def test_an_agent_settles_it_with_a_reason(self, stands, known):
        settled = self.contested().settle(
            Fact.RENT_ACCOUNT, Settlement(stands=stands, reason="bank statement seen", by="agent", at=NOON)
        )
        assert (settled.known(RentAccountStated) is not None) is known
        with pytest.raises(NothingStated):
            settled.settle(Fact.RENT_ACCOUNT, Settlement(stands=True, reason="again", by="agent", at=NOON))

    def test_what_was_never_stated_cannot_be_contested(self):
        with pytest.raises(NothingStated, match="nothing of the kind insurance"):
            tenancy(account()).contest(Fact.INSURANCE, reason="no", by="tenant", at=NOON)

    def test_one_statement_is_contested_once(self):
        with pytest.raises(AlreadyContested, match="open"):
            self.contested().contest(Fact.RENT_ACCOUNT, reason="again", by="tenant", at=NOON)


def test_a_contested_end_does_not_end_the_tenancy():
    over = tenancy(lease(), ended(ended_on="2026-11-20"))
    assert not over.sitting(dt.date(2026, 11, 22))
    assert over.contest(Fact.END, reason="I live here", by="tenant", at=NOON).sitting(dt.date(2026, 11, 22))


def test_refused_offers_are_counted_once_a_day():
    day = dt.date(2026, 11, 20)
    once = tenancy(lease()).refuse_offer(day)
    assert once.refuse_offer(day) is once
    assert once.refuse_offer(day + dt.timedelta(days=1)).refused_offers == (day, day + dt.timedelta(days=1))
