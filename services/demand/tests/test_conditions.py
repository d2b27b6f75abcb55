"""Whether a tenancy meets its landlord's conditions on a day: the pure rule, its sentences, and its dates."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenancy_samples import NOON, account, conditions, ended, insurance, lease, tenancy, visit

from demand.domain.conditions import Condition, Verdict, assess, in_force
from demand.domain.tenancy import Fact

TODAY = dt.date(2026, 11, 22)
WHOLE = (lease(), account(), insurance(), visit())


def verdicts(*events, on=TODAY, **over):
    return {
        finding.condition: finding.verdict for finding in assess(tenancy(*events), [conditions(**over)], on).findings
    }


def test_a_tenancy_that_meets_all():
    found = assess(tenancy(*WHOLE), [conditions()], TODAY)
    assert found.meets is True
    assert [finding.condition for finding in found.findings] == [
        Condition.OCCUPANCY,
        Condition.ARREARS,
        Condition.INSURANCE,
        Condition.VISIT,
    ]
    assert found.changes_on == dt.date(2027, 2, 1), "the account's last day is 31 January"


def test_nothing_is_found_where_the_landlord_published_nothing():
    found = assess(tenancy(*WHOLE), [], TODAY)
    assert (found.meets, found.findings, found.changes_on) == (None, (), None)


ARREARS = {"arrears_cents": 300_00}
PLAN = {"arrears_cents": 300_00, "plan_since": "2026-03-01"}


@pytest.mark.parametrize(
    ("rule", "said", "verdict"),
    [
        ("none_allowed", {}, Verdict.MET),
        ("none_allowed", ARREARS, Verdict.NOT_MET),
        ("none_allowed", PLAN, Verdict.NOT_MET),
        ("plan_respected", {}, Verdict.MET),
        ("plan_respected", ARREARS, Verdict.NOT_MET),
        ("plan_respected", PLAN, Verdict.MET),
        ("no_bar", ARREARS, Verdict.MET),
        ("none_allowed", {"valid_until": "2026-11-21"}, Verdict.UNKNOWN),
        ("none_allowed", {"valid_until": "2026-11-22"}, Verdict.MET),
        ("none_allowed", {"valid_until": None}, Verdict.MET),
    ],
)
def test_the_rent_account(rule, said, verdict):
    assert verdicts(account(**said), arrears=rule)[Condition.ARREARS] is verdict


@pytest.mark.parametrize(
    ("signed", "on", "verdict"),
    [
        ("2024-11-22", dt.date(2026, 11, 22), Verdict.MET),
        ("2024-11-23", dt.date(2026, 11, 22), Verdict.NOT_MET),
        ("2024-02-29", dt.date(2026, 2, 27), Verdict.NOT_MET),
        ("2024-02-29", dt.date(2026, 2, 28), Verdict.MET),
    ],
)
def test_months_of_occupancy_run_date_to_date(signed, on, verdict):
    assert verdicts(lease(signed_on=signed), on=on)[Condition.OCCUPANCY] is verdict


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        (insurance(insured_until="2026-11-22"), Verdict.MET),
        (insurance(insured_until="2026-11-21"), Verdict.UNKNOWN),
        (insurance(insured_until=None), Verdict.NOT_MET),
        (lease(), Verdict.UNKNOWN),
    ],
)
def test_insurance(said, verdict):
    assert verdicts(said)[Condition.INSURANCE] is verdict


@pytest.mark.parametrize(
    ("visited", "verdict"), [("2026-05-22", Verdict.MET), ("2026-05-21", Verdict.UNKNOWN), (None, Verdict.UNKNOWN)]
)
def test_a_visit_lasts_as_long_as_the_landlord_says(visited, verdict):
    events = [visit(visited_on=visited)] if visited else []
    assert verdicts(*events)[Condition.VISIT] is verdict


def test_what_the_landlord_does_not_ask_for_is_not_looked_at():
    assert set(verdicts(*WHOLE, insurance_required=False, visit_required=False)) == {
        Condition.OCCUPANCY,
        Condition.ARREARS,
    }


def test_an_ended_lease_is_no_way_to_transfer():
    assert assess(tenancy(*WHOLE, ended()), [conditions()], TODAY).meets is False


def test_a_contested_fact_is_unknown_and_the_sentence_says_why():
    contested = tenancy(lease(), account(**ARREARS), insurance(), visit()).contest(
        Fact.RENT_ACCOUNT, reason="paid", by="tenant", at=NOON
    )
    found = assess(contested, [conditions()], TODAY)
    assert found.meets is None
    (arrears,) = (finding for finding in found.findings if finding.condition is Condition.ARREARS)
    assert arrears.french == "Le locataire conteste ce que le bailleur a indiqué ; un agent le vérifie."
    assert arrears.english == "The tenant contests what the landlord stated; an agent is checking it."


def test_something_not_met_weighs_more_than_something_unknown():
    assert assess(tenancy(lease(), account(**ARREARS)), [conditions()], TODAY).meets is False


class TestInForce:
    VERSIONS = (
        conditions(version=1, valid_from="2026-01-01"),
        conditions(version=2, valid_from="2027-01-01", minimum_occupancy_months=12),
        conditions(version=3, valid_from="2026-01-01", arrears="no_bar"),
    )

    @pytest.mark.parametrize(
        ("on", "version"),
        [(dt.date(2025, 12, 31), None), (TODAY, 3), (dt.date(2026, 12, 31), 3), (dt.date(2027, 1, 1), 2)],
    )
    def test_the_latest_begun_and_of_one_day_the_later_version(self, on, version):
        found = in_force(self.VERSIONS, on)
        assert (found and found.version) == version

    def test_conditions_ahead_are_a_day_to_look_again(self):
        forever = tenancy(lease(), account(valid_until=None))
        versions = [
            one.model_copy(update={"insurance_required": False, "visit_required": False}) for one in self.VERSIONS
        ]
        assert assess(forever, versions, TODAY).changes_on == dt.date(2027, 1, 1)


DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2028, 12, 31))


@given(DAYS, DAYS, DAYS, DAYS, st.integers(0, 60))
def test_nothing_changes_before_the_day_that_is_named(signed, insured, visited, account_ends, later):
    said = tenancy(
        lease(signed_on=signed),
        account(as_of="2024-01-01", valid_until=account_ends),
        insurance(insured_until=insured),
        visit(visited_on=visited),
    )
    first = assess(said, [conditions()], TODAY)
    day = TODAY + dt.timedelta(days=later * 10)
    if first.changes_on is None or day < first.changes_on:
        then = assess(said, [conditions()], day)
        assert [one.verdict for one in then.findings] == [one.verdict for one in first.findings]


@given(DAYS, DAYS, DAYS, DAYS)
def test_on_the_day_that_is_named_something_is_another(signed, insured, visited, account_ends):
    said = tenancy(
        lease(signed_on=signed),
        account(as_of="2024-01-01", valid_until=account_ends),
        insurance(insured_until=insured),
        visit(visited_on=visited),
    )
    first = assess(said, [conditions()], TODAY)
    if first.changes_on is not None:
        assert first.changes_on > TODAY
        then = assess(said, [conditions()], first.changes_on)
        assert [one.verdict for one in then.findings] != [one.verdict for one in first.findings]
