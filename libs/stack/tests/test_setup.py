import ast
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[3] / "tools" / "setup.py"


@pytest.fixture(scope="module")
def setup() -> ModuleType:
    spec = importlib.util.spec_from_file_location("parcours_setup", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_an_old_python_can_read_the_script_far_enough_to_say_so() -> None:
    ast.parse(SCRIPT.read_text(), feature_version=(3, 6))


def test_a_too_old_python_is_a_sentence(setup: ModuleType) -> None:
    with pytest.raises(setup.SetupError, match=r"needs Python 3\.11 or newer, and /bin/python3 is Python 3\.9"):
        setup.check_python((3, 9, 2), lambda _: True, "/bin/python3")
    for good in ((3, 11, 0), (3, 13, 1), (4, 0, 0)):
        setup.check_python(good, lambda _: True, "python3")


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_a_python_that_makes_no_environments_is_a_sentence(setup: ModuleType, missing: str) -> None:
    with pytest.raises(setup.SetupError, match=f"no module {missing}; on Debian: apt install python3-venv"):
        setup.check_python((3, 11, 2), lambda module: module != missing, "python3")


def test_too_little_room_is_a_sentence(setup: ModuleType) -> None:
    setup.check_room(3 * 1024**3, Path("/srv"))
    with pytest.raises(setup.SetupError, match=r"about 2 GB and /srv has 0\.5 GB free"):
        setup.check_room(1024**3 // 2, Path("/srv"))


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("ERROR: Could not install: [Errno 28] No space left on device", "No room is left"),
        ("NewConnectionError: ... ERROR: No matching distribution found for x", "cannot be reached"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "its hash differs"),
        ("ERROR: No matching distribution found for x==1", "no such version"),
        ("Traceback", "all that it said is in"),
    ],
)
def test_what_pip_says_becomes_a_sentence(setup: ModuleType, output: str, sentence: str) -> None:
    assert sentence in setup.why_pip_failed(output)


def test_the_stamp_changes_with_the_lock_and_holds_otherwise(
    setup: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "LOCK", tmp_path / "requirements.lock")
    member = tmp_path / "libs" / "one" / "pyproject.toml"
    member.parent.mkdir(parents=True)
    for path in (tmp_path / "requirements.lock", tmp_path / "pyproject.toml", member):
        path.write_text("a")
    first = setup.fingerprint()
    assert setup.fingerprint() == first
    (tmp_path / "requirements.lock").write_text("b")
    second = setup.fingerprint()
    member.write_text("b")
    assert len({first, second, setup.fingerprint()}) == 3


def test_an_environment_left_half_made_or_of_another_python_is_not_used(
    setup: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    monkeypatch.setattr(setup, "VENV_PYTHON", python)
    monkeypatch.setattr(setup, "HALF_MADE", tmp_path / "half-made")
    assert not setup.environment_works()
    python.chmod(0o755)
    assert setup.environment_works()
    (tmp_path / "half-made").touch()
    assert not setup.environment_works()
    (tmp_path / "half-made").unlink()
    python.write_text("#!/bin/sh\necho 3.10.1\n")
    assert not setup.environment_works()
