"""`parcours letters`: whole files, again after a failure, and what the post says line by line."""

import httpx
import pytest
from typer.testing import CliRunner

from stack.cli import letters
from stack.cli.app import app
from stack.errors import CommandError


class Notifications:
    """What the command asks of the service, as the service answers."""

    def __init__(self, *batches):
        self.open = list(batches)
        self.told = []
        self.fail_at = None

    async def call(self, _data, method, what, body=None):
        if what == self.fail_at:
            raise CommandError("notifications does not answer")
        self.told.append((method, what, body))
        if what == "/batches":
            number = self.open[0] if self.open else None
            return httpx.Response(200, json={"number": number, "waiting_for_numbers": 0 if number else 2})
        if what.endswith("/pdf"):
            return httpx.Response(200, content=b"%PDF-1.4 letters")
        if what.endswith("/manifest"):
            return httpx.Response(200, content=b"place;reference\r\n")
        if what.endswith("/printed"):
            self.open.pop(0)
            return httpx.Response(204)
        if what == "/numbers":
            return httpx.Response(200, json={"added": len(body["numbers"]), "known": 0})
        answers = ["not_known" if line["reference"] == "2C9" else "taken" for line in body["lines"]]
        return httpx.Response(200, json={"lines": answers})


@pytest.fixture
def service(monkeypatch):
    service = Notifications(1, 2)
    monkeypatch.setattr(letters, "_call", service.call)
    return service


@pytest.fixture
def parcours(tmp_path):
    return lambda *words: CliRunner().invoke(app, ["letters", *words, "--data", str(tmp_path)])


def test_print_writes_every_batch_with_its_manifest(parcours, service, tmp_path):
    done = parcours("print")
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in (tmp_path / "letters").iterdir()) == [
        "letters-000001.csv",
        "letters-000001.pdf",
        "letters-000002.csv",
        "letters-000002.pdf",
    ]
    assert service.open == []
    assert "2 registered letters wait for numbers" in done.output


def test_a_failure_leaves_no_half_file_and_the_same_batch_comes_again(parcours, service, tmp_path):
    service.fail_at = "/batches/1/manifest"
    assert parcours("print").exit_code == 1
    assert [path.name for path in (tmp_path / "letters").iterdir()] == ["letters-000001.pdf"]
    assert service.open == [1, 2]
    service.fail_at = None
    assert parcours("print").exit_code == 0
    assert len(list((tmp_path / "letters").iterdir())) == 4


def test_receipts_are_told_and_what_was_not_taken_is_named_by_line(parcours, service, tmp_path):
    file = tmp_path / "retours.csv"
    file.write_bytes(
        "reference;on;reason\n2C1;24/11/2026;destinataire décédé\n2C2;31/02/2026;\n2C9;2026-11-24;\n".encode("cp1252")
    )
    done = parcours("returned", str(file))
    assert done.exit_code == 1
    assert "1 taken, 1 not known" in done.output
    assert "line 3: on: no date that exists" in done.output
    assert "line 4: no letter has the reference 2C9" in done.output
    ((_, _, body),) = service.told
    assert body["said"] == "returned"
    assert body["lines"][0] == {"reference": "2C1", "on": "2026-11-24", "reason": "destinataire décédé"}


def test_the_posts_own_columns_are_read_through_a_profile(parcours, service, tmp_path):
    profile = tmp_path / "laposte.toml"
    profile.write_text(
        'name = "post"\n[fields.reference]\ncolumn = "N° recommandé"\n[fields.on]\ncolumn = "Date"\n', "utf-8"
    )
    file = tmp_path / "depot.csv"
    file.write_text("\ufeffN° recommandé,Date\n2C1,24/11/2026\n", "utf-8")
    done = parcours("posted", str(file), "--profile", str(profile))
    assert done.exit_code == 0, done.output
    assert service.told[0][2] == {"said": "posted", "lines": [{"reference": "2C1", "on": "2026-11-24"}]}


def test_numbers_are_told_in_parts(parcours, service, tmp_path):
    file = tmp_path / "numbers.txt"
    file.write_text("\n".join(f"2C{number:011}" for number in range(1200)))
    done = parcours("numbers", str(file))
    assert "1200 numbers added" in done.output
    assert [len(body["numbers"]) for _, _, body in service.told] == [500, 500, 200]
