"""Homes of the past for tests: as facts, as the bytes that the database keeps, and what opens them, home by home."""

import datetime as dt
import random
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import matching_samples as samples

from contracts.values import DwellingFacts, DwellingType
from matching.domain.application import Application
from matching.domain.near_miss import Change, changes_for
from matching.domain.policy import Basis, InForce
from matching.domain.rules import Finding, findings
from matching.engine.past_homes import NO_DAY, NO_FLOOR, days_of

LANDLORDS = ("", samples.LANDLORD, "999750006")
LETTERS = {True: "t", False: "f", None: "?"}


@dataclass(frozen=True, kw_only=True)
class PastHome:
    dwelling: DwellingFacts
    told_on: dt.date = samples.ON
    available_on: dt.date | None = None
    landlord: str = ""

    def basis(self, policies: InForce) -> Basis:
        return Basis(
            policy=policies.of(self.dwelling.commune),
            on=self.told_on,
            available_on=self.available_on,
            landlord=self.landlord or None,
        )

    def packed(self) -> bytes:
        home = self.dwelling
        known = home.dwelling_type is not DwellingType.UNKNOWN
        asked = (home.lift, home.step_free, home.wheelchair_accessible, home.outdoor_space, home.parking)
        text = (
            f"{home.commune:5}{self.landlord:9}{home.financing:7}{home.accessibility or '':14}"
            f"{home.dwelling_type[1:] if known else 'n'}{''.join(LETTERS[one] for one in asked)}"
            f"{'f' if set(home.exclusions) - {'unknown'} else 't'}"
        )
        numbers = struct.pack(
            ">4id3h",
            days_of(self.told_on),
            NO_DAY if self.available_on is None else days_of(self.available_on),
            home.base_rent_cents,
            home.service_charges_cents,
            home.living_area_m2,
            NO_FLOOR if home.floor is None else home.floor,
            home.main_rooms or 0,
            sum(1 << code - 1 for code in home.equipment),
        )
        return numbers + text.encode()


def random_past_home(draw: random.Random, told_on: dt.date = samples.ON) -> PastHome:
    home = samples.random_home(draw)
    changes = {
        "main_rooms": draw.choice((None, None, 1, 3, 6)),
        "dwelling_type": draw.choice([home.dwelling_type] * 9 + [DwellingType.UNKNOWN]),
    }
    return PastHome(
        dwelling=home.model_copy(update=changes),
        told_on=told_on,
        available_on=draw.choice((None, told_on + dt.timedelta(days=draw.randint(0, 120)))),
        landlord=draw.choice(LANDLORDS),
    )


def opens(
    application: Application, home: DwellingFacts, excluding: Sequence[Finding], basis: Basis
) -> Iterator[Change]:
    """The single changes by which the home would not be excluded any more, whatever the rank."""
    if len(excluding) == 1:  # no change mends two rules
        for change in changes_for(application, home, excluding, basis):
            if not any(finding.excludes for finding in findings(change.after, home, basis)):
                yield change
