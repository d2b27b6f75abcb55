"""RPLS files to import: a header line and dwellings of 64 fields."""

from inventory_samples import LANDLORD

_FIELDS = {
    4: "75118",
    7: "12",
    9: "RUE",
    10: "ORDENER",
    15: "3",
    22: "2",
    23: "C",
    24: "3",
    25: "62",
    26: "1934",
    32: "13",
    40: "1",
    44: "410,00",
    49: "D",
    63: "4",
}


def header(siren=LANDLORD, count=""):
    return ";".join(
        ["2026", "0001", "Un bailleur", "UB", "1", "RUE X", "", "75018", "PARIS", f"{siren}00017", str(count), ""]
    )


def line(reference, **fields):
    """A dwelling; fields by their number, as `f44="500"`."""
    cells = [""] * 64
    for number, text in {1: reference, **_FIELDS, **{int(name[1:]): text for name, text in fields.items()}}.items():
        cells[number - 1] = text
    return ";".join(cells)


def rpls(*lines, siren=LANDLORD, count=""):
    return "".join(f"{one}\r\n" for one in (header(siren, count), *lines)).encode("cp1252")
