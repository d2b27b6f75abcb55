"""A household's own files: what is missing, what was decided and why. Nothing of others, no committee's words."""

import datetime as dt
from typing import Self
from uuid import UUID

from contracts.allocation import CandidacyEnd, DecisionKind, DecisionReason
from contracts.values import DwellingFacts, Language
from matching.acts.filing import Checklist
from matching.domain.candidacy import CandidacyStatus
from matching.store.candidacy_tables import CandidacyRow
from matching.store.committee_tables import DecisionRow
from matching.store.tables import VacancyRow
from matching.views.view import View
from matching.words.committee import KINDS, REASONS
from matching.words.languages import in_language, spoken
from reference.pieces import piece

__all__ = ["OwnCandidacyView", "OwnDecisionView"]


class OwnDecisionView(View):
    kind: DecisionKind
    says: str
    rank: int | None
    reasons: list[str]
    """In sentences; a household is told why in writing (CCH L441-2-2)."""
    piece: str | None
    """Of an allocation on condition: what is to be given."""
    piece_by: dt.date | None

    @classmethod
    def of(cls, row: DecisionRow, language: Language) -> Self:
        named = row.piece and piece(row.piece)
        return cls(
            kind=DecisionKind(row.kind),
            says=spoken(KINDS[DecisionKind(row.kind)], language),
            rank=row.rank,
            reasons=[spoken(REASONS[DecisionReason(one)], language) for one in row.reasons],
            piece=in_language(named, language) if named else None,
            piece_by=row.piece_by,
        )


class OwnCandidacyView(View):
    candidacy_id: UUID
    dwelling: DwellingFacts
    available_on: dt.date | None
    status: CandidacyStatus
    closed_because: CandidacyEnd | None
    missing: list[str]
    """Pieces that nobody has verified yet, or that count no more."""
    decision: OwnDecisionView | None

    @classmethod
    def of(
        cls,
        row: CandidacyRow,
        vacancy: VacancyRow,
        checklist: Checklist | None,
        decision: DecisionRow | None,
        language: Language,
    ) -> Self:
        waiting = checklist.missing if checklist and row.candidacy().live else ()
        return cls(
            candidacy_id=row.id,
            dwelling=DwellingFacts.model_validate(vacancy.dwelling),
            available_on=vacancy.available_on,
            status=CandidacyStatus(row.status),
            closed_because=CandidacyEnd(row.closed_because) if row.closed_because else None,
            missing=[in_language(one.requirement, language) for one in waiting],
            decision=OwnDecisionView.of(decision, language) if decision else None,
        )
