"""Reservation agreements (conventions de réservation): one a landlord, holder and département (CCH R441-5)."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from contracts.inventory import Designation, DesignationMode
from contracts.inventory import HolderKind as ToldKind
from contracts.inventory import ReservationMode as ToldMode
from contracts.landlord import FieldError
from contracts.values import Siren, Value
from inventory.domain.orientation import WHOLE
from reference import territories
from reference.reservations import limits_on

OWN = "own"
"""The landlord's own share of a flow: what no agreement reserves."""


class ReservationMode(StrEnum):
    FLOW = "flow"
    """A share of the homes released in a year."""
    STOCK = "stock"
    """Named homes, at each of their releases (defence, security, health; and what is left from before 2023)."""


class HolderKind(StrEnum):
    PREFECT = "prefect"
    LOCAL_AUTHORITY = "local_authority"
    EMPLOYERS = "employers"
    """Action Logement and the employers."""
    OTHER = "other"


class InterLandlord(StrEnum):
    """What a tenant of another landlord who moves in does to a flow (by agreement: no text says it)."""

    COUNTS = "counts"
    """As any other letting."""
    DEDUCTS = "deducts"
    """The home leaves the base, as for a transfer inside the stock."""
    LENDS = "lends"
    """A right is lent, and the home left is given back for it."""


class Agreement(Value):
    agreement_id: UUID
    version: int = 1
    landlord: Siren
    holder: Siren
    holder_name: Annotated[str, Field(min_length=1, max_length=200)]
    holder_kind: HolderKind
    department: Annotated[str, Field(pattern="^([0-9]{2}|2[AB]|97[1-6])$")]
    mode: ReservationMode
    share_percent: Annotated[float, Field(gt=0, le=100, multiple_of=0.01)] | None = None
    """Of the annual flow."""
    agents_percent: Annotated[float, Field(ge=0, le=100, multiple_of=0.01)] = 0.0
    """Of the annual flow, inside `share_percent`: for civil and military agents of the State."""
    designation: DesignationMode | None = None
    """By the landlord's parameters where absent."""
    designation_days: Annotated[int, Field(ge=1, le=365)] | None = None
    """Days to name candidates, from the release; by the landlord's parameters where absent."""
    letter_days: Annotated[int, Field(ge=1, le=90)] = 15
    """Days to answer the Protocole's information letter."""
    inter_landlord: InterLandlord = InterLandlord.COUNTS
    valid_from: dt.date
    valid_to: dt.date | None = None

    @property
    def party(self) -> str:
        """Its name in a flow."""
        return str(self.agreement_id)

    def holds(self, on: dt.date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def designates(self, on: dt.date, *, mode: DesignationMode, days: int) -> Designation:
        """The turn of its holder at a release of this day; `mode` and `days` where the agreement does not say.

        A holder that delegated has no date: the landlord names the candidates for it.
        """
        mode = self.designation or mode
        until = on + dt.timedelta(days=self.designation_days or days) if mode is DesignationMode.DIRECT else None
        return Designation(
            agreement_id=self.agreement_id,
            holder=self.holder,
            mode=mode,
            until=until,
            holder_kind=ToldKind(self.holder_kind.value),
            reservation=ToldMode(self.mode.value),
        )


def shares_of(agreements: Iterable[Agreement]) -> dict[str, int]:
    """The shares of a flow, in hundredths of a percent: each agreement's, and the landlord's own rest."""
    shares = {
        one.party: round(one.share_percent * 100)
        for one in agreements
        if one.mode is ReservationMode.FLOW and one.share_percent
    }
    rest = WHOLE - sum(shares.values())
    return {**shares, OWN: rest} if rest > 0 else shares


def errors_of(agreement: Agreement, others: Sequence[Agreement]) -> list[FieldError]:
    """What is wrong with an agreement beside the landlord's others in the département, with the article."""
    errors = list(_of_itself(agreement))
    if not errors and agreement.mode is ReservationMode.FLOW:
        together = [*(one for one in others if one.agreement_id != agreement.agreement_id), agreement]
        errors = list(_of_shares(agreement.valid_from, [one for one in together if _meets(one, agreement)]))
    return errors


def _meets(one: Agreement, other: Agreement) -> bool:
    """Whether two agreements in flow hold on some day together."""
    last, others_last = one.valid_to or dt.date.max, other.valid_to or dt.date.max
    return one.mode is ReservationMode.FLOW and one.valid_from <= others_last and other.valid_from <= last


def _of_itself(agreement: Agreement) -> Iterable[FieldError]:
    if wrong := _department_error(agreement.department):
        yield FieldError(field="department", message=wrong)
    if agreement.holder == agreement.landlord:
        yield FieldError(field="holder", message="a landlord holds no reservation on its own homes; name the holder")
    if agreement.valid_to and agreement.valid_to < agreement.valid_from:
        yield FieldError(field="valid_to", message=f"{agreement.valid_to} is before valid_from {agreement.valid_from}")
    if agreement.mode is ReservationMode.FLOW and agreement.share_percent is None:
        yield FieldError(field="share_percent", message="an agreement in flow reserves a share of it (CCH R441-5)")
    if agreement.mode is ReservationMode.STOCK and agreement.share_percent is not None:
        yield FieldError(field="share_percent", message="an agreement in stock reserves named homes, not a share")
    if agreement.agents_percent > (agreement.share_percent or 0):
        yield FieldError(field="agents_percent", message="it is a part of share_percent and cannot be more")
    if agreement.agents_percent and agreement.holder_kind is not HolderKind.PREFECT:
        yield FieldError(field="agents_percent", message="only the préfet reserves homes for agents (CCH R441-5-2)")


def _department_error(code: str) -> str | None:
    try:
        territories.department(code)
    except territories.UnknownTerritory as error:
        return str(error)
    return None


def _of_shares(on: dt.date, agreements: Sequence[Agreement]) -> Iterable[FieldError]:
    limits = limits_on(on)
    by_kind: Mapping[HolderKind, float] = {
        kind: sum(one.share_percent or 0 for one in agreements if one.holder_kind is kind) for kind in HolderKind
    }
    agents = sum(one.agents_percent for one in agreements)
    checks = (
        ("share_percent", sum(by_kind.values()), 100, "all holders together", "a flow has no more"),
        (
            "share_percent",
            by_kind[HolderKind.PREFECT],
            limits.prefect_percent,
            "the préfet",
            "CCH R441-5-2",
        ),
        ("agents_percent", agents, limits.agents_percent, "agents of the State", "CCH R441-5-2"),
        (
            "share_percent",
            by_kind[HolderKind.LOCAL_AUTHORITY],
            limits.local_percent,
            "local authorities together",
            "CCH R441-5",
        ),
    )
    for field, percent, most, who, article in checks:
        if round(percent, 2) > most:
            message = f"{who} would have {percent:g} % of the flow, at most {most} % ({article}); lower a share"
            yield FieldError(field=field, message=message)
