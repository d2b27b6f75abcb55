import datetime as dt

import pytest

from reference.pieces import Stage, UnknownPiece, piece, pieces_for


def test_a_piece_counts_from_its_date_of_issue():
    assert piece("payslips").valid_until(dt.date(2026, 11, 30)) == dt.date(2027, 2, 28)
    assert piece("identity_document").valid_until(dt.date(2026, 11, 30)) is None
    assert piece("tax_notice").stage is Stage.INSTRUCTION


def test_a_fact_may_be_proven_by_several():
    assert [one.kind for one in pieces_for("resources")] == ["payslips", "benefit_statement"]
    assert pieces_for("weather") == ()


def test_an_unknown_kind_is_named_with_those_there_are():
    with pytest.raises(UnknownPiece, match="'library_card'; known are identity_document, tax_notice"):
        piece("library_card")
