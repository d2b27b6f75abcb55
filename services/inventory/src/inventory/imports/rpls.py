"""The header line of an RPLS file: who sends it, and how many dwellings it says follow."""

from typing import NamedTuple

from intake import FileRefused

FIELDS = 12
_SIRET, _COUNT = 9, 10
_SIREN_LENGTH = 9


class Header(NamedTuple):
    siren: str
    announced: int | None
    """Dwellings that follow, by the header; None where it does not say."""


def header_of(line: str) -> Header:
    """Read the first line (arrêté of 5 January 2010, annexe: twelve fields).

    Raises:
        FileRefused: it is none.
    """
    cells = [cell.strip().strip('"') for cell in line.split(";")]
    siret = cells[_SIRET] if len(cells) >= FIELDS else ""
    if not siret.isdigit() or len(siret) < _SIREN_LENGTH:
        raise FileRefused(
            f"The first line is no RPLS header: it has {len(cells)} fields and no SIRET as its tenth; "
            "send the file as it was made for the register, with its header line of 12 fields."
        )
    count = cells[_COUNT]
    return Header(siret[:_SIREN_LENGTH], int(count) if count.isdigit() else None)
