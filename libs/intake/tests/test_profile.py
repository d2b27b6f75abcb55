import pytest
from intake_samples import HOMES, PROFILE

from intake import Profile, ProfileRefused


def problems(text):
    with pytest.raises(ProfileRefused) as refused:
        Profile.parse(text, HOMES, name="homes.toml")
    return refused.value.problems


def test_a_profile_that_fits():
    profile = Profile.parse(PROFILE, HOMES)
    assert profile.name == "homes"
    assert "Mise en service" in profile.known_columns


def test_every_problem_is_told_with_its_line():
    text = """name = "homes"
[file]
delimiter = "x"
[fields.reference]
column = "Réf."
[fields.stret]
column = "Voie"
[fields.rooms]
column = "Pièces"
default = 12
[fields.loan]
column = "Prêt"
codes = { "13" = "PLUS", "14" = "PLS" }
[fields.rent]
column = "Loyer"
unit = "francs"
"""
    assert problems(text) == [
        "homes.toml:3: file.delimiter: one of ';' ',' '\\t' '|'",
        "homes.toml:6: fields.stret: home has no such field; did you mean street?",
        "homes.toml:10: fields.rooms.default: 12 is not between 1 and 9",
        "homes.toml:13: fields.loan.codes.14: 'PLS' is none of PLAI, PLUS",
        'homes.toml:16: fields.rent.unit: an amount has the unit "euros" or "cents"',
        "homes.toml:4: fields.street is missing: no home without it",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name = 'x'\n[fields\n", "homes.toml:2: "),
        ("[fields.reference]\ncolumn = 'a'\n", "homes.toml:1: name: it is missing"),
        ("name = 'x'\n[fields.reference]\ncolum = 'a'\n", "homes.toml:3: fields.reference.colum: there is no such key"),
        ("name = 'x'\n[fields.reference]\njoin = ''\n", "homes.toml:2: fields.reference: give one of column, columns"),
        (
            "name = 'x'\n[fields.reference]\ncolumn = 'a'\npattern = '('\n",
            "homes.toml:2: fields.reference: the pattern is no regular expression",
        ),
    ],
)
def test_a_malformed_profile(text, problem):
    assert any(one.startswith(problem) for one in problems(text))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ProfileRefused, match=r"none\.toml: cannot be read: No such file"):
        Profile.load(tmp_path / "none.toml", HOMES)
