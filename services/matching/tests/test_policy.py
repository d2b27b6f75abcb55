"""Which policy a decision rests on, and that a used one never changes."""

import datetime as dt
import shutil
from types import SimpleNamespace

import matching_samples as samples
import pytest

from matching import policies as read
from matching.grounds import basis
from matching.main import service
from matching.policies import in_force
from matching.settings import Settings
from policy import Library, PolicyRefused

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
async def test_the_basis_of_a_decision_is_the_policy_of_the_home(harness, commune, name):
    vacancy = samples.vacancy(commune=commune)
    async with harness.work() as work:
        found = await basis(work.session, vacancy, NOW)
    assert (found.on, found.policy.name, found.available_on) == (samples.ON, name, vacancy.available_on)


async def test_a_vacancy_whose_home_is_not_known_yet_has_the_countrys(harness):
    unknown = samples.Vacancy(id=samples.uuid.uuid4())
    async with harness.work() as work:
        assert (await basis(work.session, unknown, NOW)).policy.name == "national/2026-11-22"


def test_the_day_is_that_of_paris():
    assert in_force(dt.datetime(2026, 11, 22, 23, 30, tzinfo=dt.UTC)).on == dt.date(2026, 11, 23)


def test_settings_name_the_mistakes_of_a_file(tmp_path):
    shutil.copytree(samples.POLICIES, tmp_path / "policies")
    file = tmp_path / "policies" / "paris" / "2026-11-22.toml"
    file.write_text(file.read_text().replace("effort_percent > 70", "effort_percnt > 70"))
    with pytest.raises(PolicyRefused, match=r"2026-11-22.toml:\d+:9: .*did you mean effort_percent\?"):
        Settings._readable(tmp_path / "policies")


async def objection(harness):
    edge = SimpleNamespace(unit=lambda _: harness.work())
    parts = SimpleNamespace(edge=edge, health=harness.health, database=harness.database)
    return await service.objection(parts)


async def test_a_used_file_that_changed_keeps_the_replica_from_coming_up(harness, tmp_path, monkeypatch):
    folder = tmp_path / "policies"
    shutil.copytree(samples.POLICIES, folder)

    def reads():
        library = Library(folder)
        monkeypatch.setattr(read, "library", lambda: library)
        monkeypatch.setattr("matching.main.library", lambda: library)

    reads()
    assert await objection(harness) is None
    assert await harness.scalar("SELECT count(*) FROM policy_used") == len(in_force(harness.clock.now()).policies)
    file = folder / "paris" / "2026-11-22.toml"
    kept = file.read_text()
    file.write_text(kept.replace("points = 30", "points = 31"))
    reads()
    told = await objection(harness)
    assert told is not None
    assert told.startswith("The file of paris/2026-11-22 (first used on ")
    assert "write the change as a new version" in told
    file.write_text(kept)
    (folder / "paris" / "2027-01-01.toml").write_text(
        kept.replace("valid_from = 2026-11-22", "valid_from = 2027-01-01").replace("points = 30", "points = 31")
    )
    reads()
    assert await objection(harness) is None, "a new version is the way"
