"""The holder's turn: until its last day a home is for those it names, or whom its quota is for (DOMAIN §11.6-7)."""

from functools import cache

from contracts.inventory import Designation, DesignationMode, HolderKind
from contracts.values import DwellingFacts
from matching.domain.application import Application
from matching.domain.place import inside
from matching.domain.policy import Basis
from matching.domain.rules.finding import Fact, Finding, Rule, Verdict
from matching.domain.rules.scope import by_protocole
from matching.domain.whose import moves_inside
from reference import communes, territories

__all__ = ["eligible", "holder"]

_NOBODYS = Finding(Rule.HOLDER, Verdict.FITS, "holder.nobodys_turn")
_COMMUNE_SIREN = "21"
"""The SIREN of a commune is 21, its département, a 0 and its number in it, and the control digit."""
_PARIS = {"217500016": "75056"}
"""The one commune whose SIREN does not hold its INSEE code."""


def holder(application: Application, _home: DwellingFacts, basis: Basis) -> Finding:
    """Where the holder names directly: those named, those of its public, and tenants whom the law or a scheme exempts.

    A transfer inside the landlord's stock leaves a holder's share of the flow (CCH R441-5), and goes through the
    Protocole's letter where the home is reserved in stock (`scope`). After the last day the home is everybody's.
    """
    turn = basis.around.designation
    if turn is None:
        return _NOBODYS
    facts: dict[str, Fact] = {"holder": turn.holder, "until": None if turn.until is None else turn.until.isoformat()}
    if not basis.around.holders_turn(basis.on):
        lapsed = turn.mode is DesignationMode.DIRECT
        return Finding(Rule.HOLDER, Verdict.FITS, "holder.lapsed" if lapsed else "holder.delegated", facts)
    if application.id in basis.around.named:
        return Finding(Rule.HOLDER, Verdict.FITS, "holder.named", facts)
    if by_protocole(application, basis):
        return Finding(Rule.HOLDER, Verdict.FITS, "holder.by_protocole", facts)
    if moves_inside(application, basis) and not basis.around.in_stock:
        return Finding(Rule.HOLDER, Verdict.FITS, "holder.out_of_the_flow", facts)
    said = eligible(application, turn)
    if said is None:
        employees = turn.holder_kind is HolderKind.EMPLOYERS
        code = "holder.employees_to_verify" if employees else "holder.to_verify"
        return Finding(Rule.HOLDER, Verdict.UNKNOWN, code, facts)
    if said:
        return Finding(Rule.HOLDER, Verdict.FITS, "holder.eligible", facts)
    code = "holder.not_of_its_public" if turn.until is None else "holder.not_eligible"
    return Finding(Rule.HOLDER, Verdict.POLICY, code, facts)


def eligible(application: Application, turn: Designation) -> bool | None:
    """Whether the household is of the holder's public, as far as the facts tell.

    The préfet's: a recognised priority, or a disability (CCH L441-1). A local authority's: its residents. Who works
    for whom no fact says.
    """
    household, home = application.household, application.current_home
    match turn.holder_kind:
        case HolderKind.PREFECT:
            if household.priorities or household.disabled_persons:
                return True
            return None if household.disabled_persons is None else False
        case HolderKind.LOCAL_AUTHORITY if home is not None and home.commune is not None:
            return _lives_there(home.commune, turn.holder)
    return None


@cache
def _lives_there(commune: str, holder: str) -> bool | None:
    """Whether a commune is of a local authority: itself, its EPT or its EPCI; None for one that no list has."""
    code = _PARIS.get(holder) or (f"{holder[2:4]}{holder[5:8]}" if holder.startswith(_COMMUNE_SIREN) else "")
    if communes.exists(code):
        return inside(code, commune)
    try:
        found = communes.commune(commune)
        whole = found if found.parent is None else communes.commune(found.parent)
    except communes.UnknownCommune:
        return None
    if holder in {whole.ept, whole.epci}:
        return True
    return False if _is_a_territory(holder) else None


def _is_a_territory(siren: str) -> bool:
    for look in (territories.ept, territories.epci):
        try:
            look(siren)
        except territories.UnknownTerritory:
            continue
        return True
    return False
