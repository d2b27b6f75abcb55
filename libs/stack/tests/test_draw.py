"""The verdict on a draw's public record, held against records that were made by hand."""

import copy
import hashlib
from uuid import UUID

import pytest

from stack.cli.draw import verdict
from stack.errors import CommandError

VACANCY, SEED = UUID(int=7), "5e" * 32
EQUAL = [str(UUID(int=number)) for number in range(1, 5)]


def lot(one):
    return hashlib.sha256(f"{SEED}:{VACANCY}:{one}".encode()).hexdigest()


def record():
    drawn = sorted(EQUAL, key=lot)
    return {
        "vacancy_id": str(VACANCY),
        "commitment": hashlib.sha256(bytes.fromhex(SEED)).hexdigest(),
        "committed_at": "2026-11-22T09:00:00Z",
        "seed": SEED,
        "revealed_at": "2026-12-20T09:00:00Z",
        "ties": [
            {"drawn_at": "2026-11-22T09:01:00Z", "lots": [{"application_id": one, "lot": lot(one)} for one in drawn]}
        ],
    }


def test_a_draw_that_holds():
    assert verdict(record()) == (
        "The draw holds: the seed fits the seal of 2026-11-22T09:00:00Z, and 4 applications in 1 ties stand as drawn."
    )


def test_a_sealed_seed_is_waited_for():
    sealed = record() | {"seed": None, "revealed_at": None}
    assert verdict(sealed).startswith("The seed is still sealed, since 2026-11-22T09:00:00Z, by ")


def test_another_seed_another_order_or_another_lot_does_not_hold():
    with pytest.raises(CommandError, match="does not fit the seal"):
        verdict(record() | {"seed": "5f" * 32})
    swapped = copy.deepcopy(record())
    swapped["ties"][0]["lots"].reverse()
    with pytest.raises(CommandError, match="is not the one of the lots"):
        verdict(swapped)
    invented = copy.deepcopy(record())
    invented["ties"][0]["lots"][0]["lot"] = "00" * 32
    with pytest.raises(CommandError, match="is not what the seed gives"):
        verdict(invented)
