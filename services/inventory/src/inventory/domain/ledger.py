"""What a letting does to reservation rights (DOMAIN §11.6): nothing, a deduction, or a right lent."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from contracts.values import ApplicationKind
from inventory.domain.agreement import InterLandlord, ReservationMode


class Deduction(StrEnum):
    """Why a home is taken out of the base of the flow (CCH R441-5)."""

    INTERNAL_TRANSFER = "internal_transfer"
    RENEWAL = "renewal"
    """Rehousing for urban renewal (NPNRU)."""
    UNFIT = "unfit"
    """Rehousing from unfit housing."""
    SALE = "sale"
    INTER_LANDLORD = "inter_landlord"
    """A tenant of another landlord, where the agreement takes that out of the base."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """Who moves in, as far as rights go."""

    kind: ApplicationKind
    landlord: str | None = None
    """Of the home it leaves."""
    reference: str | None = None
    """The home it leaves."""

    @property
    def leaves_a_home(self) -> bool:
        """A transfer frees a home of the stock; a split and a first letting free none."""
        return self.kind is ApplicationKind.TRANSFER


@dataclass(frozen=True, slots=True, kw_only=True)
class Letting:
    """A home that was let, and the rights on it and on the home left for it."""

    landlord: str
    mode: ReservationMode
    holder: str | None
    """Whose turn it was; None for the landlord's own."""
    inter_landlord: InterLandlord = InterLandlord.COUNTS
    holder_used_it: bool
    """The household was named by the holder (or for it), or the holder let its date pass."""
    left_holder: str | None = None
    """Who has reserved the home left, in stock."""
    exchange: bool = False
    """Whether landlords and holders take part in the scheme that gives the home left for the one lent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lent:
    """A home of the holder went to another's household."""

    borrower: str | None
    left: str | None
    """The home to give back; None where the next comparable one of the landlord's own is (rendu pour un)."""


def consequence(letting: Letting, household: Household) -> Deduction | Lent | None:
    """What the letting does.

    In flow a transfer inside the landlord's stock leaves the base and writes no line of the ledger, whoever's turn it
    was. In stock, a home used for a household that its holder did not name is lent, unless the home left is the
    holder's too.
    """
    if letting.mode is ReservationMode.FLOW:
        return _in_flow(letting, household)
    if letting.holder is None or letting.holder_used_it:
        return None
    if household.leaves_a_home and letting.left_holder == letting.holder:
        return None
    return _lent(letting, household)


def _in_flow(letting: Letting, household: Household) -> Deduction | Lent | None:
    if not household.leaves_a_home or household.landlord is None:
        return None
    if household.landlord == letting.landlord:
        return Deduction.INTERNAL_TRANSFER
    match letting.inter_landlord:
        case InterLandlord.DEDUCTS:
            return Deduction.INTER_LANDLORD
        case InterLandlord.LENDS if letting.holder and not letting.holder_used_it:
            return _lent(letting, household)
    return None


def _lent(letting: Letting, household: Household) -> Lent:
    left = household.reference if household.leaves_a_home and letting.exchange else None
    return Lent(borrower=letting.left_holder, left=left)


class Ending(StrEnum):
    RESTITUTED = "restituted"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True, kw_only=True)
class RightLine:
    """A right that was lent, and what became of it."""

    id: UUID
    agreement_id: UUID
    landlord: str
    holder: str
    borrower: str | None
    lent_on: dt.date
    lent_by: UUID
    """The vacancy whose letting lent it."""
    dwelling_type: str
    commune: str
    left: str | None
    ended_on: dt.date | None = None
    ending: Ending | None = None
    ended_by: UUID | None = None

    def age_days(self, on: dt.date) -> int | None:
        """For how long it has been owed; None once it ended."""
        return (on - self.lent_on).days if self.ended_on is None else None
