"""The Python of the guides and of CONTRIBUTING is run: a page's blocks, one after another, as one program."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def program(page: Path) -> str:
    """The page's blocks on their own lines, so that an error names the page's line."""
    text = page.read_text(encoding="utf-8")
    lines = [""] * text.count("\n")
    for block in BLOCK.finditer(text):
        start = text.count("\n", 0, block.start(1))
        for place, line in enumerate(block[1].splitlines(), start):
            lines[place] = line
    return "\n".join(lines)


def pages_with_code() -> list[Path]:
    pages = [*ROOT.glob("CONTRIBUTING.md"), *sorted((ROOT / "docs/guides").glob("*.md"))]
    return [page for page in pages if program(page).strip()]


def run(page: Path) -> subprocess.CompletedProcess[str]:
    code = f"exec(compile({program(page)!r}, {str(page)!r}, 'exec'), {{'__name__': 'guide'}})"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)


def test_the_guide_to_events_has_code() -> None:
    assert ROOT / "docs/guides/events.md" in pages_with_code()


@pytest.mark.parametrize("page", pages_with_code(), ids=lambda page: page.stem)
def test_a_guides_code_runs(page: Path) -> None:
    done = run(page)
    assert done.returncode == 0, done.stderr


def test_an_error_names_the_pages_line(tmp_path: Path) -> None:
    page = tmp_path / "wrong.md"
    page.write_text("# Wrong\n\n```python\nx = 1\n```\n\nthen\n\n```python\nassert x == 2\n```\n")
    done = run(page)
    assert done.returncode == 1
    assert f'File "{page}", line 10' in done.stderr
