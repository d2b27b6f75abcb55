"""Figures that a text sets and another may change: areas, ages, percentages, periods, amounts. The rules are in `law`.

`data/figures.json` is edited by hand: a changed figure is a new row with its date, the old one stays.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache

from reference._dated import Dated, dated_by
from reference._packed import packed

__all__ = ["DatedFigure", "Figure", "Reading", "UnknownFigure", "days_of_effect", "figure"]


class UnknownFigure(LookupError):
    """The text had not set this figure yet."""


class Figure(StrEnum):
    """What each figure means, and its text, are in its row."""

    MINIMUM_AREA_M2 = "minimum_area_m2"
    MINIMUM_AREA_OVERSEAS_M2 = "minimum_area_overseas_m2"
    ROOMS_ABOVE_PERSONS = "rooms_above_persons"
    RECENT_INCOME_FALL_PERCENT = "recent_income_fall_percent"
    YOUNG_HOUSEHOLD_AGES = "young_household_ages"
    DEROGATION_YEARS = "derogation_years"
    SURCHARGE_PERCENT = "surcharge_percent"
    RIGHT_TO_STAY_PERCENT = "right_to_stay_percent"
    RIGHT_TO_STAY_MONTHS = "right_to_stay_months"
    PROTECTED_ABOVE_AGE = "protected_above_age"
    RELOCATION_OFFERS = "relocation_offers"
    RELOCATION_MONTHS = "relocation_months"
    RELOCATION_MONTHS_AFTER_DEATH = "relocation_months_after_death"
    RELOCATION_DISTANCE_KM = "relocation_distance_km"
    MOBILITY_AID_MOVERS_EUROS = "mobility_aid_movers_euros"
    MOBILITY_AID_LUMP_SUM_EUROS = "mobility_aid_lump_sum_euros"
    MOBILITY_AID_WORKS_EUROS = "mobility_aid_works_euros"
    MOBILITY_AID_WORKS_DEPENDANT_EUROS = "mobility_aid_works_dependant_euros"
    EXAMINATION_YEARS = "examination_years"
    COMMITTEE_LEAST_FILES = "committee_least_files"
    COMMITTEE_MOST_MEMBERS = "committee_most_members"
    OFFER_LEAST_DAYS = "offer_least_days"
    PREFECT_RESERVATION_PERCENT = "prefect_reservation_percent"
    AGENTS_RESERVATION_PERCENT = "agents_reservation_percent"
    LOCAL_RESERVATION_PERCENT = "local_reservation_percent"
    FLOW_REPORT_MONTH_AND_DAY = "flow_report_month_and_day"


class Reading(StrEnum):
    """How sure a figure is: read in the text in force, in a version perhaps amended since, or not at all."""

    READ = "read"
    READ_IN_OLDER_VERSION = "read_in_older_version"
    NOT_READ = "not_read"
    """Stands in, from practice or memory; its note says since when."""


@dataclass(frozen=True, slots=True)
class DatedFigure:
    """A figure in force: `values` by number of persons for an area, one value else; `text` and `note` in French.

    `since` is None where the day it took effect is not known; it then holds for every day.
    """

    name: Figure
    since: date | None
    values: tuple[int, ...]
    text: str
    reading: Reading
    note: str

    @property
    def value(self) -> int:
        (only,) = self.values
        return only


@cache
def _rows() -> dict[Figure, Dated[DatedFigure]]:
    rows = (
        DatedFigure(
            name=Figure(row["name"]),
            since=None if row["since"] is None else date.fromisoformat(row["since"]),
            values=tuple(row["values"]),
            text=row["text"],
            reading=Reading(row["reading"]),
            note=row["note"],
        )
        for row in packed("figures")["figures"]
    )
    return dated_by(rows, key=lambda one: one.name, since=lambda one: one.since or date.min)


@lru_cache(maxsize=1024)
def figure(name: Figure, on: date) -> DatedFigure:
    """The figure in force `on` a day; raises `UnknownFigure` before the first that is known."""
    dated = _rows()[name]
    found = dated.on(on)
    if found is None:
        raise UnknownFigure(f"{name} is not known on {on}: {dated.first.text} sets it since {dated.first.since}.")
    return found


@cache
def days_of_effect() -> frozenset[date]:
    """The days from which a figure was another."""
    return frozenset(row.since for dated in _rows().values() for row in dated.rows if row.since is not None)
