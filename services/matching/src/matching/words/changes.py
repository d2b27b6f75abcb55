"""What a household could change, in French and English, as one line with the rank it would then have."""

from collections.abc import Mapping

from contracts.values import Language
from matching.domain.near_miss import ChangeCode
from matching.domain.rules import Fact
from matching.words.languages import spoken
from matching.words.shown import shown

__all__ = ["change_sentence"]

_SAID: Mapping[ChangeCode, tuple[str, str]] = {
    ChangeCode.COMPLETE_APPLICATION: ("Compléter la demande", "Complete the application"),
    ChangeCode.ACCEPT_TYPE: ("Accepter un {dwelling_type}", "Accept {dwelling_type}"),
    ChangeCode.ADD_NEIGHBOURS: (
        "Accepter aussi les communes voisines de {commune_name}",
        "Add the neighbours of {commune_name}",
    ),
    ChangeCode.ADD_PLACE: ("Ajouter {commune_name}", "Add {commune_name}"),
    ChangeCode.PREFER_PLACE: ("Demander {commune_name} en premier choix", "Ask for {commune_name} first"),
    ChangeCode.RAISE_RENT: (
        "Porter le loyer maximal à {max_rent_euros} €, charges comprises",
        "Raise the rent limit to {max_rent_euros} euros, charges included",
    ),
    ChangeCode.LOWER_AREA: ("Accepter {min_area_m2} m²", "Accept {min_area_m2} m²"),
    ChangeCode.ACCEPT_FLOOR: ("Accepter l'étage {floor}", "Accept floor {floor}"),
    ChangeCode.DROP_LIFT: ("Ne plus demander d'ascenseur", "No longer ask for a lift"),
    ChangeCode.DROP_OUTDOOR_SPACE: ("Ne plus demander d'espace extérieur", "No longer ask for an outdoor space"),
    ChangeCode.DROP_PARKING: ("Ne plus demander de stationnement", "No longer ask for a parking space"),
    ChangeCode.ACCEPT_LATER: (
        "Accepter un logement libre jusqu'au {latest_on}",
        "Accept a home that comes free until {latest_on}",
    ),
    ChangeCode.PROVE_INCOME: (
        "Justifier les revenus des douze derniers mois, s'ils ne dépassent pas {income_euros} €",
        "Prove the income of the last twelve months, if it is no more than {income_euros} euros",
    ),
    ChangeCode.MEET_CONDITIONS: (
        "Remplir les conditions de mutation du bailleur : compte de loyer ou plan respecté, assurance, visite",
        "Meet the landlord's conditions for a transfer: rent account or plan kept, insurance, visit",
    ),
    ChangeCode.FINISH_WORKS: (
        "Terminer les travaux du logement quitté",
        "Finish the works in the home to be left",
    ),
}


def change_sentence(code: ChangeCode, facts: Mapping[str, Fact], language: Language, *, rank: int | None = None) -> str:
    """`Accept T3: rank 1.`; without a rank the change alone."""
    said = spoken(_SAID[code], language).format(**shown(facts, language))
    if rank is None:
        return f"{said}."
    return spoken((f"{said} : rang {rank}.", f"{said}: rank {rank}."), language)
