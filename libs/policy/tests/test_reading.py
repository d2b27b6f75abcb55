"""Files: every mistake with its line, column and field; the shipped ones as they are."""

import datetime as dt
import tomllib

import policy_samples as samples
import pytest

from contracts.values import ApplicationKind, DwellingType
from policy import Library, PolicyRefused, Seniority, read_policy
from policy.model import BirthsRule, CustodyRule, State
from policy.reading import read_file
from policy.source import places

FILES = sorted(samples.SHIPPED.glob("*/*.toml"))


def refused(text):
    with pytest.raises(PolicyRefused) as error:
        read_policy(text, source="x.toml")
    return str(error.value)


@pytest.mark.parametrize(
    ("written", "instead", "sentence"),
    [
        ('territory = "national"', "", "x.toml:1:1: territory: give a text; it is missing."),
        ("at_once = 20", "at_once = 0", "x.toml:8:11: calls.at_once: give a whole number from 1 to 10000, not 0."),
        ("at_once = 20", "at_once = true", "calls.at_once: give a whole number from 1 to 10000, not True."),
        (
            "valid_from = 2026-11-01", 'valid_from = "2026-11-01"',
            "x.toml:2:14: valid_from: give a date such as 2026-11-01, without quotes, not '2026-11-01'.",
        ),
        ("[calls]", "[call]", "x.toml:1:1: calls: the table is missing; begin it with [calls]."),
        ("at_once = 20", "at_onec = 20", "x.toml:8:11: calls.at_onec: there is no such field; did you mean at_once?."),
        (
            '"T2", "T3"', '"T7"',
            "typology.largest_type_by_persons: give a list of types among T1, T2, T3, T4, T5, T6, not ['T7'].",
        ),
        (
            "[typology]", '[hard_to_let]\nwiden = ["floor"]\n\n[typology]',
            "hard_to_let.widen: give a list of wishes among neighbours, type, rent, not ['floor'].",
        ),
        (
            "[typology]", '[hard_to_let]\nwiden = ["rent"]\n\n[typology]',
            "hard_to_let.rent_percent: give a whole number from 1 to 25; it is missing.",
        ),
        (
            "[typology]", '[hard_to_let]\nwiden = ["type"]\nrent_percent = 5\n\n[typology]',
            "hard_to_let.rent_percent: there is no such field",
        ),
        ("[4, 2]", "[2, 4]", "scoring.place.points_by_preference: a later choice cannot bring more than an earlier."),
        ("points = 10", "points = 1.5", "x.toml:38:10: scoring.rubric[1].criterion[1].points: give a whole number"),
        (
            "effort_percent > 33", "effort_percnt > 33",
            "criterion[2].when: there is no fact effort_percnt here; did you mean effort_percent? (character 1).",
        ),
        (
            "over_occupied and minors > 0", "over_occupied and minors",
            "criterion[1].when: this is a number, not a yes or no; compare it, or ask with in (character 19).",
        ),
        ("effort_percent > 33", "eldest_age > 65", "there is no fact eldest_age here"),
        ("effort_percent > 33", "home.lift", "there is no fact home.lift here"),
        ('name = "dear"', 'name = "crowded"', "a name stands for one criterion; crowded is there twice."),
        (
            'label = { fr = "Taux d\'effort", en = "Rent burden" }', 'label = { fr = "Taux" }',
            "criterion[2].label.en: give a text; it is missing.",
        ),
        ("size = 40", "size = [40", "x.toml:7:1: file: it is not TOML in UTF-8: unclosed array."),
        (
            "[scoring]", '[[adhesion]]\nlandlord = "552032709"\non = 2026-11-01\n[scoring]',
            "x.toml:15:12: adhesion[1].landlord: give the landlord's SIREN, nine digits with their key",
        ),
        (
            "[scoring]", '[first_quartile]\nthreshold_euros = 8671\norder = "arrêté"\n[scoring]',
            "x.toml:14:1: first_quartile: an order sets it by EPCI, or for Île-de-France; say it in a territory",
        ),
        (
            "[scoring]", "[reservation]\nlocal_authorities_percent = 21\n[scoring]",
            "x.toml:15:29: reservation.local_authorities_percent: give a whole number from 0 to 20, not 21.",
        ),
        (
            'territory = "national"', 'territory = "tours"',
            "scope: say where it holds: a [scope] with commune, ept or epci.",
        ),
    ],
)  # fmt: skip
def test_a_mistake_says_where_it_is_and_the_way_out(written, instead, sentence):
    assert written in samples.SMALL
    assert sentence in refused(samples.SMALL.replace(written, instead))


def test_all_mistakes_are_told_at_once_in_their_order():
    text = samples.SMALL.replace("size = 40", "size = 0").replace("most = 10", "most = -1").replace("minors", "miners")
    told = refused(text).splitlines()
    assert [line.split(": ")[1] for line in told] == [
        "shortlist.size", "scoring.area_fit.most", "scoring.rubric[1].criterion[1].when",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("scope", "sentence"),
    [
        ('commune = "99999"', "scope.commune: there is no commune 99999"),
        ('epci = "123456789"', "scope.epci: there is no epci 123456789"),
        ('epci = "243700754"\nept = "200057867"', "scope: name one of commune, ept, epci."),
    ],
)
def test_scopes_are_places_that_exist(scope, sentence):
    assert sentence in refused(samples.SMALL + f"\n[scope]\n{scope}\n")


def test_the_law_bounds_what_a_policy_may_say():
    """Ten days to answer an offer (R441-10); the State 30 percent, 5 of them civil servants (R441-5-2)."""
    assert "from 10 to" in refused(samples.SMALL + "\n[offers]\ndays_to_answer = 9\n")
    assert "reservation.state_percent: give a whole number from 0 to 30, not 31." in refused(
        samples.SMALL + "\n[reservation]\nstate_percent = 31\n"
    )
    assert "the shares are more than the whole" in refused(
        samples.SMALL
        + "\n[reservation]\nstate_percent = 30\nlocal_authorities_percent = 20\naction_logement_percent = 51\n"
    )


def test_adopted_by_a_territory_means_a_deliberation():
    local = samples.SMALL.replace("national", "tours") + '\n[scope]\nepci = "243700754"\n'
    assert "state: adopted needs a [deliberation]" in refused(local)
    said = '\n[deliberation]\nbody = "Conseil métropolitain"\nnumber = "26-11-01"\non = 2026-11-01\n'
    adhesion = '\n[[adhesion]]\nlandlord = "552032708"\non = 2026-12-01\n'
    policy = read_policy(local + said + adhesion, source="x")
    assert (policy.state, policy.may_be_in_force) == (State.ADOPTED, True)
    assert not policy.adhered("552032708", dt.date(2026, 11, 30))
    assert policy.adhered("552032708", dt.date(2026, 12, 1))
    assert not policy.adhered("552032709", dt.date(2026, 12, 1))
    draft = read_policy('state = "draft"\n' + local, source="x")
    assert not draft.may_be_in_force, "a draft is for replay"


def test_a_multiline_predicate_keeps_its_place():
    text = samples.SMALL.replace('"effort_percent > 33"', '"""\neffort_percent > 33 and\nminor > 0"""')
    assert "x.toml:47:1: scoring.rubric[1].criterion[2].when: there is no fact minor here" in refused(text)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_every_table_and_field_of_the_shipped_files_is_found(file):
    """The places are of the paths that tomllib reads, no more and no less, inline tables and lists apart."""

    def paths(value, path=()):
        yield path
        if isinstance(value, dict) and path[-1:] != ("label",):
            for name, inner in value.items():
                if isinstance(inner, list) and all(isinstance(one, dict) for one in inner):
                    for at, one in enumerate(inner):
                        yield from paths(one, (*path, name, at))
                else:
                    yield from paths(inner, (*path, name))

    text = file.read_text()
    found = places(text)
    assert set(found) == set(paths(tomllib.loads(text)))
    for path, (place, raw) in found.items():
        if raw:
            assert text.splitlines()[place.line - 1][place.column - 1 :].startswith(raw.splitlines()[0]), path


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_shipped_files_are_honest(file):
    """Nothing that was not adopted says so; what no public grid is known for is illustrative, with its sources."""
    policy = read_file(file)
    if policy.territory != "national":
        assert policy.illustrative
        assert policy.state is State.DRAFT
        assert policy.sources
    assert all(target.illustrative for target in policy.targets)


def test_a_file_is_named_after_its_day(tmp_path):
    (tmp_path / "2026-11-02.toml").write_text(samples.SMALL)
    with pytest.raises(PolicyRefused, match=r"2026-11-02.toml:2:14: valid_from: .* call it 2026-11-01.toml"):
        read_file(tmp_path / "2026-11-02.toml")


def test_seniority_by_population():
    text = samples.SMALL.replace(
        "points_per_month = 2",
        "points_per_month = 2\n\n[scoring.seniority.transfer]\npoints_per_month = 3\ncap_months = 60",
    )
    scoring = read_policy(text, source="x").scoring
    assert scoring.formulas == (Seniority(3, 60), Seniority(2, None))
    assert scoring.seniority_of(ApplicationKind.UNKNOWN) == Seniority(2, None)
    eight_years = (dt.date(2018, 11, 30), dt.date(2026, 11, 1))
    assert Seniority(3, 60).points(*eight_years) == 180
    assert Seniority(2, None).points(*eight_years) == 192


def test_who_counts_for_a_type():
    policy = Library(samples.SHIPPED).in_force(samples.ON)
    counted = {
        place: (policy.of(place).typology.births, policy.of(place).typology.custody) for place in ("93066", "75118")
    }
    assert counted == {
        "93066": (BirthsRule.COUNT, CustodyRule.FULL),
        "75118": (BirthsRule.COUNT, CustodyRule.HALF),
    }


def test_the_grid_of_types():
    """DOMAIN §4.4, with what each territory tolerates."""
    national = Library(samples.SHIPPED).in_force(samples.ON).of("69381").typology
    assert national.usual_for(1) == {DwellingType.T1, DwellingType.T2}
    assert national.allowed_for(4) == {DwellingType.T3, DwellingType.T4, DwellingType.T5}
    assert national.usual_for(9) == {DwellingType.T5, DwellingType.T6}
    assert [national.largest(persons).value for persons in range(1, 7)] == ["T2", "T3", "T4", "T5", "T6", "T6"]
