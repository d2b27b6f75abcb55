"""Letters on paper: one PDF a batch, a letter a sheet, its address where a window envelope shows it.

The same batch gives the same bytes: what was printed can be printed again.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from io import BytesIO

from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Frame, Paragraph, Spacer

from contracts.demand import PostalAddress
from contracts.values import Language
from notifications.rendering.notices import NoticeWords

_FONT, _BOLD = "Vera", "VeraBd"
_MARGIN = 22 * mm
_WINDOW = (110 * mm, A4[1] - 52 * mm)
"""Left edge and first line of the address: the window of a French DL envelope (NF Z 11-001)."""
_BODY = ParagraphStyle("body", fontName=_FONT, fontSize=10, leading=15, alignment=TA_LEFT, spaceAfter=7)
_LINK = ParagraphStyle("link", parent=_BODY, fontName="Courier", fontSize=9)
"""Of a width in which l, I and 1 are told apart: a link on paper is typed."""
_SUBJECT = ParagraphStyle("subject", parent=_BODY, fontName=_BOLD)
_REGISTERED = {
    Language.FRENCH: "Lettre recommandée avec avis de réception n° {}",
    Language.ENGLISH: "Registered letter with advice of delivery no. {}",
}
_REFERENCE = {Language.FRENCH: "Référence : {}", Language.ENGLISH: "Reference: {}"}
_SUBJECT_OF = {Language.FRENCH: "Objet : {}", Language.ENGLISH: "Subject: {}"}
_PROOF = "ÉPREUVE - NE PAS POSTER / PROOF - DO NOT POST"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A letter with all that stands on it."""

    words: NoticeWords
    name: str
    address: PostalAddress
    reference: str
    registered: bool
    dated: str


def pdf(sheets: Sequence[Sheet], *, sender: str, proof: bool) -> bytes:
    """The letters in their order. `proof` marks each as one that is not to be posted."""
    _load()
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=True)
    canvas.setTitle("Parcours")
    for sheet in sheets:
        _draw(canvas, sheet, sender, proof=proof)
    if not sheets:
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def printable(text: str) -> str:
    """The text in letters that the font has: without them, the letter they are made from, else a question mark."""
    glyphs = _load()
    return "".join(letter if ord(letter) in glyphs else _nearest(letter, glyphs) for letter in text)


def _draw(canvas: Canvas, sheet: Sheet, sender: str, *, proof: bool) -> None:
    language = sheet.words.language
    top = A4[1] - _MARGIN
    canvas.setFont(_BOLD, 10)
    canvas.drawString(_MARGIN, top, printable(sender))
    canvas.setFont(_FONT, 9)
    reference = (_REGISTERED if sheet.registered else _REFERENCE)[language].format(sheet.reference)
    canvas.drawString(_MARGIN, top - 6 * mm, printable(reference))
    if proof:
        canvas.drawRightString(A4[0] - _MARGIN, top, _PROOF)
    _draw_address(canvas, sheet)
    canvas.setFont(_FONT, 10)
    canvas.drawString(_MARGIN, A4[1] - 95 * mm, printable(sheet.dated))
    story = [Paragraph(_escaped(_SUBJECT_OF[language].format(sheet.words.subject)), _SUBJECT), Spacer(1, 3 * mm)]
    story += [_paragraph(paragraph, sheet.words) for paragraph in sheet.words.paragraphs]
    height = A4[1] - 101 * mm - _MARGIN
    while story:
        before = len(story)
        Frame(_MARGIN, _MARGIN, A4[0] - 2 * _MARGIN, height, 0, 0, 0, 0).addFromList(story, canvas)
        canvas.showPage()
        height = A4[1] - 2 * _MARGIN
        assert len(story) < before, "a paragraph of a notice fits a page"


def _paragraph(text: str, words: NoticeWords) -> Paragraph:
    if text == words.link:
        return Paragraph(_escaped(text.removeprefix("https://")), _LINK)
    return Paragraph(_escaped(text), _BODY)


def _draw_address(canvas: Canvas, sheet: Sheet) -> None:
    left, line = _WINDOW
    canvas.setFont(_FONT, 10)
    last = f"{sheet.address.postal_code} {sheet.address.town.upper()}"
    for text in (sheet.name, *sheet.address.lines, last):
        canvas.drawString(left, line, printable(text))
        line -= 5 * mm


def _escaped(text: str) -> str:
    return escape(printable(text), quote=False)


@cache
def _load() -> dict[int, int]:
    """Register the fonts that come with reportlab; return which letters they have."""
    face = TTFont(_FONT, "Vera.ttf")
    pdfmetrics.registerFont(face)
    pdfmetrics.registerFont(TTFont(_BOLD, "VeraBd.ttf"))
    glyphs: dict[int, int] = face.face.charToGlyph
    return glyphs


def _nearest(letter: str, glyphs: dict[int, int]) -> str:
    if letter.isspace():
        return " "
    plain = "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))
    return plain if plain and all(ord(part) in glyphs for part in plain) else "?"
