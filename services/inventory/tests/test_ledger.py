from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inventory_samples import LANDLORD, STRANGER, D

from contracts.inventory import ParticipationRecorded, Scheme
from contracts.values import ApplicationKind
from inventory.domain.agreement import InterLandlord, ReservationMode
from inventory.domain.flow_report import construction
from inventory.domain.ledger import Deduction, Ending, Household, Lent, Letting, RightLine, consequence
from inventory.domain.participation import areas_of, takes_part

PREFECT, CITY, LEFT = "999100001", "999100002", "7500000AAA"


def letting(**over):
    usual = {"landlord": LANDLORD, "mode": ReservationMode.STOCK, "holder": PREFECT, "holder_used_it": False}
    return Letting(**{**usual, **over})


def moves(landlord=LANDLORD, kind=ApplicationKind.TRANSFER, reference=LEFT):
    return Household(kind=kind, landlord=landlord, reference=reference)


FLOW = {"mode": ReservationMode.FLOW}
ENTRANT = Household(kind=ApplicationKind.FIRST)


@pytest.mark.parametrize(
    ("home", "household", "expected"),
    [
        (letting(), ENTRANT, Lent(borrower=None, left=None)),
        (letting(left_holder=CITY, exchange=True), moves(), Lent(borrower=CITY, left=LEFT)),
        (letting(left_holder=CITY), moves(), Lent(borrower=CITY, left=None)),
        (letting(left_holder=PREFECT, exchange=True), moves(), None),
        (letting(holder_used_it=True), moves(), None),
        (letting(holder=None), moves(), None),
        (letting(exchange=True), moves(kind=ApplicationKind.SPLIT), Lent(borrower=None, left=None)),
        (letting(**FLOW), moves(), Deduction.INTERNAL_TRANSFER),
        (letting(**FLOW, holder=None), moves(), Deduction.INTERNAL_TRANSFER),
        (letting(**FLOW, holder_used_it=True), moves(), Deduction.INTERNAL_TRANSFER),
        (letting(**FLOW), ENTRANT, None),
        (letting(**FLOW), moves(kind=ApplicationKind.SPLIT), None),
        (letting(**FLOW), moves(STRANGER), None),
        (letting(**FLOW, inter_landlord=InterLandlord.DEDUCTS), moves(STRANGER), Deduction.INTER_LANDLORD),
        (
            letting(**FLOW, inter_landlord=InterLandlord.LENDS, exchange=True),
            moves(STRANGER),
            Lent(borrower=None, left=LEFT),
        ),
        (letting(**FLOW, inter_landlord=InterLandlord.LENDS, holder_used_it=True), moves(STRANGER), None),
    ],
)
def test_what_a_letting_does_to_rights(home, household, expected):
    assert consequence(home, household) == expected


lettings = st.builds(
    Letting,
    landlord=st.just(LANDLORD),
    mode=st.just(ReservationMode.FLOW),
    holder=st.sampled_from([None, PREFECT, CITY]),
    inter_landlord=st.sampled_from(InterLandlord),
    holder_used_it=st.booleans(),
    left_holder=st.sampled_from([None, PREFECT, CITY]),
    exchange=st.booleans(),
)


@given(lettings)
def test_in_flow_an_internal_transfer_writes_no_line(home):
    assert consequence(home, moves()) is Deduction.INTERNAL_TRANSFER


def line(**over):
    usual = {"id": UUID(int=1), "agreement_id": UUID(int=2), "landlord": LANDLORD, "holder": PREFECT, "borrower": CITY}
    home = {"lent_by": UUID(int=3), "dwelling_type": "T3", "commune": "75118", "left": LEFT}
    return RightLine(**usual, **home, lent_on=D(2026, 10, 1), **over)


def test_a_right_shows_its_age_until_it_ends():
    assert line().age_days(D(2026, 10, 31)) == 30
    assert line(ended_on=D(2026, 10, 20), ending=Ending.WAIVED).age_days(D(2026, 10, 31)) is None


def joined(**over):
    usual = {"participation_id": UUID(int=1), "version": 1, "scheme": "protocole_mutations", "area": "75"}
    return ParticipationRecorded(**{**usual, "valid_from": D(2026, 1, 1), **over})


@pytest.mark.parametrize(
    ("one", "asked", "expected"),
    [
        (joined(landlord=LANDLORD), {"landlord": LANDLORD}, True),
        (joined(landlord=LANDLORD), {"landlord": STRANGER}, False),
        (joined(landlord=LANDLORD), {"landlord": LANDLORD, "holder": CITY}, False),
        (joined(holder=CITY), {"landlord": LANDLORD, "holder": CITY}, True),
        (joined(holder=CITY), {"landlord": LANDLORD}, False),
        (joined(holder=CITY, landlord=LANDLORD), {"landlord": LANDLORD, "holder": CITY}, True),
        (joined(holder=CITY, landlord=LANDLORD), {"landlord": STRANGER, "holder": CITY}, False),
        (joined(landlord=LANDLORD, area="75118"), {"landlord": LANDLORD}, True),
        (joined(landlord=LANDLORD, area="75056"), {"landlord": LANDLORD}, True),
        (joined(landlord=LANDLORD, area="all"), {"landlord": LANDLORD}, True),
        (joined(landlord=LANDLORD, area="93"), {"landlord": LANDLORD}, False),
        (joined(landlord=LANDLORD, valid_from=D(2027, 1, 1)), {"landlord": LANDLORD}, False),
        (joined(landlord=LANDLORD, valid_to=D(2026, 11, 21)), {"landlord": LANDLORD}, False),
        (joined(landlord=LANDLORD, valid_to=D(2026, 11, 22)), {"landlord": LANDLORD}, True),
        (joined(landlord=LANDLORD, scheme="exchange"), {"landlord": LANDLORD}, False),
    ],
)
def test_who_takes_part_where_and_when(one, asked, expected):
    on = D(2026, 11, 22)
    assert takes_part([one], Scheme.PROTOCOLE_MUTATIONS, commune="75118", on=on, **asked) is expected


def test_a_commune_lies_in_its_ept_epci_and_department():
    assert {"93066", "93", "all"} < areas_of("93066")
    assert len(areas_of("93066")) == 5


@pytest.mark.parametrize(
    ("built_in", "period"),
    [(1948, "avant 1949"), (1949, "1949-1974"), (1974, "1949-1974"), (2014, "2005-2014"), (2015, "depuis 2015")],
)
def test_the_report_names_periods_of_construction(built_in, period):
    assert construction(built_in) == period
    assert construction(None) == "inconnue"
