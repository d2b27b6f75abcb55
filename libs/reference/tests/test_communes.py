import pytest

from reference import communes
from reference.communes import UnknownCommune, commune, neighbours, neighbours_with_distance


@pytest.fixture(scope="module")
def everywhere():
    return {code: neighbours_with_distance(code) for code in communes.codes()}


def test_the_eighteenth_arrondissement():
    montmartre = commune("75118")
    assert montmartre.name == "Paris 18e Arrondissement"
    assert (montmartre.department, montmartre.region, montmartre.parent) == ("75", "11", "75056")
    assert montmartre.postal_codes == ("75018",)
    assert montmartre.population == 183_127
    assert (montmartre.latitude, montmartre.longitude) == pytest.approx((48.8919, 2.3487))


@pytest.mark.parametrize(
    ("code", "department", "region"),
    [("2A004", "2A", "94"), ("97411", "974", "04"), ("13055", "13", "93"), ("01001", "01", "84")],
)
def test_department_and_region(code, department, region):
    assert (commune(code).department, commune(code).region) == (department, region)


def test_every_commune_can_be_built():
    built = [commune(code) for code in communes.codes()]
    assert len(built) == 35_014
    assert sum(one.parent is None for one in built) == 34_969
    assert all(one.name and -90 <= one.latitude <= 90 and -180 <= one.longitude <= 180 for one in built)
    assert sum(one.population or 0 for one in built if one.parent is None) == pytest.approx(68.5e6, rel=0.02)


def test_arrondissements_and_their_parents():
    assert communes.arrondissements_of("75056") == tuple(f"751{number:02}" for number in range(1, 21))
    assert len(communes.arrondissements_of("69123")) == 9
    assert len(communes.arrondissements_of("13055")) == 16
    assert communes.arrondissements_of("93066") == ()
    assert communes.parent_of("13201") == "13055"
    assert communes.parent_of("75056") is None


def test_arrondissements_add_up_to_their_commune():
    for city in ("75056", "69123", "13055"):
        parts = sum(commune(part).population for part in communes.arrondissements_of(city))
        assert parts == commune(city).population


def test_paris_touches_twenty_nine_communes():
    assert len(neighbours("75056")) == 29
    assert {code[:2] for code in neighbours("75056")} == {"92", "93", "94"}


def test_the_neighbours_of_an_arrondissement_cross_the_limits_of_paris():
    assert neighbours("75118") == {"75109", "75110", "75117", "75119", "93001", "93066", "93070"}


def test_paris_and_its_arrondissements_touch_the_same_communes():
    parts = communes.arrondissements_of("75056")
    around = frozenset().union(*(neighbours(part) for part in parts)) - frozenset(parts)
    assert around == neighbours("75056")


def test_places_around_leave_the_divided_commune_out():
    assert {"75056", "75118", "75119"} <= neighbours("93001")
    assert communes.neighbouring_places("93001") == neighbours("93001") - {"75056"}


def test_adjacency_is_symmetric_with_the_same_distance(everywhere):
    for code, around in everywhere.items():
        for other, distance in around.items():
            assert everywhere[other][code] == distance
            assert other != code


def test_every_neighbour_exists_at_a_plausible_distance(everywhere):
    assert sum(map(len, everywhere.values())) == 2 * 103_782
    for around in everywhere.values():
        for other, distance in around.items():
            assert communes.exists(other)
            assert 0.3 < distance < 200


def test_no_commune_touches_its_own_arrondissements(everywhere):
    assert all(communes.parent_of(code) not in around for code, around in everywhere.items())


def test_known_distance():
    assert neighbours_with_distance("75118")["93070"] == 2.5
    assert neighbours_with_distance("75056")["92012"] == 8.0


def test_an_island_has_no_neighbour():
    assert neighbours("85113") == frozenset()


def test_places_use_arrondissements_instead_of_the_commune_they_divide():
    idf = communes.places(region="11")
    assert len(idf) == 1_285
    assert "75118" in idf
    assert "75056" not in idf
    assert communes.places(department="75") == communes.arrondissements_of("75056")
    assert len(communes.places()) == 35_014 - 3


def test_places_of_an_ept_and_of_an_epci():
    assert set(communes.places(ept="200057867")) == communes.ept_of("93066").communes
    greater_paris = communes.places(epci="200054781")
    assert {"75101", "92012", "93066"} <= set(greater_paris)
    assert communes.places(epci="200054781", department="75") == communes.arrondissements_of("75056")


def test_epci_and_ept_of_a_commune():
    assert communes.epci_of("75118").name == "Métropole du Grand Paris"
    assert communes.ept_of("93066").name == "Plaine Commune"
    assert communes.ept_of("75118") is None
    assert communes.epci_of("85113") is None


def test_unknown_commune_names_the_code_and_the_way_out():
    for question in (commune, communes.parent_of, communes.arrondissements_of, neighbours, communes.epci_of):
        with pytest.raises(UnknownCommune, match=r"'99999'.*look it up by name or postal code"):
            question("99999")
    assert not communes.exists("99999")


def test_a_postal_code_given_for_an_insee_code_is_recognised():
    with pytest.raises(UnknownCommune, match=r"75018 is a postal code.*75118 \(Paris 18e Arrondissement\)"):
        commune("75018")


def test_by_postal_code():
    assert communes.by_postal_code("75018") == ("75118",)
    assert communes.by_postal_code("75116") == ("75116",)
    assert communes.by_postal_code("93210") == ("93066",)
    assert communes.by_postal_code("00000") == ()


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("montreuil", "93048"),
        ("ÉVRY-cour", "91228"),
        ("st-ouen sur seine", "93070"),
        ("boulogne billancourt", "92012"),
        ("Paris 18", "75118"),
        ("75118", "75118"),
        (" 2a004 ", "2A004"),
        ("93100", "93048"),
        ("hoedic", "56085"),
    ],
)
def test_search_finds_what_a_person_types(typed, first):
    assert communes.search(typed)[0].code == first


def test_search_puts_the_same_name_first_then_the_most_populated():
    found = communes.search("Saint-Denis", limit=20)
    assert [one.code for one in found[:2]] == ["97411", "93066"]
    assert {one.name for one in found[:4]} == {"Saint-Denis"}


@pytest.mark.parametrize("typed", ["", "   ", "--", "zzzzzz", "00000"])
def test_search_finds_nothing(typed):
    assert communes.search(typed) == ()


def test_search_respects_its_limit():
    assert len(communes.search("saint", limit=3)) == 3
    assert len(communes.search("75001", limit=0)) == 0
