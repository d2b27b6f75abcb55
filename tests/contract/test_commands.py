"""Every `parcours` command that a page shows exists and takes the options it is shown with."""

import re
import shlex
from importlib import import_module
from pathlib import Path

import pytest
from typer.testing import CliRunner

from stack.cli.app import _MODULES, app

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"^ *```sh\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def shown(page: Path) -> list[str]:
    """The lines of a page's shell blocks that call `parcours`."""
    lines = (line.strip() for block in FENCE.findall(page.read_text(encoding="utf-8")) for line in block.splitlines())
    return [line for line in lines if line.startswith("parcours ")]


COMMANDS = [f"{page.name}: {line}" for page in PAGES for line in shown(page)]


def run(line: str) -> tuple[int, str]:
    """Ask for help with the line's own words before it: unknown commands and options are refused before help."""
    for module in set(_MODULES.values()):
        import_module(f"stack.cli.{module}")
    result = CliRunner().invoke(app, [*shlex.split(line, comments=True)[1:], "--help"])
    return result.exit_code, result.output


def test_the_pages_show_commands() -> None:
    assert len(COMMANDS) > 5


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_a_page_exists_and_takes_its_options(command: str) -> None:
    status, output = run(command.partition(": ")[2])
    assert status == 0, output


@pytest.mark.parametrize("line", ["parcours dance", "parcours up --sideways", "parcours alerts hold --because x"])
def test_what_does_not_exist_is_noticed(line: str) -> None:
    assert run(line)[0] != 0
