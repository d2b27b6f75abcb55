"""Tables of inventory and every query on them."""

from inventory.store.hard_to_let import Queued, enqueue, queue, queued
from inventory.store.parameters import dated_parameters, parameters_in_force, save_parameters
from inventory.store.stock import dwelling, landlord, register_landlord, save_dwelling
from inventory.store.tables import DwellingRow, HardToLetRow, LandlordRow, Table, VacancyEventRow, VacancyRow
from inventory.store.vacancies import (
    Before,
    before,
    enter,
    hold,
    open_vacancies,
    receipts,
    save_vacancy,
    vacancies,
    vacancy,
    vacancy_of,
)

__all__ = [
    "Before",
    "DwellingRow",
    "HardToLetRow",
    "LandlordRow",
    "Queued",
    "Table",
    "VacancyEventRow",
    "VacancyRow",
    "before",
    "dated_parameters",
    "dwelling",
    "enqueue",
    "enter",
    "hold",
    "landlord",
    "open_vacancies",
    "parameters_in_force",
    "queue",
    "queued",
    "receipts",
    "register_landlord",
    "save_dwelling",
    "save_parameters",
    "save_vacancy",
    "vacancies",
    "vacancy",
    "vacancy_of",
]
