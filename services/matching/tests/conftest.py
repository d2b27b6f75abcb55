import sys
from pathlib import Path

import pytest

# pytest imports test modules by their path alone; what they share is found from here
sys.path.insert(0, str(Path(__file__).parent))

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def policies_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHING_POLICIES", str(REPOSITORY / "policies" / "national"))
