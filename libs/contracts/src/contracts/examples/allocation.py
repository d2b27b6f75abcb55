"""The household's file goes before the committee, is ranked first, accepts, and leaves a home behind."""

import datetime as dt
from typing import Any

from contracts import allocation
from contracts.event import Event
from contracts.examples.story import (
    APPLICANT_ID,
    APPLICATION_ID,
    CALL_ID,
    CANDIDACY_ID,
    CO_APPLICANT_ID,
    DWELLING,
    DWELLING_REFERENCE,
    EXAMINATION_ID,
    FIRST_VACANCY_ID,
    LANDLORD,
    OFFER_ID,
    OTHER_CANDIDACY_ID,
    PARTNER,
    SESSION_ID,
    TENANCY_ID,
    VACANCY_ID,
)
from contracts.tenancy import SuitableHome
from contracts.values import DwellingType

_PERSONS = (APPLICANT_ID, CO_APPLICANT_ID)
_HOME: dict[str, Any] = {"vacancy_id": VACANCY_ID, "landlord": LANDLORD}
_FILE: dict[str, Any] = {**_HOME, "candidacy_id": CANDIDACY_ID, "application_id": APPLICATION_ID}
_OFFER: dict[str, Any] = {**_FILE, "offer_id": OFFER_ID, "person_ids": _PERSONS}
_SEED = "5b1e9c0f7a2d4836b9e0c1d2f3a4b5c65b1e9c0f7a2d4836b9e0c1d2f3a4b5c6"


def _at(day: int, hour: int) -> dt.datetime:
    return dt.datetime(2026, 12, day, hour, 15, tzinfo=dt.UTC)


EXAMPLES: tuple[Event, ...] = (
    allocation.DrawCommitted(
        **_HOME,
        commitment="52b23cb49a1a223d7d510c8775b96e49b8083bf5a0705519060a07d11864ae35",
        committed_at=_at(1, 8),
    ),
    allocation.DrawRevealed(**_HOME, seed=_SEED, revealed_at=_at(20, 9)),
    allocation.CandidacyOpened(
        **_FILE,
        version=1,
        person_ids=_PERSONS,
        origin=allocation.CandidacyOrigin.CALL,
        call_id=CALL_ID,
        score=128,
        policy="national/2026-11-01",
        opened_at=_at(2, 10),
    ),
    allocation.CandidacyCompleted(**_FILE, version=2, completed_at=_at(3, 11)),
    allocation.CandidacyReopened(**_FILE, version=3, reopened_at=_at(4, 1)),
    allocation.CandidacyParked(**_FILE, version=3, for_candidacy_id=OTHER_CANDIDACY_ID, parked_at=_at(4, 16)),
    allocation.CandidacyRevived(**_FILE, version=4, revived_at=_at(6, 9)),
    allocation.CandidacyClosed(
        **_FILE,
        version=5,
        because=allocation.CandidacyEnd.VACANCY_LET,
        closed_at=_at(20, 9),
        person_ids=(APPLICANT_ID,),
        dwelling=DWELLING,
    ),
    allocation.CommitteeDecided(
        **_HOME,
        session_id=SESSION_ID,
        on=dt.date(2026, 12, 8),
        decisions=(
            allocation.Decision(
                candidacy_id=CANDIDACY_ID,
                application_id=APPLICATION_ID,
                kind=allocation.DecisionKind.ALLOCATED_ON_CONDITION,
                rank=1,
                proposed_rank=2,
                moved_because=allocation.MovedBecause.HOME_SUITS_ITS_NEEDS,
                reasons=(allocation.DecisionReason.RIGHT_OF_STAY_NOT_PROVEN,),
                piece="payslips",
                piece_by=dt.date(2026, 12, 18),
                person_ids=_PERSONS,
            ),
        ),
        fewer_files_because=allocation.FewerFilesBecause.TOO_FEW_CANDIDATES,
        dwelling=DWELLING,
    ),
    allocation.OfferMade(
        **_OFFER,
        version=1,
        dwelling=DWELLING,
        available_on=dt.date(2026, 12, 15),
        available_on_expected=True,
        answer_by=dt.date(2026, 12, 18),
        rank=1,
        on_condition=True,
        made_on=dt.date(2026, 12, 8),
    ),
    allocation.OfferReminded(
        **_OFFER,
        version=2,
        dwelling=DWELLING,
        available_on=dt.date(2026, 12, 15),
        available_on_expected=True,
        answer_by=dt.date(2026, 12, 18),
        on_condition=True,
    ),
    allocation.OfferAccepted(**_OFFER, version=2, accepted_on=dt.date(2026, 12, 12)),
    allocation.OfferRefused(
        **_OFFER, version=2, refused_on=dt.date(2026, 12, 12), because=allocation.OfferRefusedBecause.RENT
    ),
    allocation.OfferWithdrawn(**_OFFER, version=2, because=allocation.CandidacyEnd.VACANCY_GONE),
    allocation.MoveSigned(
        **_HOME,
        application_id=APPLICATION_ID,
        offer_id=OFFER_ID,
        signed_on=dt.date(2026, 12, 19),
        home_left=allocation.HomeLeft(
            landlord=PARTNER, reference=DWELLING_REFERENCE, commune="75113", dwelling_type=DwellingType.T2
        ),
        chain_id=FIRST_VACANCY_ID,
        step=2,
    ),
    allocation.ExaminationOpinionDecided(
        tenancy_id=TENANCY_ID,
        examination_id=EXAMINATION_ID,
        session_id=SESSION_ID,
        landlord=LANDLORD,
        on=dt.date(2026, 12, 8),
        rehouse=True,
        suitable=SuitableHome(
            smallest=DwellingType.T2,
            largest=DwellingType.T3,
            step_free=True,
            adapted=False,
            highest_base_rent_cents=410_00,
        ),
    ),
)
