"""Tables of demand and every query on them."""

from demand.store.applications import (
    add_application,
    application,
    application_numbered,
    applications_of,
    erase_application,
    housing_json,
    save_application,
)
from demand.store.persons import add_person, erase_person, log_reading, person, readings, save_person
from demand.store.tables import ApplicationRow, PersonRow, ReadingRow, Table

__all__ = [
    "ApplicationRow",
    "PersonRow",
    "ReadingRow",
    "Table",
    "add_application",
    "add_person",
    "application",
    "application_numbered",
    "applications_of",
    "erase_application",
    "erase_person",
    "housing_json",
    "log_reading",
    "person",
    "readings",
    "save_application",
    "save_person",
]
