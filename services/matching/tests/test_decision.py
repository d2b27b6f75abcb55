"""Whatever is entered: decisions that are taken rank 1 to n, and at most one household at a time is offered a home."""

import datetime as dt
import uuid

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.allocation import DecisionKind, DecisionReason, MovedBecause
from contracts.values import Language
from matching.domain.committee import Seat
from matching.domain.decision import Proposal, Tabled, decide, overtaking, to_be_offered
from matching.words.committee import CASES, FEWER, KINDS, MOVED, REASONS, SEATS
from matching.words.languages import spoken
from reference.checklist import requirements
from reference.pieces import kinds

ON = dt.date(2026, 12, 1)
RANKED = {DecisionKind.ALLOCATED, DecisionKind.ALLOCATED_BY_RANK, DecisionKind.ALLOCATED_ON_CONDITION}


def tabled(count):
    return [
        Tabled(
            candidacy_id=uuid.UUID(int=number),
            application_id=uuid.UUID(int=100 + number),
            person_ids=(),
            proposed_rank=number,
        )
        for number in range(1, count + 1)
    ]


@st.composite
def entered(draw):
    """Anything that a form can say of some files, right or wrong; right ones often."""
    files = tabled(draw(st.integers(1, 5)))
    if draw(st.booleans()):
        return files, draw(
            st.lists(
                st.builds(
                    Proposal,
                    candidacy_id=st.sampled_from([one.candidacy_id for one in files]),
                    kind=st.sampled_from(DecisionKind),
                    rank=st.none() | st.integers(1, 5),
                    reasons=st.lists(st.sampled_from(DecisionReason), max_size=2).map(tuple),
                    moved_because=st.none() | st.sampled_from(MovedBecause),
                    words=st.none() | st.just("Motif."),
                    piece=st.none() | st.sampled_from(["payslips", "weather"]),
                    piece_by=st.none() | st.just(ON + dt.timedelta(days=7)),
                ),
                max_size=6,
            )
        )
    order = draw(st.permutations(files))
    allocated = draw(st.integers(0, len(files)))
    moved = overtaking((rank, one.proposed_rank) for rank, one in enumerate(order[:allocated], start=1))
    proposals = []
    for rank, one in enumerate(order, start=1):
        if rank > allocated:
            proposals.append(
                Proposal(
                    candidacy_id=one.candidacy_id,
                    kind=DecisionKind.NOT_ALLOCATED,
                    reasons=(DecisionReason.FILE_NOT_TRUE,),
                )
            )
            continue
        kind = DecisionKind.ALLOCATED if rank == 1 else DecisionKind.ALLOCATED_BY_RANK
        because = MovedBecause.EMERGENCY if rank in moved else None
        proposals.append(Proposal(candidacy_id=one.candidacy_id, kind=kind, rank=rank, moved_because=because))
    return files, proposals


@settings(max_examples=300)
@given(entered(), st.randoms())
def test_decisions_that_are_taken_rank_one_to_n_and_only_one_household_is_offered_at_a_time(said, chance):
    files, proposals = said
    decisions, objections = decide(files, proposals, on=ON, pieces=kinds())
    assert bool(decisions) != bool(objections) or not proposals
    if not decisions:
        return
    assert {one.candidacy_id for one in decisions} == {one.candidacy_id for one in files}
    assert len(decisions) == len(files)
    ranks = [one.rank for one in decisions if one.rank is not None]
    assert ranks == list(range(1, len(ranks) + 1))
    assert all((one.kind in RANKED) == (one.rank is not None) for one in decisions)
    assert sum(one.kind is DecisionKind.ALLOCATED for one in decisions) <= 1
    assert all(one.rank is not None or one.reasons for one in decisions)
    moved = overtaking((one.rank, one.proposed_rank) for one in decisions if one.rank)
    assert all((one.rank in moved) == (one.moved_because is not None) for one in decisions if one.rank)
    ranked = {one.candidacy_id: one.rank for one in decisions if one.rank}
    over, turns = set(), []
    while (turn := to_be_offered(ranked, over)) is not None:
        turns.append(ranked[turn])
        over.add(turn)
        if ranked.keys() - over and chance.random() < 0.3:  # somebody who waits is housed elsewhere
            over.add(chance.choice(sorted(ranked.keys() - over)))
    assert turns == sorted(set(turns))
    assert over == ranked.keys()


@given(st.permutations(range(1, 6)))
def test_a_file_overtakes_exactly_where_it_has_one_behind_it_that_was_before(proposed):
    ranked = list(enumerate(proposed, start=1))
    slow = {r for r, p in ranked for other, was in ranked if other > r and was < p}
    assert overtaking(ranked) == slow
    assert (overtaking(ranked) == set()) == (list(proposed) == sorted(proposed))


def test_every_code_has_its_words_in_french_and_english():
    for words, codes in ((KINDS, DecisionKind), (REASONS, DecisionReason), (MOVED, MovedBecause), (SEATS, Seat)):
        assert set(words) == {one for one in codes if one.value != "unknown"}
    for said in (
        *KINDS.values(),
        *REASONS.values(),
        *MOVED.values(),
        *SEATS.values(),
        *FEWER.values(),
        *CASES.values(),
    ):
        assert spoken(said, Language.FRENCH) != spoken(said, Language.ENGLISH)


def test_the_checklist_asks_for_pieces_that_there_are_from_a_day_on():
    asked = requirements(ON)
    assert all(one.any_of for one in asked)
    assert len({one.name for one in asked}) == len(asked)
    assert requirements(dt.date(2020, 1, 1)) == ()
