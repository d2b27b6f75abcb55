"""The same size and seed give the same bytes, in another process too."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from stack.territory import AS_OF, Territory, application_chunk, dwelling_chunk, plan_vacancies
from stack.territory.extent import EDITION
from stack.territory.records import application_records, contact_records, dwelling_records

DIGESTS = {1: "6748127849fa49de3dab11779fef60aca8529b071440b305a25f8a4a7b856996"}
"""Of each edition, for seed 5: of what is drawn, so that a field the contracts gain changes nothing."""
DIGEST = """
import sys
from pathlib import Path
sys.path.insert(0, {folder!r})
from test_reproducible import digest
print(digest({seed}))
"""


def digest(seed: int) -> str:
    territory = Territory.of("small", seed)
    homes, rows = dwelling_chunk(territory, 1), application_chunk(territory, 0)
    said = hashlib.sha256()
    for record in (*dwelling_records(homes), *application_records(rows, territory), *contact_records(rows)):
        said.update(record.model_dump_json(exclude_unset=True).encode())
    for planned in plan_vacancies(territory, 20, label="test", on=AS_OF, notice_share=0.5):
        said.update(planned.vacancy_id.bytes)
        for event in planned.events:
            said.update(event.model_dump_json(exclude_unset=True).encode())
    return said.hexdigest()


def test_another_process_with_another_hash_seed_draws_the_same_bytes():
    script = DIGEST.format(folder=str(Path(__file__).parent), seed=5)
    environment = {**os.environ, "PYTHONHASHSEED": "12345"}
    other = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=True)
    assert other.stdout.strip() == digest(5)


def test_other_rows_are_another_edition():
    """Whoever changes what is drawn raises EDITION and notes its digest: stacks that hold older rows then say so."""
    assert digest(5) == DIGESTS[EDITION]


def test_another_seed_draws_others():
    assert digest(5) != digest(6)


def test_a_chunk_does_not_hang_on_the_ones_before():
    territory = Territory.of("idf")
    alone = application_chunk(territory, 40)
    application_chunk(territory, 41)
    again = application_chunk(territory, 40)
    assert (alone.wishes.places == again.wishes.places).all()
    assert alone.index[0] == 400_000


@pytest.mark.parametrize("size", ["small", "idf"])
def test_sizes(size):
    territory = Territory.of(size)
    meant = {"small": (49, 20_000, 10_000), "idf": (1285, 1_300_000, 780_000)}
    assert (len(territory.places), territory.dwellings, territory.applications) == meant[size]


def test_small_is_paris_and_the_29_communes_around_it():
    places = Territory.of("small").places
    assert sum(code.startswith("75") for code in places) == 20
    assert {"92012", "93066"} < set(places)
    assert "94003" not in places


def test_an_unknown_size_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="size: 'large' is none of small, idf"):
        Territory.of("large")
