"""A patient service gives way, in the kernel's own words."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_GROUP = Path("/proc/self/autogroup")
_SAY = (
    "import os; from pathlib import Path; from chassis.service import give_way; give_way(); "
    f"print(os.nice(0), Path('{_GROUP}').read_text() if Path('{_GROUP}').exists() else '')"
)


def said(*, own_session: bool) -> tuple[int, list[str]]:
    """Niceness of a process that gave way, and the words of its session's group; none where it has no group."""
    words = subprocess.run(
        [sys.executable, "-c", _SAY], capture_output=True, text=True, check=True, start_new_session=own_session
    ).stdout.split()
    return int(words[0]), words[1:]


def test_a_session_of_its_own_gives_way():
    niceness, group = said(own_session=True)
    assert niceness == min(19, os.nice(0) + 5)
    if not group:
        pytest.skip("this kernel gives a session no group of its own (sched_autogroup)")
    assert group[-1] == "5"


def test_a_session_shared_with_others_is_left_alone():
    niceness, group = said(own_session=False)
    assert niceness == min(19, os.nice(0) + 5)
    # Empty where this session began before the kernel's groups, as under a container's init.
    assert group == (_GROUP.read_text().split() if _GROUP.exists() else [])
