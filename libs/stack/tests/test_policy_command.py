"""`parcours policy`: what it prints, and what it refuses."""

import shutil

import pytest
from typer.testing import CliRunner

import stack.cli.policy  # noqa: F401 - makes the command known
from stack.cli import policy as command
from stack.cli.app import app
from stack.errors import CommandError


@pytest.fixture
def run(request, tmp_path, monkeypatch):
    shutil.copytree(request.config.rootpath / "policies", tmp_path / "policies")
    for name in ("PARCOURS_KAFKA", "MATCHING_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(command.console, "width", 200, raising=False)

    def call(*words):
        data = ["--data", str(tmp_path / "none")] if words[0] == "check" else []
        return CliRunner().invoke(
            app, ["policy", *words, "--policies", str(tmp_path / "policies"), *data], env={"COLUMNS": "200"}
        )

    call.folder = tmp_path / "policies"
    return call


def test_check_names_every_version(run):
    result = run("check")
    assert result.exit_code == 0, result.output
    assert "paris/2026-11-22" in result.output
    assert "illustrative" in result.output
    (line,) = [line for line in result.output.splitlines() if "paris/2026-11-23" in line]
    assert "hard to let: neighbours, type, rent widened" in line
    assert "Not compared with what was used" in result.output


def test_check_names_a_mistake_with_its_place(run):
    file = run.folder / "paris" / "2026-11-22.toml"
    file.write_text(file.read_text().replace("effort_percent > 70", "effort_percnt > 70"))
    result = run("check")
    assert result.exit_code == 1
    assert isinstance(result.exception, CommandError)
    assert "did you mean effort_percent?" in str(result.exception)


def test_check_refuses_a_file_that_changed_since_it_was_used(run, monkeypatch):
    async def recorded(_):
        return {"paris/2026-11-22": "another"}

    monkeypatch.setattr(command, "_recorded", recorded)
    result = run("check")
    assert isinstance(result.exception, CommandError)
    assert "The file of paris/2026-11-22 has changed since it was first used" in str(result.exception)


@pytest.mark.parametrize(
    ("commune", "population", "name", "line"),
    [
        ("75118", "first", "paris/2026-11-22", "Suroccupation (max.)"),
        ("93066", "transfer", "plaine-commune/2026-11-22", "Parcours résidentiel"),
        ("93066", "first", "plaine-commune/2026-11-22", "Hébergé par un tiers"),
        ("37261", "transfer", "tours-metropole/2026-11-22", "Logement trop petit"),
        ("69381", "transfer", "national/2026-11-22", "Ancienneté de la demande"),
    ],
)
def test_show_prints_the_grid_in_force(run, commune, population, name, line):
    result = run("show", commune, "--population", population, "--on", "2026-11-22")
    assert result.exit_code == 0, result.output
    assert name in result.output
    assert line in result.output


def test_show_says_whose_wishes_are_widened_from_the_version_that_says_so(run):
    before, after = (run("show", "75118", "--lang", "en", "--on", day).output for day in ("2026-11-22", "2026-11-23"))
    assert "paris/2026-11-23" in after
    assert "a rent at most 5 % above the limit given" in " ".join(after.split())
    assert "one step of a single wish" not in before


def test_show_before_a_territory_had_its_own(run):
    assert "national/2026-11-01" in run("show", "75118", "--on", "2026-11-10").output


def test_show_of_no_commune(run):
    assert "99999" in str(run("show", "99999").exception)


def test_diff_says_what_changes(run):
    result = run("diff", "plaine-commune/2026-11-22", "tours-metropole/2026-11-22")
    assert "cap of the wait that counts, first: 96 months → 60 months." in result.output
    later = run("diff", "national/2026-11-22", "national/2026-11-23").output
    assert "wishes widened for a home that is hard to let: none → neighbours, type, rent." in later
    assert len(later.splitlines()) == 3, "the title, and what is new alone"
    assert "There is no policy nowhere/2026-01-01" in str(
        run("diff", "nowhere/2026-01-01", "paris/2026-11-22").exception
    )
