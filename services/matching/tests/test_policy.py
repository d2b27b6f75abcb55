import copy
import datetime as dt
import tomllib
from pathlib import Path

import matching_samples as samples
import pytest

from matching.domain.policy import PolicyUnreadable, read_policy
from matching.policies import Policies, basis

FILE = Path(__file__).parents[3] / "policies" / "national" / "2026-11-22.toml"
DOCUMENT = tomllib.loads(FILE.read_text())


def test_the_national_policy():
    policy = samples.national()
    assert (policy.name, policy.calls_at_once, policy.days_to_answer) == ("national/2026-11-22", 20, 3)
    assert policy.scoring.most_dynamic == 25
    assert policy.shortlist_size >= policy.calls_at_once


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("territory",), None, "x.toml: territory: give a text, not None."),
        (("valid_from",), "2026-11-01", "x.toml: valid_from: give a date such as 2026-11-01, not '2026-11-01'."),
        (("calls",), None, "x.toml: calls: the table is missing."),
        (("calls", "at_once"), 0, "x.toml: calls.at_once: give a whole number from 1 to 10000, not 0."),
        (("calls", "at_once"), True, "x.toml: calls.at_once: give a whole number from 1 to 10000, not True."),
        (
            ("scoring", "kind", "split"),
            1.5,
            "x.toml: scoring.kind.split: give a whole number from 0 to 10000, not 1.5.",
        ),
        (
            ("typology", "largest_type_by_persons"),
            ["T7"],
            "x.toml: typology.largest_type_by_persons: give a list of types among T1, T2, T3, T4, T5, T6, not ['T7'].",
        ),
        (
            ("scoring", "place", "points_by_preference"),
            [],
            "x.toml: scoring.place.points_by_preference: give a list of whole numbers, not [].",
        ),
        (
            ("scoring", "place", "points_by_preference"),
            [1, 2],
            "x.toml: scoring.place.points_by_preference: a later choice cannot bring more than an earlier.",
        ),
    ],
)
def test_a_wrong_field_is_named(path, value, sentence):
    document = copy.deepcopy(DOCUMENT)
    table = document
    for name in path[:-1]:
        table = table[name]
    if value is None:
        del table[path[-1]]
    else:
        table[path[-1]] = value
    with pytest.raises(PolicyUnreadable) as refused:
        read_policy(document, source="x.toml")
    assert str(refused.value) == sentence


def test_tables_of_later_versions_are_left_alone():
    assert read_policy({**DOCUMENT, "reservation": {"state": 30}}, source="x") == samples.national()


def test_the_latest_policy_that_has_taken_effect_is_in_force(tmp_path):
    for day, size in (("2026-11-01", 40), ("2027-01-01", 50)):
        text = FILE.read_text().replace("valid_from = 2026-11-22", f"valid_from = {day}")
        (tmp_path / f"{day}.toml").write_text(text.replace("size = 40", f"size = {size}"))
    policies = Policies(tmp_path)
    assert policies.in_force(dt.date(2026, 12, 31)).shortlist_size == 40
    assert policies.in_force(dt.date(2027, 1, 1)).shortlist_size == 50
    assert policies.in_force(dt.date(2020, 1, 1)).shortlist_size == 40


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        (None, None, "holds no policy"),
        ("2026-11-22.toml", "calls = [", "2026-11-22.toml: "),
        ("2026-11-23.toml", FILE.read_text(), "the file is named after the day, 2026-11-22.toml"),
    ],
)
def test_a_folder_that_cannot_be_read_is_a_sentence(tmp_path, name, text, sentence):
    if name:
        (tmp_path / name).write_text(text)
    with pytest.raises(PolicyUnreadable, match=sentence):
        Policies(tmp_path)


def test_the_basis_of_a_decision_is_the_day_and_its_policy():
    found = basis(dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC))
    assert (found.on, found.policy) == (samples.ON, samples.national())
