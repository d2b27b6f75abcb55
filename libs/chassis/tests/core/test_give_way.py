"""A patient service gives way, in the kernel's own words."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_SAY = (
    "import os; from pathlib import Path; from chassis.service import give_way; give_way(); "
    "print(os.nice(0), *Path('/proc/self/autogroup').read_text().split())"
)


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="this kernel has no autogroups")
@pytest.mark.parametrize(("own_session", "session_niceness"), [(True, "5"), (False, None)])
def test_a_session_of_its_own_gives_way_and_one_shared_with_others_does_not(own_session, session_niceness):
    before = Path("/proc/self/autogroup").read_text().split()[-1]
    said = subprocess.run(
        [sys.executable, "-c", _SAY], capture_output=True, text=True, check=True, start_new_session=own_session
    ).stdout.split()
    assert int(said[0]) == min(19, os.nice(0) + 5)
    assert said[-1] == (session_niceness or before)
