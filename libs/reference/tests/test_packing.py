"""The packed files: what they weigh, how fast they load, and that packing again gives the same bytes."""

import csv
import gzip
import importlib.util
import json
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

import reference

DATA = Path(str(resources.files("reference") / "data"))
PACK = Path(__file__).parents[1] / "tools" / "pack.py"

LOADING = """
import time
start = time.process_time()
from reference import communes
communes.exists("75056")
communes.neighbours("75118")
print(time.process_time() - start)
"""


@pytest.fixture(scope="module")
def pack():
    spec = importlib.util.spec_from_file_location("pack", PACK)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write(folder, name, header, *rows):
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header.split(","), *rows])


@pytest.fixture
def source(tmp_path):
    """A country of two communes, one of them divided in two."""
    write(
        tmp_path,
        "communes",
        "code,nom,type,commune_parent,dep,reg,epci,ept,codes_postaux,population,lat,lon,zone_abc,zone_plafonds",
        [
            "75101",
            "Paris 1er",
            "ARM",
            "75056",
            "75",
            "11",
            "2",
            "",
            "75001",
            "10",
            "48.86",
            "2.33",
            "Abis",
            "paris_limitrophes",
        ],
        [
            "93001",
            "Aubervilliers",
            "COM",
            "",
            "93",
            "11",
            "2",
            "7",
            "93300",
            "",
            "48.9",
            "2.38",
            "A",
            "paris_limitrophes",
        ],
        ["75056", "Paris", "COM", "", "75", "11", "2", "", "75001", "10", "48.85", "2.34", "Abis", "paris_limitrophes"],
    )
    write(tmp_path, "communes_adjacence", "a,b,distance_km", ["75056", "93001", "7.25"], ["75101", "93001", "5.0"])
    indicators = "taux_logements_sociaux_pct,logements,residences_principales,logements_vacants,revenu_median_uc"
    write(
        tmp_path,
        "communes_indicateurs",
        f"code,{indicators}",
        ["75056", "21.0", "100", "90", "5", "30000.0"],
        ["75101", "", "100", "90", "5", ""],
        ["93001", "157", "100", "90", "5", ""],
    )
    write(
        tmp_path, "paris_parc_social_2025", "code_insee,logements_sociaux_sru_2025,taux_sru_pct", ["75101", "9", "10.5"]
    )
    write(tmp_path, "departements", "code,nom,region,region_nom", ["75", "Paris", "11", "Île-de-France"])
    write(tmp_path, "epci", "code,nom,type", ["2", "Métropole", "METRO"])
    write(tmp_path, "ept", "code,nom,communes", ["7", "Plaine Commune", "93001"])
    write(
        tmp_path,
        "qpv2024",
        "code_qpv,nom,communes,arrondissements,lat,lon,superficie_km2",
        ["QN00001M", "Le Carré", "93001", "", "48.9", "2.38", "0.1"],
    )
    square = [[2.3801, 48.9], [2.38, 48.9], [2.38, 48.9], [2.38, 48.9001], [2.3801, 48.9001], [2.3801, 48.9]]
    speck = [[2.38, 48.9], [2.38, 48.9], [2.38, 48.9]]
    outlines = {
        "features": [
            {
                "properties": {"code": "QN00001M"},
                "geometry": {"type": "MultiPolygon", "coordinates": [[square], [speck]]},
            },
        ],
    }
    (tmp_path / "qpv2024.geojson").write_text(json.dumps(outlines), encoding="utf-8")
    write(
        tmp_path,
        "paris_logements_sociaux_finances",
        "id_livraison,adresse_programme,code_postal,annee_agrement,bailleur,nb_logmt_total,nb_plai,nb_plus,nb_pluscd,"
        "nb_pls,mode_real,nature_programme,lat,lon,code_insee",
        ["2", "RUE B", "75001", "2010", "RIVP", "3", "1", "2", "0", "0", "neuf", "familial", "48.8", "2.3", "75101"],
        ["1", "RUE A", "75001", "2011", "SCI X", "1", "1", "0", "0", "0", "neuf", "familial", "48.8", "2.3", "75101"],
        ["3", "RUE C", "75001", "2012", "RIVP", "-1", "-1", "0", "0", "0", "neuf", "familial", "48.8", "2.3", "75101"],
    )
    write(
        tmp_path,
        "rpls_cannes_2018",
        "nomvoie,nbpiece,surfhab,finan,construct,dpeenergie,dpeserre,etage,typeconst,qpv",
        ["RUE SECRETE", "3", "60", "13", "1990", "C", "D", "", "C", "non"],
        ["RUE SECRETE", "1", "25", "52", "1960", "", "", "2", "C", "oui"],
    )
    write(
        tmp_path,
        "demande_marginales",
        "territoire,date,population,dimension,modalite,valeur,unite,source",
        ["France", "2024", "demandeurs", "volume", "total", "2708400.0", "menages", "une page"],
    )
    write(
        tmp_path,
        "bailleurs",
        "siren,nom,ville,perimetre,source,logements_finances",
        ["", "RIVP", "Paris", "75", "s", "3"],
        ["", "SCI X", "Paris", "75", "s", "1"],
    )
    write(
        tmp_path,
        "plafonds_ressources",
        "programme,zone,categorie,date_debut,plafond_eur,valide_au,calcule",
        *(["PLS", "autres_regions", c, "2026-01-01", "10", "", "oui (PLUS x 1,30)"] for c in [*"123456", "sup"]),
    )
    lists = ("DROIT", "TYPECONST", "ORIGINE", "FINAN", "PMR", "MODE (mode d occupation au 1er janvier)")
    others = ("CONTINGENT (art. R.441-5)", "correspondance_plafond", "source")
    dictionary: dict[str, dict[str, str]] = {key: {} for key in (*lists, *others)}
    (tmp_path / "rpls_dictionnaire.json").write_text(json.dumps(dictionary), encoding="utf-8")
    return tmp_path


def unpacked(files, name):
    return json.loads(gzip.decompress(files[f"{name}.json.gz"]))


def test_packing_twice_gives_the_same_bytes(pack, source):
    assert pack.packed_files(source) == pack.packed_files(source)


def test_packing_writes_the_files_that_are_committed(pack, source):
    sources = (DATA / "SOURCES.md").read_text(encoding="utf-8")
    others = {path.name for path in DATA.iterdir()} - set(pack.packed_files(source)) - {"SOURCES.md"}
    assert set(pack.packed_files(source)) <= {path.name for path in DATA.iterdir()}
    assert all(f"`{name}` (edited by hand)" in sources for name in others)


def test_communes_are_sorted_and_neighbours_go_both_ways(pack, source):
    files = pack.packed_files(source)
    assert unpacked(files, "communes")["code"] == ["75056", "75101", "93001"]
    assert unpacked(files, "neighbours") == {
        "degree": [1, 1, 2],
        "step": [2, 1, -2, 1],
        "decametres": [725, 500, 725, 500],
    }


def test_private_and_impossible_values_are_left_out(pack, source):
    files = pack.packed_files(source)
    operations = unpacked(files, "operations")
    assert operations["delivery_id"] == ["1", "2"]
    assert operations["landlord"] == ["", "RIVP"]
    assert unpacked(files, "landlords")["name"] == ["RIVP"]
    assert unpacked(files, "social_stock")["social_rate"] == [21, None, None]
    assert unpacked(files, "dwellings")["rooms"] == [1, 3]
    assert b"SECRETE" not in gzip.decompress(files["dwellings.json.gz"])


def test_computed_ceilings_keep_their_mark(pack, source):
    (table,) = json.loads(pack.packed_files(source)["ceilings.json"])["tables"]
    assert (table["provenance"], table["zone"]) == ("computed", "other_regions")


def test_outlines_are_steps_without_closing_or_doubled_points(pack, source):
    assert unpacked(pack.packed_files(source), "outlines") == {
        "code": ["QN00001M"],
        "rings": [1],
        "points": [4],
        "east": [23_801, -1, 0, 1],
        "north": [489_000, 0, 1, 0],
    }


def test_packing_stops_on_a_district_without_outline(pack, source):
    (source / "qpv2024.geojson").write_text('{"features": []}', encoding="utf-8")
    with pytest.raises(SystemExit, match="same districts"):
        pack.packed_files(source)


def test_packing_stops_on_a_contradiction(pack, source):
    write(source, "ept", "code,nom,communes", ["7", "Plaine Commune", "93066"])
    with pytest.raises(SystemExit, match="93001"):
        pack.packed_files(source)


@pytest.mark.parametrize("path", sorted(DATA.glob("*.json.gz")), ids=lambda path: path.name)
def test_packed_files_carry_no_time_and_no_name(path):
    flags_and_time = path.read_bytes()[3:8]
    assert flags_and_time == bytes(5)


def test_packed_files_stay_small():
    assert sum(path.stat().st_size for path in DATA.iterdir()) < 2_000_000


def test_communes_and_neighbours_load_fast():
    """About 0.09 s on a quiet core; the bound is for a busy one."""
    runs = [subprocess.run([sys.executable, "-c", LOADING], capture_output=True, check=True) for _ in range(3)]
    assert min(float(run.stdout) for run in runs) < 0.5


def test_the_mention_to_display_is_the_one_of_the_sources():
    assert reference.DISPLAY_MENTION in (DATA / "SOURCES.md").read_text(encoding="utf-8")


def test_every_file_has_its_line_in_the_sources():
    sources = (DATA / "SOURCES.md").read_text(encoding="utf-8")
    assert all(f"`{path.name}`" in sources for path in DATA.glob("*.json*"))
