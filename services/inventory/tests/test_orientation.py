import itertools
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.domain.orientation import WHOLE, Flow, labels_of

TYPES = ("T1", "T2", "T3", "T4", "T5")


@st.composite
def shares(draw, most=9):
    """Shares of up to nine parties, some of them tiny, that add up to the whole."""
    count = draw(st.integers(1, most))
    if count == 1:
        return {"own": WHOLE}
    cuts = draw(st.lists(st.integers(1, WHOLE - 1), min_size=count - 1, max_size=count - 1, unique=True))
    edges = [0, *sorted(cuts), WHOLE]
    return {f"party {n}": after - before for n, (before, after) in enumerate(itertools.pairwise(edges))}


homes = st.tuples(st.sampled_from(TYPES), st.booleans()).map(lambda home: labels_of(*home))


def within_quota(flow):
    for party, share in flow.shares.items():
        away = flow.turns.get(party, 0) - Fraction(share * flow.n, WHOLE)
        assert abs(away) < 1, f"{party} is {float(away)} away at {flow.n}"


@settings(max_examples=150)
@given(shares(), st.lists(homes, min_size=1, max_size=120))
def test_at_every_n_each_has_its_share_to_within_one_home_in_any_order(parties, released):
    flow = Flow(shares=parties)
    for n, labels in enumerate(released, 1):
        flow, party = flow.release(labels)
        assert party in parties
        assert flow.n == n
        within_quota(flow)


@settings(max_examples=100)
@given(shares(), st.lists(st.tuples(homes, st.booleans()), min_size=1, max_size=80))
def test_homes_that_leave_the_base_take_nobodys_turn(parties, story):
    """A home that leaves the base gives its party the next one; turns counted stay within quota throughout."""
    flow = Flow(shares=parties)
    for labels, leaves in story:
        waiting = flow.owed
        flow, party = flow.release(labels)
        if waiting:
            assert party == waiting[0]
        within_quota(flow)
        if leaves:
            flow = flow.leave_base(party, labels)
            within_quota(flow)
    while flow.owed:
        n = flow.n
        flow, _ = flow.release(labels_of("T3", False))
        assert flow.n == n, "an owed turn is no new one"
    within_quota(flow)


@pytest.mark.parametrize(
    ("parties", "count"),
    [
        ({"préfet": 3000, "ville": 2000, "employeurs": 2500, "own": 2500}, 400),
        ({"préfet": 3000, "own": 7000}, 100),
        ({"a": 3334, "b": 3333, "c": 3333}, 300),
        ({"tiny": 1, "own": 9999}, 60),
    ],
)
def test_a_year_of_releases(parties, count):
    flow = Flow(shares=parties)
    for n in range(count):
        flow, _ = flow.release(labels_of(TYPES[n % 5], n % 3 == 0))
        within_quota(flow)
    assert flow.n == count


def test_types_and_districts_are_balanced_besides():
    """Every second home is large: without the balance by type an even share could take all of them."""
    flow = Flow(shares={"a": 5000, "b": 5000})
    for n in range(40):
        flow, _ = flow.release(labels_of("T5" if n % 2 else "T1", n % 4 < 2))
    for label in ("type T5", "type T1", "in a priority district", "outside"):
        assert flow.by_stratum[label] == {"a": 10, "b": 10}


def test_a_new_year_forgets_turns_and_keeps_what_is_owed():
    flow = Flow(shares={"a": 5000, "b": 5000})
    flow, party = flow.release(labels_of("T2", False))
    flow = flow.leave_base(party, labels_of("T2", False)).begin({"a": 2000, "b": 8000})
    assert (flow.n, flow.owed) == (0, (party,))
    assert flow.begin({"c": WHOLE}).owed == ()


@pytest.mark.parametrize("parties", [{"a": 5000}, {"a": 10_000, "b": 0}, {"a": 12_000, "b": -2000}])
def test_shares_that_make_no_whole_are_refused(parties):
    with pytest.raises(ValueError, match="add up to"):
        Flow(shares=parties)
