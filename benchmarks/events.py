"""Events as the flow carries them, for what is measured without services."""

import datetime as dt
from uuid import uuid4

from chassis.work import Outgoing
from contracts.event import Envelope
from contracts.inventory import VacancyReleased
from contracts.topics import INVENTORY_VACANCY
from contracts.values import DwellingFacts, DwellingType, EnergyClass, Financing

_HOME = DwellingFacts(
    commune="75118",
    street="12 rue Marcadet",
    dwelling_type=DwellingType.T3,
    living_area_m2=61.5,
    financing=Financing.PLUS,
    base_rent_cents=48_230,
    service_charges_cents=9_150,
    floor=3,
    lift=True,
    step_free=True,
    wheelchair_accessible=False,
    energy_class=EnergyClass.C,
    built_in=1978,
)


def released(now: dt.datetime) -> Outgoing:
    """A home that can be let, of a vacancy nobody has heard of."""
    event = VacancyReleased(
        vacancy_id=uuid4(),
        version=1,
        dwelling_id=uuid4(),
        landlord="552032708",
        dwelling=_HOME,
        available_on=now.date(),
    )
    envelope = Envelope.new(event.TYPE, source="benchmark", time=now, subject=event.key)
    return Outgoing(topic=INVENTORY_VACANCY.name, key=event.key, envelope=envelope, payload=event.encode())
