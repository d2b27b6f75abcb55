import pytest

from reference import communes, districts, territories
from reference.communes import UnknownCommune
from reference.districts import UnknownDistrict, priority_district, priority_districts_in
from reference.territories import EpciKind, UnknownTerritory
from reference.zones import AbcZone, CeilingZone, abc_zone, ceiling_zone


def test_paris_and_its_neighbours_make_one_ceiling_zone():
    zone = {code for code in communes.codes() if ceiling_zone(code) is CeilingZone.PARIS_AND_NEIGHBOURS}
    assert zone == {"75056", *communes.arrondissements_of("75056"), *communes.neighbours("75056")}


@pytest.mark.parametrize(
    ("code", "zone"),
    [
        ("92012", CeilingZone.PARIS_AND_NEIGHBOURS),
        ("93006", CeilingZone.PARIS_AND_NEIGHBOURS),
        ("75120", CeilingZone.PARIS_AND_NEIGHBOURS),
        ("94003", CeilingZone.REST_OF_ILE_DE_FRANCE),
        ("77284", CeilingZone.REST_OF_ILE_DE_FRANCE),
        ("06029", CeilingZone.OTHER_REGIONS),
        ("13201", CeilingZone.OTHER_REGIONS),
        ("97411", CeilingZone.OVERSEAS),
        ("98735", CeilingZone.OVERSEAS),
    ],
)
def test_ceiling_zone_of_a_commune(code, zone):
    assert ceiling_zone(code) is zone


def test_ile_de_france_is_exactly_the_first_two_zones():
    francilian = {CeilingZone.PARIS_AND_NEIGHBOURS, CeilingZone.REST_OF_ILE_DE_FRANCE}
    for code in communes.codes():
        assert (ceiling_zone(code) in francilian) == (communes.commune(code).region == "11")


def test_abc_zone():
    assert abc_zone("75118") is AbcZone.A_BIS
    assert abc_zone("01001") is AbcZone.C
    assert abc_zone("98735") is None
    assert all(abc_zone(code) for code in communes.codes() if not code.startswith(("975", "977", "978", "98")))


@pytest.mark.parametrize("question", [abc_zone, ceiling_zone, priority_districts_in])
def test_unknown_commune(question):
    with pytest.raises(UnknownCommune, match="'00000'"):
        question("00000")


def test_counts_of_territories():
    assert len(territories.departments()) == 109
    assert len(territories.epcis()) == 1_255
    assert len(territories.epts()) == 11


def test_every_commune_is_in_known_territories():
    for commune in map(communes.commune, communes.codes()):
        assert territories.department(commune.department).region == commune.region
        assert commune.epci is None or territories.epci(commune.epci)
        assert (commune.ept is not None) == any(commune.code in ept.communes for ept in territories.epts())


def test_ept_members_exist_and_are_in_greater_paris():
    members = [member for ept in territories.epts() for member in ept.communes]
    assert len(members) == len(set(members)) == 129
    assert {communes.commune(member).epci for member in members} == {"200054781"}


def test_territories_by_code():
    assert territories.department("2A").name == "Corse-du-Sud"
    assert territories.epci("200054781").kind is EpciKind.METROPOLIS
    assert territories.ept("200057867").name == "Plaine Commune"


@pytest.mark.parametrize("question", [territories.department, territories.epci, territories.ept])
def test_unknown_territory(question):
    with pytest.raises(UnknownTerritory, match=r"'nowhere'.*reference\."):
        question("nowhere")


def test_priority_districts():
    assert len(districts.priority_districts()) == 1_584
    assert priority_district("QN07501M").name == "Bédier - Boutroux - Villa d'Este"
    assert priority_district("QN07501M") in priority_districts_in("75113")
    assert priority_district("QN07501M") in priority_districts_in("75056")
    assert priority_district("QN07501M") not in priority_districts_in("75118")
    assert priority_districts_in("75107") == ()


def test_every_district_lies_in_known_places():
    for district in districts.priority_districts():
        assert district.communes
        assert all(communes.exists(place) for place in (*district.communes, *district.arrondissements))
        assert {communes.parent_of(part) for part in district.arrondissements} <= set(district.communes)


def test_unknown_district():
    with pytest.raises(UnknownDistrict, match="QP075001"):
        priority_district("QP075001")
