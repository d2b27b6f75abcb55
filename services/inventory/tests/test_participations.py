"""Who takes part in which scheme."""

from uuid import UUID, uuid4

import pytest
from inventory_samples import LANDLORD
from rights_samples import AGENT, MINE, OPERATOR


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({}, "landlord"),
        ({"landlord": LANDLORD, "area": "99999"}, "area"),
        ({"landlord": LANDLORD, "valid_to": "2025-01-01"}, "valid_to"),
        ({"landlord": LANDLORD, "scheme": "lottery"}, "scheme"),
    ],
)
async def test_what_is_wrong_is_named(stock, over, field):
    body = {"scheme": "exchange", "area": "75", "valid_from": "2026-01-01", **over}
    answer = await stock.client.put(f"/v1/participations/{uuid4()}", json=body, headers=OPERATOR)
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_is_recorded_changed_and_told(stock):
    url = f"/v1/participations/{UUID(int=7)}"
    body = {"scheme": "exchange", "landlord": LANDLORD, "area": "all", "valid_from": "2026-01-01"}
    assert (await stock.client.put(url, json=body, headers=AGENT)).status_code == 403
    assert (await stock.client.put(url, json=body, headers=OPERATOR)).status_code == 201
    assert (await stock.client.put(url, json=body, headers=OPERATOR)).headers["ETag"] == '"1"'
    ended = body | {"valid_to": "2027-01-01"}
    assert (await stock.client.put(url, json=ended, headers=OPERATOR)).status_code == 428
    answer = await stock.client.put(url, json=ended, headers={**OPERATOR, "If-Match": '"1"'})
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    told = await stock.harness.outbox("inventory.participation.recorded.v1")
    assert [(one.payload["version"], one.payload["valid_to"]) for one in told] == [(1, None), (2, "2027-01-01")]
    listed = await stock.client.get("/v1/participations?scheme=exchange", headers=MINE)
    assert [one["participation_id"] for one in listed.json()] == [str(UUID(int=7))]
