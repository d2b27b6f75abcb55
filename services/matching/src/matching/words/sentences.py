"""What each finding says to an agent or a household, in French and English. The verdict is told beside it."""

from contracts.values import Language
from matching.domain.rules import Finding
from matching.words.around import SENTENCES_AROUND
from matching.words.languages import spoken
from matching.words.shown import shown

__all__ = ["SENTENCES", "sentence"]

SENTENCES: dict[str, tuple[str, str]] = {
    "standing.active": ("La demande est active.", "The application is active."),
    "standing.not_complete": (
        "La demande est enregistrée mais pas encore complète.",
        "The application is registered and not complete yet.",
    ),
    "standing.withdrawn": ("La demande est close.", "The application is closed."),
    "place.first_choice": (
        "Le logement est dans le premier lieu demandé.",
        "The home is in the place asked for first.",
    ),
    "place.wanted": (
        "Le logement est dans un lieu demandé (choix n° {preference}).",
        "The home is in a place asked for (choice {preference}).",
    ),
    "place.neighbour": (
        "Le logement est voisin d'un lieu demandé (choix n° {preference}).",
        "The home is next to a place asked for (choice {preference}).",
    ),
    "place.not_wanted": ("Aucun lieu demandé n'atteint ce logement.", "No place asked for reaches this home."),
    "dwelling_type.wanted": ("Un {dwelling_type} est demandé.", "A {dwelling_type} is asked for."),
    "dwelling_type.not_wanted": ("Un {dwelling_type} n'est pas demandé.", "A {dwelling_type} is not asked for."),
    "max_rent.no_limit": ("Aucun loyer maximal n'est demandé.", "No rent limit is asked for."),
    "max_rent.within": ("Le loyer est sous le maximum demandé.", "The rent is within the limit asked for."),
    "max_rent.above": ("Le loyer dépasse le maximum demandé.", "The rent is above the limit asked for."),
    "min_area.no_limit": ("Aucune surface minimale n'est demandée.", "No least area is asked for."),
    "min_area.enough": ("La surface demandée est atteinte.", "The area asked for is reached."),
    "min_area.below": ("La surface demandée n'est pas atteinte.", "The area asked for is not reached."),
    "occupancy.enough": (
        "La surface atteint le minimum légal ({min_surface_m2} m²).",
        "The area reaches the legal least ({min_surface_m2} m²).",
    ),
    "occupancy.over_occupied": (
        "La surface est sous le minimum légal de {min_surface_m2} m² pour {persons} personnes (CCH R822-25).",
        "The area is below the legal least of {min_surface_m2} m² for {persons} persons (CCH R822-25).",
    ),
    "income.within_ceiling": ("Les ressources sont sous le plafond.", "The income is within the ceiling."),
    "income.above_ceiling": (
        "Les ressources dépassent le plafond de {ceiling_euros} € (CCH L441-1).",
        "The income is above the ceiling of {ceiling_euros} euros (CCH L441-1).",
    ),
    "income.category_to_verify": (
        "La catégorie du ménage est à vérifier pour le plafond.",
        "The household's category is to be verified for the ceiling.",
    ),
    "income.regime_to_verify": (
        "Au-dessus du plafond ordinaire : dérogation à vérifier (CCH L442-3-1 chez le même bailleur, R441-1-1).",
        "Above the ordinary ceiling: a derogation to verify (CCH L442-3-1 with the same landlord, R441-1-1).",
    ),
    "income.waived": (
        "Aucun plafond : un logement trop grand est rendu (CCH L442-3-1).",
        "No ceiling: a home too large is given back (CCH L442-3-1).",
    ),
    "income.not_stated": ("Les ressources sont à justifier.", "The income is to be proven."),
    "income.no_ceiling_known": (
        "Aucun plafond n'est connu pour ce logement.",
        "No ceiling is known for this home.",
    ),
    "floor.no_limit": ("Les escaliers ne sont pas un obstacle.", "Stairs are no obstacle."),
    "floor.reachable": ("L'étage est accessible au ménage.", "The household can reach the floor."),
    "floor.not_known": ("L'étage ou l'ascenseur est à vérifier.", "The floor or the lift is to be verified."),
    "floor.too_high": ("L'étage est trop haut sans ascenseur.", "The floor is too high without a lift."),
    "typology.adequate": ("Le type convient au ménage.", "The type fits the household."),
    "typology.tolerated": ("Le type est toléré pour ce ménage.", "The type is tolerated for this household."),
    "typology.far_too_large": (
        "Le logement est trop grand pour {persons} personne(s) : au plus un {largest_type}.",
        "The home is too large for {persons} person(s): a {largest_type} at most.",
    ),
    "typology.far_too_small": (
        "Le logement est trop petit pour {persons} personne(s).",
        "The home is too small for {persons} person(s).",
    ),
    "typology.none_wanted": (
        "Aucun type demandé ne convient à la taille du ménage, selon la grille du territoire.",
        "No type asked for fits the household's size by the territory's grid.",
    ),
    "transfer_rent.no_matter": (
        "Aucun logement trop grand n'est rendu : le loyer actuel ne compte pas.",
        "No home too large is given back: the present rent does not matter.",
    ),
    "transfer_rent.another_landlord": (
        "Autre bailleur : le loyer peut dépasser l'actuel (l'article L442-3-1 ne lie que le bailleur actuel).",
        "Another landlord: the rent may be above the present one (CCH L442-3-1 binds the present landlord alone).",
    ),
    "transfer_rent.landlord_not_known": (
        "Le loyer principal n'est pas plus bas : bailleur actuel à vérifier, l'article L442-3-1 le lie.",
        "The principal rent is not lower: the present landlord, whom CCH L442-3-1 binds, is to be verified.",
    ),
    "transfer_rent.lower": (
        "Le loyer principal est plus bas que l'actuel (CCH L442-3-1).",
        "The principal rent is lower than the present one (CCH L442-3-1).",
    ),
    "transfer_rent.not_lower": (
        "Le loyer principal n'est pas plus bas que l'actuel, comme le veut l'article L442-3-1.",
        "The principal rent is not lower than the present one, as CCH L442-3-1 asks.",
    ),
    "transfer_rent.not_known": (
        "Le loyer principal actuel est à vérifier (CCH L442-3-1).",
        "The present principal rent is to be verified (CCH L442-3-1).",
    ),
    "transfer_conditions.no_matter": ("Aucun bail du parc n'est quitté.", "No lease of the stock is left."),
    "transfer_conditions.met": (
        "Les conditions de mutation du bailleur sont remplies.",
        "The landlord's conditions for a transfer are met.",
    ),
    "transfer_conditions.not_met": (
        "Les conditions de mutation du bailleur ne sont pas remplies.",
        "The landlord's conditions for a transfer are not met.",
    ),
    "transfer_conditions.not_known": (
        "Les conditions de mutation du bailleur sont à vérifier.",
        "The landlord's conditions for a transfer are to be verified.",
    ),
    "light.nothing_found": ("Aucun travail ne retient le départ.", "No works hold the move back."),
    "light.may_move": ("L'état du logement permet le départ.", "The state of the home lets the household move."),
    "light.blocked": (
        "Des travaux dans le logement quitté retiennent le départ.",
        "Works in the home to be left hold the move back.",
    ),
    "light.not_known": ("L'état du logement quitté est à vérifier.", "The state of the home left is to be verified."),
    "letting.ordinary": ("Le logement se loue ordinairement.", "The home is let ordinarily."),
    "letting.loi_1948": ("Le logement relève de la loi de 1948.", "The home is under the law of 1948."),
    "letting.job_linked": ("Le logement est lié à un emploi.", "The home is tied to a job."),
    "letting.student_or_young_worker": (
        "Le logement est réservé aux étudiants ou jeunes travailleurs.",
        "The home is for students or young workers.",
    ),
    "letting.artist_studio": ("Le logement est un atelier d'artiste.", "The home is an artist's studio."),
    "letting.let_to_association": ("Le logement est loué à une association.", "The home is let to an association."),
    "letting.shared_tenancy": ("Le logement est en colocation.", "The home is let as a shared tenancy."),
    "letting.to_be_renovated": ("Le logement va être rénové.", "The home is to be renovated."),
    "letting.to_be_sold": ("Le logement va être vendu.", "The home is to be sold."),
    "letting.to_be_demolished": ("Le logement va être démoli.", "The home is to be demolished."),
    "letting.held_back_by_holder": (
        "Le réservataire exclut ce logement.",
        "The reservation holder holds this home back.",
    ),
    "letting.unknown": ("Une exclusion du logement est à vérifier.", "An exclusion of the home is to be verified."),
    "latest.not_asked": ("Aucune date limite n'est demandée.", "No latest day is asked for."),
    "latest.in_time": ("Le logement est libre à temps.", "The home comes free in time."),
    "latest.too_late": (
        "Le logement se libère le {available_on}, après la date limite demandée.",
        "The home comes free on {available_on}, after the latest day asked for.",
    ),
    "latest.not_known": ("La date de libération n'est pas connue.", "The day it comes free is not known."),
}
SENTENCES_WIDENED: dict[str, tuple[str, str]] = {
    "place.widened": (
        "Faute de preneur, un souhait est élargi d'un pas : {wanted_name} (choix n° {preference}) et ses alentours.",
        "Nobody takes the home, so a wish is widened by one step: {wanted_name} (choice {preference}) and around it.",
    ),
    "dwelling_type.widened": (
        "Faute de preneur, un souhait est élargi d'une pièce : un {dwelling_type} n'est pas demandé.",
        "Nobody takes the home, so a wish is widened by one room: a {dwelling_type} is not asked for.",
    ),
    "max_rent.widened": (
        "Faute de preneur, un souhait est élargi d'un pas : {rent_euros} € pour un maximum de {max_rent_euros} €.",
        "Nobody takes the home, so a wish is widened by one step: {rent_euros} euros for a limit of {max_rent_euros}.",
    ),
}
"""Of calls for a home that is hard to let (`matching.domain.widening`): no rule finds these."""
_ALL = SENTENCES | SENTENCES_AROUND | SENTENCES_WIDENED
_ASKED = {
    "wheelchair": ("un logement accessible en fauteuil roulant", "a home for a wheelchair"),
    "step_free": ("un logement sans marche", "a home without a step"),
    "wanted_floor": ("cet étage", "this floor"),
    "wanted_lift": ("un ascenseur", "a lift"),
    "outdoor_space": ("un espace extérieur", "an outdoor space"),
    "parking": ("un stationnement", "a parking space"),
}
_GIVEN = {
    "not_needed": ("Le ménage n'a pas besoin de : {0}.", "The household does not need {0}."),
    "not_asked": ("Le ménage n'a pas fait cette demande : {0}.", "The household does not ask for {0}."),
    "given": ("Le ménage obtient ce qu'il demande : {0}.", "The household has what it asks for: {0}."),
    "missing": ("Il manque ce que le ménage demande : {0}.", "What the household asks for is missing: {0}."),
    "not_known": ("À vérifier pour ce logement : {0}.", "To be verified for this home: {0}."),
}


def sentence(finding: Finding, language: Language) -> str:
    """One sentence; facts it names are the finding's own."""
    if said := _ALL.get(finding.code):
        return spoken(said, language).format(**shown(finding.facts, language))
    asked, given = finding.code.split(".")
    return spoken(_GIVEN[given], language).format(spoken(_ASKED[asked], language))
