"""Whose homes a tenant of the stock may move to, and by which scheme (DOMAIN §2, §11.6-7, §11.19).

A transfer applicant is an applicant like any other (CCH L441): what a scheme limits is its own privilege. First and
split applications are not concerned.
"""

from contracts.values import DwellingFacts
from matching.domain.application import Application
from matching.domain.circumstances import LetterState
from matching.domain.policy import Basis
from matching.domain.rules.finding import Finding, Rule, Verdict
from matching.domain.whose import is_transfer, moves_inside, present_landlord

__all__ = ["by_protocole", "scope"]

_NOT_CONCERNED = Finding(Rule.SCOPE, Verdict.FITS, "scope.not_concerned")
_OWN_STOCK = Finding(Rule.SCOPE, Verdict.FITS, "scope.own_stock")
_LETTER = {
    LetterState.NOT_SENT: (Verdict.UNKNOWN, "scope.holder_to_inform"),
    LetterState.ASKED: (Verdict.UNKNOWN, "scope.holder_asked"),
    LetterState.AGREED: (Verdict.FITS, "scope.holder_agreed"),
    LetterState.REFUSED: (Verdict.POLICY, "scope.holder_refused"),
}


def by_protocole(application: Application, basis: Basis) -> bool:
    """Whether the Protocole opens a home reserved in stock to this tenant of the same landlord.

    A letter that was sent counts as much as a published participation: landlord and holder are using the scheme.
    """
    around = basis.around
    return around.in_stock and moves_inside(application, basis) and (around.protocole or around.letter is not None)


def scope(application: Application, _home: DwellingFacts, basis: Basis) -> Finding:
    """Own stock; across holders by the Protocole; between landlords by their participation, or as anybody."""
    landlord = present_landlord(application)
    if not is_transfer(application):
        return _NOT_CONCERNED
    if moves_inside(application, basis):
        return _inside(application, basis)
    facts = {"present_landlord": landlord, "landlord": basis.landlord}
    if landlord in basis.around.inter_landlord and basis.landlord in basis.around.inter_landlord:
        return Finding(Rule.SCOPE, Verdict.FITS, "scope.inter_landlord", facts)
    if not basis.policy.between_participants_only:
        return Finding(Rule.SCOPE, Verdict.FITS, "scope.as_anybody", facts)
    if landlord is None or basis.landlord is None:
        return Finding(Rule.SCOPE, Verdict.UNKNOWN, "scope.landlord_not_known", facts)
    return Finding(Rule.SCOPE, Verdict.POLICY, "scope.no_agreement", facts)


def _inside(application: Application, basis: Basis) -> Finding:
    if not by_protocole(application, basis) or basis.around.designation is None:
        return _OWN_STOCK
    verdict, code = _LETTER[basis.around.letter_state(basis.on)]
    return Finding(Rule.SCOPE, verdict, code, {"holder": basis.around.designation.holder})
