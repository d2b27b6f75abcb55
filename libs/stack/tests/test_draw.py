"""The verdict on a draw's public record, held against records that were made by hand."""

import copy
import hashlib
import json
from uuid import UUID

import pytest

from stack.cli.draw import place_of, verdict, verify
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


def public():
    """As whoever is no agent reads it: lots, and whose they are nowhere."""
    told = copy.deepcopy(record())
    for one in told["ties"][0]["lots"]:
        one["application_id"] = None
    return told


def test_an_outsider_draws_again_from_the_public_record_and_the_seal_it_noted(tmp_path, capsys):
    path, noted = tmp_path / "draw.json", record()["commitment"]
    path.write_text(json.dumps(public()))
    mine = min(EQUAL, key=lot)
    verify(tmp_path, None, path, noted, UUID(mine))
    said = " ".join(capsys.readouterr().out.split())
    assert "The draw holds" in said
    assert "number 1 of 4 equals" in said
    assert not any(one in path.read_text() for one in EQUAL)
    stranger = place_of(public(), UUID(int=99))
    assert stranger.endswith("no tie has it: nobody called was its equal.")


def test_a_record_sealed_anew_or_put_in_another_order_does_not_hold_for_an_outsider(tmp_path):
    other = "5f" * 32
    forged = public() | {"seed": other, "commitment": hashlib.sha256(bytes.fromhex(other)).hexdigest()}
    with pytest.raises(CommandError, match="is not the one published"):
        verdict(forged, seal=record()["commitment"])
    swapped = public()
    swapped["ties"][0]["lots"].reverse()
    with pytest.raises(CommandError, match="is not the one of the lots"):
        verdict(swapped)
    path = tmp_path / "other.json"
    path.write_text("[]")
    with pytest.raises(CommandError, match="is no record of a draw"):
        verify(tmp_path, None, path, None, None)
    with pytest.raises(CommandError, match="one of both"):
        verify(tmp_path, None, None, None, None)
