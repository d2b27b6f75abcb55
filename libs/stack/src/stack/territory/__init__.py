"""The territory on which Parcours is shown and measured: synthetic people and homes on real places.

`Territory.of("small")` or `Territory.of("idf")` names one; its rows follow from the name and a seed. `figures.FIGURES`
says where every number comes from. No person, no tenancy and no flat of it exists.
"""

from stack.territory.applications import Applications, application_chunk, applications
from stack.territory.columns import joined
from stack.territory.dwellings import Dwellings, dwelling_chunk, dwellings
from stack.territory.expected import Alert, Expected, expected_alerts
from stack.territory.extent import AS_OF, DEFAULT_SEED, SIZES, Territory, UnknownSize
from stack.territory.figures import FIGURES, Assumed, Cited
from stack.territory.landlords import Landlord, market
from stack.territory.vacancies import PlannedVacancy, plan_vacancies

__all__ = [
    "AS_OF",
    "DEFAULT_SEED",
    "FIGURES",
    "SIZES",
    "Alert",
    "Applications",
    "Assumed",
    "Cited",
    "Dwellings",
    "Expected",
    "Landlord",
    "PlannedVacancy",
    "Territory",
    "UnknownSize",
    "application_chunk",
    "applications",
    "dwelling_chunk",
    "dwellings",
    "expected_alerts",
    "joined",
    "market",
    "plan_vacancies",
]
