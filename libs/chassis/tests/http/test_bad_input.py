"""Whatever comes in, what goes out is a problem with a sentence, and nothing was stored."""

import json
from collections.abc import AsyncIterator

import pytest

from .conftest import HOME, Service, token

JSON = {"content-type": "application/json"}


async def post(service: Service, body: bytes, **headers: str):
    return await service.client.post("/v1/homes", content=body, headers={**token(), **JSON, **headers})


async def refused(service: Service, response, status: int, slug: str) -> dict:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["type"] == f"/problems/{slug}"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"].endswith("."), problem["detail"]
    assert await service.scalar("SELECT count(*) FROM home") == 0
    return problem


async def test_fields_that_do_not_fit_are_named_by_their_path(service: Service) -> None:
    body = {
        "siren": "552032709",
        "street": "x",
        "dwelling_type": "T9",
        "base_rent_cents": -1,
        "rooms": [{"name": "a", "area_m2": 3}, {"name": "", "area_m2": "wide"}],
        "colour": "blue",
    }
    problem = await refused(service, await post(service, json.dumps(body).encode()), 422, "validation")
    messages = {error["field"]: error["message"] for error in problem["errors"]}
    assert set(messages) == {
        "siren",
        "dwelling_type",
        "base_rent_cents",
        "rooms[1].name",
        "rooms[1].area_m2",
        "colour",
    }
    assert messages["siren"] == "552032709 is not a SIREN: its control digit does not fit."
    assert messages["base_rent_cents"] == "The value should be greater than or equal to 0."
    assert "T1, T2, T3" in messages["dwelling_type"]
    assert all(name in problem["detail"] for name in messages)


async def test_a_missing_field_and_a_missing_body(service: Service) -> None:
    problem = await refused(service, await post(service, b"{}"), 422, "validation")
    assert {error["field"] for error in problem["errors"]} == {"siren", "street", "dwelling_type", "base_rent_cents"}
    problem = await refused(service, await post(service, b""), 422, "validation")
    assert problem["errors"] == [{"field": "body", "message": "This field is required."}]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b'{"siren": ', "line 1, column 11"),
        (b'{"street": "\xe9"}', "not UTF-8"),
        ('{"street": "é"}'.encode("utf-16"), "not UTF-8"),
        (b'{"base_rent_cents": NaN}', "NaN is not a JSON number"),
        (b'{"base_rent_cents": -Infinity}', "-Infinity"),
        (b"[" * 5000, "nested too deeply"),
        (b'{"base_rent_cents": ' + b"9" * 5000 + b"}", "thousands of digits"),
    ],
)
async def test_what_is_not_json(service: Service, body: bytes, says: str) -> None:
    problem = await refused(service, await post(service, body), 400, "bad-request")
    assert says in problem["detail"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"street": "a\0b"}, "street"),
        ({"rooms": [{"name": "\0", "area_m2": 1}]}, "rooms[0].name"),
        ({"street": "\ud800"}, "street"),
    ],
)
async def test_text_that_no_database_holds(service: Service, change: dict, field: str) -> None:
    problem = await refused(service, await post(service, json.dumps(HOME | change).encode()), 422, "validation")
    assert [error["field"] for error in problem["errors"]] == [field]


async def test_a_backslash_before_u0000_is_only_text(service: Service) -> None:
    response = await post(service, json.dumps(HOME | {"street": "\\u0000"}).encode())
    assert response.status_code == 201
    assert await service.scalar("SELECT street FROM home") == "\\u0000"


async def test_nul_in_the_address(service: Service) -> None:
    await refused(service, await service.client.get("/v1/homes?limit=%00"), 400, "bad-request")
    path = "/v1/homes/0b6f6a8e-1d3f-4d43-8f0e-6a1f0c9f4a01/street/a%00b"
    await refused(service, await service.client.put(path, headers={"If-Match": '"1"'}), 400, "bad-request")


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_a_body_that_does_not_say_it_is_json(service: Service, media_type: str) -> None:
    response = await post(service, json.dumps(HOME).encode(), **{"content-type": media_type})
    await refused(service, response, 415, "unsupported-media-type")


async def test_a_large_body_that_announces_itself(service: Service) -> None:
    problem = await refused(service, await post(service, b"x" * 10_001), 413, "content-too-large")
    assert "10,000 bytes" in problem["detail"]


async def test_a_large_body_in_pieces_is_cut_off(service: Service) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(10_000):
            sent += 1000
            yield b"x" * 1000

    response = await service.client.post("/v1/homes", content=endless(), headers={**token(), **JSON})
    await refused(service, response, 413, "content-too-large")
    assert sent <= 12_000


async def test_a_large_body_that_understates_its_length(service: Service) -> None:
    await refused(service, await post(service, b"x" * 10_001, **{"content-length": "5"}), 413, "content-too-large")


async def test_a_client_that_leaves_before_its_body_is_read(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    sent: list[dict] = []
    messages = [{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}]

    async def receive():
        return messages.pop(0)

    async def send(message):
        sent.append(message)

    headers = [(name.lower().encode(), value.encode()) for name, value in (token() | JSON).items()]
    scope = {"type": "http", "method": "POST", "path": "/v1/homes", "query_string": b"", "headers": headers}
    with caplog.at_level("INFO", "chassis.http"):
        await service.app(scope, receive, send)
    assert sent == []
    assert [record.levelname for record in caplog.records] == ["INFO"]
    assert service.edge.committed == 0


async def test_query_and_path(service: Service) -> None:
    problem = await refused(service, await service.client.get("/v1/homes?limit=0"), 422, "validation")
    assert problem["errors"] == [{"field": "query.limit", "message": "The value should be greater than or equal to 1."}]
    problem = await refused(service, await service.client.get("/v1/homes/three"), 422, "validation")
    assert problem["errors"][0]["field"] == "path.home_id"


async def test_no_such_address_and_no_such_method(service: Service) -> None:
    problem = await refused(service, await service.client.get("/v1/castles"), 404, "not-found")
    assert problem["detail"] == "There is nothing at /v1/castles."
    response = await service.client.delete("/v1/homes")
    problem = await refused(service, response, 405, "method-not-allowed")
    assert response.headers["allow"] == "GET, POST"
    assert "DELETE" in problem["detail"]


async def test_a_rule_that_is_broken(service: Service) -> None:
    problem = await refused(service, await service.client.post("/v1/fails/rule"), 422, "validation")
    assert problem["detail"] == "A home let yesterday cannot be announced today."


async def test_a_record_that_kafkas_door_would_bury(service: Service) -> None:
    problem = await refused(service, await service.client.post("/v1/fails/refused"), 422, "validation")
    assert problem["errors"] == [{"field": "available_on", "message": "This is no date."}]


async def test_somebody_else_stored_the_same(service: Service) -> None:
    await refused(service, await service.client.post("/v1/fails/unique"), 409, "conflict")


async def test_an_answer_of_400_and_more_rolls_back(service: Service) -> None:
    response = await service.client.post("/v1/fails/returned")
    assert response.status_code == 409
    assert await service.scalar("SELECT count(*) FROM home") == 0
    assert service.edge.committed == 0


async def test_our_own_failure_tells_a_trace_id_and_nothing_else(service: Service) -> None:
    traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    response = await service.client.post("/v1/fails/bug", headers={"traceparent": traceparent})
    problem = await refused(service, response, 500, "internal")
    assert problem["trace_id"] == "0af7651916cd43dd8448eb211c80319c"
    assert "hunter2" not in response.text


async def test_a_good_one_is_committed_before_the_answer_leaves(service: Service) -> None:
    committed_when_answered: list[int] = []
    inner = service.client._transport.app

    async def watching(scope, receive, send):
        async def watched(message):
            if message["type"] == "http.response.start":
                committed_when_answered.append(service.edge.committed)
            await send(message)

        await inner(scope, receive, watched)

    service.client._transport.app = watching
    response = await post(service, json.dumps(HOME).encode())
    assert response.status_code == 201
    assert response.headers["location"] == f"/v1/homes/{response.json()['id']}"
    assert committed_when_answered == [1]
    assert await service.scalar("SELECT count(*) FROM home") == 1
