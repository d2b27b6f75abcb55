"""What sentences make of facts: amounts, decimals and days as people write them in each language."""

import pytest

from contracts.values import Language
from matching.domain.near_miss import ChangeCode
from matching.domain.rules import Finding, Rule, Verdict
from matching.words.changes import change_sentence
from matching.words.sentences import sentence


@pytest.mark.parametrize(
    ("rule", "code", "facts", "french", "english"),
    [
        (
            Rule.LATEST, "latest.too_late", {"available_on": "2026-12-01", "latest_on": "2026-11-30"},
            "Le logement se libère le 1er décembre 2026, après la date limite demandée.",
            "The home comes free on 1 December 2026, after the latest day asked for.",
        ),
        (
            Rule.OFFERED_RENT, "offered_rent.relet", {"base_rent_cents": 450_50, "service_charges_cents": 60_00},
            "Loyer à la relocation : 450,50 € et 60,00 € de charges.",
            "Rent at re-letting: 450.50 euros and 60.00 euros of charges.",
        ),
        (
            Rule.INCOME, "income.above_ceiling", {"ceiling_euros": 31_254},
            "Les ressources dépassent le plafond de 31\N{NARROW NO-BREAK SPACE}254 € (CCH L441-1).",
            "The income is above the ceiling of 31,254 euros (CCH L441-1).",
        ),
        (
            Rule.PLACE, "place.widened", {"commune": "75118", "wanted": "93070", "preference": 2},
            "Faute de preneur, un souhait est élargi d'un pas : Saint-Ouen-sur-Seine (choix n° 2) et ses alentours.",
            "Nobody takes the home, so a wish is widened by one step: Saint-Ouen-sur-Seine (choice 2) and around it.",
        ),
        (
            Rule.DWELLING_TYPE, "dwelling_type.widened", {"dwelling_type": "T3"},
            "Faute de preneur, un souhait est élargi d'une pièce : un T3 n'est pas demandé.",
            "Nobody takes the home, so a wish is widened by one room: a T3 is not asked for.",
        ),
        (
            Rule.MAX_RENT, "max_rent.widened", {"rent_cents": 51_000, "max_rent_cents": 49_000},
            "Faute de preneur, un souhait est élargi d'un pas : 510,00 € pour un maximum de 490,00 €.",
            "Nobody takes the home, so a wish is widened by one step: 510.00 euros for a limit of 490.00.",
        ),
        (
            Rule.OCCUPANCY, "occupancy.enough", {"min_surface_m2": 16.5},
            "La surface atteint le minimum légal (16,5 m²).",
            "The area reaches the legal least (16.5 m²).",
        ),
        (
            Rule.HOLDER, "holder.not_eligible", {"holder": "999000051", "until": "2026-08-15"},
            "C'est le tour d'un réservataire jusqu'au 15 août 2026, et le ménage n'est pas de son public.",
            "It is a reservation holder's turn until 15 August 2026, and the household is not of its public.",
        ),
        (
            Rule.HOLDER, "holder.not_of_its_public", {"holder": "999000051", "until": None},
            "C'est le tour d'un réservataire, sans date de fin, et le ménage n'est pas de son public.",
            "It is a reservation holder's turn, without a last day, and the household is not of its public.",
        ),
    ],
)  # fmt: skip
def test_a_finding_in_both_languages(rule, code, facts, french, english):
    finding = Finding(rule, Verdict.POLICY, code, facts)
    assert sentence(finding, Language.FRENCH) == french
    assert sentence(finding, Language.ENGLISH) == english


def test_a_change_in_both_languages():
    later, dearer = {"latest_on": "2027-03-01"}, {"max_rent_cents": 612_40}
    said = change_sentence(ChangeCode.ACCEPT_LATER, later, Language.FRENCH, rank=2)
    assert said == "Accepter un logement libre jusqu'au 1er mars 2027 : rang 2."
    said = change_sentence(ChangeCode.RAISE_RENT, dearer, Language.ENGLISH, rank=1)
    assert said == "Raise the rent limit to 612.40 euros, charges included: rank 1."
    said = change_sentence(ChangeCode.RAISE_RENT, dearer, Language.FRENCH)
    assert said == "Porter le loyer maximal à 612,40 €, charges comprises."
