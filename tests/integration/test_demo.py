"""The whole road, as a newcomer takes it: one command, and every expected alert arrives exactly once."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

PARCOURS = Path(sys.executable).with_name("parcours")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def temporary(stack_folder):
    """Where this test's temporary files go: it shows what is left behind."""
    folder = stack_folder / "demo"
    folder.mkdir(mode=0o711)
    return folder


@pytest.mark.timeout(600)
def test_the_demo_delivers_every_expected_alert_once_and_leaves_nothing_behind(temporary):
    environment = {**os.environ, "TMPDIR": str(temporary), "PARCOURS_DATA": ""}
    done = subprocess.run(
        [PARCOURS, "demo", "--json", "--vacancies", "5", "--rate", "5"],
        cwd=ROOT,
        env={name: value for name, value in environment.items() if value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]

    told = json.loads(done.stdout.splitlines()[-1])
    assert told["alerts_expected"] > 0
    assert told["alerts_delivered"] == told["alerts_expected"]
    assert told["duplicates"] == 0
    assert (told["vacancies"], told["dwellings"], told["applications"]) == (5, 20_000, 10_000)
    assert told["kafka"].startswith("Apache Kafka 4.")
    assert 0 < told["first_p50_ms"] <= told["p50_ms"] <= told["p95_ms"] <= told["p99_ms"]

    lines = [line for line in done.stdout.splitlines() if " to person " in line]
    assert len(lines) == told["alerts_expected"]
    assert all(" ms " in line and "m²" in line for line in lines)
    assert "rank 1 of " in done.stdout

    assert list(temporary.iterdir()) == []
    assert [process.info["cmdline"] for process in psutil.process_iter(["cmdline"]) if _of(process, temporary)] == []


def _of(process: psutil.Process, folder: Path) -> bool:
    return any(str(folder) in word for word in process.info["cmdline"] or [])
