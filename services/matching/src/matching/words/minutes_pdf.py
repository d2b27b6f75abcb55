"""Minutes on paper: who was there, each home with its files, the decisions and their reasons. The same gives the same.

Private to the committee: the committee's own words are in it.
"""

from collections.abc import Iterable
from functools import cache
from html import escape
from io import BytesIO

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle
from reportlab.platypus.flowables import Flowable

from matching.domain.committee import voting
from matching.domain.minutes import Minutes, MinutesFile, MinutesHome, MinutesLease
from matching.words.committee import FEWER, KINDS, MOVED, ORIGINS, REASONS, SEATS
from matching.words.languages import spoken
from reference.communes import UnknownCommune, commune
from reference.pieces import piece

__all__ = ["paper"]

_FONT, _BOLD = "Vera", "VeraBd"
_MARGIN = 18 * mm
_BODY = ParagraphStyle("body", fontName=_FONT, fontSize=8.5, leading=12, spaceAfter=3)
_SMALL = ParagraphStyle("small", parent=_BODY, fontSize=7.5, leading=10, spaceAfter=0)
_TITLE = ParagraphStyle("title", parent=_BODY, fontName=_BOLD, fontSize=13, leading=18, spaceAfter=6)
_HEAD = ParagraphStyle("head", parent=_BODY, fontName=_BOLD, fontSize=10, leading=14, spaceBefore=8, keepWithNext=1)
_GRID = TableStyle(
    [
        ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
        ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
    ]
)
_WIDTHS = (61 * mm, 25 * mm, 19.5 * mm, 11 * mm, 53 * mm)
"""Together as wide as the text; a number, an origin and each heading stay on one line."""
_COLUMNS = ("Demande", "Origine", "Proposé", "Rang", "Décision et motifs")


def paper(minutes: Minutes) -> bytes:
    """The minutes as PDF, marked as a draft until the session is closed."""
    _load()
    out = BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=f"Procès-verbal du {minutes.held_on:%d/%m/%Y}",
        invariant=True,
    )
    story = [*_opening(minutes), *_present(minutes)]
    for place, home in enumerate(minutes.homes, start=1):
        story += _home(place, home)
    if minutes.leases:
        story.append(_text("Examen triennal de l'occupation (CCH L442-5-2)", _HEAD))
        story += [_lease(one) for one in minutes.leases]

    def foot(canvas: Canvas, _: SimpleDocTemplate) -> None:
        canvas.setFont(_FONT, 7)
        canvas.drawString(_MARGIN, 10 * mm, f"Séance {minutes.number}")
        canvas.drawRightString(A4[0] - _MARGIN, 10 * mm, f"Page {canvas.getPageNumber()}")

    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


def _opening(minutes: Minutes) -> list[Flowable]:
    draft = "" if minutes.final else " - PROJET, séance non close"
    return [
        _text(f"Procès-verbal de la commission d'attribution (CALEOL){draft}", _TITLE),
        _text(f"Séance du {minutes.held_on:%d/%m/%Y}, {minutes.place}. Bailleur : SIREN {minutes.landlord}."),
        _text(
            "Les ménages sont désignés par un numéro sans signification. L'ordre proposé aide à la décision ; "
            "la commission décide (CCH L441-2)."
        ),
    ]


def _present(minutes: Minutes) -> list[Flowable]:
    story: list[Flowable] = [_text("Présents et absents", _HEAD)]
    for one in minutes.members:
        there = "présent(e)" if one.present else "absent(e)"
        town = f", {_commune(one.commune)}" if one.commune else ""
        story.append(_text(f"{one.name}{town}, {spoken(SEATS[one.seat])} : {there}"))
    quorum = f", quorum : {minutes.quorum}" if minutes.quorum else ""
    story.append(_text(f"Voix délibératives présentes : {voting(minutes.members)}{quorum}."))
    return story


def _home(place: int, one: MinutesHome) -> list[Flowable]:
    home = one.home
    where = f"{home.street}, {_commune(home.commune)}" if home.street else _commune(home.commune)
    story: list[Flowable] = [
        _text(f"{place}. {home.dwelling_type.value}, {home.living_area_m2:g} m², {where}", _HEAD),
        _text(
            f"Logement {one.number}. Financement {home.financing.value}, loyer {_euros(home.base_rent_cents)}, "
            f"charges {_euros(home.service_charges_cents)}. Politique : {one.policy}."
        ),
    ]
    if one.fewer_because:
        why = f" {one.justification}" if one.justification else ""
        story.append(_text(f"Moins de trois dossiers : {spoken(FEWER[one.fewer_because])}.{why}"))
    if one.ballot:
        story.append(
            _text(
                f"Vote : {one.ballot.in_favour} pour, {one.ballot.against} contre, "
                f"{one.ballot.abstained} abstention(s)."
            )
        )
    if not one.decided:
        story.append(_text("Aucune décision n'a été prise sur ce logement."))
    return [*story, _files(one.files), Spacer(1, 3 * mm)]


def _files(files: Iterable[MinutesFile]) -> Table:
    """A line a file, and the committee's words below it from side to side: no line is ever higher than a page."""
    rows = [[_text(name, _SMALL) for name in _COLUMNS]]
    wide: list[tuple[object, ...]] = []
    for file in files:
        rows.append(_row(file))
        if file.words:
            line = len(rows)
            rows.append([_text(file.words, _SMALL), *("" for _ in _COLUMNS[1:])])
            wide += [("SPAN", (0, line), (-1, line)), ("NOSPLIT", (0, line - 1), (-1, line))]
    return Table(rows, colWidths=_WIDTHS, repeatRows=1, style=TableStyle(wide, parent=_GRID))


def _row(file: MinutesFile) -> list[Flowable]:
    said = spoken(KINDS[file.kind]) if file.kind else "sans décision"
    if file.piece and file.piece_by:
        said += f" : {piece(file.piece).fr}, avant le {file.piece_by:%d/%m/%Y}"
    if file.reasons:
        said += ". Motifs : " + ", ".join(spoken(REASONS[one]) for one in file.reasons)
    if file.moved_because:
        said += f". Ordre modifié : {spoken(MOVED[file.moved_because])}"
    proposed = f"{file.proposed_rank} ({file.score}\N{NO-BREAK SPACE}pts)"
    cells = (file.number, spoken(ORIGINS[file.origin]), proposed, str(file.rank or "-"), said)
    return [_text(cell, _SMALL) for cell in cells]


def _lease(one: MinutesLease) -> Flowable:
    if one.rehouse is None:
        return _text(f"Bail {one.number} : sans avis.")
    if not one.rehouse or one.suitable is None:
        return _text(f"Bail {one.number} : pas de relogement.")
    home = one.suitable
    asked = [f"{home.smallest.value} à {home.largest.value}"]
    if home.step_free:
        asked.append("sans marche")
    if home.adapted:
        asked.append("adapté")
    if home.highest_base_rent_cents is not None:
        asked.append(f"loyer d'au plus {_euros(home.highest_base_rent_cents)}")
    return _text(f"Bail {one.number} : avis favorable au relogement ; logement adapté : {', '.join(asked)}.")


def _commune(code: str) -> str:
    try:
        return f"{commune(code).name} ({code})"
    except UnknownCommune:
        return code


def _euros(cents: int) -> str:
    return f"{cents / 100:.2f} €".replace(".", ",")


def _text(text: str, style: ParagraphStyle = _BODY) -> Paragraph:
    return Paragraph(escape(text, quote=False), style)


@cache
def _load() -> None:
    """Register the fonts that come with reportlab."""
    pdfmetrics.registerFont(TTFont(_FONT, "Vera.ttf"))
    pdfmetrics.registerFont(TTFont(_BOLD, "VeraBd.ttf"))
