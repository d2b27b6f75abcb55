"""What a committee's codes are in words: in the minutes, and to the household. None is said of anybody by name."""

from contracts.allocation import CandidacyOrigin, DecisionKind, DecisionReason, FewerFilesBecause, MovedBecause
from contracts.tenancy import ExaminationCase
from matching.domain.committee import Seat
from matching.words.languages import Said

__all__ = ["CASES", "FEWER", "KINDS", "MOVED", "ORIGINS", "REASONS", "SEATS"]

KINDS: dict[DecisionKind, Said] = {
    DecisionKind.ALLOCATED: ("attribution du logement", "the home is allocated"),
    DecisionKind.ALLOCATED_BY_RANK: (
        "attribution par rang, si les candidats qui précèdent refusent",
        "allocated by rank, if those ranked before refuse",
    ),
    DecisionKind.ALLOCATED_ON_CONDITION: (
        "attribution sous condition suspensive",
        "allocated on condition",
    ),
    DecisionKind.NOT_ALLOCATED: ("non-attribution", "not allocated"),
    DecisionKind.INADMISSIBLE: (
        "irrecevabilité : les conditions d'accès au logement social ne sont pas remplies (CCH R441-1)",
        "inadmissible: the conditions of access to social housing are not met (CCH R441-1)",
    ),
}
REASONS: dict[DecisionReason, Said] = {
    DecisionReason.HOUSEHOLD_LARGER_THAN_HOME: (
        "le logement est trop petit pour le nombre de personnes à loger",
        "the home is too small for the number of persons to house",
    ),
    DecisionReason.HOUSEHOLD_SMALLER_THAN_HOME: (
        "le logement est trop grand pour le nombre de personnes à loger",
        "the home is too large for the number of persons to house",
    ),
    DecisionReason.RENT_TOO_HIGH_FOR_RESOURCES: (
        "le loyer est trop élevé par rapport aux ressources du ménage",
        "the rent is too high for the household's resources",
    ),
    DecisionReason.INCOME_ABOVE_CEILING: (
        "les ressources dépassent le plafond de ce logement",
        "the income is above the ceiling of this home",
    ),
    DecisionReason.OWNS_ADEQUATE_HOME: (
        "le ménage est propriétaire d'un logement adapté à ses besoins et à ses capacités",
        "the household owns a home that suits its needs and means",
    ),
    DecisionReason.ARREARS_WITHOUT_PLAN: (
        "un arriéré de loyer n'est pas couvert par un plan d'apurement respecté",
        "rent is owed, and no plan to pay it is being kept",
    ),
    DecisionReason.HOME_NOT_ACCESSIBLE: (
        "le logement n'est pas accessible comme le ménage en a besoin",
        "the home is not accessible in the way the household needs",
    ),
    DecisionReason.FILE_NOT_TRUE: (
        "des éléments du dossier ne correspondent pas à la situation du ménage",
        "parts of the file do not agree with the household's situation",
    ),
    DecisionReason.OTHER_HOUSEHOLD_HAS_PRIORITY: (
        "le logement est attribué à des ménages dont la demande est prioritaire pour celui-ci",
        "the home is allocated to households whose application has priority for it",
    ),
    DecisionReason.RIGHT_OF_STAY_NOT_PROVEN: (
        "la régularité du séjour d'une personne à loger n'est pas établie",
        "the right of stay of a person to house is not proven",
    ),
}
MOVED: dict[MovedBecause, Said] = {
    MovedBecause.RECOGNISED_PRIORITY: ("priorité reconnue (CCH L441-1)", "a recognised priority (CCH L441-1)"),
    MovedBecause.EMERGENCY: ("urgence de la situation", "the situation is an emergency"),
    MovedBecause.HOME_SUITS_ITS_NEEDS: (
        "le logement répond mieux à ses besoins",
        "the home suits its needs better",
    ),
    MovedBecause.BALANCE_OF_OCCUPATION: ("équilibre de l'occupation (CCH L441)", "balance of occupation (CCH L441)"),
    MovedBecause.FREES_A_SOUGHT_HOME: (
        "le logement libéré est recherché",
        "the home that it leaves is sought after",
    ),
    MovedBecause.RENEWAL_REHOUSING: (
        "relogement lié au renouvellement urbain",
        "rehousing for an urban renewal programme",
    ),
    MovedBecause.OTHER: ("autre motif, énoncé par la commission", "another reason, in the committee's words"),
}
ORIGINS: dict[CandidacyOrigin, Said] = {
    CandidacyOrigin.CALL: ("appel", "call"),
    CandidacyOrigin.HOLDER: ("réservataire", "reservation holder"),
    CandidacyOrigin.PREFET: ("préfet", "préfet"),
    CandidacyOrigin.RENEWAL: ("renouvellement urbain", "urban renewal"),
    CandidacyOrigin.LANDLORD: ("bailleur", "landlord"),
}
FEWER: dict[FewerFilesBecause, Said] = {
    FewerFilesBecause.TOO_FEW_CANDIDATES: ("insuffisance du nombre de candidats", "too few candidates"),
    FewerFilesBecause.DALO_DESIGNATED: (
        "candidat désigné par le préfet (DALO)",
        "a household designated by the préfet (DALO)",
    ),
    FewerFilesBecause.PLAI_ADAPTED: ("logement PLAI adapté", "a home of the PLAI adapté programme"),
}
SEATS: dict[Seat, Said] = {
    Seat.CHAIR: ("présidence de la commission", "chair"),
    Seat.MEMBER: ("membre", "member"),
    Seat.TENANTS: ("membre représentant les locataires", "member for the tenants"),
    Seat.MAYOR: ("maire ou son représentant, voix prépondérante", "mayor or who stands in, casting vote"),
    Seat.PREFET: ("préfet ou son représentant", "préfet or who stands in"),
    Seat.EPCI_PRESIDENT: ("président de l'EPCI ou son représentant", "president of the EPCI or who stands in"),
    Seat.HOLDER: ("réservataire, voix consultative", "reservation holder, no vote"),
    Seat.ASSOCIATION: ("association, voix consultative", "association, no vote"),
}
CASES: dict[ExaminationCase, Said] = {
    ExaminationCase.OVER_OCCUPIED: ("sur-occupation", "over-occupied"),
    ExaminationCase.UNDER_OCCUPIED: ("sous-occupation", "under-occupied"),
    ExaminationCase.INCOME_OVER_CEILING: ("dépassement du plafond de ressources", "income over the ceiling"),
}
"""Of the cases those that a list may name: the two others tell of somebody's health."""
