"""`parcours load rpls|open-data|dwellings` on a real database: the line that machines read, the report, the errors."""

import asyncio
import csv
import datetime as dt
import json
import sys

import pytest

from chassis.migrations import upgrade
from inventory.bulk import load_landlords
from stack.cli import main

LANDLORD = "999000001"
HEADER = "id,depcom,numvoie,nomvoie,nbpiece,surfhab,finan,lat,lon\n"
FILE = HEADER + "RPLS06029-00001,06029,26,DES BOSQUETS,3,47,52,,\nRPLS06029-00002,06029,26,DES BOSQUETS,many,37,52,,\n"


@pytest.fixture
def parcours(monkeypatch, capsys, tmp_path, database):
    """Run the command against an inventory with one landlord; gives (status, standard output, standard error)."""

    async def prepare():
        await upgrade(database, "inventory")
        await load_landlords(database, [(LANDLORD, "Un bailleur")], now=dt.datetime.now(dt.UTC))

    asyncio.run(prepare())
    monkeypatch.setenv("PARCOURS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("INVENTORY_DATABASE_URL", database)

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["parcours", "load", *words])
        try:
            main()
        except SystemExit as end:
            return int(end.code or 0), *capsys.readouterr()
        raise AssertionError("the command ends the process")

    return run


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "homes.csv"
    path.write_text(FILE)
    return path


def test_a_file_ends_with_one_line_for_machines_and_a_second_time_changes_nothing(parcours, file):
    words = ("open-data", str(file), "--landlord", LANDLORD, "--json")
    status, said, errors = parcours(*words)
    assert (status, errors, said.count("\n")) == (0, "", 1)
    first = json.loads(said)
    assert first.pop("seconds") > 0
    assert first == {"read": 2, "loaded": 1, "changed": 0, "unchanged": 0, "rejected": 1}
    second = json.loads(parcours(*words)[1])
    assert (second["loaded"], second["unchanged"], second["rejected"]) == (0, 1, 1)


def test_people_are_told_where_the_report_is(parcours, file, tmp_path):
    report = tmp_path / "elsewhere.csv"
    status, said, _ = parcours("open-data", str(file), "--landlord", LANDLORD, "--report", str(report))
    assert status == 0
    assert "2 lines in" in said
    assert "1 new, 0 changed, 0 unchanged, 1 rejected" in said
    assert str(report) in said
    with report.open(encoding="utf-8-sig", newline="") as rows:
        rejected = [row for row in csv.DictReader(rows, delimiter=";") if row["what"] == "rejected"]
    assert [(row["line"], row["field"], row["value"], row["reason"]) for row in rejected] == [
        ("3", "main_rooms", "many", "not a number")
    ]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("open-data", "--landlord", "999000777"), "No landlord with SIREN 999000777 is registered here"),
        (("rpls", "--landlord", LANDLORD), "The first line is no RPLS header"),
        (("dwellings", "--landlord", LANDLORD, "--profile", "ikos"), "There is no profile 'ikos'"),
        (("dwellings", "--landlord", LANDLORD, "--profile", "example"), "The file has no column 'N° RPLS'"),
    ],
)
def test_what_cannot_be_taken_is_one_sentence(parcours, file, words, sentence):
    status, said, errors = parcours(words[0], str(file), *words[1:])
    assert (status, said) == (1, "")
    assert sentence in errors
    assert not file.with_name("homes.csv.report.csv").exists()


def test_applications_of_an_export_and_of_the_national_file(parcours, postgres_server, tmp_path, monkeypatch):
    demand = postgres_server.create_database("demand_files")
    asyncio.run(upgrade(demand, "demand"))
    monkeypatch.setenv("DEMAND_DATABASE_URL", demand)
    export, national = tmp_path / "export.csv", tmp_path / "sne.xml"
    heads = "Numéro unique;Date de dépôt;Prénom;Nom;Logement actuel;Personnes à loger"
    export.write_text(f"{heads}\n1110318016982G1104;01/03/2024;Awa;Diallo;LP;3\n12;01/03/2024;Awa;Diallo;LP;3\n")
    national.write_text("<list><demandeLogement><numUnique>12</numUnique></demandeLogement></list>")
    status, said, errors = parcours("applications", str(export), "--profile", "example", "--json")
    assert (status, errors) == (0, "")
    tally = json.loads(said)
    assert (tally["read"], tally["loaded"], tally["rejected"]) == (2, 1, 1)
    tally = json.loads(parcours("sne", str(national), "--json")[1])
    assert (tally["read"], tally["loaded"], tally["rejected"]) == (1, 0, 1)
    postgres_server.drop_database("demand_files")
