import csv

import pytest

from intake import Rejection, Report, Tally


def test_a_report_names_line_field_value_and_reason(tmp_path):
    path = tmp_path / "homes.csv.report.csv"
    with Report(path) as report:
        report.note(1, "the file is old")
        report.reject([Rejection(7, "rooms", "=1+1", "not a number"), Rejection(9, "", 'a;"b"', "cut")])
        assert not path.exists()
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file, delimiter=";")) == [
            ["line", "what", "field", "value", "reason"],
            ["1", "note", "", "", "the file is old"],
            ["7", "rejected", "rooms", "'=1+1", "not a number"],
            ["9", "rejected", "", 'a;"b"', "cut"],
        ]


def test_an_import_that_breaks_off_leaves_no_half_report(tmp_path):
    with pytest.raises(RuntimeError), Report(tmp_path / "report.csv"):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_the_line_that_machines_read():
    tally = Tally(read=10, loaded=4, changed=3, unchanged=2, rejected=1, seconds=0.5)
    assert tally.json() == '{"read":10,"loaded":4,"changed":3,"unchanged":2,"rejected":1,"seconds":0.5}'
    assert tally.per_second == 20
