"""Tenancies to test with."""

import datetime as dt
from uuid import UUID

from contracts.demand import ConditionsRecorded
from contracts.inventory import DwellingRecorded
from contracts.tenancy import (
    HomeVisited,
    InsuranceStated,
    LeaseSigned,
    OccupancyStated,
    RentAccountStated,
    TenancyEnded,
)
from demand.domain.tenancy import Statement, Tenancy, tenancy_id

LANDLORD, STRANGER = "552032708", "999000001"
HOME, OTHER_HOME = "7500123456", "7500000002"
REFERENCE = "BAIL-1987-04"
NAMES = {"dwelling_reference": HOME, "tenancy_reference": REFERENCE}
TENANCY = tenancy_id(LANDLORD, REFERENCE)
NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


def lease(**over):
    """Of a lady of 71 alone in a five-room home of Paris 18e, without e-mail."""
    said = {
        **NAMES,
        "signed_on": "1993-11-23",
        "leaseholders": [{"given_name": "Odette", "family_name": "Garnier", "birth_date": "1955-03-02"}],
        "address": ["12 rue de la Goutte d'Or"],
        "postal_code": "75018",
        "town": "PARIS",
        "commune": "75118",
        "dwelling_type": "T5",
        "main_rooms": 5,
        "living_area_m2": 96.0,
        "base_rent_cents": 610_00,
        **over,
    }
    return LeaseSigned.model_validate(said)


def occupancy(*born, **over):
    occupants = [
        {"relation": "leaseholder" if not place else "child", "born_in": year} for place, year in enumerate(born)
    ]
    said = {**NAMES, "stated_on": "2026-06-01", "occupants": occupants, "reference_tax_income_euros": 15_000, **over}
    return OccupancyStated.model_validate(said)


def account(**over):
    said = {**NAMES, "as_of": "2026-11-01", "arrears_cents": 0, "valid_until": "2027-01-31", **over}
    return RentAccountStated.model_validate(said)


def insurance(**over):
    return InsuranceStated.model_validate({**NAMES, "as_of": "2026-09-01", "insured_until": "2027-08-31", **over})


def visit(**over):
    return HomeVisited.model_validate({**NAMES, "visited_on": "2026-10-10", **over})


def ended(**over):
    return TenancyEnded.model_validate({**NAMES, "ended_on": "2026-11-20", **over})


def statement(event, *, time=NOON, event_id="e1", source="//landlord/erp"):
    return Statement(event=event, time=time, source=source, event_id=event_id)


def tenancy(*events):
    """The fold of these events, told one hour after the other."""
    folded = Tenancy(id=TENANCY, landlord=LANDLORD, reference=REFERENCE, dwelling_reference=HOME)
    for place, event in enumerate(events):
        folded = folded.state(statement(event, time=NOON + dt.timedelta(hours=place), event_id=f"e{place}"))
    return folded


def conditions(**over):
    said = {
        "landlord": LANDLORD,
        "version": 1,
        "valid_from": "2026-01-01",
        "minimum_occupancy_months": 24,
        "arrears": "plan_respected",
        "insurance_required": True,
        "visit_required": True,
        "visit_valid_months": 6,
        "rent_policy": "relet",
        **over,
    }
    return ConditionsRecorded.model_validate(said)


def dwelling(**over):
    """The home as inventory tells it: PLUS, in a priority district."""
    facts = {
        "commune": "75118",
        "street": "rue de la Goutte d'Or",
        "dwelling_type": "T5",
        "living_area_m2": 96.0,
        "financing": "PLUS",
        "base_rent_cents": 610_00,
        "in_priority_district": True,
        **over.pop("facts", {}),
    }
    said = {
        "dwelling_id": UUID(int=7),
        "version": 1,
        "landlord": LANDLORD,
        "reference": HOME,
        "dwelling": facts,
        **over,
    }
    return DwellingRecorded.model_validate(said)
