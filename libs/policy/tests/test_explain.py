"""The same policy told three ways: the grid before anybody is looked at, the points of one household, what changes."""

import policy_samples as samples
import pytest

from contracts.household import Priority
from contracts.values import ApplicationKind
from policy import Library, read_policy
from policy.difference import changes
from policy.explain import grid, lines
from policy.scoring import LEGAL_PRIORITY

LIBRARY = Library(samples.SHIPPED)


def test_the_grid_of_a_population():
    plaine = LIBRARY.in_force(samples.ON).of("93066")
    transfer, first = (grid(plaine, kind) for kind in (ApplicationKind.TRANSFER, ApplicationKind.FIRST))
    assert [line.points for line in transfer if line.rubric == "seniority"] == [2]
    assert transfer[0].label.en == "a month of waiting, 60 months at most"
    assert first[0].label.fr == "par mois d'attente, 96 mois au plus"
    assert {line.rubric for line in transfer} - {line.rubric for line in first} == {"residential_path"}
    assert {line.rubric for line in first} - {line.rubric for line in transfer} == {"housing"}
    (mix,) = {line.homes for line in transfer if line.rubric == "mix_in_district"}
    assert mix == "home.in_priority_district"
    assert all(line.rubric_label.fr and line.label.en for line in (*transfer, *first))


def test_a_sensitive_criterion_is_told_as_legal_priority():
    """DOMAIN §11.13: the agent reads which, the household and whoever looks over its shoulder do not."""
    paris = LIBRARY.in_force(samples.ON).of("75118")
    who = samples.applicant(priorities=(Priority.VIOLENCE,), effort_percent=71)
    effort, priority = lines(paris, who, samples.home(commune="75118"), samples.ON)
    assert (priority.criterion, priority.points, priority.told) == ("violence", 25, LEGAL_PRIORITY)
    assert (effort.told.fr, effort.facts) == ("Plus de 70 %", {"effort_percent": 71})


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ("at_once = 20", "at_once = 10", "households called at once: 20 → 10."),
        ("points = 10", "points = 12", "rubric housing, criterion crowded: 10 → 12 points."),
        (
            "effort_percent > 33", "effort_percent > 40",
            "rubric housing, criterion dear: “effort_percent > 33” → “effort_percent > 40”.",
        ),
        ('name = "dear"', 'name = "costly"', "rubric housing, criterion dear is gone."),
        ('name = "housing"', 'name = "housing"\ncumulation = "strongest"',
         "rubric housing: criteria count by sum → strongest."),
        ("points_per_month = 2", "points_per_month = 2\ncap_months = 60",
         "cap of the wait that counts, transfer: no cap → 60 months."),
        ('"T2", "T3"', '"T2", "T4"', "types allowed for 2 persons: T1, T2, T3 → T1, T2, T3, T4."),
        (
            "[typology]", '[hard_to_let]\nwiden = ["rent", "type"]\nrent_percent = 5\n\n[typology]',
            "wishes widened for a home that is hard to let: none → rent, type.",
        ),
        ("[4, 2]", "[5, 2]", "points by order of choice: 4, 2 → 5, 2."),
        (
            "[scoring]",
            '[[target]]\nname = "old"\nlabel = { fr = "A", en = "B" }\nwhen = "eldest_age > 70"\n\n[scoring]',
            "target group old is new.",
        ),
    ],
)  # fmt: skip
def test_what_changes_in_words(written, instead, said):
    before = read_policy(samples.SMALL, source="x")
    after = read_policy(samples.SMALL.replace(written, instead, 1), source="x")
    assert said in changes(before, after)


def test_the_threshold_of_the_first_quartile_is_a_territorys():
    adopted = '[scope]\nepci = "243700754"\n[deliberation]\nbody = "Tours"\nnumber = "1"\non = 2026-10-01\n'
    local = samples.SMALL.replace("national", "tours") + adopted
    order = '[first_quartile]\nthreshold_euros = 9100\norder = "arrêté du 12 mars 2026"\n'
    before, after = (read_policy(text, source="x") for text in (local, local + order))
    assert (before.first_quartile, after.first_quartile) == (None, (9100, "arrêté du 12 mars 2026"))
    said = "threshold of the first quartile, in euros a year and consumption unit: none → 9100."
    assert changes(before, after) == [said]


def test_comments_and_spaces_change_nothing():
    before, after = (read_policy(text, source="x") for text in (samples.SMALL, f"# why\n{samples.SMALL}"))
    assert before.digest != after.digest
    assert changes(before, after) == []
    spaced = samples.SMALL.replace("effort_percent > 33", "effort_percent   >  33")
    assert changes(before, read_policy(spaced, source="x")) == []
