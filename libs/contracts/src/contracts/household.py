"""What an application tells of a household: needs, money and reasons as the national form asks them, without identity.

Everything here may be declared or verified; which is said by name in `HouseholdFacts.verified` (DOMAIN §11.3).
"""

from typing import Annotated

from pydantic import Field

from contracts.values import OpenEnum, Value


class Reason(OpenEnum):
    """Why a household applies: the 23 codes of the national form (DOMAIN §5.2). Some tell of health or violence."""

    NO_HOME = "01"
    DEMOLITION = "02"
    NOT_DECENT = "03"
    TAKEN_BACK_OR_SOLD = "04"
    EVICTION = "05"
    VIOLENCE = "06"
    DISABILITY = "07"
    HEALTH = "08"
    TOO_DEAR = "09"
    TOO_LARGE = "10"
    DIVORCE = "11"
    LEAVING_PARENTS = "12"
    TOO_SMALL = "13"
    FUTURE_MARRIAGE = "14"
    FAMILY_REUNIFICATION = "15"
    CHILDMINDER = "16"
    NEIGHBOURHOOD = "17"
    JOB_TRANSFER = "18"
    NEARER_TO_WORK = "19"
    NEARER_TO_FACILITIES = "20"
    NEARER_TO_FAMILY = "21"
    OWNER_IN_DIFFICULTY = "22"
    OTHER = "23"
    UNKNOWN = "unknown"


class Priority(OpenEnum):
    """A recognised priority (CCH L441-1, L300-1), always verified: somebody decided it."""

    DALO = "dalo"
    COLLECTIVE_AGREEMENT = "collective_agreement"
    """Named under a departmental action plan (PDALHPD)."""
    RENEWAL_REHOUSING = "renewal_rehousing"
    """To be rehoused by an urban renewal programme (NPNRU, ORCOD)."""
    UNFIT_HOUSING = "unfit_housing"
    VIOLENCE = "violence"
    EVICTION = "eviction"
    TEMPORARY_HOUSING = "temporary_housing"
    BACK_TO_WORK = "back_to_work"
    UNKNOWN = "unknown"


class CeilingRegime(OpenEnum):
    """By which rule a household's income is held against a ceiling (DOMAIN §4.5, §11.12)."""

    ORDINARY = "ordinary"
    """Reference tax income of year N-2."""
    RECENT_INCOME = "recent_income"
    """That of N-1, or of the last twelve months, which is at least a tenth lower (arrêté of 29 July 1987)."""
    WAIVED = "waived"
    """No ceiling: an under-occupied home is given back (CCH L442-3-1)."""
    DEROGATORY = "derogatory"
    """A préfet's order, six years at most, to ease exchanges (CCH R441-1-1)."""
    UNKNOWN = "unknown"


class Wheelchair(OpenEnum):
    MANUAL = "manual"
    ELECTRIC = "electric"
    UNKNOWN = "unknown"


class AccessNeeds(Value):
    """Needs of access, by the SNE's code lists (DOMAIN §5.2, annex of the form). Health data: never in a message."""

    wheelchair: Wheelchair | None = None
    steps: Annotated[int, Field(ge=1, le=4)] | None = None
    """How far stairs can be climbed, by the SNE's code."""
    evolving: bool | None = None
    """Whether the state evolves (EVO) or is stable (STA)."""
    limbs: tuple[Annotated[str, Field(pattern="^M[SI]$")], ...] = ()
    """Upper (MS) or lower (MI) limbs."""
    senses: tuple[Annotated[str, Field(pattern="^D[AV]$")], ...] = ()
    """Hearing (DA) or sight (DV)."""
    aids: tuple[Annotated[int, Field(ge=1, le=7)], ...] = ()
    equipment: tuple[Annotated[int, Field(ge=1, le=6)], ...] = ()
    """Fittings the home must have, by the SNE's codes."""


class Light(OpenEnum):
    """Whether the state of the home a tenant would leave lets her move (DOMAIN §11.18)."""

    BLOCKED = "blocked"
    MAY_MOVE = "may_move"
    UNKNOWN = "unknown"
