"""Tables of demand and every query on them."""

from demand.store.applications import (
    add_application,
    application,
    application_numbered,
    applications_of,
    duplicates,
    erase_application,
    housing_json,
    save_application,
)
from demand.store.persons import (
    add_person,
    erase_person,
    helps_others,
    log_reading,
    person,
    readings,
    save_person,
)
from demand.store.record import note, record, state, statements
from demand.store.tables import ApplicationRow, FactRow, HandlingRow, PersonRow, ReadingRow, Table

__all__ = [
    "ApplicationRow",
    "FactRow",
    "HandlingRow",
    "PersonRow",
    "ReadingRow",
    "Table",
    "add_application",
    "add_person",
    "application",
    "application_numbered",
    "applications_of",
    "duplicates",
    "erase_application",
    "erase_person",
    "helps_others",
    "housing_json",
    "log_reading",
    "note",
    "person",
    "readings",
    "record",
    "save_application",
    "save_person",
    "state",
    "statements",
]
