import json

from chassis.http import openapi_document

from .conftest import Service


def test_every_operation_says_how_it_can_fail(service: Service) -> None:
    document = openapi_document(service.app)
    register = document["paths"]["/v1/homes"]["post"]
    assert register["operationId"] == "register"
    assert list(register["responses"]) == ["201", "400", "401", "403", "409", "413", "415", "422", "429", "500", "503"]
    assert register["responses"]["422"] == {"$ref": "#/components/responses/Invalid"}
    assert register["security"] == [{"token": []}]
    assert "Idempotency-Key" in [one["name"] for one in register["parameters"]]
    rename = document["paths"]["/v1/homes/{home_id}/street/{street}"]["put"]
    assert {"404", "412", "428"} <= set(rename["responses"])
    assert "401" not in rename["responses"]
    assert "Idempotency-Key" not in [one["name"] for one in rename["parameters"]]
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_every_reference_leads_somewhere(service: Service) -> None:
    document = openapi_document(service.app)
    text = json.dumps(document)
    for part in text.split('"$ref": "')[1:]:
        place = document
        for name in part.split('"')[0].removeprefix("#/").split("/"):
            place = place[name]
    assert "HTTPValidationError" not in text
    assert "/health" not in text


async def test_it_is_served_and_always_the_same(service: Service) -> None:
    served = await service.client.get("/v1/openapi.json")
    before = json.dumps(openapi_document(service.app))
    service.app.openapi_schema = None
    assert json.dumps(openapi_document(service.app)) == before == json.dumps(served.json())
