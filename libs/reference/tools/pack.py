# /// script
# requires-python = ">=3.11"
# dependencies = ["polars==1.*"]
# ///
"""Rebuild `reference/data/` from the folder of cleaned public data.

    uv run --no-project --script libs/reference/tools/pack.py SOURCE_DIR

SOURCE_DIR holds the files that `data/SOURCES.md` lists, under their French names. Each table is read from its CSV
where there is one. Only the three tables kept as parquet (`communes`, `communes_adjacence`,
`communes_indicateurs`) need polars, which is not in the workspace's lock: the header above lets uv run this script in
an environment of its own. A hand-made one (a venv under /tmp with polars) does as well.

Output is byte-identical for the same source and zlib: rows are sorted, JSON is canonical, gzip carries no time and
no name. Whatever contradicts itself in the source stops the script; whatever is left out is said in SOURCES.md.
"""

import csv
import gzip
import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[1] / "src" / "reference" / "data"

Row = dict[str, str]

ABC_ZONES = ["", "Abis", "A", "B1", "B2", "C"]
CEILING_ZONES = {
    "paris_limitrophes": "paris_and_neighbours",
    "ile_de_france": "rest_of_ile_de_france",
    "autres_regions": "other_regions",
}
OVERSEAS = "overseas"
CEILING_LAW = "arrêté du 29 juillet 1987 modifié"
CEILING_DECREES = {
    ("PLUS", "2026-01-01"): f"{CEILING_LAW} par l'arrêté du 19 décembre 2025 (NOR VLOL2534266A)",
}
CEILING_METHODS = {
    "non": CEILING_LAW,
    "oui (PLUS x 1,30)": "calculé : plafond PLUS × 1,30, arrondi à l'euro",
    "oui (2022 indexe IRL T3, a confirmer a l arrete)": (
        "calculé : plafond 2022 indexé sur l'IRL du 3e trimestre, à confirmer à l'arrêté"
    ),
}
NOT_LANDLORDS = ("SCI ", "SCCV ")


def read(source: Path, name: str) -> list[Row]:
    """Rows of `name`.csv, or of `name`.parquet where there is no CSV; absent values are empty strings."""
    path = source / f"{name}.csv"
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    import polars as pl  # noqa: PLC0415 - only the parquet tables need it

    frame = pl.read_parquet(source / f"{name}.parquet")
    return [{k: "" if v is None else str(v) for k, v in row.items()} for row in frame.iter_rows(named=True)]


def number(text: str) -> int | None:
    return round(float(text)) if text else None


def department_of(code: str) -> str:
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def pack_communes(rows: list[Row], epci_codes: list[str], ept_members: dict[str, str]) -> dict[str, Any]:
    """Communes and arrondissements in columns, sorted by code; coordinates in 1/10,000 degree."""
    for row in rows:
        if row["dep"] != department_of(row["code"]) or row["ept"] != ept_members.get(row["code"], ""):
            sys.exit(f"{row['code']}: département or EPT contradicts the code or the EPT table.")
    epci_index = {code: index for index, code in enumerate(epci_codes)}
    zones = [*CEILING_ZONES.values(), OVERSEAS]
    return {
        "code": [row["code"] for row in rows],
        "name": [row["nom"] for row in rows],
        "parent": {row["code"]: row["commune_parent"] for row in rows if row["commune_parent"]},
        "epci": [epci_index[row["epci"]] if row["epci"] else None for row in rows],
        "postal_codes": [row["codes_postaux"] for row in rows],
        "population": [number(row["population"]) for row in rows],
        "latitude": [round(float(row["lat"]) * 10_000) for row in rows],
        "longitude": [round(float(row["lon"]) * 10_000) for row in rows],
        "abc_zones": ABC_ZONES,
        "abc_zone": "".join(str(ABC_ZONES.index(row["zone_abc"])) for row in rows),
        "ceiling_zones": zones,
        "ceiling_zone": "".join(str(zones.index(ceiling_zone(row))) for row in rows),
    }


def ceiling_zone(row: Row) -> str:
    """Overseas is taken out of "autres régions": its ceilings are another arrêté's (14 March 2011)."""
    return OVERSEAS if row["code"].startswith(("97", "98")) else CEILING_ZONES[row["zone_plafonds"]]


def pack_neighbours(codes: list[str], pairs: list[Row]) -> dict[str, Any]:
    """Both directions of each pair, flat: `degree` a commune, `step` between indices, `decametres` a neighbour."""
    index = {code: position for position, code in enumerate(codes)}
    around: dict[int, dict[int, int]] = defaultdict(dict)
    for pair in pairs:
        a, b, distance = index[pair["a"]], index[pair["b"]], round(float(pair["distance_km"]) * 100)
        around[a][b] = around[b][a] = distance
    degree, step, decametres = [], [], []
    for position in range(len(codes)):
        near = sorted(around[position].items())
        degree.append(len(near))
        step += [b - a for a, b in pairwise([position, *(other for other, _ in near)])]
        decametres += [distance for _, distance in near]
    return {"degree": degree, "step": step, "decametres": decametres}


def pack_territories(source: Path) -> dict[str, Any]:
    return {
        "departments": [
            [row["code"], row["nom"], row["region"], row["region_nom"]] for row in read(source, "departements")
        ],
        "epci": [[row["code"], row["nom"], row["type"]] for row in sorted_by(read(source, "epci"), "code")],
        "ept": [[row["code"], row["nom"], row["communes"].split("|")] for row in read(source, "ept")],
    }


def pack_ceilings(rows: list[Row]) -> dict[str, Any]:
    grouped: dict[tuple[str, str, str], dict[str, Row]] = defaultdict(dict)
    for row in rows:
        key = (row["programme"], row["date_debut"], CEILING_ZONES[row["zone"]])
        grouped[key][row["categorie"]] = row
    tables = []
    for (financing, start, zone), by_category in sorted(grouped.items()):
        marks = {row["calcule"] for row in by_category.values()}
        if len(marks) != 1:
            sys.exit(f"{financing} {zone} {start}: categories do not have the same origin: {sorted(marks)}.")
        mark = marks.pop()
        tables.append(
            {
                "financing": financing,
                "zone": zone,
                "effective_from": start,
                "provenance": "published" if mark == "non" else "computed",
                "source": CEILING_DECREES.get((financing, start), CEILING_METHODS[mark]),
                "categories": [number(by_category[str(category)]["plafond_eur"]) for category in range(1, 7)],
                "extra_person": number(by_category["sup"]["plafond_eur"]),
            },
        )
    return {"tables": tables}


def pack_stock(rows: list[Row], paris: list[Row]) -> dict[str, Any]:
    """Indicators aligned with the communes' order. A rate above 100 % is a fault of the source: left unknown."""
    rates = [number(row["taux_logements_sociaux_pct"]) for row in rows]
    return {
        "social_rate": [rate if rate is None or rate <= 100 else None for rate in rates],  # noqa: PLR2004
        "dwellings": [number(row["logements"]) for row in rows],
        "main_residences": [number(row["residences_principales"]) for row in rows],
        "vacant": [number(row["logements_vacants"]) for row in rows],
        "median_income": [number(row["revenu_median_uc"]) for row in rows],
        "counted": {
            row["code_insee"]: [int(row["logements_sociaux_sru_2025"]), float(row["taux_sru_pct"])] for row in paris
        },
    }


def pack_districts(rows: list[Row]) -> dict[str, Any]:
    return columns(
        sorted_by(rows, "code_qpv"),
        {
            "code": lambda row: row["code_qpv"],
            "name": lambda row: row["nom"],
            "communes": lambda row: row["communes"],
            "arrondissements": lambda row: row["arrondissements"],
            "latitude": lambda row: round(float(row["lat"]), 4),
            "longitude": lambda row: round(float(row["lon"]), 4),
            "area_km2": lambda row: float(row["superficie_km2"]),
        },
    )


def pack_outlines(collection: dict[str, Any], codes: list[str]) -> dict[str, Any]:
    """Outlines of the districts, all points in one line: each is the step from the one before, in 1/10,000 degree.

    `rings` counts those of a district (its parts and their holes alike), `points` those of a ring. A ring is not
    closed again by its first point; points that fall together at this scale are one, rings of less than three none.
    """
    features = sorted(collection["features"], key=lambda feature: feature["properties"]["code"])
    if [feature["properties"]["code"] for feature in features] != codes:
        sys.exit("qpv2024.geojson and qpv2024.csv do not hold the same districts.")
    outlines = [
        [ring for polygon in polygons(feature["geometry"]) for ring in map(on_grid, polygon) if len(ring) >= 3]  # noqa: PLR2004
        for feature in features
    ]
    for code, rings in zip(codes, outlines, strict=True):
        if not rings:
            sys.exit(f"{code}: its outline has no area.")
    points = [point for rings in outlines for ring in rings for point in ring]
    return {
        "code": codes,
        "rings": [len(rings) for rings in outlines],
        "points": [len(ring) for rings in outlines for ring in rings],
        "east": [b - a for a, b in pairwise([0, *(x for x, _ in points)])],
        "north": [b - a for a, b in pairwise([0, *(y for _, y in points)])],
    }


def polygons(geometry: dict[str, Any]) -> list[Any]:
    many: list[Any] = geometry["coordinates"]
    return many if geometry["type"] == "MultiPolygon" else [many]


def on_grid(ring: list[list[float]]) -> list[tuple[int, int]]:
    """The ring in 1/10,000 degree, without its closing point or points twice in a row."""
    points = [(round(longitude * 10_000), round(latitude * 10_000)) for longitude, latitude in ring[:-1]]
    return [point for before, point in zip([points[-1], *points], points, strict=False) if point != before]


def pack_operations(rows: list[Row]) -> dict[str, Any]:
    """Operations of Paris; corrections (a negative count) are left out, private companies' names too."""
    counts = ("nb_logmt_total", "nb_plai", "nb_plus", "nb_pluscd", "nb_pls")
    kept = [row for row in rows if all(int(row[count]) >= 0 for count in counts)]
    for row in kept:
        if int(row["nb_logmt_total"]) != sum(int(row[count]) for count in counts[1:]):
            sys.exit(f"Operation {row['id_livraison']}: the financings do not add up to the total.")
    kept.sort(key=lambda row: (row["code_insee"], row["id_livraison"], row["annee_agrement"], row["nature_programme"]))
    return columns(
        kept,
        {
            "delivery_id": lambda row: row["id_livraison"],
            "address": lambda row: row["adresse_programme"],
            "postal_code": lambda row: row["code_postal"],
            "arrondissement": lambda row: row["code_insee"],
            "approved_in": lambda row: int(row["annee_agrement"]),
            "landlord": lambda row: "" if row["bailleur"].startswith(NOT_LANDLORDS) else row["bailleur"],
            "plai": lambda row: int(row["nb_plai"]),
            "plus": lambda row: int(row["nb_plus"]),
            "plus_cd": lambda row: int(row["nb_pluscd"]),
            "pls": lambda row: int(row["nb_pls"]),
            "works": lambda row: row["mode_real"],
            "programme": lambda row: row["nature_programme"],
            "latitude": lambda row: round(float(row["lat"]), 5),
            "longitude": lambda row: round(float(row["lon"]), 5),
        },
    )


def pack_dwellings(rows: list[Row]) -> dict[str, Any]:
    """The jointly drawn columns only, sorted by value: no address, no position, no identifier, no order of the file."""
    packed = columns(
        rows,
        {
            "rooms": lambda row: int(row["nbpiece"]),
            "living_area_m2": lambda row: int(row["surfhab"]),
            "financing": lambda row: row["finan"],
            "built_in": lambda row: int(row["construct"]),
            "energy": lambda row: row["dpeenergie"],
            "emissions": lambda row: row["dpeserre"],
            "floor": lambda row: int(row["etage"]) if row["etage"] else None,
            "building": lambda row: row["typeconst"],
            "priority_district": lambda row: int(row["qpv"] == "oui"),
        },
    )
    ordered = sorted(zip(*packed.values(), strict=True), key=str)
    return {name: list(values) for name, values in zip(packed, zip(*ordered, strict=True), strict=True)}


def pack_marginals(rows: list[Row]) -> dict[str, Any]:
    french = ("territoire", "date", "population", "dimension", "modalite", "valeur", "unite", "source")
    english = ("territory", "period", "population", "dimension", "modality", "value", "unit", "source")
    packed: dict[str, Any] = {e: [row[f] for row in rows] for f, e in zip(french, english, strict=True)}
    packed["value"] = [float(value) for value in packed["value"]]
    return packed


def pack_landlords(rows: list[Row]) -> dict[str, Any]:
    return columns(
        [row for row in rows if not row["nom"].startswith(NOT_LANDLORDS)],
        {
            "siren": lambda row: row["siren"],
            "name": lambda row: row["nom"],
            "city": lambda row: row["ville"],
            "department": lambda row: row["perimetre"],
            "funded_dwellings": lambda row: int(row["logements_finances"]),
            "source": lambda row: row["source"],
        },
    )


def pack_rpls_codes(dictionary: dict[str, Any]) -> dict[str, Any]:
    """The source's code lists as they are: the tests hold `reference.rpls` against them."""
    lists = ("DROIT", "TYPECONST", "ORIGINE", "FINAN", "PMR", "MODE (mode d occupation au 1er janvier)")
    lists += ("CONTINGENT (art. R.441-5)",)
    return {name.split()[0]: dictionary[name] for name in lists} | {
        "correspondance_plafond": dictionary["correspondance_plafond"],
        "source": dictionary["source"],
    }


def columns(rows: Iterable[Row], getters: dict[str, Any]) -> dict[str, list[Any]]:
    listed = list(rows)
    return {name: [getter(row) for row in listed] for name, getter in getters.items()}


def sorted_by(rows: list[Row], column: str) -> list[Row]:
    return sorted(rows, key=lambda row: row[column])


def packed_files(source: Path) -> dict[str, bytes]:
    """Every packed file's name and bytes."""
    communes = sorted_by(read(source, "communes"), "code")
    codes = [row["code"] for row in communes]
    indicators = sorted_by(read(source, "communes_indicateurs"), "code")
    if codes != [row["code"] for row in indicators]:
        sys.exit("communes and communes_indicateurs do not hold the same codes.")
    territories = pack_territories(source)
    districts = pack_districts(read(source, "qpv2024"))
    outlines = json.loads((source / "qpv2024.geojson").read_text(encoding="utf-8"))
    ept_members = {member: code for code, _, members in territories["ept"] for member in members}
    compact = {
        "communes": pack_communes(communes, [code for code, *_ in territories["epci"]], ept_members),
        "neighbours": pack_neighbours(codes, read(source, "communes_adjacence")),
        "territories": territories,
        "social_stock": pack_stock(indicators, read(source, "paris_parc_social_2025")),
        "districts": districts,
        "outlines": pack_outlines(outlines, districts["code"]),
        "operations": pack_operations(read(source, "paris_logements_sociaux_finances")),
        "dwellings": pack_dwellings(read(source, "rpls_cannes_2018")),
        "marginals": pack_marginals(read(source, "demande_marginales")),
        "landlords": pack_landlords(read(source, "bailleurs")),
    }
    readable = {
        "ceilings": pack_ceilings(read(source, "plafonds_ressources")),
        "rpls_codes": pack_rpls_codes(json.loads((source / "rpls_dictionnaire.json").read_text(encoding="utf-8"))),
    }
    return {f"{name}.json.gz": compress(table) for name, table in compact.items()} | {
        f"{name}.json": (json.dumps(table, ensure_ascii=False, indent=1) + "\n").encode()
        for name, table in readable.items()
    }


def compress(table: dict[str, Any]) -> bytes:
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return gzip.compress(text.encode(), compresslevel=9, mtime=0)


def main(arguments: list[str]) -> None:
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        sys.exit("Usage: pack.py SOURCE_DIR (the folder described in data/SOURCES.md)")
    files = packed_files(Path(arguments[0]))
    for name, content in files.items():
        (DATA / name).write_bytes(content)
        sys.stdout.write(f"{len(content):>9,}  {name}\n")
    sys.stdout.write(f"{sum(map(len, files.values())):>9,}  in all\n")


if __name__ == "__main__":
    main(sys.argv[1:])
