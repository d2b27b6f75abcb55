import pytest

from reference import ceilings, rpls
from reference._packed import packed
from reference.rpls import EnergyClass, RplsFinancing, ceiling_financing, energy_class

LISTS = {
    "FINAN": rpls.RplsFinancing,
    "TYPECONST": rpls.BuildingKind,
    "ORIGINE": rpls.Origin,
    "DROIT": rpls.LegalRight,
    "PMR": rpls.Accessibility,
    "MODE": rpls.Occupation,
    "CONTINGENT": rpls.Quota,
}


@pytest.mark.parametrize("name", LISTS)
def test_members_are_exactly_the_codes_of_the_dictionary(name):
    assert {str(member) for member in LISTS[name]} == set(packed("rpls_codes")[name])


@pytest.mark.parametrize("members", LISTS.values())
def test_labels_are_distinct_french_words(members):
    labels = [member.label for member in members]
    assert all(labels)
    assert len(set(labels)) == len(labels)


def test_a_code_read_in_a_file_becomes_a_member():
    assert RplsFinancing("13") is RplsFinancing.PLUS
    assert RplsFinancing("13").label == "PLUS (LLS outre-mer)"
    with pytest.raises(ValueError, match="98"):
        RplsFinancing("98")


def test_ceiling_of_each_loan_is_that_of_the_dictionary():
    usual = packed("rpls_codes")["correspondance_plafond"]
    expected = {code: name for name in ("PLAI", "PLUS", "PLS") for code in usual[name]}
    assert {str(loan): ceiling_financing(loan) for loan in RplsFinancing if ceiling_financing(loan)} == expected
    assert ceiling_financing(RplsFinancing.HLM_O) is ceilings.Financing.PLUS
    assert ceiling_financing(RplsFinancing.PLI) is None


@pytest.mark.parametrize(
    ("code", "found"),
    [("A", EnergyClass.A), ("G", EnergyClass.G), ("2", EnergyClass.A), ("8", EnergyClass.G)],
)
def test_energy_class_reads_both_codings(code, found):
    assert energy_class(code) is found


@pytest.mark.parametrize("code", ["", "0", "9"])
def test_energy_class_absent(code):
    assert energy_class(code) is None


@pytest.mark.parametrize("code", ["1", "H", "AB"])
def test_energy_class_refuses_other_codes(code):
    with pytest.raises(ValueError, match=code):
        energy_class(code)
