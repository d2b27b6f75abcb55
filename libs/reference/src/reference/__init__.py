"""Real public data of French social housing, packed beside the code and read with the standard library.

Numbers that change by decree live here with their date; the rules that use them live elsewhere. `DISPLAY_MENTION` is
owed wherever the data is shown; producers, licences and vintages are in `data/SOURCES.md`.
"""

from typing import Final

__all__ = ["DISPLAY_MENTION"]

DISPLAY_MENTION: Final = (
    "Source : INSEE, DGCL, IGN, ANCT, SDES (RPLS), DHUP/ANIL, ministère du Logement – Licence Ouverte 2.0 ; "
    "Ville de Paris – ODbL"
)
