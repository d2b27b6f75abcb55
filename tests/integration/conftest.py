"""One whole stack that the tests of this folder share: nothing loaded, everything real."""

import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

# pytest imports test modules by their path alone; what they share is found from here
sys.path.insert(0, str(Path(__file__).parent))

from stack.parts import Choice
from stack.stack import Stack
from stack.state import StackState
from stack.throwaway import throwaway_folder


@dataclass(frozen=True, slots=True)
class Town:
    """A running stack and its folder."""

    folder: Path
    state: StackState


@pytest.fixture(scope="session")
async def town() -> AsyncIterator[Town]:
    with throwaway_folder() as own:
        stack = Stack(own.folder, choice=Choice(), say=lambda *_: None, durable=False)
        async with stack as state:
            yield Town(own.folder, state)
