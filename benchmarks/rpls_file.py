"""An RPLS file of any length, after the joint distribution of a real stock (reference.samples, Cannes 2018)."""

import random
from pathlib import Path

from reference.samples import DwellingSample, dwelling_samples

FIELDS = 64
_STREETS = ("DES LILAS", "JEAN JAURES", "DE LA REPUBLIQUE", "DES ACACIAS", "ALFRED DE MUSSET", "DE L'ÉGLISE")
_COMMUNES = ("06029", "75118", "93066", "37261", "93001", "92012")
_RENT_M2 = (5.6, 8.9)
"""Euros a square metre and month: about what RPLS publishes for the older and the newer stock."""


def write_rpls(path: Path, *, siren: str, dwellings: int, seed: int = 1) -> None:
    """`dwellings` lines after the header line."""
    draw = random.Random(seed)
    samples = dwelling_samples()
    header = ["2026", "0001", "BAILLEUR D'ESSAI", "BE", "1", "RUE", "X", "75018", "PARIS", f"{siren}00012"]
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(";".join([*header, str(dwellings), ""]) + "\r\n")
        for number in range(dwellings):
            file.write(";".join(_line(draw.choice(samples), number, draw)) + "\r\n")


def _line(sample: DwellingSample, number: int, draw: random.Random) -> list[str]:
    cells = [""] * (FIELDS + 1)  # by the numbers of the arrêté, from 1
    cells[1] = f"{number:010}"
    cells[2] = f"L{number}"
    cells[3] = "1"
    cells[4] = draw.choice(_COMMUNES)
    cells[7], cells[9], cells[10] = str(draw.randrange(1, 200)), "RUE", draw.choice(_STREETS)
    cells[15] = "" if sample.floor is None else str(sample.floor)
    cells[22] = "1" if sample.in_priority_district else "2"
    cells[23] = sample.building.value
    cells[24], cells[25], cells[26] = str(sample.rooms), str(sample.living_area_m2), str(sample.built_in)
    cells[27] = cells[28] = cells[26]
    cells[29], cells[32], cells[34] = "1", sample.financing.value, "1"
    cells[40] = draw.choices("1235", weights=(92, 3, 3, 2))[0]
    cells[41], cells[42], cells[43] = "03/2011", "3", cells[25]
    cells[44] = f"{sample.living_area_m2 * draw.uniform(*_RENT_M2):.2f}"
    cells[45], cells[48] = "999", "01/2010" if sample.energy else "01/1900"
    cells[49] = sample.energy.value if sample.energy else "0"
    cells[50] = sample.emissions.value if sample.emissions else "0"
    cells[63] = draw.choice("123467")
    return cells[1:]
