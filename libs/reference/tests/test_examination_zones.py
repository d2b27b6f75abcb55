from datetime import date

from reference.examination import examination_zones
from reference.zones import AbcZone


def test_the_tense_zones_stand_in_for_the_decree_and_say_so():
    found = examination_zones(date(2026, 11, 22))
    assert found
    assert found.zones == {AbcZone.A_BIS, AbcZone.A, AbcZone.B1}
    assert found.text == "CCH L442-5-2"
    assert "non lu" in found.note


def test_no_lease_was_examined_before_the_first_day():
    first = examination_zones(date(2017, 1, 29))
    assert first
    assert first.since == date(2017, 1, 29)
    assert examination_zones(date(2017, 1, 28)) is None
