"""What each rule is called where misses are counted. Needs of access have one name together (DOMAIN §11.13)."""

from collections.abc import Mapping

from contracts.values import Language
from matching.domain.evidence import HEALTH
from matching.words.languages import spoken

__all__ = ["NAMES", "rule_name"]

_ACCESS = ("Besoins d'accès", "Needs of access")
NAMES: Mapping[str, tuple[str, str]] = {
    "standing": ("État de la demande", "State of the application"),
    "place": ("Lieu", "Place"),
    "dwelling_type": ("Type demandé", "Type asked for"),
    "offered_rent": ("Loyer proposé", "Rent offered"),
    "max_rent": ("Loyer maximal demandé", "Rent limit asked for"),
    "min_area": ("Surface minimale demandée", "Least area asked for"),
    "occupancy": ("Surface minimale légale", "Least area by law"),
    "income": ("Plafond de ressources", "Income ceiling"),
    "effort": ("Taux d'effort", "Rent burden"),
    "residual": ("Reste à vivre", "Residual income"),
    "typology": ("Type selon la taille du ménage", "Type by the household's size"),
    "under_occupation": ("Sous-occupation", "Under-occupation"),
    "transfer_rent": ("Loyer plus bas que l'actuel (L442-3-1)", "Rent below the present one (L442-3-1)"),
    "transfer_conditions": ("Conditions de mutation du bailleur", "The landlord's conditions for a transfer"),
    "light": ("Travaux dans le logement quitté", "Works in the home to be left"),
    "letting": ("Logement hors location ordinaire", "Home outside ordinary letting"),
    "scope": ("Accords entre bailleurs", "Agreements between landlords"),
    "holder": ("Tour du réservataire", "The reservation holder's turn"),
    "wanted_floor": ("Étage demandé", "Floor asked for"),
    "wanted_lift": ("Ascenseur demandé", "Lift asked for"),
    "outdoor_space": ("Espace extérieur demandé", "Outdoor space asked for"),
    "parking": ("Stationnement demandé", "Parking asked for"),
    "latest": ("Date limite demandée", "Latest day asked for"),
}
"""By the rule's value."""


def rule_name(rule: str | None, language: Language) -> str:
    """Of None, and of a rule that reads facts of health, the name that needs of access share."""
    return spoken(_ACCESS if rule is None or rule in HEALTH else NAMES[rule], language)
