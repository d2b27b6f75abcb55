"""Homes that stay outside ordinary letting (DOMAIN §1.3)."""

from contracts.values import DwellingFacts, LettingExclusion
from matching.domain.application import Application
from matching.domain.policy import Basis
from matching.domain.rules.finding import Finding, Rule, Verdict

__all__ = ["VERDICTS", "letting", "may_be_let"]

VERDICTS = {
    LettingExclusion.LOI_1948: Verdict.UNLAWFUL,
    LettingExclusion.STUDENT_OR_YOUNG_WORKER: Verdict.UNLAWFUL,
    LettingExclusion.LET_TO_ASSOCIATION: Verdict.UNLAWFUL,
    LettingExclusion.JOB_LINKED: Verdict.UNLAWFUL,
    LettingExclusion.ARTIST_STUDIO: Verdict.POLICY,
    LettingExclusion.SHARED_TENANCY: Verdict.POLICY,
    LettingExclusion.TO_BE_RENOVATED: Verdict.POLICY,
    LettingExclusion.TO_BE_SOLD: Verdict.POLICY,
    LettingExclusion.TO_BE_DEMOLISHED: Verdict.POLICY,
    LettingExclusion.HELD_BACK_BY_HOLDER: Verdict.POLICY,
    LettingExclusion.UNKNOWN: Verdict.UNKNOWN,
}
"""Unlawful where the home is let under rules of its own to somebody else than an applicant of the common file: loi
48-1360; residences for students and young workers (CCH L631-12, L442-8-4); lets to associations (CCH L442-8-1);
homes tied to a job (loi 89-462 art. 2). The others are the landlord's or the holder's choice, so an agent may include
with a reason."""
_LET = Finding(Rule.LETTING, Verdict.FITS, "letting.ordinary")
_GRAVEST = (Verdict.UNLAWFUL, Verdict.POLICY, Verdict.UNKNOWN)


def letting(_application: Application, home: DwellingFacts, _basis: Basis) -> Finding:
    """The gravest of what is said of the home; nobody is called for one that is excluded."""
    if not home.exclusions:
        return _LET
    first = min(home.exclusions, key=lambda one: _GRAVEST.index(VERDICTS[one]))
    return Finding(Rule.LETTING, VERDICTS[first], f"letting.{first.value}", {"exclusion": first.value})


def may_be_let(home: DwellingFacts) -> bool:
    return all(VERDICTS[one] is Verdict.UNKNOWN for one in home.exclusions)
