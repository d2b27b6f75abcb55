"""A notice by the whole road: demand warns of a closure; an e-mail leaves, or a letter is printed, posted, returned."""

import asyncio
import csv
import datetime as dt
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from chassis.auth import Role
from stack.tokens import issue

pytestmark = pytest.mark.timeout(240)

PARCOURS = Path(sys.executable).with_name("parcours")
TODAY = dt.datetime.now(dt.UTC).date()


def bearer(town, role: Role) -> dict[str, str]:
    token, _ = issue(town.folder, subject="test", role=role)
    return {"Authorization": f"Bearer {token}"}


async def parcours(town, *words: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        PARCOURS, *words, "--data", str(town.folder), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode()


async def warned(town, client, **applicant: Any) -> str:
    """An application of this applicant, whose closure is announced; returns the person's id."""
    agent = bearer(town, Role.AGENT)
    demand = town.state.services["demand"]
    answer = await client.post(
        f"{demand}/v1/applications",
        json={
            "number": f"0750126{uuid4().int % 10**11:011d}",
            "registered_on": str(TODAY),
            "current_housing": {"situation": "homeless"},
            "household": {"persons_for_occupancy": 1, "persons_for_ceiling": 1},
            "wishes": {"places": [{"commune": "75118"}], "dwelling_types": ["T1"]},
            "applicant": {"given_name": "Rose", "family_name": "Essai", **applicant},
        },
        headers=agent,
    )
    assert answer.status_code == 201, answer.text
    summary = answer.json()
    warning = {"reason": "no_answer", "since": str(TODAY - dt.timedelta(days=40))}
    url = f"{demand}/v1/applications/{summary['application_id']}/warning"
    assert (await client.post(url, json=warning, headers=agent)).is_success
    (person_id,) = summary["person_ids"]
    return str(person_id)


async def states(database: asyncpg.Connection, person_id: str) -> dict[str, str]:
    rows = await database.fetch("SELECT channel, state FROM delivery WHERE person_id = $1::uuid", person_id)
    return {row["channel"]: row["state"] for row in rows}


async def becomes(database: asyncpg.Connection, person_id: str, wanted: dict[str, str]) -> None:
    async with asyncio.timeout(30):
        while await states(database, person_id) != wanted:
            await asyncio.sleep(0.05)


async def test_a_warning_leaves_by_e_mail_or_on_paper_and_what_comes_back_is_looked_into(town, tmp_path):
    yes = {"channel": "email", "granted": True, "given_on": "2026-01-05", "origin": "agent"}
    home = {"lines": ["8 RUE DES LILAS"], "postal_code": "37000", "town": "Tours"}
    database = await asyncpg.connect(town.state.databases["notifications"])
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            online = await warned(town, client, email="rose@example.org", consents=[yes])
            paper = await warned(town, client, address=home)
            await becomes(database, online, {"email": "sent"})
            await becomes(database, paper, {"letter": "pending"})

            (tmp_path / "numbers.txt").write_text("2C00000000042\n")
            assert (await parcours(town, "letters", "numbers", str(tmp_path / "numbers.txt")))[0] == 0
            status, said = await parcours(town, "letters", "print", "--out", str(tmp_path / "out"))
            assert status == 0, said
            (pdf,) = (tmp_path / "out").glob("*.pdf")
            assert pdf.read_bytes().startswith(b"%PDF-")
            (line,) = csv.DictReader(pdf.with_suffix(".csv").open(encoding="utf-8-sig"), delimiter=";")
            assert (line["reference"], line["registered"], line["line_1"]) == (
                "2C00000000042",
                "yes",
                "8 RUE DES LILAS",
            )

            file = tmp_path / "post.csv"
            file.write_text(f"reference;on;reason\n2C00000000042;{TODAY};NPAI\n")
            for word, state in (("posted", "sent"), ("returned", "failed")):
                status, said = await parcours(town, "letters", word, str(file))
                assert (status, "1 taken" in said) == (0, True), said
                assert await states(database, paper) == {"letter": state}
            checks = await client.get(
                f"{town.state.services['notifications']}/v1/contact-checks",
                params={"person_id": paper},
                headers=bearer(town, Role.AGENT),
            )
            assert [(one["channel"], one["reason"]) for one in checks.json()] == [("letter", "NPAI")]
    finally:
        await database.close()
