"""Whether a tenancy meets its landlord's conditions for a move, condition by condition, on a day (DOMAIN §11.9).

Nothing unknown excludes anybody: what was never stated, has expired or is contested is `unknown`, and says so.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from contracts.demand import ArrearsRule, ConditionsRecorded
from contracts.tenancy import HomeVisited, InsuranceStated, LeaseSigned, RentAccountStated
from contracts.values import Language
from demand.domain.tenancy import FACT_OF, Fact, Tenancy
from reference.days import add_months

A_DAY = dt.timedelta(days=1)


class Condition(StrEnum):
    SITTING = "sitting"
    OCCUPANCY = "minimum_occupancy"
    ARREARS = "arrears"
    INSURANCE = "insurance"
    VISIT = "visit"


class Verdict(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One condition on a day; `changes_on` is the first day on which the clock alone makes it another."""

    condition: Condition
    verdict: Verdict
    french: str
    english: str
    changes_on: dt.date | None = None

    def sentence(self, language: Language) -> str:
        return self.english if language is Language.ENGLISH else self.french


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """All conditions on a day. `meets` is None where something is unknown and nothing speaks against."""

    on: dt.date
    findings: tuple[Finding, ...]
    changes_on: dt.date | None

    @property
    def meets(self) -> bool | None:
        verdicts = {finding.verdict for finding in self.findings}
        if Verdict.NOT_MET in verdicts:
            return False
        return None if not self.findings or Verdict.UNKNOWN in verdicts else True


def in_force(versions: Iterable[ConditionsRecorded], on: dt.date) -> ConditionsRecorded | None:
    """The conditions that hold on a day: the latest begun, and of two begun on one day the later version."""
    begun = [one for one in versions if one.valid_from <= on]
    return max(begun, key=lambda one: (one.valid_from, one.version), default=None)


def assess(tenancy: Tenancy, versions: Sequence[ConditionsRecorded], on: dt.date) -> Assessment:
    """What of its landlord's conditions this tenancy meets on a day; nothing is found where none is published."""
    conditions = in_force(versions, on)
    starts = [one.valid_from for one in versions if one.valid_from > on]
    findings = tuple(_findings(tenancy, conditions, on)) if conditions else ()
    changes = [finding.changes_on for finding in findings if finding.changes_on]
    return Assessment(on=on, findings=findings, changes_on=min([*starts, *changes], default=None))


def _findings(tenancy: Tenancy, conditions: ConditionsRecorded, on: dt.date) -> Iterable[Finding]:
    if tenancy.ended_on is not None:
        yield _sitting(tenancy.ended_on, on)
    yield _occupancy(tenancy, conditions.minimum_occupancy_months, on)
    yield _arrears(tenancy, conditions.arrears, on)
    if conditions.insurance_required:
        yield _insurance(tenancy, on)
    if conditions.visit_required:
        yield _visit(tenancy, conditions.visit_valid_months, on)


def _sitting(ended_on: dt.date, on: dt.date) -> Finding:
    if ended_on <= on:
        return Finding(
            condition=Condition.SITTING,
            verdict=Verdict.NOT_MET,
            french=f"Le bail a pris fin le {ended_on:%d/%m/%Y}.",
            english=f"The lease ended on {ended_on:%d/%m/%Y}.",
        )
    return Finding(
        condition=Condition.SITTING,
        verdict=Verdict.MET,
        french=f"Le bail court jusqu'au {ended_on:%d/%m/%Y}.",
        english=f"The lease runs until {ended_on:%d/%m/%Y}.",
        changes_on=ended_on,
    )


def _occupancy(tenancy: Tenancy, months: int, on: dt.date) -> Finding:
    lease = tenancy.known(LeaseSigned)
    if lease is None:
        return _unknown(
            tenancy,
            Condition.OCCUPANCY,
            Fact.LEASE,
            "La date de signature du bail n'est pas connue.",
            "The day on which the lease was signed is not known.",
        )
    since = add_months(lease.signed_on, months)
    if since <= on:
        return Finding(
            condition=Condition.OCCUPANCY,
            verdict=Verdict.MET,
            french=f"Le logement est occupé depuis au moins {months} mois (bail du {lease.signed_on:%d/%m/%Y}).",
            english=f"The home has been lived in for at least {months} months (lease of {lease.signed_on:%d/%m/%Y}).",
        )
    return Finding(
        condition=Condition.OCCUPANCY,
        verdict=Verdict.NOT_MET,
        french=f"Le bailleur demande {months} mois d'occupation ; ce sera le cas le {since:%d/%m/%Y}.",
        english=f"The landlord asks for {months} months in the home; that will be so on {since:%d/%m/%Y}.",
        changes_on=since,
    )


def _arrears(tenancy: Tenancy, rule: ArrearsRule, on: dt.date) -> Finding:
    condition = Condition.ARREARS
    if rule is ArrearsRule.NO_BAR:
        return Finding(
            condition=condition,
            verdict=Verdict.MET,
            french="Une dette de loyer n'empêche pas la mutation chez ce bailleur.",
            english="Rent arrears are no bar to a move with this landlord.",
        )
    account = tenancy.known(RentAccountStated)
    if account is None or (account.valid_until and account.valid_until < on):
        return _unknown(
            tenancy,
            condition,
            Fact.RENT_ACCOUNT,
            "L'état récent du compte de loyer n'est pas connu.",
            "The present state of the rent account is not known.",
        )
    changes_on = account.valid_until + A_DAY if account.valid_until else None
    day = f"{account.as_of:%d/%m/%Y}"
    if not account.arrears_cents:
        french, english = f"Le compte de loyer est à jour au {day}.", f"The rent account is settled as of {day}."
        return Finding(condition=condition, verdict=Verdict.MET, french=french, english=english, changes_on=changes_on)
    if rule is ArrearsRule.PLAN_RESPECTED and account.plan_since:
        since = f"{account.plan_since:%d/%m/%Y}"
        return Finding(
            condition=condition,
            verdict=Verdict.MET,
            french=f"Le plan d'apurement est respecté depuis le {since}.",
            english=f"The repayment plan has been kept since {since}.",
            changes_on=changes_on,
        )
    plan = rule is ArrearsRule.PLAN_RESPECTED
    return Finding(
        condition=condition,
        verdict=Verdict.NOT_MET,
        french=f"Une dette de loyer est constatée au {day}"
        + (" ; un plan d'apurement respecté permettrait la mutation." if plan else "."),
        english=f"Rent arrears are stated as of {day}" + ("; a repayment plan that is kept would do." if plan else "."),
        changes_on=changes_on,
    )


def _insurance(tenancy: Tenancy, on: dt.date) -> Finding:
    said = tenancy.known(InsuranceStated)
    until = said.insured_until if said else None
    if said is not None and until is None:
        return Finding(
            condition=Condition.INSURANCE,
            verdict=Verdict.NOT_MET,
            french="L'attestation d'assurance du logement n'a pas été remise au bailleur.",
            english="The landlord was given no certificate of home insurance.",
        )
    if until is None or until < on:
        return _unknown(
            tenancy,
            Condition.INSURANCE,
            Fact.INSURANCE,
            f"L'attestation d'assurance a expiré le {until:%d/%m/%Y} ; une nouvelle est à remettre au bailleur."
            if until
            else "L'assurance du logement n'est pas connue.",
            f"The insurance certificate expired on {until:%d/%m/%Y}; the landlord needs a new one."
            if until
            else "The home's insurance is not known.",
        )
    return Finding(
        condition=Condition.INSURANCE,
        verdict=Verdict.MET,
        french=f"Le logement est assuré jusqu'au {until:%d/%m/%Y}.",
        english=f"The home is insured until {until:%d/%m/%Y}.",
        changes_on=until + A_DAY,
    )


def _visit(tenancy: Tenancy, valid_months: int, on: dt.date) -> Finding:
    visit = tenancy.known(HomeVisited)
    last = add_months(visit.visited_on, valid_months) if visit else None
    if visit is None or last is None or last < on:
        return _unknown(
            tenancy,
            Condition.VISIT,
            Fact.VISIT,
            f"La visite du {visit.visited_on:%d/%m/%Y} a plus de {valid_months} mois ; une nouvelle est nécessaire."
            if visit
            else "La visite du logement (pré-état des lieux) reste à faire.",
            f"The visit of {visit.visited_on:%d/%m/%Y} is more than {valid_months} months old; another is needed."
            if visit
            else "The visit of the home before departure is still to be made.",
        )
    return Finding(
        condition=Condition.VISIT,
        verdict=Verdict.MET,
        french=f"Le logement a été visité le {visit.visited_on:%d/%m/%Y}.",
        english=f"The home was visited on {visit.visited_on:%d/%m/%Y}.",
        changes_on=last + A_DAY,
    )


def _unknown(tenancy: Tenancy, condition: Condition, fact: Fact, french: str, english: str) -> Finding:
    if tenancy.contested(fact):
        french = "Le locataire conteste ce que le bailleur a indiqué ; un agent le vérifie."
        english = "The tenant contests what the landlord stated; an agent is checking it."
    return Finding(condition=condition, verdict=Verdict.UNKNOWN, french=french, english=english)


FACT_BEHIND = {
    Condition.SITTING: Fact.END,
    Condition.OCCUPANCY: FACT_OF[LeaseSigned],
    Condition.ARREARS: FACT_OF[RentAccountStated],
    Condition.INSURANCE: FACT_OF[InsuranceStated],
    Condition.VISIT: FACT_OF[HomeVisited],
}
"""Which statement a tenant contests who does not agree with a finding."""
