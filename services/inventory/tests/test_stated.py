import datetime as dt

import pytest

from contracts.values import Financing, HomeFacts
from intake import ProfileRefused
from inventory.domain.stated import Stated, stated
from inventory.imports.target import DWELLINGS, profile_of, shipped
from reference.rpls import Occupation, Quota, RplsFinancing, ceiling_financing, energy_class

TODAY = dt.date(2026, 11, 22)
SAID = {
    "reference": "7500000011",
    "commune": "75118",
    "street": "rue Ordener",
    "main_rooms": 3,
    "living_area_m2": 62.0,
    "financing": "PLUS",
}


def of(**over):
    return stated({name: value for name, value in (SAID | over).items() if value is not None}, today=TODAY)


@pytest.mark.parametrize(("rooms", "kind"), [(1, "T1"), (5, "T5"), (6, "T6"), (9, "T6")])
def test_rooms_give_the_type(rooms, kind):
    assert of(main_rooms=rooms).facts["dwelling_type"] == kind


def test_a_type_alone_does_and_says_nothing_of_rooms():
    said = of(main_rooms=None, dwelling_type="T4")
    assert isinstance(said, Stated)
    assert "main_rooms" not in said.facts


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"main_rooms": None}, "dwelling_type"),
        ({"dwelling_type": "T4"}, "dwelling_type"),
        ({"commune": "75999"}, "commune"),
        ({"commune": "69123"}, "commune"),
        ({"built_in": 2028}, "built_in"),
        ({"latitude": 48.8}, "longitude"),
        ({"left_stock": "sold"}, "left_stock"),
    ],
)
def test_what_does_not_go_together(over, field):
    (error,) = of(**over)
    assert error.field == field


def test_a_point_outweighs_what_was_declared_of_the_district():
    inside = of(latitude=48.88699, longitude=2.35313, in_priority_district=False).facts
    assert (inside["in_priority_district"], inside["priority_district"]) == (True, "QN07511M")
    outside = of(latitude=48.8566, longitude=2.3522, in_priority_district=True).facts
    assert (outside["in_priority_district"], outside["priority_district"]) == (False, None)
    assert of(in_priority_district=True).facts["in_priority_district"] is True


def test_what_can_be_mapped_is_what_a_home_has():
    kept = {"reference", "reletting_base_rent_cents", "latitude", "longitude", "occupation", "contingent", "left_stock"}
    assert set(DWELLINGS.fields) - kept == set(HomeFacts.model_fields) - {"priority_district"}


def test_what_a_home_needs_is_asked_for():
    needed = {name for name, information in HomeFacts.model_fields.items() if information.is_required()}
    assert needed - {"dwelling_type"} == {name for name, one in DWELLINGS.fields.items() if one.required} - {
        "reference"
    }


@pytest.mark.parametrize("name", sorted(shipped()))
def test_shipped_profiles_fit(name):
    assert profile_of(name).fields


@pytest.mark.parametrize("name", ["rpls", "open-data"])
def test_the_registers_codes_mean_what_the_reference_says(name):
    fields = profile_of(name).fields
    own = {RplsFinancing.PLI: Financing.PLI}
    assert fields["financing"].codes == {
        code.value: own.get(code) or ceiling_financing(code) or "other"
        for code in RplsFinancing
        if code is not RplsFinancing.UNKNOWN
    }
    assert fields["energy_class"].codes == {code: energy_class(code) for code in "ABCDEFG2345678"}
    if name == "rpls":
        assert fields["occupation"].codes == {code.value: code.name.lower() for code in Occupation}
        assert fields["contingent"].codes == {code.value: code.name.lower() for code in Quota}


def test_an_rpls_line_has_64_fields():
    assert len(profile_of("rpls").layout.columns) == 64


def test_a_profile_that_is_not_there_names_those_that_are(tmp_path):
    with pytest.raises(ProfileRefused, match="one of example, open-data, rpls"):
        profile_of("ikos", (tmp_path,))
    (tmp_path / "ikos.toml").write_text(shipped()["example"])
    assert profile_of("ikos", (tmp_path,)).name == "example of a landlord's own export"
