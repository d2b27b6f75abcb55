"""Which policy a decision rests on, and that a used one never changes."""

import datetime as dt
import shutil

import matching_samples as samples
import pytest

from matching.policies import basis
from matching.settings import Settings
from policy import PolicyRefused

NOW = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("commune", "name"),
    [
        ("75118", "paris/2026-11-22"),
        ("93066", "plaine-commune/2026-11-22"),
        ("37261", "tours-metropole/2026-11-22"),
        ("92012", "national/2026-11-22"),
    ],
)
def test_the_basis_of_a_decision_is_the_policy_of_the_home(commune, name):
    vacancy = samples.vacancy(commune=commune)
    found = basis(NOW, vacancy)
    assert (found.on, found.policy.name, found.available_on) == (samples.ON, name, vacancy.available_on)


def test_a_vacancy_whose_home_is_not_known_yet_has_the_countrys():
    unknown = samples.Vacancy(id=samples.uuid.uuid4())
    assert basis(NOW, unknown).policy.name == "national/2026-11-22"


def test_settings_name_the_mistakes_of_a_file(tmp_path):
    shutil.copytree(samples.POLICIES, tmp_path / "policies")
    file = tmp_path / "policies" / "paris" / "2026-11-22.toml"
    file.write_text(file.read_text().replace("effort_percent > 70", "effort_percnt > 70"))
    with pytest.raises(PolicyRefused, match=r"2026-11-22.toml:\d+:9: .*did you mean effort_percent\?"):
        Settings._readable(tmp_path / "policies")
