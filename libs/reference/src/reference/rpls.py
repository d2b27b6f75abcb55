"""Code lists of RPLS, the register of the social stock (arrêté of 5 January 2010, annexe; SDES dictionary 2018).

A member's value is the code written in RPLS files, its `label` the French words to show.
"""

from enum import StrEnum
from typing import Self

from reference.ceilings import Financing

__all__ = [
    "Accessibility",
    "BuildingKind",
    "EnergyClass",
    "LegalRight",
    "Occupation",
    "Origin",
    "Quota",
    "RplsFinancing",
    "ceiling_financing",
    "energy_class",
]


class _Code(StrEnum):
    label: str

    def __new__(cls, code: str, label: str = "") -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member


class RplsFinancing(_Code):
    """FINAN, field 32: the loan that paid for the dwelling. 50 to 55 and 99 are older than 1977."""

    PLAI_OVERSEAS = "10", "PLA d'intégration (LLTS outre-mer)"
    PLAI = "11", "PLA LM / PLATS / PLAI"
    PLA = "12", "PLA ordinaire"
    PLUS = "13", "PLUS (LLS outre-mer)"
    PLS = "14", "PLS / PPLS / PCLS / PLA CFF"
    PAP = "15", "PAP locatif"
    PLI = "16", "PLI"
    PCL = "17", "PCL"
    OTHER_SINCE_1977 = "49", "Autre financement à partir de 1977"
    HBM = "50", "HBM"
    PLR_PSR = "51", "PLR / PSR"
    HLM_O = "52", "HLM/O"
    ILM = "53", "ILM"
    ILN = "54", "ILN"
    CFF = "55", "Prêts spéciaux du CFF"
    OTHER_BEFORE_1977 = "99", "Autre financement avant 1977"
    UNKNOWN = "0", "Non renseigné"


class BuildingKind(_Code):
    """TYPECONST, field 23."""

    HOUSE = "I", "Individuel"
    APARTMENT = "C", "Collectif"
    STUDENT = "E", "Étudiant"
    INVALID = "NC", "Non conforme"


class Origin(_Code):
    """ORIGINE, field 29: how the dwelling entered the landlord's stock."""

    BUILT = "1", "Construction par l'organisme"
    BOUGHT_WITH_WORKS = "2", "Acquisition avec travaux"
    BOUGHT_WITHOUT_WORKS = "3", "Acquisition sans travaux"
    BOUGHT_OFF_PLAN = "4", "Acquisition en VEFA"
    UNKNOWN = "0", "Non renseigné"


class LegalRight(_Code):
    """DROIT, field 3: by what right the landlord lets the dwelling."""

    FULL_OWNERSHIP = "1", "Pleine propriété"
    REHABILITATION_LEASE = "2", "Bail à réhabilitation"
    EMPHYTEUTIC_LEASE = "3", "Bail emphytéotique"
    USUFRUCT = "4", "Usufruit"
    BUILDING_LEASE = "5", "Bail à construction"
    UNKNOWN = "0", "Non renseigné"
    INVALID = "NC", "Non conforme"


class Accessibility(_Code):
    """PMR: access for persons with reduced mobility."""

    NOT_ACCESSIBLE = "1", "Non accessible"
    ACCESSIBLE = "2", "Accessible, non adapté"
    ADAPTED = "3", "Accessible et adapté"


class Occupation(_Code):
    """MODE, field 40: occupation on 1 January."""

    LET = "1", "Loué avec contrat de location"
    VACANT_OFFERED = "2", "Proposé à la location mais vacant"
    EMPTY = "3", "Vide (travaux, démolition ou vente)"
    ASSOCIATION = "4", "Pris en charge par une association"
    OCCUPIED = "5", "Occupé avec ou sans contrepartie financière"
    NOT_APPLICABLE = "9", "Sans objet (sorti du patrimoine)"


class Quota(_Code):
    """CONTINGENT, field 63 (CCH R441-5): whose stock-era reservation the dwelling is under."""

    STATE_CIVIL_SERVANTS = "1", "État – fonctionnaires"
    STATE_PRIORITY = "2", "État – prioritaires"
    EMPLOYERS = "3", "Employeurs / Action Logement"
    LOCAL_AUTHORITIES = "4", "Collectivités territoriales, EPCI"
    CONVENTIONAL_CIVIL_SERVANTS = "5", "Réservations conventionnelles État fonctionnaires"
    OTHER_HOLDERS = "6", "Autres réservataires"
    NOT_RESERVED = "7", "Non réservé"


class EnergyClass(StrEnum):
    """Class of an energy or greenhouse-gas certificate (DPE), best first."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"
    G = "G"


_OLD_ENERGY_CODES = dict(zip("2345678", EnergyClass, strict=True))
_NO_ENERGY_CLASS = frozenset({"", "0", "9"})


def energy_class(code: str) -> EnergyClass | None:
    """Class for a DPE code: a letter since 2019, 2 to 8 before; None when absent (0) or without object (9).

    Raises ValueError for any other code.
    """
    if code in _NO_ENERGY_CLASS:
        return None
    return _OLD_ENERGY_CODES.get(code) or EnergyClass(code)


_CEILINGS = {
    RplsFinancing.PLAI_OVERSEAS: Financing.PLAI,
    RplsFinancing.PLAI: Financing.PLAI,
    RplsFinancing.PLA: Financing.PLUS,
    RplsFinancing.PLUS: Financing.PLUS,
    RplsFinancing.HBM: Financing.PLUS,
    RplsFinancing.PLR_PSR: Financing.PLUS,
    RplsFinancing.HLM_O: Financing.PLUS,
    RplsFinancing.PLS: Financing.PLS,
    RplsFinancing.ILM: Financing.PLS,
    RplsFinancing.ILN: Financing.PLS,
    RplsFinancing.PCL: Financing.PLS,
}


def ceiling_financing(financing: RplsFinancing) -> Financing | None:
    """Whose income ceiling usually goes with a loan, None when none of the three does (PLI, PAP, other).

    This is usage, not law: the dwelling's agreement (convention APL) or the landlord's CUS may say otherwise.
    """
    return _CEILINGS.get(financing)
