from collections import Counter

import pytest

from reference import communes, samples
from reference.communes import UnknownCommune
from reference.rpls import RplsFinancing
from reference.social_stock import social_stock


def shares(values):
    counted = Counter(values)
    return {value: 100 * count / counted.total() for value, count in counted.items()}


def cited(territory, dimension):
    return {
        one.modality: one.value
        for one in samples.marginals()
        if (one.territory, one.dimension) == (territory, dimension)
    }


def test_operations_are_in_paris_and_add_up():
    operations = samples.operations()
    assert len(operations) == 4_172
    arrondissements = set(communes.arrondissements_of("75056"))
    assert {operation.arrondissement for operation in operations} == arrondissements
    for operation in operations:
        assert operation.dwellings > 0
        assert min(operation.plai, operation.plus, operation.plus_cd, operation.pls) >= 0
        assert 2001 <= operation.approved_in <= 2024
        assert 48.81 < operation.latitude < 48.91
        assert 2.22 < operation.longitude < 2.47
        assert operation.address


def test_operations_agree_with_the_cited_shares_of_financing():
    totals = {
        "PLAI": sum(operation.plai for operation in samples.operations()),
        "PLUS": sum(operation.plus for operation in samples.operations()),
        "PLUSCD": sum(operation.plus_cd for operation in samples.operations()),
        "PLS": sum(operation.pls for operation in samples.operations()),
    }
    everything = sum(totals.values())
    assert everything == 126_547
    for name, share in cited("75", "financement").items():
        assert 100 * totals[name] / everything == pytest.approx(share, abs=0.1)


def test_family_housing_is_told_from_residences():
    family = [operation for operation in samples.operations() if operation.is_family_housing]
    assert 3_500 < len(family) < len(samples.operations())


def test_dwelling_samples_agree_with_the_cited_shares():
    dwellings = samples.dwelling_samples()
    assert len(dwellings) == 6_312
    rooms = shares(f"T{dwelling.rooms}" for dwelling in dwellings)
    energy = shares(str(dwelling.energy) for dwelling in dwellings if dwelling.energy)
    assert rooms == pytest.approx(cited("06029", "nombre de pieces"), abs=0.06)
    assert energy == pytest.approx(cited("06029", "DPE energie"), abs=0.06)
    assert shares(dwelling.financing for dwelling in dwellings)[RplsFinancing.HLM_O] == pytest.approx(42.5, abs=0.06)


def test_dwelling_samples_are_drawn_jointly():
    by_rooms = {rooms: [] for rooms in range(1, 7)}
    for dwelling in samples.dwelling_samples():
        by_rooms[dwelling.rooms].append(dwelling.living_area_m2)
        assert 9 <= dwelling.living_area_m2 <= 200
        assert 1900 <= dwelling.built_in <= 2018
    medians = {f"T{rooms}": sorted(areas)[len(areas) // 2] for rooms, areas in by_rooms.items()}
    assert medians == pytest.approx(cited("06029", "surface mediane"), abs=1)


def test_every_marginal_cites_its_source():
    assert len(samples.marginals()) == 115
    assert all(one.source.startswith(("https://", "http://", "calcul sur ")) for one in samples.marginals())
    assert all(0 <= one.value <= 100 for one in samples.marginals() if one.unit == "%")


def test_landlords_are_companies_with_valid_siren_or_none():
    landlords = samples.landlords()
    assert len(landlords) == 98
    assert not any(one.name.startswith(("SCI ", "SCCV ")) for one in landlords)
    with_siren = [one.siren for one in landlords if one.siren]
    assert len(set(with_siren)) == len(with_siren) == 39
    assert all(luhn(siren) for siren in with_siren)


def test_every_named_landlord_of_an_operation_is_a_landlord_of_paris():
    paris = {one.name for one in samples.landlords() if one.department == "75"}
    assert {operation.landlord for operation in samples.operations()} - {None} <= paris


def luhn(siren):
    doubled = [int(digit) * (1 + (place % 2)) for place, digit in enumerate(siren)]
    return len(siren) == 9 and sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def test_social_stock_is_counted_in_paris():
    stock = social_stock("75118")
    assert (stock.social_dwellings, stock.counted_social_dwellings, stock.social_rate_pct) == (26_041, 26_041, 24.5)
    assert stock.main_residences == 102_449
    counted = [social_stock(part) for part in communes.arrondissements_of("75056")]
    assert sum(one.counted_social_dwellings for one in counted) == 276_032
    for one in counted:
        residences = 100 * one.counted_social_dwellings / one.social_rate_pct
        assert 0.95 < residences / one.main_residences < 1.3


def test_social_stock_is_estimated_elsewhere():
    stock = social_stock("93066")
    assert stock.counted_social_dwellings is None
    assert stock.social_dwellings == round(stock.main_residences * stock.social_rate_pct / 100) > 10_000


def test_social_stock_never_exceeds_the_dwellings_there_are():
    assert social_stock("71085").social_rate_pct is None
    for code in communes.codes():
        stock = social_stock(code)
        assert stock.social_rate_pct is None or 0 <= stock.social_rate_pct <= 100
        assert stock.dwellings is None or stock.main_residences + stock.vacant_dwellings <= stock.dwellings + 1


def test_social_stock_unknown():
    assert social_stock("69381").social_dwellings is None
    with pytest.raises(UnknownCommune):
        social_stock("99999")
