"""Minutes as a table that French office programs open: semicolons, a byte order mark, a line a file."""

import csv
import io

from matching.domain.minutes import Minutes, MinutesFile, MinutesHome
from matching.words.committee import FEWER, KINDS, MOVED, ORIGINS, REASONS
from matching.words.languages import spoken
from reference.pieces import piece

__all__ = ["COLUMNS", "table"]

COLUMNS = (
    "séance",
    "date",
    "bailleur",
    "logement",
    "commune",
    "type",
    "demande",
    "origine",
    "rang proposé",
    "points",
    "décision",
    "rang",
    "motifs",
    "motif du rang",
    "pièce à fournir",
    "pièce avant le",
    "moins de trois dossiers",
)
_MARK = "\ufeff"


def table(minutes: Minutes) -> bytes:
    """A line for each file and for each opinion. The committee's own words are in the paper minutes alone."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, delimiter=";", lineterminator="\r\n", restval="")
    writer.writeheader()
    session = {"séance": minutes.number, "date": minutes.held_on.strftime("%d/%m/%Y"), "bailleur": minutes.landlord}
    for home in minutes.homes:
        writer.writerows(session | _file(home, one) for one in home.files)
    for lease in minutes.leases:
        said = "" if lease.rehouse is None else "avis favorable au relogement" if lease.rehouse else "pas de relogement"
        kind = f"{lease.suitable.smallest.value} à {lease.suitable.largest.value}" if lease.suitable else ""
        writer.writerow(session | {"logement": f"bail {lease.number}", "type": kind, "décision": said})
    return (_MARK + out.getvalue()).encode()


def _file(home: MinutesHome, one: MinutesFile) -> dict[str, object]:
    return {
        "logement": home.number,
        "commune": home.home.commune,
        "type": home.home.dwelling_type.value,
        "demande": one.number,
        "origine": spoken(ORIGINS[one.origin]),
        "rang proposé": one.proposed_rank,
        "points": one.score,
        "décision": spoken(KINDS[one.kind]) if one.kind else "sans décision",
        "rang": one.rank or "",
        "motifs": ", ".join(spoken(REASONS[reason]) for reason in one.reasons),
        "motif du rang": spoken(MOVED[one.moved_because]) if one.moved_because else "",
        "pièce à fournir": piece(one.piece).fr if one.piece else "",
        "pièce avant le": one.piece_by.strftime("%d/%m/%Y") if one.piece_by else "",
        "moins de trois dossiers": spoken(FEWER[home.fewer_because]) if home.fewer_because else "",
    }
