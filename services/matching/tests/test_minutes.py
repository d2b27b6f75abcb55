"""Minutes on paper: they come out whatever a committee wrote, and the table's words stay whole."""

import datetime as dt
from uuid import UUID

import pytest
from reportlab.pdfbase import pdfmetrics

from contracts.allocation import CandidacyOrigin, DecisionKind, DecisionReason
from contracts.examples import EXAMPLES
from contracts.inventory import VacancyReleased
from matching.domain.committee import Member, Seat
from matching.domain.minutes import Minutes, MinutesFile, MinutesHome
from matching.words import minutes_pdf
from matching.words.committee import ORIGINS
from matching.words.languages import spoken

MOST_WORDS = 2000
"""What a decision takes of the committee's own words."""
REASONS = tuple(one for one in DecisionReason if one is not DecisionReason.UNKNOWN)


def minutes(words: str) -> Minutes:
    files = tuple(
        MinutesFile(
            number=str(UUID(int=place)),
            origin=CandidacyOrigin.RENEWAL,
            proposed_rank=place,
            score=100,
            kind=DecisionKind.NOT_ALLOCATED,
            reasons=REASONS,
            words=words,
        )
        for place in range(1, 31)
    )
    home = MinutesHome(
        number=str(UUID(int=99)),
        home=EXAMPLES[VacancyReleased.TYPE].dwelling,
        policy="paris/2026-11-22",
        decided=True,
        files=files,
        fewer_because=None,
        justification=None,
        ballot=None,
    )
    return Minutes(
        number=str(UUID(int=98)),
        landlord="999000001",
        held_on=dt.date(2026, 11, 23),
        place="Tours",
        final=True,
        members=[Member(seat=Seat.MAYOR, name="Mme Essai", commune="37261", present=True)],
        quorum=None,
        homes=[home],
        leases=[],
    )


@pytest.mark.parametrize("letter", ["W", "é", "OUI À TOUS. "])
def test_the_longest_words_on_every_file_are_printed(letter):
    assert minutes_pdf.paper(minutes((letter * MOST_WORDS)[:MOST_WORDS])).startswith(b"%PDF-")


def test_headings_and_origins_are_not_broken_in_the_middle_of_a_word():
    minutes_pdf.paper(minutes("Rien à dire."))  # registers the fonts
    padding = 8
    columns = dict(zip(minutes_pdf._COLUMNS, minutes_pdf._WIDTHS, strict=True))
    cells = [(name, word) for name in columns for word in name.split()]
    cells += [("Origine", word) for said in ORIGINS.values() for word in spoken(said).split()]
    cells += [("Demande", str(UUID("0" * 32))), ("Proposé", "40 (999 pts)")]
    for column, word in cells:
        assert pdfmetrics.stringWidth(word, "Vera", 7.5) + padding <= columns[column], word
