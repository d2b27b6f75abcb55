"""Tables of inventory and every query on them."""

from inventory.store.stock import dwelling, landlord, register_landlord, save_dwelling
from inventory.store.tables import DwellingRow, LandlordRow, Table, VacancyEventRow, VacancyRow
from inventory.store.vacancies import (
    Before,
    before,
    enter,
    open_vacancies,
    receipts,
    save_vacancy,
    vacancies,
    vacancy,
)

__all__ = [
    "Before",
    "DwellingRow",
    "LandlordRow",
    "Table",
    "VacancyEventRow",
    "VacancyRow",
    "before",
    "dwelling",
    "enter",
    "landlord",
    "open_vacancies",
    "receipts",
    "register_landlord",
    "save_dwelling",
    "save_vacancy",
    "vacancies",
    "vacancy",
]
