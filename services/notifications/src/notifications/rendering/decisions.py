"""What a committee's coded reasons, and the end of an offer, are in words."""

from contracts.allocation import CandidacyEnd, DecisionReason
from contracts.values import Language

_REASONS = {
    DecisionReason.HOUSEHOLD_LARGER_THAN_HOME: (
        "le logement est trop petit pour le nombre de personnes à loger",
        "the home is too small for the number of persons to house",
    ),
    DecisionReason.HOUSEHOLD_SMALLER_THAN_HOME: (
        "le logement est trop grand pour le nombre de personnes à loger",
        "the home is too large for the number of persons to house",
    ),
    DecisionReason.RENT_TOO_HIGH_FOR_RESOURCES: (
        "le loyer est trop élevé par rapport à vos ressources",
        "the rent is too high for your resources",
    ),
    DecisionReason.INCOME_ABOVE_CEILING: (
        "vos revenus dépassent le plafond de ce logement",
        "your income is above the ceiling of this home",
    ),
    DecisionReason.OWNS_ADEQUATE_HOME: (
        "vous êtes propriétaire d'un logement adapté à vos besoins et à vos capacités",
        "you own a home that suits your needs and means",
    ),
    DecisionReason.ARREARS_WITHOUT_PLAN: (
        "un arriéré de loyer n'est pas couvert par un plan d'apurement respecté",
        "rent is owed, and no plan to pay it is being kept",
    ),
    DecisionReason.HOME_NOT_ACCESSIBLE: (
        "le logement n'est pas accessible comme votre ménage en a besoin",
        "the home is not accessible in the way your household needs",
    ),
    DecisionReason.FILE_NOT_TRUE: (
        "des éléments du dossier ne correspondent pas à votre situation",
        "parts of the file do not agree with your situation",
    ),
    DecisionReason.OTHER_HOUSEHOLD_HAS_PRIORITY: (
        "le logement a été attribué à des ménages dont la demande est prioritaire pour celui-ci",
        "the home was allocated to households whose application has priority for it",
    ),
    DecisionReason.RIGHT_OF_STAY_NOT_PROVEN: (
        "la régularité du séjour d'une personne à loger n'est pas établie",
        "the right of stay of a person to house is not proven",
    ),
}
_ENDED = {
    CandidacyEnd.VACANCY_GONE: (
        "Le bailleur a retiré ce logement de la location.",
        "The landlord has taken this home off letting.",
    ),
    CandidacyEnd.VACANCY_LET: (
        "Ce logement vient d'être loué à un autre ménage.",
        "This home has just been let to another household.",
    ),
    CandidacyEnd.CONDITION_NOT_MET: (
        "La pièce demandée par la commission n'a pas été donnée à temps.",
        "The piece that the committee asked for was not given in time.",
    ),
    CandidacyEnd.RULE_BROKEN: (
        "Votre situation a changé et, selon les règles d'attribution, ce logement ne peut plus vous être attribué.",
        "Your situation has changed and, by the rules of allocation, this home can no longer go to you.",
    ),
    CandidacyEnd.APPLICATION_CLOSED: (
        "Votre demande de logement est close.",
        "Your housing application is closed.",
    ),
}
_OTHERWISE = ("Cette proposition n'est plus possible.", "This offer is no longer possible.")


def in_words(reason: DecisionReason, language: Language) -> str:
    """A committee's reason as the household reads it; a code of a newer producer by the law's own words."""
    known = _REASONS.get(reason, ("un motif que votre bailleur vous précisera", "a reason your landlord will tell you"))
    return known[_place(language)]


def why_ended(because: CandidacyEnd | None, language: Language) -> str:
    return _ENDED.get(because or CandidacyEnd.UNKNOWN, _OTHERWISE)[_place(language)]


def _place(language: Language) -> int:
    return 1 if language is Language.ENGLISH else 0
