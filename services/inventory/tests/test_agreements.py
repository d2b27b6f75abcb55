"""Reservation agreements: what the law allows, one a holder and département, the homes they name."""

from uuid import uuid4

import pytest
from rights_samples import (
    AGENT,
    AS_CITY,
    AS_PREFECT,
    CITY,
    MINE,
    OPERATOR,
    PREFECT,
    THEIRS,
    agreement_id,
    in_stock,
    terms,
)


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        (terms(share_percent=31), "share_percent", "R441-5-2"),
        (terms(agents_percent=6), "agents_percent", "R441-5-2"),
        (terms(CITY, share_percent=20.5), "share_percent", "at most 20 %"),
        (terms(CITY, agents_percent=1), "agents_percent", "only the préfet"),
        (terms(share_percent=None), "share_percent", "R441-5"),
        (terms(valid_to="2025-01-01"), "valid_to", "before valid_from"),
        (terms(landlord="999000042"), "landlord", "registered"),
        (terms(department="75118"), "department", "A département is written as 75"),
        (terms(department="99"), "department", "No département has the code '99'"),
        (in_stock() | {"share_percent": 3}, "share_percent", "named homes"),
        (terms() | {"share_percent": 12.345}, "share_percent", ""),
    ],
)
async def test_what_the_law_or_reason_forbids_is_named(stock, given, field, said):
    url = f"/v1/agreements/{agreement_id(given['holder'])}"
    answer = await stock.client.put(url, json=given, headers=OPERATOR)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"] == field
    assert said in error["message"]
    assert await stock.harness.scalar("SELECT count(*) FROM agreement") == 0


async def test_local_authorities_share_their_part(stock):
    await stock.agree(terms(CITY))
    other = terms("999100003", holder_kind="local_authority", share_percent=1)
    answer = await stock.client.put(f"/v1/agreements/{uuid4()}", json=other, headers=OPERATOR)
    assert "21 % of the flow, at most 20 %" in answer.json()["errors"][0]["message"]
    later = other | {"valid_from": "2028-01-01"}
    assert (await stock.client.put(f"/v1/agreements/{uuid4()}", json=later, headers=OPERATOR)).status_code == 422


async def test_there_is_one_a_holder_and_department(stock):
    await stock.agree(terms())
    answer = await stock.client.put(f"/v1/agreements/{uuid4()}", json=terms(), headers=OPERATOR)
    assert answer.status_code == 409
    url = f"/v1/agreements/{agreement_id(PREFECT)}"
    assert (await stock.client.put(url, json=terms(), headers=OPERATOR)).headers["ETag"] == '"1"'
    changed = terms(share_percent=25)
    assert (await stock.client.put(url, json=changed, headers=OPERATOR)).status_code == 428
    answer = await stock.client.put(url, json=changed, headers={**OPERATOR, "If-Match": '"1"'})
    assert (answer.status_code, answer.json()["share_percent"]) == (200, 25)
    moved = terms(share_percent=25, department="93")
    answer = await stock.client.put(url, json=moved, headers={**OPERATOR, "If-Match": '"2"'})
    assert answer.json()["errors"][0]["field"] == "department"


async def test_only_the_operator_records_and_only_parties_read(stock):
    await stock.agree(terms())
    url = f"/v1/agreements/{agreement_id(PREFECT)}"
    for who in (MINE, AGENT, AS_PREFECT):
        assert (await stock.client.put(url, json=terms(), headers=who)).status_code == 403
    for who, status in ((MINE, 200), (AGENT, 200), (AS_PREFECT, 200), (THEIRS, 404), (AS_CITY, 404)):
        assert (await stock.client.get(url, headers=who)).status_code == status
    assert (await stock.client.get("/v1/agreements", headers=AS_CITY)).json() == []
    assert (await stock.client.get("/v1/vacancies", headers=AS_PREFECT)).status_code == 403


async def test_homes_are_the_landlords_and_one_holders(stock):
    await stock.agree(in_stock(), in_stock(CITY))
    await stock.reserve(PREFECT, "7500123456")
    url = f"/v1/agreements/{agreement_id(CITY)}/dwellings"
    body = {"dwellings": ["7500123456", "7500000003", "7599999999", "7500000002"]}
    answer = await stock.client.put(url, json=body, headers=OPERATOR)
    assert [error["field"] for error in answer.json()["errors"]] == ["dwellings[0]", "dwellings[1]", "dwellings[2]"]
    assert (await stock.client.get(url, headers=AS_CITY)).json()["dwellings"] == []
