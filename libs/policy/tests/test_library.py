"""Which policy is in force where and when, and what its grid counts."""

import datetime as dt
import shutil

import policy_samples as samples
import pytest

from contracts.household import Priority, Reason
from contracts.values import ApplicationKind, Financing
from policy import Library, PolicyRefused, read_policy
from policy.library import scopes_of
from policy.scoring import counted, gated_points, open_gates, standing_rubrics, targets_of
from reference.communes import UnknownCommune

LIBRARY = Library(samples.SHIPPED)
TODAY = LIBRARY.in_force(samples.ON)


@pytest.mark.parametrize(
    ("commune", "territory"),
    [
        ("75118", "paris"),  # Paris itself
        ("93066", "plaine-commune"),  # an EPT of Greater Paris
        ("93048", "national"),  # another EPT
        ("37261", "tours-metropole"),  # EPCI elsewhere
        ("69381", "national"),
        ("2A004", "national"),
    ],
)
def test_the_grid_is_that_of_the_home(commune, territory):
    assert TODAY.of(commune).territory == territory


def test_the_order_in_which_a_grid_is_looked_for():
    assert [scope.kind.value for scope in scopes_of("93066")] == ["commune", "ept", "epci", "national"]
    assert scopes_of("75118")[0].code == "75056"
    assert len({scope.number for policy in TODAY.policies for scope in [policy.scope]}) == len(TODAY.policies)
    with pytest.raises(UnknownCommune):
        TODAY.of("00000")


@pytest.mark.parametrize(
    ("place", "neighbours", "territories"),
    [
        ("75118", False, {"paris"}),
        ("75118", True, {"paris", "plaine-commune"}),
        ("75116", True, {"paris", "national"}),
        ("75056", True, {"paris", "national", "plaine-commune"}),
        ("93066", False, {"plaine-commune"}),
        ("69123", False, {"national"}),
        ("00000", True, set()),
    ],
)
def test_the_territories_that_a_wish_reaches(place, neighbours, territories):
    assert {policy.territory for policy in TODAY.reached(place, neighbours=neighbours)} == territories


def test_versions_follow_their_dates():
    assert LIBRARY.in_force(dt.date(2020, 1, 1)).of("69381").name == "national/2026-11-01", (
        "before the first, the first"
    )
    assert LIBRARY.in_force(dt.date(2026, 11, 21)).of("75118").name == "national/2026-11-01", "before Paris had one"
    assert TODAY.of("75118").name == "paris/2026-11-22"
    assert TODAY.fingerprint != LIBRARY.in_force(dt.date(2026, 11, 21)).fingerprint


def test_a_folder_of_one_territory_holds_everywhere():
    alone = Library(samples.SHIPPED / "national").in_force(samples.ON)
    assert {alone.of(commune).name for commune in ("75118", "93066", "37261")} == {"national/2026-11-22"}


def test_a_folder_without_a_national_policy_is_a_sentence(tmp_path):
    with pytest.raises(PolicyRefused, match="holds no national policy"):
        Library(tmp_path)
    shutil.copytree(samples.SHIPPED / "paris", tmp_path / "paris")
    with pytest.raises(PolicyRefused, match="holds no national policy"):
        Library(tmp_path)


def test_two_territories_in_one_place_are_refused(tmp_path):
    shutil.copytree(samples.SHIPPED, tmp_path / "all")
    twin = tmp_path / "all" / "twin"
    twin.mkdir()
    text = (samples.SHIPPED / "paris" / "2026-11-22.toml").read_text()
    (twin / "2026-11-22.toml").write_text(text.replace('territory = "paris"', 'territory = "twin"'))
    with pytest.raises(PolicyRefused, match="scope: paris holds there already"):
        Library(tmp_path / "all")
    (twin / "2026-11-22.toml").write_text(text)
    with pytest.raises(PolicyRefused, match="put the file in paris/"):
        Library(tmp_path / "all")


def lines(policy, who, a_home=None):
    return [
        (one.rubric, one.criterion, one.points) for one in counted(policy, who, a_home or samples.home(), samples.ON)
    ]


def test_only_the_strongest_of_a_rubric_counts_in_paris():
    who = samples.applicant(effort_percent=72, priorities=(Priority.DALO, Priority.VIOLENCE), over_occupied=True)
    assert lines(TODAY.of("75118"), who) == [
        ("overcrowding", "legal_floor", 10), ("effort", "over_70", 8), ("priority", "dalo", 30),
    ]  # fmt: skip


def test_criteria_add_up_in_tours_and_populations_have_their_own_grid():
    policy = TODAY.of("37261")
    facts = {"over_occupied": True, "effort_percent": 31.0, "priorities": (Priority.DALO, Priority.EVICTION)}
    assert sum(points for *_, points in lines(policy, samples.applicant(**facts))) == 20 + 10 + 50 + 20
    first = samples.applicant(ApplicationKind.FIRST, **facts)
    assert sum(points for *_, points in lines(policy, first)) == 50 + 20
    assert standing_rubrics(policy, first, samples.ON) == 70


def test_each_point_names_the_facts_it_was_read_from():
    text = samples.SMALL
    one, other = counted(
        read_policy(text, source="x"),
        samples.applicant(over_occupied=True, minors=2, effort_percent=40),
        samples.home(),
        samples.ON,
    )
    assert (one.rubric, one.criterion, one.points, one.facts) == (
        "housing",
        "crowded",
        10,
        {"over_occupied": True, "minors": 2},
    )
    assert one.rubric_label.fr == "Logement"
    assert (other.label.en, other.facts, other.sensitive) == ("Rent burden", {"effort_percent": 40}, False)


def test_what_is_not_known_brings_no_points():
    assert lines(read_policy(samples.SMALL, source="x"), samples.applicant(over_occupied=True)) == []


def test_health_and_violence_are_sensitive():
    policy = TODAY.of("75118")
    who = samples.applicant(priorities=(Priority.VIOLENCE,), needs_wheelchair=True, reasons=(Reason.DIVORCE,))
    assert all(one.sensitive for one in counted(policy, who, samples.home(), samples.ON))
    assert {one.rubric for one in counted(policy, who, samples.home(), samples.ON)} == {"family", "priority", "access"}


@pytest.mark.parametrize(
    ("district", "financing", "gates", "points"),
    [
        (True, Financing.PLUS, (0,), 12 + 6),
        (False, Financing.PLUS, (), 0),
        (None, Financing.PLUS, (), 0),
        (True, Financing.PLAI, (0, 1), 12 + 6),
        (False, Financing.PLAI, (1,), 0),
    ],
)
def test_social_mix_is_a_predicate_on_household_and_home(district, financing, gates, points):
    policy = TODAY.of("93066")
    a_home = samples.home(in_priority_district=district, financing=financing)
    who = samples.applicant(first_quartile=False, reference_tax_income_euros=20_000)
    assert open_gates(policy, a_home) == gates
    assert gated_points(policy, who, samples.ON) == (18, 0)
    assert sum(line[2] for line in lines(policy, who, a_home)) == points
    assert standing_rubrics(policy, who, samples.ON) == 0


@pytest.mark.parametrize(
    ("facts", "groups"),
    [
        ({"disabled_persons": 1}, {"disability"}),
        ({"over_occupied": True}, {"over_occupation"}),
        ({"occupation_index": -2}, {"over_occupation"}),
        ({"under_occupied": True}, {"under_occupation"}),
        ({"reasons": (Reason.JOB_TRANSFER,)}, {"job_mobility"}),
        ({"eldest_born_in": 1961}, {"ageing"}),
        ({"eldest_born_in": 1962}, set()),
        ({"effort_percent": 33.5}, {"payment_difficulty"}),
        ({"priorities": (Priority.DALO,)}, set()),
        ({"priorities": (Priority.DALO,), "under_occupied": True}, {"dalo", "under_occupation"}),
    ],
)
def test_target_groups(facts, groups):
    found = targets_of(TODAY.of("69381"), samples.applicant(**facts), samples.ON)
    assert {name for name, belongs in found.items() if belongs} == groups
    assert "social_mix" not in found, "which only a home can tell"


@pytest.mark.parametrize(
    ("quartile", "district", "mix"),
    [(True, False, True), (True, True, False), (None, False, None), (False, None, False)],
)
def test_social_mix_as_a_target(quartile, district, mix):
    home = samples.home(in_priority_district=district)
    found = targets_of(TODAY.of("93066"), samples.applicant(first_quartile=quartile), samples.ON, home)
    assert found["social_mix"] is mix
