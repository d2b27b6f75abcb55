"""The synthetic applications, as columns: for the rules, for the wishes, and how their persons may be told.

Each number comes from `figures`. The columns are also what the plain check of expected alerts reads, whether they
were drawn here or read back from a service.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Protocol
from uuid import UUID

import numpy as np

from contracts.values import ApplicationKind, Channel
from stack.territory.columns import Columns
from stack.territory.draw import Ints, categories, hashed, pick_by_share, stream
from stack.territory.extent import AS_OF, CHUNK, Territory
from stack.territory.figures import share, value
from stack.territory.geography import geography
from stack.territory.households import Households, draw_households
from stack.territory.wishes import Wishes, draw_wishes

__all__ = ["CHANNELS", "KINDS", "Applications", "Named", "application_chunk", "applications"]

KINDS = (ApplicationKind.TRANSFER, ApplicationKind.SPLIT, ApplicationKind.FIRST)
CHANNELS = (Channel.EMAIL, Channel.SMS)
"""Bit n of `channels` stands for the n-th."""
_ROWS = 2
"""Purpose of the stream the rows are drawn from."""
_LONGEST_WAIT_DAYS = 25 * 365
_MOST_APPLICANTS = 2
_HOME_TYPE = 33
_MOST_ROOMS = 6
_ONE_ROOM_SHORT = 1 / 3
"""Assumption: tenants who ask for a transfer from a home with a room less than they are persons."""


class Named(Protocol):
    """The ids of rows and persons."""

    def application(self, index: int) -> UUID: ...

    def person(self, index: int, slot: int) -> UUID: ...


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Ids of a drawn territory: they follow from the row's number."""

    territory: Territory

    def application(self, index: int) -> UUID:
        return self.territory.id_of("application", index)

    def person(self, index: int, slot: int) -> UUID:
        return self.territory.id_of("person", f"{index}-{slot}")


@dataclass(frozen=True, slots=True, eq=False)
class Applications(Columns):
    names: Named
    codes: tuple[str, ...]
    """What the numbers of places stand for."""
    index: Ints
    """What `names` calls the row by."""
    kind: Ints
    """Position in `KINDS`."""
    registered_on: Ints
    """Day as an ordinal of the calendar (`date.toordinal`)."""
    home: Ints
    """Place lived in."""
    left_rooms: Ints
    """Rooms of the home of the stock that a transfer leaves, six for more; 0 where none is left or nobody said."""
    households: Households
    wishes: Wishes
    channels: Ints
    """Rows × (applicant, co-applicant): the channels the person has an address for and consented to."""
    english: Ints
    """Rows × (applicant, co-applicant): 1 where the person chose English."""
    more: "np.ndarray[Any, np.dtype[np.object_]]"
    """What only registered applications tell, as the contracts' values in JSON objects (`household`, `wishes`,
    `current_home`, `light`, `meets_transfer_conditions`); None for drawn rows and for those that tell no more."""

    def __len__(self) -> int:
        return len(self.index)

    def tell_more(self, rows: Ints) -> "np.ndarray[Any, np.dtype[np.bool_]]":
        return np.fromiter((one is not None for one in self.more[rows]), dtype=np.bool_, count=len(rows))


def applications(territory: Territory) -> Iterator[Applications]:
    """All applications, a chunk at a time."""
    return (application_chunk(territory, chunk) for chunk in territory.application_chunks())


def application_chunk(territory: Territory, chunk: int) -> Applications:
    """The applications numbered from `chunk × CHUNK`; always the same ones."""
    places = geography(territory)
    index = np.arange(chunk * CHUNK, min((chunk + 1) * CHUNK, territory.applications))
    rng, rows = stream(territory.seed, territory.name, _ROWS, chunk), len(index)
    home = pick_by_share(np.cumsum(places.demand), rng.random(rows))
    transfer, split = share("kind.transfer"), share("kind.split")
    kind = categories(rng, [transfer, split, 1 - transfer - split], rows)
    households = draw_households(
        rng, (kind == KINDS.index(ApplicationKind.TRANSFER)).astype(np.int64), places.in_paris_and_neighbours[home]
    )
    tenants = kind == KINDS.index(ApplicationKind.TRANSFER)
    return Applications(
        names=_Drawn(territory),
        codes=places.codes,
        index=index,
        kind=kind,
        registered_on=AS_OF.toordinal() - _seniority_days(rng, rows),
        home=home,
        left_rooms=np.where(tenants, _rooms_lived_in(territory, index, households), 0).astype(np.int64),
        households=households,
        wishes=draw_wishes(rng, places, home, households),
        channels=_channels(rng, households.applicants),
        english=(rng.random((rows, _MOST_APPLICANTS)) < share("reach.english")).astype(np.int64),
        more=np.full(rows, None, dtype=object),
    )


def _rooms_lived_in(territory: Territory, index: Ints, households: Households) -> Ints:
    """Of tenants' homes: a room a person, one less for some."""
    smaller = hashed(territory.seed, _HOME_TYPE, index) < _ONE_ROOM_SHORT
    rooms: Ints = np.clip(households.persons - smaller, 1, _MOST_ROOMS)
    return rooms


def _seniority_days(rng: np.random.Generator, rows: int) -> Ints:
    """Log-normal, through the published mean and the published share of those who wait more than a year."""
    z = NormalDist().inv_cdf(1 - share("seniority.over_a_year"))
    # mean = exp(mu + sigma²/2) and ln 365 = mu + z·sigma, solved for sigma
    gap = math.log(value("seniority.mean_days")) - math.log(365)
    sigma = z + math.sqrt(z * z + 2 * gap)
    mu = math.log(365) - z * sigma
    days = np.exp(mu + sigma * rng.standard_normal(rows))
    return np.minimum(np.rint(days), _LONGEST_WAIT_DAYS).astype(np.int64)


def _channels(rng: np.random.Generator, applicants: Ints) -> Ints:
    email, sms = (1 << CHANNELS.index(channel) for channel in (Channel.EMAIL, Channel.SMS))
    masks = np.array([email | sms, email, sms, 0])
    weights = [value(f"reach.{case}") for case in ("email_and_sms", "email_only", "sms_only", "none")]
    drawn = masks[categories(rng, weights, len(applicants) * _MOST_APPLICANTS)].reshape(-1, _MOST_APPLICANTS)
    there = np.arange(_MOST_APPLICANTS) < applicants[:, None]
    return np.where(there, drawn, 0)
